"""The working-day calendar on whole columns: the same arithmetic as `standards.Calendar`."""

from functools import cache

import numpy as np

from mingjian.demo.records import Column, where
from mingjian.standards import load_calendar


class WorkDays:
    """Working days over arrays of days (datetime64[D]); NaT stays NaT.

    Limits are counted as the law says: the first day is not counted (民法典第二百零一条), a last
    day on a holiday moves on (民法典第二百零三条).
    """

    def __init__(self) -> None:
        rows = list(load_calendar().rows())
        self._first = np.datetime64(rows[0]["day"], "D")
        self._number = np.array([row["workday_no"] for row in rows], np.int64)
        self._is_workday = np.array([row["is_workday"] for row in rows], bool)
        following = np.array([row["next_workday"] for row in rows], "datetime64[D]")
        self._next = following
        days = self._first + np.arange(len(rows))
        self._workdays = days[self._is_workday]  # the n-th working day stands at n - 1

    def is_workday(self, days: Column) -> Column:
        return self._is_workday[self._at(days)] & ~np.isnat(days)

    def roll(self, days: Column) -> Column:
        """The day itself if it is a working day, else the first one after it."""
        return where(np.isnat(days), days, self._next[self._at(days)])

    def add(self, days: Column, count: Column | int) -> Column:
        """The last day of a limit of `count` working days; 0 gives the day itself."""
        position = self._number[self._at(days)] + count - 1
        moved = self._workdays[np.clip(position, 0, len(self._workdays) - 1)]
        moved = where(np.asarray(count) == 0, days, moved)
        return where(np.isnat(days), days, moved)

    def add_natural(self, days: Column, count: Column | int) -> Column:
        """The last day of a limit in calendar days, moved on if it is a holiday."""
        return self.roll(days + np.asarray(count).astype("timedelta64[D]"))

    def between(self, start: Column, end: Column) -> Column:
        """Working days after `start` up to and including `end`."""
        return self._number[self._at(end)] - self._number[self._at(start)]

    def _at(self, days: Column) -> Column:
        safe = where(np.isnat(days), self._first, days)
        position = (safe - self._first).astype(np.int64)
        return np.clip(position, 0, len(self._number) - 1)


@cache
def work_days() -> WorkDays:
    """The calendar of content/standards/calendar/."""
    return WorkDays()


def years(days: Column) -> Column:
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def months(days: Column) -> Column:
    """1 to 12."""
    return days.astype("datetime64[M]").astype(np.int64) % 12 + 1


def at_time(days: Column, minutes: Column) -> Column:
    """A moment on each day, `minutes` after midnight."""
    return days.astype("datetime64[s]") + minutes.astype("timedelta64[m]")
