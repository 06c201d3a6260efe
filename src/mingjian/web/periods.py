"""Periods of whole months, as figures are kept, and the period each is compared with."""

from dataclasses import dataclass
from datetime import date

CHOICES = [
    ("12", "近 12 个月"),
    ("6", "近 6 个月"),
    ("3", "近 3 个月"),
    ("1", "本月"),
    ("last", "上月"),
    ("year", "本年"),
]


@dataclass(frozen=True)
class Period:
    """Months from `start` to `end`, both by their first day and both included."""

    start: date
    end: date
    title: str

    @property
    def months(self) -> list[date]:
        count = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        return [add_months(self.start, i) for i in range(count)]

    @property
    def last_day(self) -> date:
        return date.fromordinal(add_months(self.end, 1).toordinal() - 1)

    def year_before(self) -> "Period":
        """The same months a year earlier: figures of enforcement go with the seasons."""
        return Period(add_months(self.start, -12), add_months(self.end, -12), "上年同期")


def period_of(choice: str, as_of: date) -> Period:
    """The period that a choice means on the day of the figures; unknown choices mean 12 months."""
    month = as_of.replace(day=1)
    titles = dict(CHOICES)
    if choice == "last":
        return Period(add_months(month, -1), add_months(month, -1), titles[choice])
    if choice == "year":
        return Period(month.replace(month=1), month, titles[choice])
    count = int(choice) if choice in ("1", "3", "6") else 12
    return Period(add_months(month, 1 - count), month, titles[str(count)])


def add_months(month: date, count: int) -> date:
    """The first day of the month so many months later."""
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)
