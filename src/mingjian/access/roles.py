"""Roles and their permissions, from content/access/roles.yaml; and: may this user do that?"""

from functools import cache
from typing import Literal

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from pydantic import Field as Rule

from mingjian.standards import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    content_document,
    shape_document,
)

ScopeKind = Literal["city", "region", "line", "agency", "none"]
# Powers over the platform itself: in no hand with another power, and never lent.
SEPARATED = frozenset({"user.manage", "audit.read"})


class Role(ContentFile):
    """What one kind of person may do; `scopes` are the scope kinds an account of it may have.

    `delegates` are the roles that may act for it during leave; empty: nobody may.
    """

    title: str
    meaning: str
    scopes: list[ScopeKind] = Rule(min_length=1)
    delegates: list[str] = []
    permissions: list[str]


class Roles(ContentFile):
    """The whole file: permissions with their Chinese meaning, and the roles."""

    permissions: dict[str, str]
    roles: dict[str, Role]


@cache
def load_roles() -> Roles:
    """Read content/access/roles.yaml; a role that names an unknown permission is an error."""
    document = content_document("access", "roles.yaml")
    roles = shape_document(document, Roles)
    problems = _problems(document, roles)
    if problems:
        raise ContentError(problems)
    return roles


def _problems(document: Document, roles: Roles) -> list[Problem]:
    """Permissions that are not listed, delegates that are no role or hold a separated power."""
    problems = []
    for name, role in roles.roles.items():
        for i, permission in enumerate(role.permissions):
            if permission not in roles.permissions:
                place = ("roles", name, "permissions", i)
                problems.append(document.problem(place, f"权限“{permission}”没有列在 permissions"))
        for i, other in enumerate(role.delegates):
            place = ("roles", name, "delegates", i)
            if other not in roles.roles:
                problems.append(document.problem(place, f"没有名为“{other}”的角色"))
            elif SEPARATED & {*role.permissions, *roles.roles[other].permissions}:
                problems.append(document.problem(place, "系统管理与审计不得代办，也不得代他人办"))
    return problems


def permits(user: AbstractUser | AnonymousUser, permission: str) -> bool:
    """Whether the user's role holds the permission. An unknown permission is a bug: KeyError."""
    known = load_roles()
    if permission not in known.permissions:
        raise KeyError(f"没有名为“{permission}”的权限，见 content/access/roles.yaml")
    if not user.is_authenticated or not user.is_active:
        return False
    return permission in known.roles[user.role].permissions


def require(user: AbstractUser | AnonymousUser, permission: str) -> None:
    """Raise PermissionDenied, in Chinese, unless the user's role holds the permission."""
    if not permits(user, permission):
        meaning = load_roles().permissions[permission]
        raise PermissionDenied(f"您的角色没有“{meaning}”的权限。如工作需要，请联系系统管理员。")
