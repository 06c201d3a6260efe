"""What people confirmed about agencies, for assessment and training: the only facts that count.

A fact is a row about an alert or a matter whose problem a person confirmed. Alerts nobody judged
and alerts that were overturned are in none of these. That something was late is taken from the
clock's own lines (`escalate`): it knows of extensions and suspensions.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from mingjian.access.models import Agency
from mingjian.supervision.models import RIGHT, AlertEvent, Matter, MatterEvent, MatterPaper

# Acts by which a person judges an alert; a claim of the agency (feed_back) is none.
JUDGING = ("give_verdict", "order_rectification", "accept_claim", "settle")
Agencies: TypeAlias = QuerySet[Agency]


@dataclass(frozen=True)
class Fact:
    """One thing that counts, and the alert or matter it can be looked up in."""

    agency_id: str
    on: date
    words: str
    alert_id: int | None = None
    matter_id: int | None = None


@dataclass(frozen=True)
class Kind:
    """A declared way of counting, in words; `has_share`: the confirmed problems are its whole."""

    title: str
    meaning: str
    find: Callable[[Agencies, date, date], Iterator[Fact]]
    has_share: bool = False


@dataclass(frozen=True)
class ConfirmedProblem:
    """A problem of an agency that a person confirmed on a day."""

    alert_id: int
    agency_id: str
    monitor_id: str
    monitor_code: str
    monitor_name: str
    on: date


def confirmed_between(agencies: Agencies, start: date, end: date) -> list[ConfirmedProblem]:
    """Problems confirmed from `start` to `end` (both included); a relapse anew."""
    rows = _confirming(agencies, start, end).order_by("on", "pk")
    return [
        ConfirmedProblem(*row)
        for row in rows.values_list(
            "alert_id",
            "alert__agency_id",
            "alert__monitor_id",
            "alert__monitor_code",
            "alert__monitor_name",
            "on",
        )
    ]


def confirmed_counts(agencies: Agencies, start: date, end: date) -> dict[str, int]:
    """Number of alerts confirmed in the period, by agency; agencies without any are left out."""
    counted = _confirming(agencies, start, end).order_by().values_list("alert__agency_id")
    return dict(counted.annotate(count=Count("alert_id", distinct=True)))


def facts(kind: str, agencies: Agencies, start: date, end: date) -> list[Fact]:
    """The rows of one declared kind about these agencies; at most one for an alert or matter."""
    seen: set[tuple[int | None, int | None]] = set()
    found = []
    for fact in KINDS[kind].find(agencies, start, end):
        if (fact.alert_id, fact.matter_id) not in seen:
            seen.add((fact.alert_id, fact.matter_id))
            found.append(fact)
    return found


def _of(agencies: Agencies, start: date, end: date) -> QuerySet[AlertEvent]:
    """Events of main alerts of these agencies in the period, the overturned ones left out."""
    not_overturned = Q(alert__verdict__in=RIGHT) | Q(alert__verdict="")
    return AlertEvent.objects.filter(
        not_overturned,
        on__gte=start,
        on__lte=end,
        alert__main=None,
        alert__agency__in=agencies.order_by().values("pk"),
    )


def _confirming(agencies: Agencies, start: date, end: date) -> QuerySet[AlertEvent]:
    return _of(agencies, start, end).filter(act__in=JUDGING, verdict__in=RIGHT)


def _judged(after: bool) -> Subquery:
    """The verdict of the nearest judgement after (or before) an event of the same alert."""
    side = {"pk__gt" if after else "pk__lt": OuterRef("pk")}
    rows = AlertEvent.objects.filter(alert=OuterRef("alert"), act__in=JUDGING, **side)
    return Subquery(
        rows.exclude(verdict="").order_by("pk" if after else "-pk").values("verdict")[:1]
    )


def _late(state: str, words: str, *, judged_after: bool) -> Any:
    """Finder: the clock noted that an alert, confirmed then or later, stayed over its limit."""

    def find(agencies: Agencies, start: date, end: date) -> Iterator[Fact]:
        rows = _of(agencies, start, end).filter(act="escalate", before=state)
        rows = rows.annotate(judged=_judged(judged_after)).filter(judged__in=RIGHT)
        yield from _alert_facts(rows, words)

    return find


def _alert_facts(rows: QuerySet[AlertEvent], words: str) -> Iterator[Fact]:
    for event in rows.select_related("alert").order_by("on", "pk"):
        alert = event.alert
        due = event.detail.get("due_on")
        limit = f"（期限 {due}）" if due else ""
        text = f"{alert.monitor_code} {alert.monitor_name}：{words}{limit}"
        yield Fact(alert.agency_id, event.on, text, alert_id=alert.pk)


def _still_open(agencies: Agencies, start: date, end: date) -> Iterator[Fact]:
    """Confirmed in the period, its limit run out, and still the agency's turn today."""
    overdue = Q(alert__state="rectifying", alert__escalated_for=F("alert__due_on"))
    rows = _confirming(agencies, start, end).filter(overdue)
    for event in rows.select_related("alert").order_by("on", "pk"):
        alert = event.alert
        text = f"{alert.monitor_code} {alert.monitor_name}：期限（{alert.due_on}）已过，仍未整改"
        yield Fact(alert.agency_id, event.on, text, alert_id=alert.pk)


