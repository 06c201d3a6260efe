"""A real browser before a filled site; the helpers that every page test uses."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page

from office import city, quick_passwords
from site_data import filled_home, site

__all__ = ["city", "filled_home", "quick_passwords", "site"]

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


class Visit:
    """Opens pages as one person and gathers what the browser complains about."""

    def __init__(self, browser: Browser, address: str, person: Any, size: dict[str, int]) -> None:
        self.address = address
        self.context = browser.new_context(viewport=size, locale="zh-CN")  # type: ignore[arg-type]
        cookie = {"name": "sessionid", "value": signed_in(person), "url": address}
        self.context.add_cookies([cookie])  # type: ignore[list-item]
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        script = "document.documentElement.scrollWidth - innerWidth"
        return int(self.page.evaluate(script))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture
def visit(browser: Browser, live_server: Any, site: Any) -> Iterator[Callable[..., Visit]]:
    """`visit(person, size)`: a window of its own, closed after the test."""
    opened: list[Visit] = []

    def start(person: Any, size: dict[str, int] = DESK) -> Visit:
        opened.append(Visit(browser, live_server.url, person, size))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


def signed_in(person: Any) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)
