"""The night's clock for papers: warned before a limit, escalated after it, each once.

A paper has two limits: of the state it is in, and of the reply it asks for. What was done stands
in the paper's history; the words of a line there name limit and step, and are not written twice.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from mingjian import documents
from mingjian.access import audit
from mingjian.access.models import AuditLine, Region, User
from mingjian.documents.flow import LimitClock, Recipient
from mingjian.documents.models import Paper, PaperEvent
from mingjian.documents.queries import End
from mingjian.standards import load_calendar
from mingjian.supervision.notices import tell_digest
from mingjian.supervision.people import next_permission, roles_with, staff_in

LOOK_AHEAD = timedelta(days=20)  # longer than any warning, holidays included
PIECE = 200
IN_HAND = ("served", "acknowledged")  # the addressee has the paper


@dataclass(frozen=True)
class Limit:
    """One of the two limits of a paper that runs now; `end` is whose turn it is."""

    name: str
    due_on: date
    clock: LimitClock
    end: End
    permission: str


@dataclass(frozen=True)
class Stroke:
    """What the night does about a limit: the line of the history, and who is told."""

    act: str
    words: str
    told: list[str]


def run_paper_clock(today: date, say: Callable[[str], None]) -> tuple[int, int]:
    """Everything that is due on the day; how many were warned of and escalated."""
    done: Counter[str] = Counter()
    pks = list(_concerned(today).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), PIECE):
        with transaction.atomic():
            done.update(_piece(pks[start : start + PIECE], today))
        say(f"期限：公文 {min(start + PIECE, len(pks)):,}／{len(pks):,} 件")
    _tell_of_the_night(today)
    return done["warn"], done["escalate"]


def limits_of(paper: Paper) -> Iterator[Limit]:
    """The limits that run for the paper in its state."""
    flow = documents.flow.load_flow()
    clock, permission = flow.file.clock, next_permission(flow, paper.state)
    if paper.due_on is not None and permission is not None:
        end: End = "addressee" if paper.state == "served" else "issuer"
        yield Limit("本环节", paper.due_on, clock.stage, end, permission)
    waits = paper.replied_on is None and paper.state in IN_HAND
    if paper.reply_due_on is not None and waits and not hasattr(paper, "of_matter"):
        yield Limit("回复", paper.reply_due_on, clock.reply, "addressee", "paper.draft")


def _concerned(today: date) -> QuerySet[Paper]:
    """Papers of which a limit is over or about to be."""
    soon = today + LOOK_AHEAD
    in_hand = Q(state__in=IN_HAND, reply_due_on__lte=soon, replied_on__isnull=True)
    flow = documents.flow.load_flow()
    watched = Paper.objects.filter(state__in=flow.file.acts["escalate"].from_)
    return watched.filter(Q(due_on__lte=soon) | in_hand)


def _piece(pks: Sequence[int], today: date) -> Counter[str]:
    """The papers as they are now, locked; what stands in their history is not done again."""
    related = ("issuer_region__parent", "addressee_region", "of_matter")
    locked = Paper.objects.select_for_update(of=("self",)).select_related(*related)
    papers = list(locked.filter(pk__in=pks).order_by("pk"))
    acts = PaperEvent.objects.filter(paper__in=papers, act__in=("warn", "escalate"))
    known = set(acts.values_list("paper_id", "act", "text"))
    strokes = [
        (paper, stroke)
        for paper in papers
        for limit in limits_of(paper)
        if (stroke := _stroke(paper, limit, today)) is not None
        and (paper.pk, stroke.act, stroke.words) not in known
    ]
    PaperEvent.objects.bulk_create(
        PaperEvent(
            paper=paper,
            on=today,
            act=stroke.act,
            before=paper.state,
            after=paper.state,
            version=paper.version,
            text=stroke.words,
        )
        for paper, stroke in strokes
    )
    for act in ("warn", "escalate"):
        entries = [
            (paper, {"on": str(today), "limit": stroke.words, "told": stroke.told})
            for paper, stroke in strokes
            if stroke.act == act
        ]
        audit.record_many(None, f"paper.{act}", entries)
    return Counter(stroke.act for _, stroke in strokes)


def _stroke(paper: Paper, limit: Limit, today: date) -> Stroke | None:
    """What is due about this limit today; None where nothing is."""
    words = f"{limit.name}期限 {limit.due_on}"
    if today <= limit.due_on:
        left = load_calendar().working_days_between(today, limit.due_on)
        if left > limit.clock.warn:
            return None
        return Stroke("warn", words, _names(paper, limit, ["holder"]))
    steps = [s for s in limit.clock.escalate if s.after <= (today - limit.due_on).days]
    # Nights that were missed are made up for: whoever a step named is told now.
    whom = list(dict.fromkeys(recipient for step in steps for recipient in step.to))
    return Stroke("escalate", f"{words}已过，第 {len(steps)} 步", _names(paper, limit, whom))


def _names(paper: Paper, limit: Limit, whom: Sequence[Recipient]) -> list[str]:
    people = {user.username for kind in whom for user in _of(kind, paper, limit)}
    return sorted(people)


def _of(kind: Recipient, paper: Paper, limit: Limit) -> list[User]:
    match kind:
        case "holder":
            return _side(paper, limit.end, roles_with(limit.permission))
        case "issuer":
            return _side(paper, "issuer", roles_with("paper.serve"))
        case "head":
            return _side(paper, "issuer", roles_with("paper.sign"))
        case "above":
            region = paper.issuer_region
            above = region.parent if region is not None else None
            return _office(above, roles_with("paper.sign")) if above is not None else []


def _side(paper: Paper, end: End, roles: tuple[str, ...]) -> list[User]:
    """Active accounts that act for this end of the paper (`documents.queries.own_side`)."""
    region: Region | None = getattr(paper, f"{end}_region")
    if region is not None:
        return _office(region, roles)
    agency = getattr(paper, f"{end}_agency_id")
    people = User.objects.filter(is_active=True, role__in=roles, scope__in=("line", "agency"))
    return list(people.filter(agency_id=agency))


def _office(region: Region, roles: tuple[str, ...]) -> list[User]:
    return staff_in({region.pk}, roles, with_city=region.tier == "city")


def _tell_of_the_night(today: date) -> None:
    """One notice a person; made from the lines of the night, so that a stopped one loses none."""
    for act, words in (("warn", "期限将到"), ("escalate", "超期")):
        lines = AuditLine.objects.filter(act=f"paper.{act}", detail__on=str(today))
        counts = Counter(
            name for detail in lines.values_list("detail", flat=True) for name in detail["told"]
        )
        mark = "?turn=overdue" if act == "escalate" else "?turn=mine"
        path = reverse("documents:papers") + mark
        key = f"{act}:paper:{today}"
        tell_digest(counts, key=key, kind=act, what=f"公文{words}", today=today, path=path)
