"""Every act is one line of the audit log: watched over in every request that a test makes.

A request that succeeds and changes office data must have added a line to the log. The fixture is
imported by the conftest of each folder that tests pages, so that a new page is watched at once.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import HttpRequest

_CHANGE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?(?:\s+SET\s+"(\w+)")?')
LOG = "access_auditline"
# What is no act: how far a session or a task is, and what only the person himself ever sees.
NO_ACT = {
    "access_audithead",
    "access_loginfailure",
    "access_secondfactor",  # a code used up; binding and unbinding leave a line of their own
    "access_sourcetoken",  # when it was last used; making and revoking leave a line of their own
    "access_usersession",
    "django_session",
    "documents_verifylook",  # how often an address looked at the public page
    "supervision_notice",  # read by its owner; what is told is told inside an act
    "supervision_savedfilter",
}


def changed_table(sql: str) -> str:
    """The table that a statement changes; "" when it changes none that matters."""
    found = _CHANGE.match(sql)
    if found is None:
        return ""
    table, column = found.groups()
    if table in NO_ACT or (table == "access_user" and column == "last_login"):
        return ""
    return table


@contextmanager
def watched() -> Iterator[set[str]]:
    """The tables that are changed inside."""
    changed: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        changed.add(changed_table(sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield changed
    changed.discard("")


@pytest.fixture(autouse=True)
def every_act_is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over every request: of a test's client, and of a browser to the test's own server, where a
    fault is answered with an error page."""
    answer = BaseHandler.get_response

    def watched_answer(handler: BaseHandler, request: HttpRequest) -> Any:
        with watched() as changed:
            response = answer(handler, request)
        if response.status_code < 400 and changed - {LOG}:
            place = f"{request.method} {request.path_info}"
            assert LOG in changed, f"{place} 改了 {sorted(changed)}，没有留审计"
        return response

    monkeypatch.setattr(BaseHandler, "get_response", watched_answer)
