"""The way of an alert in a real browser: sign in, list by keyboard, sheet, sign, verdict."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from alert_runs import OVERDUE
from mingjian.monitor import Library, Run
from mingjian.store import open_store
from mingjian.supervision.acts import raise_alerts
from mingjian.supervision.models import Alert, AlertEvent
from office import PASSWORD, City, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(
    run_of: Callable[..., Run],
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    transactional_db: None,
) -> Iterator[City]:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    town = make_city()
    rows = [("CY-1", "110105-SCJG"), ("CY-2", "110105-SCJG"), ("DC-1", "110101-SCJG")]
    raise_alerts(run_of({OVERDUE: rows}), library)
    yield town
    open_store().close()


def settled(page: Page) -> None:
    """Wait until the sheet has its records: the engine must not be at work when the test ends."""
    page.wait_for_url("**/alerts/*/")
    expect(page.locator("#records:not([hx-get])")).to_have_count(1)


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/login/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_an_alert_is_signed_fed_back_and_judged(page: Page, town: City) -> None:
    sign_in(page, "liaison", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    sign_in(page, "liaison")
    expect(page.get_by_role("heading", name="待我办理")).to_be_visible()
    page.get_by_role("link", name="YJ").first.click()
    settled(page)
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_text("已签收。")).to_be_visible()
    settled(page)
    page.get_by_label("不属实").check()
    page.get_by_label("理由").first.fill("决定书已于期限内作出，未及时上报")
    page.get_by_role("button", name="反馈核查结果").click()
    expect(page.get_by_text("已反馈核查结果。")).to_be_visible()
    settled(page)
    path = page.url
    page.get_by_role("button", name="退出").click()

    sign_in(page, "other")
    assert page.goto(path).status == 404
    page.goto("/")
    page.get_by_role("button", name="退出").click()

    sign_in(page, "right")
    page.goto(path)
    settled(page)
    expect(page.get_by_text("决定书已于期限内作出").first).to_be_visible()
    page.get_by_label("属实", exact=True).first.check()
    page.get_by_label("理由").first.fill("复核属实")
    page.get_by_role("button", name="认定结论").click()
    expect(page.get_by_text("已认定结论。")).to_be_visible()
    settled(page)
    assert Alert.objects.get(state="closed").verdict == "confirmed"


def test_the_list_by_keyboard(page: Page, town: City) -> None:
    sign_in(page, "right")
    page.goto("/alerts/")
    expect(page.locator("[data-open]")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-open]").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-open]").first).to_be_focused()
    page.keyboard.press("Enter")
    settled(page)
    page.goto("/alerts/")
    page.get_by_label("关键字").fill("jk")  # typing into a field is not moving about
    expect(page.get_by_label("关键字")).to_be_focused()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_a_batch_by_keyboard_and_a_double_click(page: Page, town: City) -> None:
    sign_in(page, "right")
    page.goto("/alerts/")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="键盘办理")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("1")
    page.keyboard.press("a")
    expect(page.locator("[data-count]")).to_have_text("2")
    page.keyboard.press("b")
    page.get_by_label("批量办理").select_option("assign")
    page.get_by_label("经办人").select_option("right")
    page.locator("#batch button").dblclick()
    expect(page.get_by_text("分办：办成 2 条。")).to_be_visible()
    assert AlertEvent.objects.filter(act="assign").count() == 2


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_runs_out_of_the_page(page: Page, town: City, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "right")
    alert = Alert.objects.filter(agency="110105-SCJG").first()
    assert alert is not None
    sheet = f"/alerts/{alert.pk}/"
    for path in ("/", "/alerts/", sheet, "/matters/", "/matters/new/", "/notices/", "/password/"):
        page.goto(path)
        if path == sheet:
            settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
