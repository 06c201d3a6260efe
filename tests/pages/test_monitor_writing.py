"""Writing a monitor in a real browser: the steps of a condition, and pages that fit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mingjian.supervision.acts import drafts
from mingjian.supervision.models import MonitorDraft

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_condition_is_added_step_by_step(
    visit: Callable[..., Any],
    site: Any,
    size: dict[str, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drafts, "drafts_folder", lambda: tmp_path)
    window = visit(site.model_admin, size)
    page = window.open("/monitors/drafts/")
    page.get_by_label("名称").fill("罚款过大")
    page.get_by_label("看什么").select_option("penalty_case_view")
    page.get_by_role("button", name="开始编写").click()
    page.get_by_label("加一个条件：先选字段").select_option("fine_yuan")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("比较方法").select_option("more")
    page.get_by_role("button", name="下一步").click()
    page.locator("#value").fill("50000")
    page.get_by_label("含义").fill("大额罚款的起点")
    page.get_by_role("button", name="加上这个条件").click()
    page.wait_for_selector("text=已加条件")
    draft = MonitorDraft.objects.get()
    assert "fine_yuan > :fine_yuan_more" in draft.text
    assert window.overflow() <= 0
    assert page.locator("h1").count() == 1
    window.open("/monitors/PT-01/compare/")
    assert window.overflow() <= 0
    window.open("/monitors/PT-01/")
    page.locator("#life summary").first.click()
    assert page.locator("#life textarea").first.is_visible()
    assert window.overflow() <= 0
    assert window.complaints == []
