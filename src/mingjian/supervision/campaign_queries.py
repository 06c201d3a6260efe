"""Reads of campaigns: who sees them, what belongs to them, and their numbers with the rows behind.

Every number is a named part of the alerts (`Part`), and the same part narrows the alert list:
what is counted and what is listed are one condition.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Min, Q, QuerySet, Subquery

from mingjian.access.models import Agency, Region, User
from mingjian.access.roles import permits
from mingjian.access.scope import for_user, region_prefix
from mingjian.supervision import queries as alert_queries
from mingjian.supervision.confirmed import JUDGING
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import RIGHT, Alert, AlertEvent, Campaign, CampaignAlert, Matter

RUNNING = "running"


def seen(rows: QuerySet[Campaign], user: User | AnonymousUser) -> QuerySet[Campaign]:
    """Campaigns of the own region and those from above that reach it; to a line, an agency or a
    street those that hold an alert or a matter of theirs."""
    if not isinstance(user, User) or not user.is_active or user.scope == "none":
        return rows.none()
    if user.scope == "city":
        return rows
    if user.scope == "region" and user.region is not None and user.region.tier != "street":
        return rows.filter(_reaching(user.region.region_code))
    alerts = for_user(CampaignAlert.objects, user, "alert__agency").values("campaign")
    matters = for_user(Matter.objects.filter(campaign__isnull=False), user).values("campaign")
    return rows.exclude(state="planned").filter(Q(pk__in=alerts) | Q(pk__in=matters))


def visible(user: User | AnonymousUser) -> QuerySet[Campaign]:
    """The campaigns that the person may open; none without the permission to read matters."""
    if not permits(user, "matter.read"):
        return Campaign.objects.none()
    return seen(Campaign.objects.select_related("region", "planned_by"), user)


def campaign_list(user: User | AnonymousUser, state: str = "") -> QuerySet[Campaign]:
    """The running ones first, the newest first among equals."""
    rows = visible(user)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by(F("closed_on").desc(nulls_first=True), "-starts_on", "-pk")


def agencies_in(campaign: Campaign) -> QuerySet[Agency]:
    """The agencies that the campaign looks at."""
    places = list(campaign.districts.values_list("region_code", flat=True))
    area = Q(pk__in=[])
    for code in places or [campaign.region_id]:
        area |= Q(region__region_code__startswith=region_prefix(code))
    rows = Agency.objects.filter(area)
    return rows.filter(field=campaign.field) if campaign.field else rows


def fitting(campaign: Campaign) -> Q:
    """Alerts that are of the campaign's kind, whenever they were found."""
    condition = Q(agency__in=agencies_in(campaign).order_by().values("pk"))
    if campaign.monitors:
        condition &= Q(monitor_id__in=campaign.monitors)
    return condition


def candidates(campaign: Campaign) -> Q:
    """Alerts that may be put on the list: of its kind, not on it, and open or found in its days."""
    flow = load_flow()
    states = [name for name in flow.file.states if name != "merged"]
    still_open = [name for name in states if not flow.is_ended(name)]
    members = CampaignAlert.objects.filter(campaign=campaign).values("alert")
    in_time = Q(state__in=still_open) | Q(found_on__gte=campaign.starts_on)
    in_time &= Q(found_on__lte=campaign.due_on or campaign.ends_on)
    return fitting(campaign) & in_time & Q(state__in=states) & ~Q(pk__in=members)


def open_for(thing: Alert | Matter) -> list[Campaign]:
    """The running campaigns that this alert or matter could be put into."""
    running = Campaign.objects.filter(state=RUNNING).order_by("-starts_on")
    if isinstance(thing, Alert):
        rows = Alert.objects.filter(pk=thing.pk)
        return [c for c in running if rows.filter(candidates(c)).exists()]
    return [
        c
        for c in running
        if c.pk != thing.campaign_id and agencies_in(c).filter(pk=thing.agency_id).exists()
    ]


def campaigns_of(alert: Alert) -> list[Campaign]:
    """The campaigns on whose lists the alert stands."""
    return list(Campaign.objects.filter(members__alert=alert).order_by("pk"))


@dataclass(frozen=True)
class Outcome:
    """How a member stands: a column of the tables."""

    title: str
    meaning: str
    condition: Q


def outcomes(today: date) -> dict[str, Outcome]:
    """The columns, by the name that stands in addresses. Conditions are on alerts."""
    flow = load_flow()
    undone = [name for name in flow.file.states if not flow.is_ended(name)]
    right, closed = Q(verdict__in=RIGHT), Q(state="closed")
    put_right = Q(rectified_on__isnull=False) | Q(matter__isnull=False)
    return {
        "joined": Outcome("列入", "列入专项名单的预警", Q()),
        "confirmed": Outcome("属实", "监督机构认定属实或者部分属实的", right),
        "not_confirmed": Outcome("不属实", "办结而没有认定属实的", closed & ~right),
        "pending": Outcome("待认定", "还没有结论的", ~right & Q(state__in=undone)),
        "rectified": Outcome(
            "已整改", "属实，经验收或者随监督事项办结的", right & closed & put_right
        ),
        "overdue": Outcome(
            "超期", "没有办结、本环节期限已过的", Q(state__in=undone, due_on__lt=today)
        ),
    }


