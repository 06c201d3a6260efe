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


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_peers_and_recurrences_are_picked_and_the_monitor_is_submitted(
    visit: Callable[..., Any],
    site: Any,
    size: dict[str, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drafts, "drafts_folder", lambda: tmp_path)
    window = visit(site.model_admin, size)
    page = window.open("/monitors/drafts/")
    page.get_by_label("名称").fill("又一次高于同组")
    page.get_by_label("看什么").select_option("penalty_case_view")
    page.get_by_role("button", name="开始编写").click()
    page.locator("#peers summary").click()
    page.get_by_label("比哪个数").select_option("proposed_fine_yuan")
    page.get_by_label("回看几日").fill("365")
    page.locator("#peers-group-1").select_option("procedure")
    page.get_by_role("button", name="与这样的同组比").click()
    page.wait_for_selector("text=同组：适用程序相同，回看365日（按立案日期）")
    page.locator("#recurs summary").click()
    page.get_by_label("几日之内").fill("30")
    page.locator("#recurs-same-1").select_option("party_name")
    page.get_by_role("button", name="数这样的重复").click()
    page.wait_for_selector("text=同一当事人名称，30日之内的第几次（按立案日期）")
    add_condition(page, "peer_ratio", "more", "1.5", "高出几成")
    add_condition(page, "recur_no", "at_least", "2", "至少几次")
    fill_basics(page)
    page.locator("#law").select_option("中华人民共和国行政处罚法")
    page.locator("#article").fill("60")
    page.get_by_label("哪一天施行的版本").fill("2025-06-30")
    page.get_by_role("button", name="加一条依据").click()
    add_rows(page)
    assert window.overflow() <= 0
    page.get_by_role("button", name="提交复核").click()
    page.wait_for_selector("text=已提交，等另一名模型管理员复核", timeout=120_000)
    draft = MonitorDraft.objects.get()
    assert draft.state == MonitorDraft.SUBMITTED
    assert "peers: {value: proposed_fine_yuan, group: [procedure], days: 365}" in draft.text
    assert "recurs: {same: [party_name], days: 30}" in draft.text
    assert window.complaints == []
    assert window.overflow() <= 0


def add_condition(page: Any, field: str, test: str, value: str, meaning: str) -> None:
    page.locator("#field").select_option(field)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("比较方法").select_option(test)
    page.get_by_role("button", name="下一步").click()
    page.locator("#value").fill(value)
    page.get_by_label("含义").fill(meaning)
    page.get_by_role("button", name="加上这个条件").click()
    page.wait_for_selector("text=已加条件")


def fill_basics(page: Any) -> None:
    form = page.locator("#basics")
    form.locator("#code").fill("PT-91")
    form.locator("#identifier").fill("penalty.again_above")
    form.locator("#purpose").fill("找出同一当事人一月之内又一次、罚款高于同组的案件。")
    form.locator("#message").fill("案件{案号}的拟罚款高于同组，当事人一月之内不止一次。")
    form.locator("#verify").fill("是否同一违法行为\n是否有从重情形")
    form.get_by_role("button", name="保存").click()
    page.wait_for_selector("text=已保存")


def add_rows(page: Any) -> None:
    """Rows at every boundary: the ratio, the days of the group, the days between two times."""
    rows = [  # id, filed on, fine, party, how many, found
        ("1", "2025-06-30", "100", "", "5", False),
        ("2", "2025-06-01", "100", "甲公司", "1", False),
        ("3", "2025-06-30", "151", "甲公司", "1", True),
        ("4", "2025-05-31", "100", "乙公司", "1", False),
        ("5", "2025-06-30", "151", "乙公司", "1", False),
        ("6", "2025-06-01", "100", "丙公司", "1", False),
        ("7", "2025-06-30", "150", "丙公司", "1", False),
        ("8", "2024-07-01", "160", "丁公司", "1", False),
        ("9", "2024-07-01", "160", "丁公司", "1", True),
        ("10", "2024-06-30", "160", "戊公司", "1", False),
        ("11", "2024-06-30", "160", "戊公司", "1", False),
        ("12", "2025-06-29", "160", "丙公司", "1", True),
    ]
    for number, (key, day, fine, party, many, is_hit) in enumerate(rows):
        form = page.locator("#examples")
        if number == 0:
            form.locator("#example_name").fill("又一次高于同组")
            form.locator("#as_of").fill("2025-06-30")
        else:
            form.locator("#example").select_option("0")
        cells = {"case_id": key, "filed_on": day, "proposed_fine_yuan": fine, "party_name": party}
        for name, value in (cells | {"agency_id": "A1", "procedure": "普通程序"}).items():
            form.locator(f"#cell-{name}").fill(value)
        form.locator("#copies").fill(many)
        form.get_by_label("这一行应当命中").set_checked(is_hit)
        form.get_by_role("button", name="加这一行").click()
        page.wait_for_selector(f"text=加了{many}行")