def _relapsed(agencies: Agencies, start: date, end: date) -> Iterator[Fact]:
    """Confirmed again after it was closed as confirmed; or found to recur at the look back."""
    reopened = AlertEvent.objects.filter(
        alert=OuterRef("alert"), act="reopen", pk__lt=OuterRef("pk")
    )
    rows = _confirming(agencies, start, end).annotate(judged=_judged(after=False))
    yield from _alert_facts(rows.filter(Exists(reopened), judged__in=RIGHT), "办结后再次发生")
    matters = Matter.objects.filter(
        agency__in=agencies.order_by().values("pk"),
        recurred=True,
        looked_back_on__gte=start,
        looked_back_on__lte=end,
    )
    for matter in matters.order_by("looked_back_on", "pk"):
        text = f"{matter.number} {matter.title}：回头看复发"
        assert matter.looked_back_on is not None
        yield Fact(matter.agency_id, matter.looked_back_on, text, matter_id=matter.pk)


def _sent_back(agencies: Agencies, start: date, end: date) -> Iterator[Fact]:
    yield from _alert_facts(_of(agencies, start, end).filter(act="send_back"), "整改不到位，退回")
    yield from _matter_facts(agencies, start, end, Q(act="send_back"), "整改不到位，退回")


def _paper_late(agencies: Agencies, start: date, end: date) -> Iterator[Fact]:
    """A matter with a paper served whose rectification was not reported in time."""
    papers = MatterPaper.objects.filter(matter=OuterRef("matter"), paper__served_on__isnull=False)
    in_force = Exists(papers.exclude(paper__state="annulled"))
    late = Q(act="escalate", before="rectifying") & Q(in_force)
    yield from _matter_facts(agencies, start, end, late, "没有按文书载明的期限报送")


def _matter_facts(
    agencies: Agencies, start: date, end: date, condition: Q, words: str
) -> Iterator[Fact]:
    rows = MatterEvent.objects.filter(
        condition,
        on__gte=start,
        on__lte=end,
        matter__agency__in=agencies.order_by().values("pk"),
    ).exclude(matter__finding__in=("", "none"))
    for event in rows.select_related("matter").order_by("on", "pk"):
        text = f"{event.matter.number} {event.matter.title}：{words}"
        yield Fact(event.matter.agency_id, event.on, text, matter_id=event.matter_id)


KINDS: dict[str, Kind] = {
    "rectified_late": Kind(
        "没有在期限内整改",
        "监督机构认定属实、责令整改的问题，期限届满仍没有报告整改，由夜间核对期限时记下的。",
        _late("rectifying", "没有在期限内整改", judged_after=False),
    ),
    "still_open": Kind(
        "期限已过仍未整改",
        "期间内认定属实的问题，整改期限已过，测算当日仍在整改中的；占期间内已确认问题的比例。",
        _still_open,
        has_share=True,
    ),
    "relapsed": Kind(
        "复发", "属实办结后再次发生、再次认定属实的预警，以及回头看认定复发的监督事项。", _relapsed
    ),
    "signed_late": Kind(
        "逾期签收",
        "超过签收期限的预警，后来认定属实的。",
        _late("new", "逾期签收", judged_after=True),
    ),
    "fed_back_late": Kind(
        "逾期反馈",
        "超过核查期限没有反馈的预警，后来认定属实的。",
        _late("signed", "逾期反馈核查结果", judged_after=True),
    ),
    "sent_back": Kind("整改被退回", "验收或者复核时退回的预警与监督事项。", _sent_back),
    "paper_late": Kind(
        "监督文书没有按期落实",
        "督办函、意见书、决定书送达后，期限届满没有报送整改的监督事项。",
        _paper_late,
    ),
}
