"""办公的经过：what people of the made-up city did with its alerts, up to the day of the demo.

Made through the very acts that the pages use, by demonstration accounts, day by day, each with
its audit line; so what a page shows is what a real course would have left. Only `mingjian start`
without data of one's own comes here.
"""

from mingjian.demo.office.course import Course, before_the_night, is_demo, since_the_night

__all__ = ["Course", "before_the_night", "is_demo", "since_the_night"]
