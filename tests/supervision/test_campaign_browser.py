"""A campaign in a real browser: planned, started by the head, filled from the list, finished."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from alert_runs import OVERDUE
from mingjian.access.models import User
from mingjian.monitor import Library, Run
from mingjian.store import open_store
from mingjian.supervision.acts import raise_alerts
from mingjian.supervision.models import Campaign
from office import PASSWORD, City, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = timezone.localdate()


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
    head = User(
        username="district_head",
        display_name="区负责人 某",
        role="supervision_head",
        scope="region",
        region_id="110105",
    )
    head.set_password(PASSWORD)
    head.save()
    rows = [(f"CY-{n}", "110105-SCJG") for n in range(3)]
    raise_alerts(run_of({OVERDUE: rows}, as_of=TODAY), library)
    yield town
    open_store().close()


def sign_in(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/")


def test_a_campaign_from_plan_to_conclusion(page: Page, town: City) -> None:
    sign_in(page, "right")
    page.get_by_role("link", name="专项监督").click()
    page.get_by_role("link", name="拟定方案").click()
    page.get_by_label("名称").fill("超期办案专项行动")
    page.get_by_label("专项行动").check()
    page.get_by_label("缘由与依据").fill("办案超期反复发生")
    page.get_by_label("监测模型").select_option(OVERDUE)
    row = page.locator(".stage-row").first
    row.get_by_label("自").fill(str(TODAY))
    row.get_by_label("至").fill(str(TODAY + timedelta(days=20)))
    page.get_by_role("button", name="保存方案").click()
    expect(page.get_by_role("heading", name="超期办案专项行动")).to_be_visible()
    campaign = Campaign.objects.get()

    sign_in(page, "district_head")
    page.goto(f"/campaigns/{campaign.pk}/")
    page.locator("#act-start summary").click()
    page.get_by_label("启动的要求").fill("即日起")
    page.get_by_role("button", name="启动").click()
    expect(page.get_by_text("已启动。")).to_be_visible()

    sign_in(page, "right")
    page.goto("/alerts/")
    page.locator("input[name=alert]").first.check()
    page.locator("#batch-act").select_option(label="列入专项")
    page.locator("select[name=campaign]").select_option(label="超期办案专项行动")
    page.get_by_role("button", name="办理", exact=True).click()
    expect(page.get_by_text("列入专项：办成 1 条")).to_be_visible()
    page.goto(f"/campaigns/{campaign.pk}/")
    page.get_by_role("button", name="全部列入").click()
    expect(page.get_by_text("已列入 2 条")).to_be_visible()
    page.locator(".figure-value a").first.click()
    expect(page.locator("[data-open]")).to_have_count(3)
    expect(page.get_by_text("只列专项")).to_be_visible()

    sign_in(page, "district_head")
    page.goto(f"/campaigns/{campaign.pk}/")
    page.locator("#act-finish summary").click()
    page.get_by_label("结论").fill("三件均已督促办理")
    page.get_by_role("button", name="结束").click()
    expect(page.get_by_role("heading", name="结论")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出报告").click()
    assert download.value.suggested_filename.endswith(".xlsx")
