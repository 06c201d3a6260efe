"""Reads of assessments; every one begins with what the user may see."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from mingjian.access.models import Agency, User
from mingjian.access.roles import permits
from mingjian.access.scope import for_user
from mingjian.appraisal.models import AgencySheet, Appraisal, Deduction, DeductionObjection
from mingjian.appraisal.scheme import Item, Scheme
from mingjian.supervision.confirmed import KINDS, Kind, confirmed_between
from mingjian.supervision.models import Alert

NO_GROUP = "未分组"


@dataclass(frozen=True)
class SheetItem:
    """One item of one agency's sheet with its rows."""

    item: Item
    kind: Kind
    rows: list[Deduction]
    deducted: Decimal

    @property
    def is_capped(self) -> bool:
        standing = sum((row.points for row in self.rows if not row.is_struck), Decimal())
        return standing > Decimal(str(self.item.cap))


@dataclass(frozen=True)
class PeerGroup:
    """The sheets of one group that this person sees; `size` counts all with a score."""

    name: str
    size: int
    is_ranked: bool
    sheets: list[AgencySheet]


def sheets(user: User | AnonymousUser) -> QuerySet[AgencySheet]:
    """The sheets in the user's scope; an agency sees its own and nobody else's."""
    if not isinstance(user, User) or not permits(user, "appraisal.read"):
        return AgencySheet.objects.none()
    rows: QuerySet[AgencySheet] = for_user(AgencySheet.objects, user)
    return rows


def visible(user: User | AnonymousUser) -> QuerySet[Appraisal]:
    """Assessments with a sheet that the user sees; what was discarded only its organisers see."""
    rows = Appraisal.objects.filter(pk__in=sheets(user).order_by().values("appraisal"))
    if isinstance(user, User) and user.scope == "agency":
        return rows.exclude(state="discarded")
    return rows


def appraisal_list(user: User | AnonymousUser) -> QuerySet[Appraisal]:
    objection = "sheets__deductions__objection"
    open_ones = Count(objection, filter=Q(**{f"{objection}__outcome": ""}))
    return visible(user).select_related("region", "drawn_by").annotate(open_objections=open_ones)


def scheme_of(appraisal: Appraisal) -> Scheme:
    """The rules that the assessment was drawn up by, whatever the file says today."""
    return Scheme.model_validate(appraisal.rules)


def groups(appraisal: Appraisal, user: User, *, group: str = "") -> list[PeerGroup]:
    """The table: by peer group, ranked only within it and only where enough are compared."""
    counted = dict(
        AgencySheet.objects.filter(appraisal=appraisal, score__isnull=False)
        .order_by()
        .values_list("peer_group")
        .annotate(count=Count("pk"))
    )
    least = scheme_of(appraisal).group_at_least
    rows = sheets(user).filter(appraisal=appraisal).select_related("agency__region__parent")
    if group:
        rows = rows.filter(peer_group="" if group == NO_GROUP else group)
    ordered = sorted(rows, key=_order)
    found = []
    for name, members in groupby(ordered, key=lambda sheet: sheet.peer_group):
        size = counted.get(name, 0)
        is_ranked = bool(name) and size >= least
        found.append(PeerGroup(name or NO_GROUP, size, is_ranked, list(members)))
    return found


def group_names(appraisal: Appraisal, user: User) -> list[str]:
    names = sheets(user).filter(appraisal=appraisal).order_by("peer_group")
    return [name or NO_GROUP for name in names.values_list("peer_group", flat=True).distinct()]


def confirmed_of(sheet: AgencySheet) -> list[tuple[date, Alert]]:
    """The alerts behind the number of confirmed problems, each with the day it was confirmed
    (last); the caller may see the sheet's agency."""
    agency, drawn = Agency.objects.filter(pk=sheet.agency_id), sheet.appraisal
    found = confirmed_between(agency, drawn.start_on, drawn.end_on)
    days = {problem.alert_id: problem.on for problem in found}
    return [(days[a.pk], a) for a in Alert.objects.filter(pk__in=days).order_by("pk")]


def sheet_items(sheet: AgencySheet) -> list[SheetItem]:
    """Every item of the scheme with its rows, also those that cost nothing."""
    rows = sheet.deductions.select_related("alert", "matter", "objection__raised_by")
    rows = list(rows.select_related("objection__answered_by"))
    return [
        SheetItem(
            item,
            KINDS[item.counts],
            [row for row in rows if row.item == item.code],
            Decimal(sheet.items[item.code]["deducted"]),
        )
        for item in scheme_of(sheet.appraisal).items
    ]


def open_objections(user: User | AnonymousUser) -> QuerySet[DeductionObjection]:
    rows = DeductionObjection.objects.filter(outcome="")
    return rows.filter(deduction__sheet__in=sheets(user).order_by().values("pk"))


def _order(sheet: AgencySheet) -> Any:
    unranked = sheet.rank is None
    without_score = sheet.score is None
    score = -(sheet.score or Decimal())
    return (not sheet.peer_group, sheet.peer_group, without_score, unranked, score, sheet.agency_id)
