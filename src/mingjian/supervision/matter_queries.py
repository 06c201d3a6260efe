"""Reads of matters; every one begins with what the user may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, QuerySet

from mingjian.access.flow import OpenAct
from mingjian.access.models import User
from mingjian.access.roles import permits
from mingjian.access.scope import for_user
from mingjian.documents import queries as papers
from mingjian.supervision import campaign_queries
from mingjian.supervision.flow import load_matter_flow
from mingjian.supervision.models import (
    Alert,
    Attachment,
    Extension,
    Matter,
    MatterEvent,
    MatterPaper,
    Objection,
    Problem,
)

# Before it is put to the agency a matter is the supervisor's own business.
ALERTS_SHOWN = 100
INTERNAL_STATES = ("clue", "refused")
TOLD_STATES = ("rectifying", "reported", "closed", "referred")
# What the agency is shown of the history.
OUTWARD_ACTS = frozenset(
    (
        *("ask_material", "give_material", "served", "annulled", "no_paper", "report", "pass"),
        *(
            "send_back",
            "object",
            "answer_objection",
            "objection_answered",
            "ask_extension",
            "grant_extension",
        ),
        *("refuse_extension", "suspend", "resume", "tell_superior"),
    )
)


@dataclass(frozen=True)
class MatterSheet:
    """Everything the page of one matter shows."""

    matter: Matter
    acts: list[OpenAct]
    events: list[MatterEvent]
    alerts: list[Alert]
    alert_count: int
    papers: list[MatterPaper]
    problems: list[Problem]
    extensions: list[Extension]
    objections: list[Objection]
    attachments: list[Attachment]
    is_told: bool  # whether the finding is shown to this reader
    is_my_turn: bool

    @property
    def material_due_on(self) -> date | None:
        """Until when the agency hands in what was asked of it last; None once something came."""
        asked = [e for e in self.events if e.act in ("ask_material", "give_material")]
        if self.matter.state != "open" or not asked or asked[-1].act == "give_material":
            return None
        return date.fromisoformat(asked[-1].detail["due_on"])


def visible(user: User | AnonymousUser) -> QuerySet[Matter]:
    """The matters in the user's scope; to the agency only what has been put to it."""
    if not isinstance(user, User) or not permits(user, "matter.read"):
        return Matter.objects.none()
    rows: QuerySet[Matter] = for_user(Matter.objects, user)
    return rows.exclude(state__in=INTERNAL_STATES) if user.scope == "agency" else rows


def matter_list(
    user: User | AnonymousUser, wanted: Mapping[str, Any], today: date
) -> QuerySet[Matter]:
    """The visible matters that fit the filter, the pressing first."""
    flow = load_matter_flow()
    rows = visible(user).select_related("agency__region__parent", "assignee")
    state = wanted.get("state") or "open"
    if state == "open":
        rows = rows.exclude(state__in=flow.ended_states())
    elif state != "all":
        rows = rows.filter(state=state)
    if wanted.get("level"):
        rows = rows.filter(level=wanted["level"])
    if wanted.get("text"):
        text = wanted["text"].strip()
        rows = rows.filter(
            Q(title__icontains=text)
            | Q(clue_ref__icontains=text)
            | Q(agency__name__icontains=text)
            | Q(pk=_number(text))
        )
    match wanted.get("mark"):
        case "overdue":
            rows = rows.filter(due_on__lt=today).exclude(state__in=flow.ended_states())
        case "mine":
            rows = rows.filter(state__in=flow.waiting_for(user))
        case "objection":
            rows = rows.filter(objections__outcome="", objections__isnull=False)
        case "look_back":
            rows = rows.filter(look_back_on__lte=today, looked_back_on__isnull=True)
    return rows.annotate(alert_count=Count("alerts", distinct=True)).order_by(
        F("due_on").asc(nulls_last=True), "-pk"
    )


def counts_by_state(user: User | AnonymousUser) -> dict[str, int]:
    return dict(visible(user).order_by().values_list("state").annotate(count=Count("pk")))


def to_do_count(user: User | AnonymousUser) -> int:
    return visible(user).filter(state__in=load_matter_flow().waiting_for(user)).count()


def matter_sheet(matter: Matter, user: User) -> MatterSheet:
    """Read once for a page; the caller checked that the user may see the matter."""
    is_agency = user.scope == "agency"
    events = matter.events.select_related("by")
    if is_agency:
        events = events.filter(act__in=OUTWARD_ACTS)
    reads = permits(user, "alert.read")
    linked = matter.alerts.select_related("agency") if reads else Alert.objects.none()
    alerts: QuerySet[Alert] = for_user(linked, user)
    links = matter.papers.filter(paper__in=papers.visible(user)).select_related("paper")
    is_told = not is_agency or matter.state in TOLD_STATES
    return MatterSheet(
        matter=matter,
        acts=open_acts(matter, user),
        events=list(events),
        alerts=list(alerts.order_by("level_rank", "pk")[:100])
        if permits(user, "alert.read")
        else [],
        alert_count=alerts.count(),
        papers=list(links),
        problems=list(matter.problems.all()) if is_told else [],
        extensions=list(matter.extensions.all()),
        objections=list(matter.objections.select_related("raised_by", "reply__paper")),
        attachments=list(matter.attachments.select_related("by")),
        is_told=is_told,
        is_my_turn=matter.state in load_matter_flow().waiting_for(user),
    )


def open_acts(matter: Matter, user: User) -> list[OpenAct]:
    """The flow's acts for this user, without those this matter gives no occasion for."""
    asked = matter.extensions.filter(answer="").exists()
    objection = matter.objections.filter(outcome="").select_related("paper", "reply__paper").first()
    in_writing = load_matter_flow().file.objection.in_writing
    kind = objection.paper.kind if objection is not None and objection.paper is not None else ""
    found = matter.finding
    # While a paper is on its way there is nothing to draft; one that was given up makes room.
    unserved = matter.papers.filter(paper__served_on__isnull=True).exclude(kind="reply")
    given_up = ("discarded", "withdrawn", "annulled")
    on_its_way = unserved.exclude(paper__state__in=given_up).exists()
    needs_paper = bool(found) and found not in ("none", "corrected")
    fits = {
        "grant_extension": asked,
        "refuse_extension": asked,
        "ask_extension": matter.due_on is not None and not asked,
        "answer_objection": objection is not None and kind not in in_writing,
        "draft_reply": objection is not None
        and (objection.reply is None or objection.reply.paper.state in given_up),
        "object": objection is None,
        "issue": needs_paper and not matter.is_vertical and not on_its_way,
        "propose": needs_paper and not matter.is_vertical and not on_its_way,
        "no_paper": needs_paper,
        "correct_at_once": found == "corrected",
        "conclude": found == "none",
        "tell_superior": matter.is_vertical and needs_paper,
        "look_back": matter.look_back_on is not None and matter.looked_back_on is None,
        "send_back": matter.sent_back_count == 0,
        "join_campaign": bool(campaign_queries.open_for(matter)),
        "leave_campaign": matter.campaign is not None
        and matter.campaign.state == campaign_queries.RUNNING,
    }
    acts = load_matter_flow().open_to(user, matter.state)
    return [act for act in acts if fits.get(act.name, True)]


def _number(text: str) -> int:
    """The row behind a matter number such as JD2026-00012; 0, which no row has, otherwise."""
    digits = text.rpartition("-")[2]
    is_number = text.upper().startswith("JD") and digits.isdigit() and len(digits) < 12
    return int(digits) if is_number else 0
