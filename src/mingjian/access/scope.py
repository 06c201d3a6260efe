"""The one place that turns a user into the agencies the user may see."""

from collections import defaultdict
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import localdate

from mingjian.access.models import Agency, AgencySuccession, User

Row = TypeVar("Row", bound=Model)
NOTHING = Q(pk__in=[])


class AllAgencies:
    """Stands for "every agency, also those not in the register"."""

    def __contains__(self, _agency_id: object) -> bool:
        return True


ALL = AllAgencies()


def scope_filter(user: User | AnonymousUser, to_agency: str = "agency") -> Q:
    """Condition that keeps the rows whose agency the user may see.

    `to_agency` is the path from the queryset's model to Agency; "" when it is Agency itself.
    """
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    if user.scope == "city":
        return Q()
    own = _own_agencies(user)
    if own is None:
        return NOTHING
    inherited = _inherited(own)
    if user.scope == "agency":
        ids = [user.agency_id, *sorted(inherited)]
        return Q(**{f"{to_agency}__in" if to_agency else "pk__in": ids})
    condition = own | Q(pk__in=inherited) if inherited else own
    return _among(Agency.objects.filter(condition), to_agency)


def _own_agencies(user: User) -> Q | None:
    """Condition on Agency that the account's scope names; None when it names none at all."""
    match user.scope:
        case "region":
            return Q(region__region_code__startswith=region_prefix(user.region_id or ""))
        case "line":
            return Q(line_path__startswith=user.agency.line_path) if user.agency else None
        case "agency":
            return Q(pk=user.agency_id)
        case "none":
            return None
    raise ValueError(f"账号 {user.username} 的范围“{user.scope}”没有规定")


def _inherited(own: Q) -> frozenset[str]:
    """Agencies that went into these: who takes over answers for what was left open."""
    into = defaultdict(set)
    in_force = AgencySuccession.objects.filter(revoked_at__isnull=True, on__lte=localdate())
    for successor, predecessor in in_force.values_list("successor_id", "predecessor_id"):
        into[successor].add(predecessor)
    if not into:
        return frozenset()
    found: set[str] = set()
    ahead = set(Agency.objects.filter(own, pk__in=into).values_list("pk", flat=True))
    while ahead:
        found |= (before := into.get(ahead.pop(), set()) - found)
        ahead |= before
    return frozenset(found)


def _among(agencies: QuerySet[Agency], to_agency: str) -> Q:
    """Rows of one of these agencies: a set to look up in an index, not a join over all rows."""
    return Q(**{f"{to_agency}__in" if to_agency else "pk__in": agencies.values("pk")})


def for_user(rows: QuerySet[Row], user: User | AnonymousUser, to_agency: str = "agency") -> Any:
    """The rows of `rows` that the user may see."""
    return rows.filter(scope_filter(user, to_agency))


def agencies_of(user: User | AnonymousUser) -> frozenset[str] | AllAgencies:
    """Ids of the agencies the user may see, for reads of the store; ALL for the whole city."""
    if isinstance(user, User) and user.is_active and user.scope == "city":
        return ALL
    return frozenset(for_user(Agency.objects, user, "").values_list("agency_id", flat=True))


def may_see(user: User | AnonymousUser, agency_id: str | None) -> bool:
    """Whether rows of this agency are the user's to see; None (no agency named): city only."""
    if agency_id is None:
        return isinstance(user, User) and user.is_active and user.scope == "city"
    if isinstance(user, User) and user.is_active and user.scope == "city":
        return True
    return bool(for_user(Agency.objects.filter(agency_id=agency_id), user, "").exists())


def region_prefix(region_code: str) -> str:
    """The digits that all codes inside the region begin with: 110000 → 11, 110105 → 110105."""
    if not region_code:
        raise ValueError("范围为“行政区”的账号没有行政区")
    code = region_code
    while len(region_code) == 6 and len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code
