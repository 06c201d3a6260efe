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
    content_files,
    shape_document,
)

ScopeKind = Literal["city", "region", "line", "agency", "none"]


class Role(ContentFile):
    """What one kind of person may do; `scopes` are the scope kinds an account of it may have."""

    title: str
    meaning: str
    scopes: list[ScopeKind] = Rule(min_length=1)
    permissions: list[str]


class Roles(ContentFile):
    """The whole file: permissions with their Chinese meaning, and the roles."""

    permissions: dict[str, str]
    roles: dict[str, Role]


@cache
def load_roles() -> Roles:
    """Read content/access/roles.yaml; a role that names an unknown permission is an error."""
    paths = list(content_files("access", "roles.yaml"))
    if not paths:
        raise ContentError([Problem("content/access/roles.yaml", 1, "", "缺少这个文件")])
    document = Document(paths[0])
    roles = shape_document(document, Roles)
    problems = [
        document.problem(
            ("roles", name, "permissions", i), f"权限“{permission}”没有列在 permissions"
        )
        for name, role in roles.roles.items()
        for i, permission in enumerate(role.permissions)
        if permission not in roles.permissions
    ]
    if problems:
        raise ContentError(problems)
    return roles


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
