"""Reads of alerts; every one begins with what the user may see."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Count, F, Max, Q, QuerySet

from mingjian.access.models import Agency, Region, User
from mingjian.access.roles import permits
from mingjian.access.scope import for_user
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import (
    LEVEL_OF_RANK,
    LEVEL_RANKS,
    Alert,
    AlertEvent,
    Extension,
    MonitorRound,
)
from mingjian.supervision.records import library

_ORDERS: dict[str, list[Any]] = {
    "level": ["level_rank", F("due_on").asc(nulls_last=True), "id"],
    "due": [F("due_on").asc(nulls_last=True), "level_rank", "id"],
    "found": ["-found_on", "level_rank", "id"],
    "last": ["-last_found_on", "level_rank", "id"],
    "agency": ["agency__region_id", "agency_id", "level_rank", "id"],
    "monitor": ["monitor_code", "level_rank", "id"],
    "priority": ["-priority", "id"],
}


def visible(user: User | AnonymousUser) -> QuerySet[Alert]:
    """The alerts in the user's scope; none without the permission to read alerts."""
    if not permits(user, "alert.read"):
        return Alert.objects.none()
    rows: QuerySet[Alert] = for_user(Alert.objects, user)
    return rows


def alert_list(
    user: User | AnonymousUser, wanted: Mapping[str, Any], today: date
) -> QuerySet[Alert]:
    """The visible alerts that fit the filter, in its order, with agency and region at hand."""
    rows = filtered(user, wanted, today).select_related("agency__region__parent")
    return rows.order_by(*_ORDERS[wanted.get("sort") or "level"])


def filtered(user: User | AnonymousUser, wanted: Mapping[str, Any], today: date) -> QuerySet[Alert]:
    rows = visible(user).filter(_state(wanted.get("state") or "open"))
    equal = {
        "monitor": "monitor_code",
        "field": "agency__field",
        "start": "found_on__gte",
        "end": "found_on__lte",
        "gone_on": "gone_on",
        "closed_on": "closed_on",
        "district": "agency__region__region_code__startswith",
    }
    rows = rows.filter(**{path: wanted[key] for key, path in equal.items() if wanted.get(key)})
    if wanted.get("among") is not None:
        rows = rows.filter(wanted["among"])
    if wanted.get("level"):
        rows = rows.filter(level_rank=LEVEL_RANKS[wanted["level"]])
    if wanted.get("group"):
        rows = rows.filter(monitor_code__startswith=f"{wanted['group']}-")
    if wanted.get("agency"):
        name = wanted["agency"]
        rows = rows.filter(agency__in=_agencies_named(user, name))
    if wanted.get("mark"):
        rows = rows.filter(_mark(wanted["mark"], user, today))
    if wanted.get("text"):
        text = wanted["text"].strip()
        rows = rows.filter(
            Q(unit_id__icontains=text)
            | Q(latest_message__icontains=text)
            | Q(monitor_name__icontains=text)
            | Q(pk=_number(text))
        )
    return rows


class AlertPages(Paginator):
    """Pages of an alert list: the ids are found in the indexes, then fifty wide rows are read."""

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        return self._get_page(first_rows(self.object_list, first, self.per_page), number, self)


def first_rows(rows: QuerySet[Alert], first: int, most: int) -> list[Alert]:
    """At most so many rows of an ordered list from `first` on."""
    pks = list(rows.values_list("pk", flat=True)[first : first + most])
    found = Alert.objects.select_related("agency__region__parent").in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def level_counts(
    user: User | AnonymousUser, wanted: Mapping[str, Any], today: date
) -> dict[str, int]:
    """Number of alerts a level within the filter (the filter's own level left aside)."""
    return _by_level(filtered(user, {**wanted, "level": ""}, today))


def to_dos(user: User, today: date) -> QuerySet[Alert]:
    """Alerts that wait for an act of this user, the most pressing first."""
    return alert_list(user, {"state": "all", "mark": "mine", "sort": "due"}, today)


def latest_round() -> date | None:
    """The day as of which the alerts stand; None before the first round."""
    latest: date | None = MonitorRound.objects.aggregate(day=Max("as_of"))["day"]
    return latest


def changes_of(user: User | AnonymousUser, day: date) -> dict[str, dict[str, int]]:
    """What the round of a day changed in the user's scope: kind → level → number."""
    rows = visible(user)
    kinds = {
        "new": Q(found_on=day, returned_count=0),
        "returned": Q(found_on=day, returned_count__gt=0),
        "gone": Q(gone_on=day),
        "closed": Q(closed_on=day),
    }
    return {kind: _by_level(rows.filter(condition)) for kind, condition in kinds.items()}


