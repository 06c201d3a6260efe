"""When a source should have reported, and whether it did: 未报送 is not the same as 0."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from mingjian.standards import Calendar

ONE_DAY = timedelta(days=1)


class Due(Protocol):
    """What a source file says about when its department reports."""

    @property
    def every(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def working_days_only(self) -> bool: ...


TITLES = {"day": "每日", "week": "每周", "month": "每月", "quarter": "每季", "year": "每年"}


@dataclass(frozen=True)
class Timeliness:
    """How a source stands: `state` is one of on_time, late, unreported, never, no_due."""

    state: str
    last_due: datetime | None
    next_due: datetime | None

    @property
    def title(self) -> str:
        return {
            "on_time": "按期",
            "late": "迟报",
            "unreported": "未报送",
            "never": "从未报送",
            "no_due": "不定期",
        }[self.state]


def describe(due: Due) -> str:
    """每日 08:00 前（工作日）."""
    days = "（遇休息日顺延）" if due.working_days_only and due.every != "day" else ""
    days = "（工作日）" if due.working_days_only and due.every == "day" else days
    return f"{TITLES[due.every]} {due.by} 前{days}"


def timeliness(
    due: Due | None, received: datetime | None, now: datetime, calendar: Calendar
) -> Timeliness:
    """Judge the newest delivery against the two newest due moments that have passed."""
    if due is None:
        return Timeliness("no_due", None, None)
    passed, coming = [], None
    for moment in _moments(due, now.date(), calendar):
        if moment > now:
            coming = moment
            break
        passed.append(moment)
    last = passed[-1]
    if received is None:
        return Timeliness("never", last, coming)
    if received > last:
        return Timeliness("on_time", last, coming)
    state = "on_time" if received > passed[-2] else "unreported"
    return Timeliness(state, last, coming)


def _moments(due: Due, today: date, calendar: Calendar) -> Iterator[datetime]:
    """Due moments in order, from well before today on: at least two lie in the past."""
    reach = {"day": 20, "week": 30, "month": 100, "quarter": 300, "year": 1100}[due.every]
    day = today - timedelta(days=reach)
    while True:
        if _begins_period(due, day) and not (
            due.every == "day" and due.working_days_only and not calendar.is_workday(day)
        ):
            on = calendar.next_workday(day) if due.working_days_only else day
            yield _at(on, due.by)
        day += ONE_DAY


def _begins_period(due: Due, day: date) -> bool:
    """A period's figures are due on the first day of the next: Monday, the 1st, 1 January."""
    match due.every:
        case "day":
            return True
        case "week":
            return day.weekday() == 0
        case "month":
            return day.day == 1
        case "quarter":
            return day.day == 1 and day.month in (1, 4, 7, 10)
        case "year":
            return day.day == 1 and day.month == 1


def _at(day: date, clock: str) -> datetime:
    """24:00 is midnight at the end of the day."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)
