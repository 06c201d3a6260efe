"""Who is to be told: whoever must act next, the bureau, its head, the line, the bureau above."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from mingjian.access.flow import Flow
from mingjian.access.models import User
from mingjian.access.roles import load_roles
from mingjian.access.superiors import users_of_superior, users_one_level_up
from mingjian.supervision.flow import LoopFile, Recipient
from mingjian.supervision.models import Alert, Matter

Thing = Alert | Matter


def roles_with(permission: str, *, without: str = "") -> tuple[str, ...]:
    """Roles that hold a permission and not the other."""
    return tuple(
        name
        for name, role in load_roles().roles.items()
        if permission in role.permissions and (not without or without not in role.permissions)
    )


def recipients(thing: Thing, flow: Flow[Any], whom: Iterable[Recipient]) -> list[User]:
    """The active accounts meant, each once."""
    found: dict[int, User] = {}
    for kind in whom:
        for user in _of(kind, thing, flow):
            found.setdefault(user.pk, user)
    return list(found.values())


def holders(thing: Thing, flow: Flow[LoopFile]) -> QuerySet[User]:
    """Those whose turn it is: at the agency, or at the supervising side (its 经办人 first)."""
    permission = next_permission(flow, thing.state)
    return who_may(thing, permission) if permission else User.objects.none()


def who_may(thing: Thing, permission: str) -> QuerySet[User]:
    """Those nearest to the thing who hold the permission: its agency, its 经办人, its bureau."""
    roles = roles_with(permission)
    at_agency = User.objects.filter(
        is_active=True, role__in=roles, scope="agency", agency_id=thing.agency_id
    )
    if thing.agency_id and at_agency.exists():
        return at_agency
    if thing.assignee_id and thing.assignee is not None and thing.assignee.role in roles:
        return User.objects.filter(pk=thing.assignee_id, is_active=True)
    return _bureau(thing, roles)


def next_permission(flow: Flow[Any], state: str) -> str | None:
    """What the act needs that is expected next: of several, the one the file names first."""
    acts = (a for a in flow.file.acts.values() if state in a.from_ and a.permission and a.to)
    first = next(acts, None)
    return first.permission if first else None


def staff_in(
    region_codes: Collection[str], roles: tuple[str, ...], *, with_city: bool
) -> list[User]:
    """Active accounts of the offices of these regions; with the whole city's where asked."""
    place = Q(scope="region", region_id__in=region_codes)
    if with_city:
        place |= Q(scope="city")
    return list(User.objects.filter(place, is_active=True, role__in=roles).order_by("username"))


def _of(kind: Recipient, thing: Thing, flow: Flow[Any]) -> Iterable[User]:
    staff = roles_with("matter.handle", without="matter.decide")
    heads = roles_with("matter.decide")
    match kind:
        case "holder":
            return holders(thing, flow)
        case "bureau":
            return _bureau(thing, staff)
        case "bureau_head":
            return _bureau(thing, heads)
        case "line":
            if thing.agency is None:
                return []
            return users_of_superior(thing.agency, "line", roles=staff + heads)
        case "above":
            if thing.agency is None:
                return _city(heads)
            return users_one_level_up(thing.agency, roles=staff + heads)


def _bureau(thing: Thing, roles: tuple[str, ...]) -> QuerySet[User]:
    if thing.agency is None:
        return _city(roles)
    return users_of_superior(thing.agency, "bureau", roles=roles)


def _city(roles: tuple[str, ...]) -> QuerySet[User]:
    return User.objects.filter(is_active=True, role__in=roles, scope="city")
