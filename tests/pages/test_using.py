"""Using the pages: the chart and its table, the map, uploads, the menu, the keyboard."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mingjian.web import vendor
from mingjian.web.models import Upload
from mingjian.web.uploads import take_upload
from site_data import CONTENT

PHONE = {"width": 390, "height": 844}
HEADING = "案件标识,主体,案号,立案时间,适用程序,当事人,打印次数\n"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_chart_is_drawn_beside_its_table(visit: Callable[..., Any], site: Any) -> None:
    if vendor.missing():
        pytest.skip("没有取得 ECharts：mingjian vendor")
    page = visit(site.supervisor).open("/overview/")
    assert page.locator(".chart svg").is_visible()
    assert page.get_by_role("rowheader", name="2025-11").is_visible()


def test_without_the_chart_library_the_table_is_there(visit: Callable[..., Any], site: Any) -> None:
    window = visit(site.supervisor)
    window.page.route("**/echarts.min.js", lambda route: route.abort())
    page = window.open("/overview/")
    assert not page.locator(".chart").is_visible()
    assert page.get_by_role("rowheader", name="2025-11").is_visible()


def test_a_district_on_the_map_leads_to_its_list(visit: Callable[..., Any], site: Any) -> None:
    page = visit(site.supervisor).open("/overview/?map=ZB-01")
    page.locator(".map a[href*='110105']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/overview/ZB-01/?district=110105*")
    assert page.locator("select[name=district]").input_value() == "110105"


def test_a_file_is_uploaded_and_its_progress_seen(
    visit: Callable[..., Any],
    site: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MINGJIAN_CONTENT", str(CONTENT))
    file = tmp_path / "处罚台账（十一月）.csv"
    rows = "".join(
        f"C{n},110105-SCJG,京示例罚〔2025〕{n}号,{day},普通程序,示例公司,1\n"
        for n, day in ((1, "2025/11/03"), (2, "2025/13/02"))
    )
    file.write_bytes((HEADING + rows).encode("gb18030"))
    page = visit(site.liaison).open("/uploads/?source=zz-cf")
    assert page.locator("select[name=source]").input_value() == "zz-cf"
    page.locator("input[type=file]").set_input_files(file)
    assert page.locator(".drop-name").first.text_content() == file.name
    page.get_by_role("button", name="上传并处理").click()
    page.wait_for_selector("progress")
    assert Upload.objects.get().state == Upload.WAITING
    take_upload.func(Upload.objects.get().pk)  # what the worker process does
    page.wait_for_selector("text=1 行入库，1 行退回")
    assert page.locator("progress").count() == 0
    page.get_by_role("link", name="看这一批").click()
    assert page.get_by_role("cell", name="2025/13/02", exact=True).is_visible()


def test_the_menu_of_a_phone_opens_and_closes(visit: Callable[..., Any], site: Any) -> None:
    page = visit(site.supervisor, PHONE).open("/standards/")
    menu = page.locator(".nav")
    assert not menu.is_visible()
    page.get_by_label("打开菜单").click()
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    page.get_by_label("打开菜单").click()
    menu.get_by_role("link", name="总览").click()
    page.wait_for_url("**/overview/")


def test_the_first_key_leads_past_the_menu(visit: Callable[..., Any], site: Any) -> None:
    page = visit(site.supervisor).open("/monitors/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_what_has_the_focus_is_outlined(visit: Callable[..., Any], site: Any) -> None:
    page = visit(site.supervisor).open("/monitors/")
    for _ in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width != "0px", page.evaluate("document.activeElement.outerHTML")
