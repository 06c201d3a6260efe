"""The city, its people, an alert to work on, and a browser's page that reports complaints."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from alert_runs import alert, library, run_of
from audited import every_act_is_audited
from office import city, quick_passwords
from papers import district_head

__all__ = [
    "alert",
    "city",
    "district_head",
    "every_act_is_audited",
    "library",
    "quick_passwords",
    "run_of",
]


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1366, "height": 768}, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    # The wrong password and the guessed address are meant to be refused.
    refused = [text for text in complaints if not re.search(r"status of 40[14]", text)]
    assert refused == []
