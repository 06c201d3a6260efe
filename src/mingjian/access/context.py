"""What every template knows about the person: permissions."""

from typing import Any

from django.http import HttpRequest

from mingjian.access.models import User
from mingjian.access.roles import load_roles


def person(request: HttpRequest) -> dict[str, Any]:
    """`may`: the permissions held, with dots as underscores.

    A template writes `{% if may.alert_read %}`; an unknown name is simply false there, so the
    menu is tested against the roles file in tests/access.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_active:
        return {"may": {}}
    held = load_roles().roles[user.role].permissions
    return {"may": {permission.replace(".", "_"): True for permission in held}}
