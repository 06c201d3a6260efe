"""Changes to accounts: made, given a role, a password; and the accounts of a demonstration."""

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from mingjian.access import audit
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.access.sessions import end_sessions

_ROLE_FIELDS = ("role", "scope", "region_id", "agency_id")
# What a person may do has changed: he signs in anew.
_ENDS_SESSIONS = {"user.change_role", "user.deactivate", "user.reset_password"}


def save_account(
    user: User, *, by: User, reset_password: bool = False, ip: str | None = None
) -> str | None:
    """Make or change an account; returns the random password if one was made, to show once.

    Raises ValidationError when role, scope and place do not fit together.
    """
    require(by, "user.manage")
    if by.pk == user.pk:
        raise PermissionError("不能改自己的账号，请由另一位系统管理员办理。")
    with transaction.atomic():
        before = User.objects.filter(pk=user.pk).first()
        password = None
        if before is None or reset_password:
            password = random_password()
            user.set_password(password)
            user.must_change_password = True
        user.full_clean(exclude=["password"])
        user.save()
        changes = _what_changed(before, user, reset_password)
        if before is not None and {act for act, _ in changes} & _ENDS_SESSIONS:
            end_sessions(user)
        for act, detail in changes:
            audit.record(by, act, user, ip=ip, **detail)
    return password


def create_account(username: str, password: str, **values: Any) -> User:
    """Make an account from the command line of the machine itself (the first administrator)."""
    with transaction.atomic():
        user = User(username=username, **values)
        validate_password(password, user)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        audit.record(None, "user.create", user, username="命令行", role=user.role, scope=user.scope)
    return user


def change_password(
    user: User, password: str, *, ip: str | None = None, session_key: str | None = None
) -> None:
    """Set one's own new password; the account's sessions other than `session_key` end by it."""
    validate_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        end_sessions(user, but=session_key)
        audit.record(user, "user.change_password", user, ip=ip)


def random_password() -> str:
    """Sixteen characters that cannot be misread (no 0/O, 1/l)."""
    alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(secrets.choice(alphabet) for _ in range(16))


def _what_changed(
    before: User | None, after: User, reset_password: bool
) -> list[tuple[str, dict[str, Any]]]:
    now = {name: getattr(after, name) for name in _ROLE_FIELDS}
    if before is None:
        return [("user.create", now)]
    lines: list[tuple[str, dict[str, Any]]] = []
    was = {name: getattr(before, name) for name in _ROLE_FIELDS}
    if was != now:
        lines.append(("user.change_role", {"before": was, "after": now}))
    if before.is_active != after.is_active:
        lines.append(("user.activate" if after.is_active else "user.deactivate", {}))
    if reset_password:
        lines.append(("user.reset_password", {}))
    named = {"display_name": before.display_name, "email": before.email}
    if named != {"display_name": after.display_name, "email": after.email}:
        lines.append(("user.rename", {"before": named}))
    return lines
