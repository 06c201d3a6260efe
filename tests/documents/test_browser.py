"""The way of a decision through the pages in a real browser, by the four people it takes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, expect

from mingjian.access.models import AuditLine
from mingjian.documents.models import Paper
from papers import DECISION

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("district_head"),
]


@pytest.fixture
def desk(browser: Browser, live_server: Any, city: Any) -> Iterator[Callable[[Any], Page]]:
    """`desk(person)`: that person's own window."""
    windows = []
    complaints: list[str] = []

    def start(person: Any) -> Page:
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        window = browser.new_context(base_url=live_server.url, locale="zh-CN")
        cookie = {"name": "sessionid", "value": str(session.session_key), "url": live_server.url}
        window.add_cookies([cookie])  # type: ignore[list-item]
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield start
    for window in windows:
        window.close()
    assert complaints == []


def act(page: Page, number: int, title: str, **fields: str) -> None:
    """Open the paper, fill what the act needs, press its button."""
    page.goto(f"/papers/{number}/")
    form = page.locator("section.acts form").filter(has=page.get_by_role("button", name=title))
    fold = page.locator("section.acts details").filter(has_text=title)
    if fold.count() and not form.is_visible():
        fold.locator("summary").first.click()
    for label, value in fields.items():
        form.get_by_label(label).fill(value)
    form.get_by_role("button", name=title, exact=True).click()
    expect(page.locator(".flash-success")).to_contain_text(title)


def test_a_decision_from_draft_to_receipt(desk: Callable[[Any], Page], city: Any) -> None:
    drafter, head = desk(city.right), desk(city.district_head)
    drafter.goto("/papers/new/supervision_decision/")
    drafter.get_by_label("主送机关").select_option("110105-SCJG")
    for name, value in DECISION.items():
        text = "\n".join(value) if isinstance(value, list) else value
        drafter.locator(f"[name=fact_{name}]").fill(text)
    drafter.get_by_role("button", name="按模板写出正文").click()
    expect(drafter.locator("h1")).to_contain_text("监督决定书")
    number = Paper.objects.get().pk
    expect(drafter.locator("img.paper-page").first).to_have_js_property("complete", True)

    act(drafter, number, "送审")
    act(head, number, "审核通过")
    act(head, number, "报请政府", 理由="意见书逾期没有纠正")
    act(desk(city.signer), number, "政府签批", 签发人="赵某")
    act(drafter, number, "编号制发")
    expect(drafter.locator(".page-lead")).to_contain_text("朝政执监决〔2026〕1号")

    liaison = desk(city.liaison)
    assert liaison.goto(f"/papers/{number}/").status == 404  # not served yet
    drafter.get_by_role("button", name="送达", exact=True).click()
    expect(drafter.locator(".flash-success")).to_contain_text("送达")
    act(liaison, number, "签收", 签收人="李某")
    expect(liaison.locator("section:has(#receipt)")).to_contain_text("李某")

    liaison.get_by_role("link", name="核验页").click()
    expect(liaison.locator("main")).to_contain_text("留存的内容没有被改动")
    acts_done = AuditLine.objects.filter(object_kind="Paper", act__startswith="paper.")
    assert acts_done.count() == 8
