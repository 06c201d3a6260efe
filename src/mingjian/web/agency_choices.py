"""The agencies a person may choose from in a filter, grouped by region."""

from django.contrib.auth.models import AnonymousUser

from mingjian.access.models import Agency, User
from mingjian.access.scope import for_user

Choices = list[tuple[str, str | list[tuple[str, str]]]]


def agency_choices(user: User | AnonymousUser, blank: str = "全部") -> Choices:
    """Grouped choices for a select, the blank one first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    agencies = for_user(Agency.objects.select_related("region"), user, "")
    for agency in agencies.order_by("region_id", "agency_id"):
        place = str(agency.region) if agency.region else "未注明区划"
        groups.setdefault(place, []).append((agency.agency_id, str(agency)))
    return [("", blank), *groups.items()]
