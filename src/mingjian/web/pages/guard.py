"""Who may open a page: the permission is named at the page itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.access.scope import AllAgencies, agencies_of

Page = Callable[..., HttpResponseBase]


def needs(permission: str) -> Callable[[Page], Page]:
    """Open the page to those whose role holds the permission, refuse it to the rest (403)."""

    def guarded(page: Page) -> Page:
        @wraps(page)
        def open_page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.user, permission)
            return page(request, *args, **kwargs)

        return open_page

    return guarded


def person(request: HttpRequest) -> User:
    """The person signed in; every page of this room stands behind the login."""
    if isinstance(request.user, AnonymousUser):
        raise PermissionDenied("请先登录。")
    return request.user


def agencies_seen(request: HttpRequest) -> frozenset[str] | None:
    """Ids of the agencies that the person may see, None for all of them."""
    agencies = agencies_of(request.user)
    return None if isinstance(agencies, AllAgencies) else agencies


def not_found() -> Http404:
    """The same words whether a thing is not there or is not the person's to see."""
    return Http404("没有这一条，或者它不在您的范围内。")
