"""Signing in: password or single sign-on, second factor, lock after wrong tries, audit line."""

import time
from datetime import datetime, timedelta

from django.contrib.auth import authenticate, login
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from mingjian.access import audit, second_factor, sessions
from mingjian.access.models import LoginFailure, User
from mingjian.access.policy import load_policy

_WAITING = "waiting_for_second_step"
_WAIT_SECONDS = 300


class LoginRefused(Exception):
    """Why the person was not let in, as a sentence for the person."""


def client_address(request: HttpRequest) -> str | None:
    """The address the connection came from (a proxy in front must set REMOTE_ADDR itself)."""
    return request.META.get("REMOTE_ADDR") or None


def sign_in(request: HttpRequest, username: str, password: str) -> bool:
    """Check the password; True when the session has begun, False when a code is asked for next.

    Raises LoginRefused; that is audited, too.
    """
    ip = client_address(request)
    refuse_locked(username, ip)
    user = authenticate(request, username=username, password=password)
    if user is None:
        raise LoginRefused(_count_failure(username, ip, "账号或密码不对，请核对后重新输入。"))
    return begin(request, user, how="password")


def begin(request: HttpRequest, user: User, *, how: str, proved: bool = False) -> bool:
    """Let a person in whose first proof was right; False when the second one is still to come.

    `proved`: the first proof was of two factors already (single sign-on that says so).
    """
    if second_factor.is_bound(user) and not proved:
        request.session.cycle_key()
        request.session[_WAITING] = {"user": user.pk, "at": int(time.time()), "how": how}
        return False
    _admit(request, user, how=how, second="sso" if proved else "")
    return True


def waiting(request: HttpRequest) -> User | None:
    """The person whose code is waited for, for five minutes."""
    noted = request.session.get(_WAITING)
    if not noted or time.time() - noted["at"] > _WAIT_SECONDS:
        return None
    return User.objects.filter(pk=noted["user"], is_active=True).first()


def second_step(request: HttpRequest, code: str) -> User:
    """Check the code (or a recovery code) and begin the session, or raise LoginRefused."""
    user = waiting(request)
    if user is None:
        raise LoginRefused("等候时间已过，请重新输入账号和密码。")
    ip = client_address(request)
    refuse_locked(user.username, ip)
    second = second_factor.check(user, code)
    if not second:
        raise LoginRefused(_count_failure(user.username, ip, second_factor.WRONG))
    _admit(request, user, how=request.session.pop(_WAITING)["how"], second=second)
    return user


def refuse_sso(request: HttpRequest, username: str, why: str) -> LoginRefused:
    """Note a single sign-on that led nowhere; returns the refusal to raise."""
    ip = client_address(request)
    audit.record(None, "login.failed", username=username[:150], ip=ip, how="sso", why=why)
    return LoginRefused(why)


def locked_until(username: str, ip: str | None, now: datetime) -> datetime | None:
    """When the account or the address may try again; None when it may now."""
    rules = load_policy().lock
    window = timedelta(minutes=rules.minutes)
    recent = LoginFailure.objects.filter(at__gt=now - window).order_by("-at")
    limits = [(recent.filter(username=username[:150]), rules.failures)]
    if ip:
        limits.append((recent.filter(ip=ip), rules.failures_per_address))
    ends = []
    for failures, allowed in limits:
        instants = list(failures.values_list("at", flat=True)[:allowed])
        if len(instants) == allowed:
            ends.append(instants[0] + window)
    return max(ends, default=None)


def _admit(request: HttpRequest, user: User, *, how: str, second: str) -> None:
    ip = client_address(request)
    with transaction.atomic():
        LoginFailure.objects.filter(username=user.username).delete()
        login(request, user)
        sessions.remember(request, user, ip)
        if not second and second_factor.is_required(user):
            request.session[sessions.MUST_BIND] = True
        audit.record(user, "login", user, ip=ip, how=how, second=second)


def refuse_locked(username: str, ip: str | None) -> None:
    """Raise LoginRefused while the account or the address has to wait."""
    now = timezone.now()
    until = locked_until(username, ip, now)
    if until is not None:
        audit.record(None, "login.locked", username=username[:150], ip=ip)
        raise LoginRefused(_locked_message(until, now))


def _count_failure(username: str, ip: str | None, said: str) -> str:
    """Remember the failure (of unknown names too, so that names cannot be guessed)."""
    now, rules = timezone.now(), load_policy().lock
    with transaction.atomic():
        LoginFailure.objects.create(at=now, username=username[:150], ip=ip)
        LoginFailure.objects.filter(at__lt=now - timedelta(days=1)).delete()
        audit.record(None, "login.failed", username=username[:150], ip=ip)
    until = locked_until(username, ip, now)
    if until is not None:
        return _locked_message(until, now)
    window = timedelta(minutes=rules.minutes)
    count = LoginFailure.objects.filter(username=username[:150], at__gt=now - window).count()
    return f"{said}再错 {rules.failures - count} 次，账号将锁定一段时间。"


def _locked_message(until: datetime, now: datetime) -> str:
    minutes = max(1, -int(-(until - now).total_seconds() // 60))
    return f"输错次数过多，账号已锁定，请在 {minutes} 分钟后再试，或联系系统管理员重设密码。"
