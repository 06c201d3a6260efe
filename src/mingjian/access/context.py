"""What every template knows about the person: permissions."""

from typing import Any

from django.http import HttpRequest

from mingjian.access.models import User
from mingjian.access.roles import load_roles


def person(request: HttpRequest) -> dict[str, Any]:
    """`role_title`, `scope_title`, and `may`: the permissions held, dots as underscores.

    A template writes `{% if may.alert_read %}`; an unknown name is simply false there, so the
    names used in templates are tested against the roles file.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_active:
        return {"may": {}, "role_title": "", "scope_title": ""}
    role = load_roles().roles[user.role]
    return {
        "may": {permission.replace(".", "_"): True for permission in role.permissions},
        "role_title": role.title,
        "scope_title": user.scope_label,
    }
