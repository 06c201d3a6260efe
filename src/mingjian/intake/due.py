"""Who should have reported by now and has not: 未报送 is not the same as 0."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mingjian.intake.source import Due, Source
from mingjian.standards import Calendar, load_calendar
from mingjian.store import Reader


@dataclass(frozen=True)
class Arrival:
    """One source's last period that has run out: when it was due, and what came since it began."""

    source_code: str
    source_name: str
    agency_id: str
    table: str
    period_from: datetime
    due_at: datetime
    last_received_at: datetime | None

    @property
    def is_missing(self) -> bool:
        """Nothing came since the period began, though its time is up."""
        return self.last_received_at is None or self.last_received_at < self.period_from


def arrivals(reader: Reader, sources: Iterable[Source], as_of: date) -> list[Arrival]:
    """The state of every source that has a date on which it is due, at the end of `as_of`."""
    now = datetime.combine(as_of, time()) + timedelta(days=1)
    rows = reader.rows(
        "SELECT source_code, max(received_at) AS last FROM submission "
        "WHERE status IN ('accepted', 'duplicate', 'held') AND received_at < :now "
        "GROUP BY source_code",
        {"now": now},
    )
    last = {row["source_code"]: row["last"] for row in rows}
    calendar = load_calendar()
    found = []
    for source in sources:
        if source.due is None:
            continue
        begun, due_at = last_period(source.due, now, calendar)
        agency = source.agency or ""
        found.append(
            Arrival(
                source.code, source.name, agency, source.into, begun, due_at, last.get(source.code)
            )
        )
    return found


def last_period(due: Due, now: datetime, calendar: Calendar) -> tuple[datetime, datetime]:
    """Start and due moment of the newest reporting round whose due moment is not after `now`.

    A report may come from the start of the day (week, month …) that holds the due moment.
    """
    day = now.date()
    while True:
        if _is_due_day(due, day, calendar):
            due_at = _at(day, due.by)
            if due_at <= now:
                return datetime.combine(_begin(due, day), time()), due_at
        day -= timedelta(days=1)


def _is_due_day(due: Due, day: date, calendar: Calendar) -> bool:
    """The first (working) day of each period; every (working) day when it is `day`."""
    if due.working_days_only and not calendar.is_workday(day):
        return False
    if due.every == "day":
        return True
    begin = _begin(due, day)
    return (calendar.next_workday(begin) if due.working_days_only else begin) == day


def _begin(due: Due, day: date) -> date:
    if due.every == "day":
        return day
    if due.every == "week":
        return day - timedelta(days=day.weekday())
    if due.every == "month":
        return day.replace(day=1)
    if due.every == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)


def _at(day: date, clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes)
