"""Limits of a session, where an account is signed in, and ending it elsewhere."""

import time
from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.models import User, UserSession
from mingjian.access.passwords import must_change
from mingjian.access.policy import load_policy

MUST_BIND = "must_bind_second_factor"
_SEEN = "seen_at"
_BEGAN = "began_at"
_REFRESH_SECONDS = 60  # the session is written at most once a minute, not at every click


class SessionLimits:
    """Ends sessions that are idle or too long; leads to what must be done before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        over = _over(request, int(time.time()))
        if over:
            leave(request)
            request.session["login_notice"] = over
            return redirect(f"{reverse('access:login')}?next={request.path}")
        first = _first_of_all(request)
        if first and request.path not in (first, reverse("access:logout")):
            return redirect(first)
        return self.get_response(request)


def remember(request: HttpRequest, user: User, ip: str | None) -> None:
    """Note the new session; the oldest ones over the number allowed at once are ended."""
    if request.session.session_key is None:
        request.session.create()
    now = timezone.now()
    request.session[_BEGAN] = request.session[_SEEN] = int(now.timestamp())
    UserSession.objects.create(
        user_id=user.pk,
        session_key=request.session.session_key,
        ip=ip,
        browser=request.META.get("HTTP_USER_AGENT", "")[:200],
        started_at=now,
        seen_at=now,
    )
    most = load_policy().session.at_once
    for surplus in sessions_of(user).order_by("-started_at", "-pk")[most:]:
        _end(surplus)
        audit.record(user, "session.end", ("User", user.pk), ip=ip, reason="超过同时登录的处数")


def sessions_of(user: User) -> QuerySet[UserSession]:
    """Where the account is signed in; rows whose session is over are cleared first."""
    rows = UserSession.objects.filter(user_id=user.pk)
    over = [row.pk for row in rows if not _store()().exists(row.session_key)]
    if over:
        UserSession.objects.filter(pk__in=over).delete()
    return rows


def end_session(user: User, number: int, *, ip: str | None = None) -> bool:
    """End one of one's own sessions elsewhere; False when it is over already."""
    with transaction.atomic():
        row = UserSession.objects.filter(user_id=user.pk, pk=number).first()
        if row is None:
            return False
        _end(row)
        audit.record(user, "session.end", ("User", user.pk), ip=ip, reason="本人在别处结束")
    return True


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End every session of the account, except the one with the key `but`."""
    rows = UserSession.objects.filter(user_id=user.pk).exclude(session_key=but)
    ended = list(rows)
    for row in ended:
        _end(row)
    return len(ended)


def row_of(request: HttpRequest) -> UserSession | None:
    return UserSession.objects.filter(session_key=request.session.session_key).first()


def carry_on(request: HttpRequest, row: UserSession | None) -> None:
    """The session got a new key (after a new password): its row follows."""
    if row is not None:
        UserSession.objects.filter(pk=row.pk).update(session_key=request.session.session_key)


def leave(request: HttpRequest) -> None:
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


def take_notice(request: HttpRequest) -> str:
    """The sentence left for the login page, once."""
    return str(request.session.pop("login_notice", ""))


def _over(request: HttpRequest, now: int) -> str:
    """Why the session is over, for the login page; "" while it may go on."""
    rules, session = load_policy().session, request.session
    seen, began = session.get(_SEEN, now), session.get(_BEGAN, now)
    if now - seen > rules.idle_minutes * 60:
        return "您已较长时间没有操作，为安全起见请重新登录。"
    if now - began > rules.absolute_hours * 3600:
        return f"登录已满 {rules.absolute_hours} 小时，请重新登录。"
    if _SEEN not in session or now - seen > _REFRESH_SECONDS:
        session[_SEEN], session[_BEGAN] = now, began
        UserSession.objects.filter(session_key=session.session_key).update(seen_at=timezone.now())
    return ""


def _first_of_all(request: HttpRequest) -> str:
    """The page that must be dealt with before any other, if there is one."""
    if must_change(request.user):
        return reverse("access:change_password")
    if request.session.get(MUST_BIND):
        return reverse("access:second_factor")
    return ""


def _end(row: UserSession) -> None:
    _store()(row.session_key).delete()
    UserSession.objects.filter(pk=row.pk).delete()


def _store() -> type:
    store: type = import_module(settings.SESSION_ENGINE).SessionStore
    return store
