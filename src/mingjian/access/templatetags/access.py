"""Template filters of this room: titles of roles and acts."""

import json
from typing import Any

from django import template

from mingjian.access.queries import OBJECT_TITLES, audit_acts
from mingjian.access.roles import load_roles

register = template.Library()


@register.filter
def role_title(code: str) -> str:
    """A role's Chinese title; a role that no longer exists is shown by its code."""
    role = load_roles().roles.get(code)
    return role.title if role else code


@register.filter
def act_title(code: str) -> str:
    return audit_acts().get(code, code)


@register.filter
def object_title(kind: str) -> str:
    return OBJECT_TITLES.get(kind, kind)


@register.filter
def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