def counts_by_state(user: User | AnonymousUser) -> dict[str, int]:
    return dict(visible(user).order_by().values_list("state").annotate(count=Count("pk")))


def overdue_count(user: User | AnonymousUser, today: date) -> int:
    return visible(user).filter(_mark("overdue", user, today)).count()


def events_of(alert: Alert) -> list[AlertEvent]:
    return list(alert.events.select_related("by").order_by("id"))


def same_unit(user: User | AnonymousUser, alert: Alert) -> list[Alert]:
    """Other alerts on the same record that the user may see."""
    rows = visible(user).filter(unit=alert.unit, unit_id=alert.unit_id).exclude(pk=alert.pk)
    return list(rows.order_by("level_rank", "id")[:20])


def monitors_with_alerts(user: User | AnonymousUser) -> list[tuple[str, str]]:
    """(code, “code name”) of the monitors that have alerts in the user's scope."""
    codes = visible(user).order_by("monitor_code").values_list("monitor_code", flat=True).distinct()
    names = {code: monitor.name for code, monitor in library().by_code.items()}
    return [(code, f"{code} {names.get(code, '（模型已移除）')}") for code in codes]


def districts_of(user: User | AnonymousUser) -> list[tuple[str, str]]:
    """Districts in which the user sees an agency."""
    agencies = for_user(Agency.objects.filter(region__isnull=False), user, "")
    codes = {code[:6] for code in agencies.values_list("region_id", flat=True).distinct()}
    rows = Region.objects.filter(pk__in=codes, tier="district")
    return list(rows.values_list("region_code", "name"))


def _by_level(rows: QuerySet[Alert]) -> dict[str, int]:
    found = rows.order_by().values_list("level_rank").annotate(count=Count("pk"))
    return {LEVEL_OF_RANK[rank]: count for rank, count in found}


def _state(state: str) -> Q:
    if state == "open":
        return _is_open()
    return Q() if state == "all" else Q(state=state)


def _is_open() -> Q:
    """Something is left to be done with it."""
    flow = load_flow()
    return Q(state__in=[name for name in flow.file.states if not flow.is_ended(name)])


def _said_to_be_fixed_but_hit() -> Q:
    """“办结”不等于“改了”: accepted as put right, and the monitor has never ceased to hit."""
    accepted = Q(state="closed", rectified_on__isnull=False, gone_on__isnull=True)
    return accepted & Q(last_found_on__gt=F("closed_on"))


def _mark(mark: str, user: User | AnonymousUser, today: date) -> Q:
    match mark:
        case "overdue":
            return Q(due_on__lt=today) & _is_open()
        case "mine":
            return _waiting_for(user)
        case "gone":
            return Q(gone_on__isnull=False)
        case "first":
            return Q(returned_count=0)
        case "returned":
            return Q(returned_count__gt=0)
        case "relapsed":
            return Q(relapse_count__gt=0)
        case "still":
            return _said_to_be_fixed_but_hit()
        case "desk":
            return Q(assignee=user) & _is_open() if isinstance(user, User) else Q(pk__in=[])
        case "unassigned":
            return Q(assignee__isnull=True) & _is_open()
        case "extension":
            return Q(
                pk__in=Extension.objects.filter(answer="", alert__isnull=False).values("alert")
            )
    raise ValueError(f"不认识的标记“{mark}”")


def _waiting_for(user: User | AnonymousUser) -> Q:
    """What the flow expects of the user next, and, for who decides, open alerts that are gone."""
    waiting = Q(state__in=load_flow().waiting_for(user))
    if permits(user, "alert.give_verdict"):
        resting = [name for name, state in load_flow().file.states.items() if state.rests]
        waiting |= Q(gone_on__isnull=False) & _is_open() & ~Q(state__in=resting)
    return waiting


def _agencies_named(user: User | AnonymousUser, name: str) -> QuerySet[Agency]:
    rows: QuerySet[Agency] = for_user(Agency.objects, user, "")
    return rows.filter(Q(agency_id=name) | Q(name__icontains=name) | Q(short_name__icontains=name))


def _number(text: str) -> int:
    """The row behind an alert number such as YJ2025-000123; 0, which no row has, otherwise."""
    digits = text.rpartition("-")[2]
    is_number = text.upper().startswith("YJ") and digits.isdigit() and len(digits) < 12
    return int(digits) if is_number else 0
