"""The one place that turns a user into the agencies the user may see."""

from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from mingjian.access.models import Agency, User

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
    match user.scope:
        case "city":
            return Q()
        case "region":
            code = region_prefix(user.region_id or "")
            return _among(Agency.objects.filter(region__region_code__startswith=code), to_agency)
        case "line":
            if user.agency is None:
                return NOTHING
            path = user.agency.line_path
            return _among(Agency.objects.filter(line_path__startswith=path), to_agency)
        case "agency":
            return Q(**{f"{to_agency}__agency_id" if to_agency else "agency_id": user.agency_id})
        case "none":
            return NOTHING
    raise ValueError(f"账号 {user.username} 的范围“{user.scope}”没有规定")


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
