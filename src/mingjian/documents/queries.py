"""Reads of papers, scoped by the user first.

A paper that is not served yet is its issuer's own business; once served, its addressee sees it,
and the supervisors in whose scope the agency concerned lies.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Min, Q, QuerySet, Subquery
from django.utils import timezone

from mingjian.access.models import Agency, Region, User
from mingjian.access.roles import load_roles, permits
from mingjian.access.scope import NOTHING, scope_filter
from mingjian.documents.flow import NotPossible, load_flow
from mingjian.documents.models import Paper, PaperEvent
from mingjian.documents.places import Side, side_of
from mingjian.documents.seal_models import Seal
from mingjian.documents.template import load_templates, words

End = Literal["issuer", "addressee"]
SERVED = Q(served_on__isnull=False)
# Signed for, and what it asks for not reported yet: there is nothing to archive.
BEING_ANSWERED = Q(state="acknowledged", reply_due_on__isnull=False, replied_on__isnull=True)


@dataclass(frozen=True)
class FactLine:
    """A fact of a paper: when drafted, now, and whether the text still says it."""

    title: str
    drafted: str
    now: str
    is_said: bool

    @property
    def is_changed(self) -> bool:
        return self.drafted != self.now


def own_side(user: User | AnonymousUser, end: End) -> Q:
    """Papers whose issuer (or addressee) the person acts for: the own agency, or the office and
    government of exactly the own region (those of the city, for a scope of the whole city)."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    match user.scope:
        case "city":
            return Q(**{f"{end}_region__tier": "city"})
        case "region":
            return Q(**{f"{end}_region_id": user.region_id})
        case "line" | "agency":
            return Q(**{f"{end}_agency_id": user.agency_id})
    return NOTHING


def visible(user: User | AnonymousUser) -> QuerySet[Paper]:
    """The papers the person may see."""
    if not isinstance(user, User) or not user.is_active or user.scope == "none":
        return Paper.objects.none()
    about = "agency" if user.scope in ("city", "region") else "addressee_agency"
    # Sets of ids: the whole city's condition is empty, and an empty one vanishes from an OR.
    served = Paper.objects.filter(SERVED)
    received = [
        served.filter(own_side(user, "addressee")).values("pk"),
        served.filter(scope_filter(user, about)).values("pk"),
    ]
    seen = own_side(user, "issuer") | Q(pk__in=received[0]) | Q(pk__in=received[1])
    return Paper.objects.filter(seen)


def is_on_side(user: User | AnonymousUser, paper: Paper, end: End) -> bool:
    return bool(Paper.objects.filter(own_side(user, end), pk=paper.pk).exists())


def own_body(user: User) -> Agency | Region | None:
    """In whose name this person acts: the own agency, or the region of the office or government."""
    match user.scope:
        case "city":
            return Region.objects.filter(tier="city").first()
        case "region":
            return user.region
        case "line" | "agency":
            return user.agency
    return None


def seal_side(user: User) -> Side:
    """The body whose seal this person's side has; NotPossible for an account without one."""
    body = own_body(user)
    if body is None:
        raise NotPossible("您的账号没有单位或行政区，没有可以登记的印章。")
    if isinstance(body, Agency):
        return side_of("agency", body)
    is_government = permits(user, "paper.government_sign")
    return side_of("government" if is_government else "supervision_office", body)


def seals_of(user: User) -> QuerySet[Seal]:
    """The seals, in use and retired, of the body the person acts for."""
    side = seal_side(user)
    return Seal.objects.filter(agency=side.agency, region=side.region, name=side.name)


def keepers_for(user: User) -> QuerySet[User]:
    """Who may keep that seal: people of the same body whose role stamps."""
    roles = load_roles().roles
    is_government = permits(user, "paper.government_sign")
    keeping = [
        name
        for name, role in roles.items()
        if "paper.stamp" in role.permissions
        and ("paper.government_sign" in role.permissions) == is_government
    ]
    same = {"scope": user.scope, "region_id": user.region_id, "agency_id": user.agency_id}
    return User.objects.filter(is_active=True, role__in=keeping, **same).order_by("display_name")