# What happened on a day, as the stages count it: acts of the alert's history.
HAPPENINGS: dict[str, tuple[str, Q]] = {
    "joined": ("列入", Q(act="join_campaign")),
    "confirmed": (
        "认定属实",
        Q(act__in=JUDGING, verdict__in=RIGHT),
    ),
    "reported": ("报告整改", Q(act="report_rectified")),
    "closed": ("办结", Q(after="closed") & ~Q(before="closed")),
}
AGAIN = Q(act__in=["return", "reopen"])  # the first time stands on the alert itself


def members(user: User | AnonymousUser, campaign: Campaign) -> QuerySet[Alert]:
    """The alerts on the list that the person may see."""
    return alert_queries.visible(user).filter(_on_list(campaign))


def member_counts(user: User | AnonymousUser, campaigns: Iterable[Campaign]) -> dict[int, int]:
    """How many alerts on the list of each the person may see; none where there are none."""
    rows = CampaignAlert.objects.filter(
        campaign__in=list(campaigns), alert__in=alert_queries.visible(user).order_by().values("pk")
    )
    counted = rows.order_by().values("campaign").annotate(count=Count("pk"))
    return {row["campaign"]: row["count"] for row in counted}


def part(campaign: Campaign, name: str, today: date) -> Q:
    """The alerts behind a number, by the name of the part in an address:

    an outcome; `<outcome>@<region code>`, without a code those of no agency; `candidates`;
    `stage-<no>-<happening>`; `days-<first>-<last>` (of its kind, raised in these days).
    ValueError for a name that is none of these.
    """
    kinds = outcomes(today)
    outcome, at, place = name.partition("@")
    if outcome in kinds:
        here = (
            Q(agency__region__region_code__startswith=place)
            if place
            else Q(agency__isnull=bool(at))
        )
        return kinds[outcome].condition & _on_list(campaign) & (here if at else Q())
    if name == "candidates":
        return candidates(campaign)
    head, _, rest = name.partition("-")
    if head == "stage":
        number, _, what = rest.partition("-")
        stage = campaign.stages.filter(no=int(number)).first()
        if stage is not None and what in HAPPENINGS:
            happened = _happened(HAPPENINGS[what][1], stage.starts_on, stage.ends_on)
            return _on_list(campaign) & happened
    if head == "days" and len(rest) == 16:
        first, last = (date.fromisoformat(text) for text in (rest[:8], rest[8:]))
        found = Q(first_found_on__gte=first, first_found_on__lte=last)
        return fitting(campaign) & (found | _happened(AGAIN, first, last))
    raise ValueError(f"没有“{name}”这一部分")


Conditions = Iterable[tuple[str, Q]]


def counts(rows: QuerySet[Alert], conditions: Conditions) -> dict[str, int]:
    """How many alerts meet each condition, in one query."""
    return rows.order_by().aggregate(
        **{name: Count("pk", filter=condition or None) for name, condition in conditions}
    )


def grouped(rows: QuerySet[Alert], key: str, conditions: Conditions) -> list[dict[str, Any]]:
    """The same by the values of a field."""
    counted = {name: Count("pk", filter=condition or None) for name, condition in conditions}
    return list(rows.order_by().values(key).annotate(**counted))


def found_days(
    user: User | AnonymousUser, campaign: Campaign, first: date, last: date
) -> set[tuple[int, date]]:
    """(alert, day) of every time an alert of its kind was found for the first time or again."""
    rows = alert_queries.visible(user).filter(fitting(campaign)).order_by()
    once = rows.filter(first_found_on__gte=first, first_found_on__lte=last)
    events = AlertEvent.objects.filter(AGAIN, on__gte=first, on__lte=last)
    again = events.filter(alert__in=rows.values("pk")).order_by()
    return {*once.values_list("pk", "first_found_on"), *again.values_list("alert_id", "on")}


def watched_since() -> date | None:
    """The day of the first finding of all: before it nothing had been monitored."""
    day: date | None = Alert.objects.aggregate(day=Min("first_found_on"))["day"]
    return day


def matters_of(user: User | AnonymousUser, campaign: Campaign) -> QuerySet[Matter]:
    """Its matters in the person's scope."""
    rows: QuerySet[Matter] = for_user(Matter.objects.filter(campaign=campaign), user)
    return rows.select_related("agency__region__parent", "assignee").order_by("state", "-pk")


def _on_list(campaign: Campaign) -> Q:
    return Q(pk__in=CampaignAlert.objects.filter(campaign=campaign).values("alert"))


def _happened(what: Q, first: date, last: date) -> Q:
    events = AlertEvent.objects.filter(what, on__gte=first, on__lte=last)
    return Q(pk__in=events.order_by().values("alert"))


def _reaching(region_code: str) -> Q:
    """Campaigns of the region itself or inside it, and those from above that name it or nothing."""
    own = Q(region__region_code__startswith=region_prefix(region_code))
    named = Campaign.districts.through.objects.filter(region_id=region_code).values("campaign")
    any_named = Campaign.districts.through.objects.values("campaign")
    above = Region.objects.filter(pk=region_code).values("parent")
    return own | Q(region__in=Subquery(above)) & (Q(pk__in=named) | ~Q(pk__in=any_named))
