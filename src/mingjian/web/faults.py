"""Faults that have a cause an administrator can mend: said in words instead of a bare 500."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mingjian.access.roles import permits
from mingjian.standards import ContentError
from mingjian.store import StoreError

SERVICE_UNAVAILABLE = 503
log = logging.getLogger(__name__)


class KnownFaults:
    """Turns a broken content file and an unreadable store into a page that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ContentError):
            template, problems = "content_error.html", [str(p) for p in error.problems]
        elif isinstance(error, StoreError):
            template, problems = "store_error.html", [str(error)]
        else:
            return None
        log.error("%s cannot be shown: %s", request.path, error)
        # Paths and columns are for those who can mend them.
        shown = problems if permits(request.user, "user.manage") else []
        return render(request, template, {"problems": shown}, status=SERVICE_UNAVAILABLE)