def history(paper: Paper, *, whole: bool) -> QuerySet[PaperEvent]:
    """What happened to the paper; how it came about (not `whole`) is its issuer's own business."""
    events = paper.events.select_related("by")
    if whole:
        return events
    issued = paper.events.filter(act="issue").values("pk")[:1]
    return events.filter(pk__gte=Subquery(issued))


def may_issue_for(user: User, issuer: Agency | Region) -> bool:
    """Whether the person may draft in the name of this body."""
    match user.scope:
        case "city":
            return isinstance(issuer, Region) and issuer.tier == "city"
        case "region":
            return isinstance(issuer, Region) and issuer.pk == user.region_id
        case "line" | "agency":
            return isinstance(issuer, Agency) and issuer.pk == user.agency_id
    return False


def paper_list(user: User | AnonymousUser, wanted: dict[str, Any]) -> QuerySet[Paper]:
    """Papers newest first, by words of title, number or agency, kind, state, and whose turn."""
    rows = visible(user).select_related("agency").annotate(drafted_on=Min("events__on"))
    if text := wanted.get("text"):
        rows = rows.filter(_mentions(text))
    for name in ("template", "state"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("turn") == "mine":
        rows = rows.filter(waiting_for(user))
    if wanted.get("turn") == "overdue":
        rows = rows.filter(pk__in=overdue(timezone.localdate()).order_by().values("pk"))
    if wanted.get("start"):
        rows = rows.filter(drafted_on__gte=wanted["start"])
    if wanted.get("end"):
        rows = rows.filter(drafted_on__lte=wanted["end"])
    return rows.order_by("-id")


def count_waiting_for(user: User | AnonymousUser) -> int:
    """How many papers wait for an act of this person's."""
    return visible(user).filter(waiting_for(user)).count()


def waiting_for(user: User | AnonymousUser) -> Q:
    """Papers that wait for an act of this person's; a signed one also for its seal's keeper."""
    states = load_flow().waiting_for(user)
    kept = Seal.objects.filter(keeper_id=user.pk, retired_on__isnull=True).values("name")
    unsealed = Q(state="approved", seal__isnull=True, issuer_name__in=kept)
    turn = ~Q(state="served") & ~BEING_ANSWERED & Q(state__in=states) | unsealed
    theirs = own_side(user, "issuer") & turn
    return theirs | own_side(user, "addressee") & Q(state="served") & Q(state__in=states)


def overdue(today: date) -> QuerySet[Paper]:
    """Papers that stay longer in their state than the flow allows, or whose reply is late."""
    late_reply = Q(reply_due_on__lt=today, replied_on__isnull=True)
    in_hand = Q(state__in=["served", "acknowledged"])
    return Paper.objects.filter(Q(due_on__lt=today) | late_reply & in_hand)


def fact_lines(paper: Paper) -> list[FactLine]:
    """The paper's facts; a changed one, or one the text no longer says, shows."""
    template = load_templates()[paper.template]
    text = f"{paper.title}\n{paper.addressee_name}\n{paper.body}"
    lines = []
    for name, fact in template.facts.items():
        value = paper.facts.get(name)
        if value in (None, "", []):
            continue
        before = paper.drafted_facts.get(name, "")
        now = words(fact, value)
        said = all(line in text for line in _lines(value, now))
        lines.append(FactLine(fact.title, words(fact, before) if before else "", now, said))
    if paper.limit_words:
        drafted = paper.drafted_facts.get("limit", paper.limit_words)
        is_said = paper.limit_words in text
        lines.append(FactLine("办理期限", drafted, paper.limit_words, is_said))
    return lines


def _lines(value: Any, written: str) -> list[str]:
    lines = value if isinstance(value, list) else written.splitlines()
    return [line.strip() for line in lines if line.strip()]


def _mentions(text: str) -> Q:
    found = Q(title__icontains=text) | Q(addressee_name__icontains=text)
    number = text.replace("[", "〔").replace("]", "〕").rstrip("号")
    head, bracket, rest = number.partition("〔")
    year, _, last = rest.partition("〕")
    if bracket and year.isdigit():
        same = Q(number_word__icontains=head.strip(), number_year=int(year))
        found |= same & Q(number=int(last)) if last.isdigit() else same
    elif head:
        found |= Q(number_word__icontains=head, number__isnull=False)
    return found
