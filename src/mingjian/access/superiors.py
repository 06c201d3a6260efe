"""两种上级：the judicial bureau of the agency's own government, and the line's head above it."""

from typing import Literal

from django.db.models import Q, QuerySet

from mingjian.access.models import Agency, Region, User
from mingjian.access.scope import region_prefix

Superior = Literal["bureau", "line"]


def bureau_region(agency: Agency) -> Region | None:
    """The region whose judicial bureau supervises the agency: a street's is its district."""
    return agency.district


def line_head(agency: Agency) -> Agency | None:
    """The department next above in the agency's own line; None at the top of a line."""
    return Agency.objects.filter(agency_id=agency.parent_agency_id).first()


def users_of_superior(agency: Agency, kind: Superior, *, roles: tuple[str, ...]) -> QuerySet[User]:
    """Active accounts of one kind of superior nearest to the agency, holding one of the roles.

    `bureau`: of the agency's region itself. `line`: of the nearest department above that has any.
    """
    people = User.objects.filter(is_active=True, role__in=roles)
    if kind == "bureau":
        return people.filter(_of_bureau(bureau_region(agency)))
    above = line_head(agency)
    seen = {agency.agency_id}
    while above is not None and above.agency_id not in seen:
        found = people.filter(scope="line", agency=above)
        if found.exists():
            return found
        seen.add(above.agency_id)
        above = line_head(above)
    return people.none()


def users_one_level_up(agency: Agency, *, roles: tuple[str, ...]) -> QuerySet[User]:
    """To whom what the agency's own bureau lets lie is escalated: the bureau of the city."""
    region = bureau_region(agency)
    people = User.objects.filter(is_active=True, role__in=roles)
    return people.filter(_of_bureau(region.parent if region is not None else None))


def office_region(user: User) -> Region | None:
    """The region in whose supervision office the person acts; None at a department or an agency."""
    if user.scope == "region":
        return user.region
    if user.scope == "city":
        return Region.objects.filter(tier="city").order_by("region_code").first()
    return None


def _of_bureau(region: Region | None) -> Q:
    """Accounts of a region's bureau; the city's are written with the scope 全市 as well."""
    if region is None or region.parent_id is None:
        city = Q(scope="city")
        return city if region is None else city | Q(scope="region", region=region)
    return Q(scope="region", region__region_code=region_prefix(region.region_code))
