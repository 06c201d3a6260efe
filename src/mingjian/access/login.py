"""Signing in and out: the password, the lock after too many wrong ones, the audit line."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.models import LoginFailure, User


class LoginRefused(Exception):
    """Why the person was not let in, as a sentence for the person."""


def client_address(request: HttpRequest) -> str | None:
    """The address the connection came from (a proxy in front must set REMOTE_ADDR itself)."""
    return request.META.get("REMOTE_ADDR") or None


def sign_in(request: HttpRequest, username: str, password: str) -> User:
    """Check the password and begin a session, or raise LoginRefused; both are audited."""
    ip, now = client_address(request), timezone.now()
    until = locked_until(username, ip, now)
    if until is not None:
        audit.record(None, "login.locked", username=username[:150], ip=ip)
        raise LoginRefused(_locked_message(until, now))
    user = authenticate(request, username=username, password=password)
    if user is None:
        raise LoginRefused(_count_failure(username, ip, now))
    with transaction.atomic():
        LoginFailure.objects.filter(username=username).delete()
        login(request, user)
        audit.record(user, "login", user, ip=ip)
    return user


def locked_until(username: str, ip: str | None, now: datetime) -> datetime | None:
    """When the account or the address may try again; None when it may now."""
    window = timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    recent = LoginFailure.objects.filter(at__gt=now - window).order_by("-at")
    limits = [(recent.filter(username=username[:150]), settings.LOGIN_FAILURES_ALLOWED)]
    if ip:
        limits.append((recent.filter(ip=ip), settings.LOGIN_FAILURES_ALLOWED_PER_ADDRESS))
    ends = []
    for failures, allowed in limits:
        instants = list(failures.values_list("at", flat=True)[:allowed])
        if len(instants) == allowed:
            ends.append(instants[0] + window)
    return max(ends, default=None)


def _count_failure(username: str, ip: str | None, now: datetime) -> str:
    """Remember the failure (of unknown names too, so that names cannot be guessed)."""
    with transaction.atomic():
        LoginFailure.objects.create(at=now, username=username[:150], ip=ip)
        LoginFailure.objects.filter(at__lt=now - timedelta(days=1)).delete()
        audit.record(None, "login.failed", username=username[:150], ip=ip)
    until = locked_until(username, ip, now)
    if until is not None:
        return _locked_message(until, now)
    window = timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    count = LoginFailure.objects.filter(username=username[:150], at__gt=now - window).count()
    left = settings.LOGIN_FAILURES_ALLOWED - count
    return f"账号或密码不对，请核对后重新输入。再错 {left} 次，账号将锁定一段时间。"


def _locked_message(until: datetime, now: datetime) -> str:
    minutes = max(1, -int(-(until - now).total_seconds() // 60))
    return f"密码错误次数过多，账号已锁定，请在 {minutes} 分钟后再试，或联系系统管理员重设密码。"
