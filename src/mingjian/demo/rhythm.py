"""When things happen in the city: growth, months, seasons, the week, and holidays."""

import numpy as np

from mingjian.demo.blueprint import CityFile
from mingjian.demo.chance import Chance
from mingjian.demo.days import months, work_days
from mingjian.demo.habits import Bursts
from mingjian.demo.records import Column, where

SUMMER = np.array([0.5, 0.5, 0.7, 0.9, 1.2, 1.6, 1.8, 1.7, 1.2, 0.9, 0.6, 0.5])
WINTER = np.array([1.8, 1.6, 1.1, 0.7, 0.4, 0.4, 0.4, 0.4, 0.5, 1.0, 1.7, 2.0])
FLAT = np.ones(12)
SEASONS = {"summer": SUMMER, "winter": WINTER, "flat": FLAT}
OFFICE_WEEK = np.array([1.05, 1.15, 1.1, 1.1, 0.9, 0.0, 0.0])
STREET_WEEK = np.array([1.0, 1.0, 1.0, 1.0, 1.1, 0.5, 0.4])
HOTLINE_WEEK = np.array([1.2, 1.1, 1.05, 1.0, 1.0, 0.8, 0.75])


class Rhythm:
    """Draws days between `start` and `until` (both included)."""

    def __init__(
        self,
        city: CityFile,
        start: np.datetime64,
        until: np.datetime64,
        bursts: Bursts | None = None,
    ) -> None:
        self.start, self.until = start, until
        self.days = np.arange(start, until + np.timedelta64(1, "D"))
        of_month = months(self.days)
        elapsed = np.arange(len(self.days)) / 365.0
        self._base = np.asarray(city.months, float)[of_month - 1] * (1 + city.growth) ** elapsed
        if bursts is not None:
            ends = (self.days.astype("datetime64[M]") + 1).astype("datetime64[D]")
            last = (ends - self.days).astype(np.int64) <= bursts.days
            inside = last & np.isin(of_month, bursts.months)
            if inside.any() and not inside.all():
                rest = self._base[~inside].sum() / self._base[inside].sum()
                self._base[inside] *= bursts.share / (1 - bursts.share) * rest
        self._month = of_month
        self._weekday = (self.days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
        self._worked = work_days().is_workday(self.days)

    def draw(
        self,
        count: int,
        chance: Chance,
        week: Column = OFFICE_WEEK,
        season: Column = FLAT,
        weights: Column | None = None,
    ) -> Column:
        """Days by month, season and weekday; an office does not work on holidays."""
        weekday = where(self._worked & (self._weekday >= 5), 0, self._weekday)
        daily = week[weekday]
        if week[6] == 0:
            daily = where(self._worked, daily, 0.0)
        monthly = self._base if weights is None else self._base * weights
        return self.days[chance.weighted(count, monthly * daily * season[self._month - 1])]

    def draw_by_season(self, seasons: Column, chance: Chance, week: Column = OFFICE_WEEK) -> Column:
        """A day for each row by the row's own season."""
        days = np.empty(len(seasons), "datetime64[D]")
        for name, season in SEASONS.items():
            here = seasons == name
            days[here] = self.draw(int(here.sum()), chance.stream(name), week, season)
        return days
