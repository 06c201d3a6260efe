"""When a source has to report, in words and next; whether it did is intake's `arrivals`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol

from mingjian.intake import Arrival, Source, arrivals
from mingjian.standards import Calendar
from mingjian.store import Reader

TITLES = {
    "day": "每日",
    "week": "每周一",
    "month": "每月 1 日",
    "quarter": "每季首月 1 日",
    "year": "每年 1 月 1 日",
}
STATE_TITLES = {
    "reported": "已报",
    "unreported": "未报送",
    "never": "从未报送",
    "no_due": "不定期",
}
ONE_DAY = timedelta(days=1)


class Due(Protocol):
    """What a source file says about when its department reports."""

    @property
    def every(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def working_days_only(self) -> bool: ...


@dataclass(frozen=True)
class Standing:
    """How a source stands now: `state` is a key of STATE_TITLES."""

    state: str
    due_at: datetime | None = None

    @property
    def title(self) -> str:
        return STATE_TITLES[self.state]

    @property
    def is_missing(self) -> bool:
        return self.state in ("unreported", "never")


def standings(reader: Reader, sources: Iterable[Source], now: datetime) -> dict[str, Standing]:
    """How every source stands at this moment, by code.

    Intake speaks of the end of a day; what is due later today is not missing yet.
    """
    listed = list(sources)
    today = {a.source_code: a for a in arrivals(reader, listed, now.date())}
    before = {a.source_code: a for a in arrivals(reader, listed, now.date() - ONE_DAY)}
    found = {source.code: Standing("no_due") for source in listed}
    for code, arrival in today.items():
        if arrival.due_at > now:
            arrival = replace(before[code], last_received_at=arrival.last_received_at)
        found[code] = _standing(arrival)
    return found


def _standing(arrival: Arrival) -> Standing:
    received = arrival.last_received_at
    if received is None:
        return Standing("never", arrival.due_at)
    if arrival.is_missing:
        return Standing("unreported", arrival.due_at)
    return Standing("reported", arrival.due_at)


def describe(due: Due) -> str:
    """每日 08:00 前（工作日）."""
    if not due.working_days_only:
        return f"{TITLES[due.every]} {due.by} 前"
    days = "（工作日）" if due.every == "day" else "（遇休息日顺延）"
    return f"{TITLES[due.every]} {due.by} 前{days}"


def next_due(due: Due, now: datetime, calendar: Calendar) -> datetime:
    """The first due moment after `now`: the first (working) day of a period, at its hour."""
    day = now.date() - ONE_DAY * 14  # a period that began before may be due only now
    while True:
        if _begins_period(due, day):
            on = calendar.next_workday(day) if due.working_days_only else day
            if (moment := _at(on, due.by)) > now:
                return moment
        day += ONE_DAY


def _begins_period(due: Due, day: date) -> bool:
    """A period's figures are due on the first day of the next: Monday, the 1st, 1 January."""
    begins = {
        "day": True,
        "week": day.weekday() == 0,
        "month": day.day == 1,
        "quarter": day.day == 1 and day.month in (1, 4, 7, 10),
        "year": day.day == 1 and day.month == 1,
    }
    return begins[due.every]


def _at(day: date, clock: str) -> datetime:
    """24:00 is midnight at the end of the day."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)
