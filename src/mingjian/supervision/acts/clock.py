"""The clock of the night round: warns before a limit, escalates after it, reminds to look back.

Run again on the same day it changes nothing; stopped half-way, the next run does the rest.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.urls import reverse

from mingjian.access.models import User
from mingjian.standards import load_calendar
from mingjian.supervision.acts.campaigns import remind_of_campaigns
from mingjian.supervision.acts.engine import ALERTS, MATTERS, Change, Kind, ThingT
from mingjian.supervision.acts.paper_clock import run_paper_clock
from mingjian.supervision.acts.striking import Told, strike
from mingjian.supervision.flow import Step
from mingjian.supervision.models import (
    Alert,
    AlertEvent,
    Campaign,
    Matter,
    MatterEvent,
    Objection,
)
from mingjian.supervision.notices import path_of, tell, tell_digest
from mingjian.supervision.people import recipients

LOOK_AHEAD = timedelta(days=20)  # longer than any warning, holidays included
WEIGHTS = {"red": 8, "orange": 4, "yellow": 2, "blue": 1}
DAYS_DOUBLING = 7  # a week over counts as much again as the alert itself
BATCH = 500
DUE_ON = F("due_on")
LOOK_BACK_LIST = "?state=all&mark=look_back"
CLOCK_READS = ("pk", "level", "due_on", "escalated_for", "escalation_step")


@dataclass
class ClockReport:
    """What one night did."""

    warned: int = 0
    escalated: int = 0
    looked_back: int = 0
    papers_warned: int = 0
    papers_escalated: int = 0

    def summary(self) -> str:
        return (
            f"期限：提醒 {self.warned:,} 件，超期升级 {self.escalated:,} 件，"
            f"公文提醒 {self.papers_warned:,} 件，公文超期 {self.papers_escalated:,} 件，"
            f"该回头看 {self.looked_back:,} 件"
        )


def run_clock(today: date, progress: Callable[[str], None] | None = None) -> ClockReport:
    """Everything that is due on the day; `progress` is told how far it is, in words."""
    say = progress or (lambda _: None)
    report = ClockReport()
    _run(ALERTS, "预警", today, report, say)
    _run(MATTERS, "监督事项", today, report, say)
    report.papers_warned, report.papers_escalated = run_paper_clock(today, say)
    report.looked_back = _remind_to_look_back(today)
    _escalate_objections(today)
    remind_of_campaigns(today)
    _tell_of_the_night(AlertEvent, "alert", today, reverse("supervision:alerts"))
    _tell_of_the_night(MatterEvent, "matter", today, reverse("supervision:matters"))
    rank_alerts(today)
    return report


def _run(
    kind: Kind[ThingT], name: str, today: date, report: ClockReport, say: Callable[[str], None]
) -> None:
    told: Told[ThingT] = Told(kind.flow())

    def warning(thing: ThingT) -> Change[ThingT] | None:
        return _warning(thing, told)

    def escalation(thing: ThingT) -> Change[ThingT] | None:
        return _escalation(kind, thing, today, told)

    for act, pks, plan in (
        ("warn", _to_warn(kind, today), warning),
        ("escalate", _to_escalate(kind, today), escalation),
    ):
        words = f"期限：{name}{kind.flow().act_title(act)}"
        done = strike(kind, act, pks, plan, today, partial(_say_how_far, say, words, len(pks)))
        if act == "warn":
            report.warned += done
        else:
            report.escalated += done


def _say_how_far(say: Callable[[str], None], words: str, of: int, done: int) -> None:
    say(f"{words} {done:,}／{of:,} 件")


def _to_warn(kind: Kind[ThingT], today: date) -> list[int]:
    """Limits that are about to run out and were not warned of."""
    clock, calendar = kind.flow().file.clock, load_calendar()
    soon = _running(kind).filter(due_on__gte=today, due_on__lte=today + LOOK_AHEAD)
    rows = list(_not_warned(soon).order_by("pk").values_list("pk", "level", "due_on"))
    days = {due_on: calendar.working_days_between(today, due_on) for _, _, due_on in rows}
    return [pk for pk, level, due_on in rows if days[due_on] <= clock.warn[level]]


def _to_escalate(kind: Kind[ThingT], today: date) -> list[int]:
    """Things over their limit of which a step is due that was not taken."""
    late = _running(kind).filter(due_on__lt=today).order_by("pk")
    return [thing.pk for thing in late.only(*CLOCK_READS) if _steps(kind, thing, today)]


def _running(kind: Kind[ThingT]) -> Any:
    """Things in a state that the clock watches."""
    flow = kind.flow()
    return kind.model.objects.filter(state__in=flow.file.acts["escalate"].from_)


def _not_warned(rows: Any, limit: F = DUE_ON) -> Any:
    """NULL-safe: those never warned, or warned of another day."""
    return rows.filter(Q(warned_for__isnull=True) | ~Q(warned_for=limit))


def _warning(thing: ThingT, told: Told[ThingT]) -> Change[ThingT] | None:
    assert not isinstance(thing, Campaign)  # it has no clock of this kind
    if thing.due_on is None or thing.warned_for == thing.due_on:
        return None
    detail = {"due_on": str(thing.due_on), "told": told.names(thing, ["holder"])}
    return Change({"warned_for": thing.due_on}, detail=detail)


def _steps(kind: Kind[ThingT], thing: ThingT, today: date) -> list[Step]:
    """The steps that are due and not taken for this limit."""
    if thing.due_on is None:
        return []
    due: list[Step] = kind.flow().file.clock.steps_due(thing.level, (today - thing.due_on).days)
    taken = thing.escalation_step if thing.escalated_for == thing.due_on else 0
    return due[taken:]


def _escalation(
    kind: Kind[ThingT], thing: ThingT, today: date, told: Told[ThingT]
) -> Change[ThingT] | None:
    """To whom it goes up today; None where nothing new is due."""
    assert not isinstance(thing, Campaign)  # it has no clock of this kind
    steps = _steps(kind, thing, today)
    if not steps:
        return None
    taken = thing.escalation_step if thing.escalated_for == thing.due_on else 0
    whom = list(dict.fromkeys(recipient for step in steps for recipient in step.to))
    detail = {
        "due_on": str(thing.due_on),
        "step": taken + len(steps),
        "to": whom,
        "told": told.names(thing, whom),
    }
    values = {"escalated_for": thing.due_on, "escalation_step": taken + len(steps)}
    return Change(values, detail=detail)


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
        key = f"{act}:{name}:{today}"
        tell_digest(counts, key=key, kind=act, what=noun + words, today=today, path=path + mark)


@transaction.atomic
def _remind_to_look_back(today: date) -> int:
    """Each matter once, when its day has come; one notice a person, however many matters."""
    rows = _not_warned(
        Matter.objects.filter(look_back_on__lte=today, looked_back_on__isnull=True),
        F("look_back_on"),
    )
    told: Told[Matter] = Told(MATTERS.flow())
    due: dict[str, list[Matter]] = defaultdict(list)
    matters = list(rows.select_related("agency__region__parent", "assignee").order_by("pk"))
    for matter in matters:
        for username in told.names(matter, ["bureau"]):
            due[username].append(matter)
    for user in User.objects.filter(username__in=list(due)):
        mine = due[user.username]
        one = mine[0] if len(mine) == 1 else None
        tell(
            [user],
            key=f"look_back:{today}:{mine[-1].pk}",
            kind="look_back",
            title=f"{one.number if one else f'{len(mine)} 件监督事项'} 该回头看了",
            text=f"{one.agency}　{one.title}" if one else "",
            path=path_of(one) if one else reverse("supervision:matters") + LOOK_BACK_LIST,
        )
    # A closed matter has no other limit to be warned of.
    Matter.objects.filter(pk__in=[m.pk for m in matters]).update(warned_for=F("look_back_on"))
    return len(matters)


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
