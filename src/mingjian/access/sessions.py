"""Limits of a session: idle too long, or a password that must be changed first."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

_SEEN = "seen_at"
_REFRESH_SECONDS = 60  # the session is written at most once a minute, not at every click


class SessionLimits:
    """Ends idle sessions; sends a person whose password must be changed to that page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        seen = request.session.get(_SEEN, now)
        if now - seen > settings.SESSION_IDLE_SECONDS:
            logout(request)
            request.session["login_notice"] = "您已较长时间没有操作，为安全起见请重新登录。"
            return redirect(f"{reverse('access:login')}?next={request.path}")
        if _SEEN not in request.session or now - seen > _REFRESH_SECONDS:
            request.session[_SEEN] = now
        change = reverse("access:change_password")
        if request.user.must_change_password and request.path not in (
            change,
            reverse("access:logout"),
        ):
            return redirect(change)
        return self.get_response(request)


def take_notice(request: HttpRequest) -> str:
    """The sentence left for the login page, once."""
    return str(request.session.pop("login_notice", ""))
