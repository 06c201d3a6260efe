"""The clock of the night round: warns before a limit, escalates after it, reminds to look back.

Run again on the same day it changes nothing; stopped half-way, the next run does the rest.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse

from mingjian.access.models import User
from mingjian.standards import load_calendar
from mingjian.supervision.acts.campaigns import remind_of_campaigns
from mingjian.supervision.acts.engine import ALERTS, MATTERS, Change, Kind, ThingT, strike
from mingjian.supervision.models import Alert, AlertEvent, Matter, MatterEvent, Objection
from mingjian.supervision.notices import path_of, tell
from mingjian.supervision.people import recipients

LOOK_AHEAD = timedelta(days=20)  # longer than any warning, holidays included
WEIGHTS = {"red": 8, "orange": 4, "yellow": 2, "blue": 1}
DAYS_DOUBLING = 7  # a week over counts as much again as the alert itself
BATCH = 500


@dataclass
class ClockReport:
    """What one night did."""

    warned: int = 0
    escalated: int = 0
    looked_back: int = 0

    def summary(self) -> str:
        return (
            f"期限：提醒 {self.warned:,} 件，超期升级 {self.escalated:,} 件，"
            f"到期回头看 {self.looked_back:,} 件"
        )


def run_clock(today: date) -> ClockReport:
    """Everything that is due on the day."""
    report = ClockReport()
    _run(ALERTS, today, report)
    _run(MATTERS, today, report)
    report.looked_back = _remind_to_look_back(today)
    _escalate_objections(today)
    remind_of_campaigns(today)
    _tell_of_the_night(AlertEvent, "alert", today, reverse("supervision:alerts"))
    _tell_of_the_night(MatterEvent, "matter", today, reverse("supervision:matters"))
    rank_alerts(today)
    return report


def _run(kind: Kind[ThingT], today: date, report: ClockReport) -> None:
    clock = kind.flow().file.clock
    running = _running(kind).select_related("agency__region__parent", "assignee")
    soon = running.filter(due_on__gte=today, due_on__lte=today + LOOK_AHEAD)
    calendar = load_calendar()
    for thing in _once(soon.exclude(warned_for=F("due_on"))):
        if calendar.working_days_between(today, thing.due_on) <= clock.warn[thing.level]:
            report.warned += _warn(kind, thing, today)
    for thing in _once(running.filter(due_on__lt=today)):
        report.escalated += _escalate(kind, thing, today)


def _running(kind: Kind[ThingT]) -> Any:
    """Things in a state that the clock watches."""
    flow = kind.flow()
    return kind.model.objects.filter(state__in=flow.file.acts["escalate"].from_)


def _once(rows: Any) -> Iterable[Any]:
    """Read first, so that writing does not disturb the reading."""
    return list(rows.order_by("pk"))


def _warn(kind: Kind[ThingT], thing: ThingT, today: date) -> bool:
    users = recipients(thing, kind.flow(), ["holder"])
    detail = {"due_on": str(thing.due_on), "told": _names(users)}
    return strike(
        kind, thing.pk, "warn", Change({"warned_for": thing.due_on}, detail=detail), today
    )


def _escalate(kind: Kind[ThingT], thing: ThingT, today: date) -> bool:
    """The steps whose day has come and that were not taken for this limit."""
    flow = kind.flow()
    assert thing.due_on is not None
    steps = flow.file.clock.steps_due(thing.level, (today - thing.due_on).days)
    taken = thing.escalation_step if thing.escalated_for == thing.due_on else 0
    if len(steps) <= taken:
        return False
    whom = [recipient for step in steps[taken:] for recipient in step.to]
    users = recipients(thing, flow, dict.fromkeys(whom))
    detail = {
        "due_on": str(thing.due_on),
        "step": len(steps),
        "to": list(dict.fromkeys(whom)),
        "told": _names(users),
    }
    values = {"escalated_for": thing.due_on, "escalation_step": len(steps)}
    return strike(kind, thing.pk, "escalate", Change(values, detail=detail), today)


def _tell_of_the_night(
    events: type[AlertEvent] | type[MatterEvent], name: str, today: date, path: str
) -> None:
    """One notice a person, not one a thing; made from the events, so that a night that was
    stopped half-way loses none."""
    noun = "预警" if name == "alert" else "监督事项"
    for act, words in (("warn", "期限将到"), ("escalate", "超期")):
        counts: dict[str, int] = defaultdict(int)
        for detail in events.objects.filter(act=act, on=today).values_list("detail", flat=True):
            for username in detail.get("told", ()):
                counts[username] += 1
        mark = "?mark=overdue&sort=due" if act == "escalate" else "?sort=due"
        for user in User.objects.filter(username__in=list(counts), is_active=True):
            tell(
                [user],
                key=f"{act}:{name}:{today}",
                kind=act,
                title=f"{counts[user.username]} 件{noun}{words}",
                text=f"{today} 夜间核对期限。",
                path=path + mark,
            )


def _remind_to_look_back(today: date) -> int:
    rows = Matter.objects.filter(look_back_on__lte=today, looked_back_on__isnull=True)
    reminded = 0
    for matter in rows.select_related("agency__region__parent", "assignee"):
        told = tell(
            recipients(matter, MATTERS.flow(), ["bureau"]),
            key=f"look_back:{matter.pk}",
            kind="look_back",
            title=f"{matter.number} 该回头看了",
            text=f"{matter.agency}　{matter.title}",
            path=path_of(matter),
        )
        reminded += bool(told)
    return reminded


def _escalate_objections(today: date) -> None:
    """An objection that was not answered in time goes to the head and to the bureau above."""
    late = Objection.objects.filter(outcome="", due_on__lt=today, escalation_step=0)
    for objection in late.select_related("matter__agency__region__parent"):
        matter = objection.matter
        tell(
            recipients(matter, MATTERS.flow(), ["bureau_head", "above"]),
            key=f"objection:{objection.pk}",
            kind="escalate",
            title=f"{matter.number} 的异议超期未答复",
            text=f"{matter.agency} {objection.raised_on} 提出，应于 {objection.due_on} 前答复。",
            path=path_of(matter),
        )
        Objection.objects.filter(pk=objection.pk).update(escalation_step=1)


def rank_alerts(today: date) -> int:
    """紧要 = severity × how far over × how often, for every open alert; how many changed.

    How often: that it came again, and how many open alerts its agency has from its monitor.
    """
    rows = _running(ALERTS)
    likes = {
        (agency, monitor): count
        for agency, monitor, count in rows.values_list("agency_id", "monitor_id")
        .annotate(count=Count("pk"))
        .order_by()
    }
    fields = ("pk", "priority", "level", "due_on", "returned_count", "agency_id", "monitor_id")
    changed: dict[int, list[int]] = defaultdict(list)
    for pk, priority, level, due_on, returned, agency, monitor in rows.values_list(*fields):
        over = max((today - due_on).days, 0) if due_on else 0
        often = 1 + returned + min(likes[agency, monitor] - 1, 20) / 10
        now = round(100 * WEIGHTS[level] * (1 + over / DAYS_DOUBLING) * often)
        if now != priority:
            changed[now].append(pk)
    for priority, pks in changed.items():
        for start in range(0, len(pks), BATCH):
            Alert.objects.filter(pk__in=pks[start : start + BATCH]).update(priority=priority)
    Alert.objects.filter(
        ~Q(state__in=ALERTS.flow().file.acts["escalate"].from_), priority__gt=0
    ).update(priority=0)
    return sum(len(pks) for pks in changed.values())


def _names(users: Iterable[User]) -> list[str]:
    return [user.username for user in users]
