"""模拟：writes realistic raw submissions of a made-up city and feeds them through intake.

In: a scale, a seed, a date. Out: department files, dirty as they come, with the times at which
they are received; separately a sealed list of the problems planted in them. The room never reads
a monitor, so that what monitors find can be measured against the list.
"""

from mingjian.demo.blueprint import check_city
from mingjian.demo.evaluate import EvaluationRow, evaluate
from mingjian.demo.habits import habit_names
from mingjian.demo.simulate import DELIVERIES, SEALED, city, feed, simulate

__all__ = [
    "DELIVERIES",
    "SEALED",
    "EvaluationRow",
    "check_city",
    "city",
    "evaluate",
    "feed",
    "habit_names",
    "simulate",
]
