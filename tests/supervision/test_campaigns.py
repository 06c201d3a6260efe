"""专项: planned, started, filled, counted with every number leading to its rows, finished."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from alert_runs import DAY, OVERDUE, SERVICE
from mingjian.access.flow import NotPossible
from mingjian.access.models import AuditLine, Region, User
from mingjian.monitor import Library, Run
from mingjian.supervision import acts, campaign_queries, campaign_sheet
from mingjian.supervision.acts import campaigns, matters, raise_alerts, run_clock
from mingjian.supervision.acts.campaign_lists import join_alert
from mingjian.supervision.handled import OutsideTheFlow
from mingjian.supervision.models import Alert, Campaign, Matter, Notice
from office import City

MakeRun = Callable[..., Run]
SECOND = DAY + timedelta(days=14)
LAST = DAY + timedelta(days=27)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))


@pytest.fixture
def alerts(city: City, run_of: MakeRun, library: Library) -> list[Alert]:
    """Three overdue of 朝阳, one of 东城; and one of another monitor."""
    mine = [(str(n), "110105-SCJG") for n in range(3)]
    raise_alerts(
        run_of({OVERDUE: [*mine, ("9", "110101-SCJG")], SERVICE: [("7", "110105-SCJG")]}), library
    )
    return list(Alert.objects.filter(monitor_id=OVERDUE).order_by("pk"))


def plan_of(**more: Any) -> campaigns.Plan:
    given: Any = {
        "name": "超期办案专项行动",
        "kind": "action",
        "basis": "办案超期反复发生",
        "field": "",
        "districts": [],
        "monitors": [OVERDUE],
        "stages": [("自查自纠", DAY, SECOND - timedelta(days=1)), ("集中监督", SECOND, LAST)],
    }
    return given | more


@pytest.fixture
def running(city: City, district_head: User, alerts: list[Alert]) -> Campaign:
    """One of the district, started on the day the alerts were raised."""
    made = campaigns.plan(plan_of(), by=city.right, today=DAY)
    return campaigns.start(made.pk, by=district_head, approval="", reason="即日起", today=DAY)


def counted(campaign: Campaign, user: User, today: date = DAY) -> dict[str, int]:
    sheet = campaign_sheet.campaign_sheet(campaign, user, today)
    return {cell.part: cell.count for cell in sheet.totals}


def test_the_course_from_plan_to_conclusion(city: City, district_head: User) -> None:
    made = campaigns.plan(plan_of(), by=city.right, today=DAY)
    assert (made.state, made.starts_on, made.ends_on) == ("planned", DAY, LAST)
    campaigns.change(made.pk, plan_of(name="改名"), by=city.right, today=DAY)
    with pytest.raises(PermissionDenied):  # the head decides
        campaigns.start(made.pk, by=city.right, approval="", reason="x", today=DAY)
    started = campaigns.start(made.pk, by=district_head, approval="", reason="即日起", today=DAY)
    assert (started.state, started.name, started.due_on) == ("running", "改名", LAST)
    with pytest.raises(NotPossible, match="不能“修改方案”"):
        campaigns.change(made.pk, plan_of(), by=city.right, today=DAY)
    later = LAST + timedelta(days=7)
    campaigns.extend(made.pk, by=district_head, ends_on=later, reason="没查完", today=DAY)
    assert made.stages.get(no=2).ends_on == later
    ended = campaigns.finish(made.pk, by=district_head, reason="查清了", today=later)
    assert (ended.state, ended.conclusion, ended.closed_on) == ("finished", "查清了", later)
    lines = AuditLine.objects.filter(act__startswith="campaign.").order_by("pk")
    acts_done = [line.act.partition(".")[2] for line in lines]
    assert acts_done == ["plan", "change", "start", "extend", "finish"]


def test_a_campaign_above_a_district_needs_the_city_and_its_government(city: City) -> None:
    with pytest.raises(NotPossible, match="不能组织“专项监督”"):
        campaigns.plan(plan_of(kind="campaign"), by=city.right, today=DAY)
    made = campaigns.plan(plan_of(kind="campaign"), by=city.supervisor, today=DAY)
    with pytest.raises(NotPossible, match="须经政府批准"):
        campaigns.start(made.pk, by=city.head, approval=" ", reason="x", today=DAY)
    campaigns.start(made.pk, by=city.head, approval="京政〔2025〕1号", reason="x", today=DAY)


def test_who_does_not_organise_does_not_decide(
    running: Campaign, city: City, district_head: User
) -> None:
    with pytest.raises(NotPossible, match="由组织的一方办理"):
        campaigns.finish(running.pk, by=city.head, reason="x", today=DAY)
    with pytest.raises(NotPossible, match="由市、区监督机构组织"):
        campaigns.plan(plan_of(), by=city.line, today=DAY)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "没有写名称"),
        ({"basis": " "}, "没有写理由"),
        ({"monitors": ["no.such"]}, "没有这些模型"),
        ({"field": "no_such"}, "执法领域"),
        ({"stages": []}, "一至 6 个阶段"),
        ({"stages": [("a", LAST, DAY)]}, "止日早于起日"),
        ({"stages": [("a", DAY, SECOND), ("b", SECOND, LAST)]}, "须在“a”的止日"),
    ],
)
def test_a_plan_that_does_not_hold_is_refused_with_its_reason(
    city: City, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(NotPossible, match=said):
        campaigns.plan(plan_of(**wrong), by=city.right, today=DAY)
    assert not Campaign.objects.exists()


def test_districts_lie_in_the_organisers_own_area(city: City) -> None:
    elsewhere = [Region.objects.get(pk="110101")]
    with pytest.raises(NotPossible, match="东城区不在朝阳区之内"):
        campaigns.plan(plan_of(districts=elsewhere), by=city.right, today=DAY)
    assert not Campaign.objects.exists()


def test_the_same_form_sent_twice_plans_once(city: City) -> None:
    first = campaigns.plan(plan_of(), by=city.right, today=DAY, key="k")
    assert campaigns.plan(plan_of(), by=city.right, today=DAY, key="k") == first
    assert Campaign.objects.count() == 1


def test_only_what_fits_is_put_on_the_list_and_once(
    running: Campaign, alerts: list[Alert], city: City
) -> None:
    join_alert(alerts[0].pk, campaign=running.pk, by=city.right, today=DAY)
    for other in (alerts[0], alerts[3], Alert.objects.get(monitor_id=SERVICE)):
        with pytest.raises(NotPossible, match="或者不合它的模型"):
            join_alert(other.pk, campaign=running.pk, by=city.supervisor, today=DAY)
    assert running.members.get().alert == alerts[0]
    assert AuditLine.objects.filter(act="alert.join_campaign").count() == 1
    acts.drop_alert(alerts[0].pk, campaign=running.pk, reason="重复", by=city.right, today=DAY)
    assert not running.members.exists()
    kept = alerts[0].events.filter(act__endswith="_campaign").values_list("act", flat=True)
    assert list(kept) == ["join_campaign", "leave_campaign"]


def test_all_that_fit_are_joined_in_bulk_from_the_page_and_the_list(
    running: Campaign, alerts: list[Alert], city: City, client: Client
) -> None:
    client.force_login(city.right)
    marked = {"act": "join_campaign", "campaign": running.pk, "alert": [alerts[0].pk], "back": "/"}
    assert "列入专项：办成 1 条" in client.post("/alerts/batch/", marked, follow=True).text
    page = client.post(f"/campaigns/{running.pk}/join/", follow=True).text
    assert "已列入 2 条" in page
    assert "没有可以列入的预警" in client.post(f"/campaigns/{running.pk}/join/", follow=True).text
    assert running.members.count() == 3


def test_numbers_follow_what_people_confirm(
    running: Campaign, alerts: list[Alert], city: City
) -> None:
    for alert in alerts[:3]:
        join_alert(alert.pk, campaign=running.pk, by=city.right, today=DAY)
    given: dict[str, Any] = {"by": city.right, "reason": "查过", "today": SECOND}
    acts.give_verdict(alerts[0].pk, verdict="unfounded", **given)
    acts.order_rectification(alerts[1].pk, verdict="confirmed", problems="补办", **given)
    acts.report_rectified(
        alerts[1].pk, by=city.liaison, measures={1: "补了"}, reason="改了", today=SECOND
    )
    acts.accept(alerts[1].pk, **given)
    numbers = counted(running, city.right, SECOND)
    expected = {"joined": 3, "confirmed": 1, "not_confirmed": 1, "pending": 1}
    assert numbers == {**expected, "rectified": 1, "overdue": 1}
    sheet = campaign_sheet.campaign_sheet(running, city.right, SECOND)
    first, second = ([cell.count for cell in line.cells] for line in sheet.stages)
    assert first == [3, 0, 0, 0]
    assert second == [0, 1, 1, 2]


def test_every_number_leads_to_exactly_its_rows(
    running: Campaign, alerts: list[Alert], city: City, client: Client
) -> None:
    client.force_login(city.right)
    client.post(f"/campaigns/{running.pk}/join/")
    acts.give_verdict(
        alerts[0].pk, by=city.right, verdict="confirmed", reason="属实", today=timezone.localdate()
    )
    page = client.get(f"/campaigns/{running.pk}/").text
    links = re.findall(r'<a href="(/alerts/[^"]*part=[^"]*)">(?:<b>)?([\d,]+)', page)
    assert len(links) >= 8
    for address, number in links:
        listed = client.get(address.replace("&amp;", "&")).text
        assert f"共 <b>{number}</b> 条" in listed, address


def test_weeks_before_the_first_round_are_not_zero(
    running: Campaign, city: City, run_of: MakeRun, library: Library
) -> None:
    later = DAY + timedelta(days=8)
    raise_alerts(run_of({OVERDUE: [("21", "110105-SCJG")]}, as_of=later), library)
    today = LAST + timedelta(days=10)
    weeks = campaign_sheet.campaign_sheet(running, city.right, today).weeks
    by_first = {week.first: week for week in weeks}
    assert by_first[DAY - timedelta(days=7)].count is None
    assert [by_first[DAY + timedelta(days=7 * n)].count for n in range(4)] == [3, 1, 0, 0]
    assert by_first[DAY + timedelta(days=28)].phase == "after"
    paces = {p.title: p for p in campaign_sheet.campaign_sheet(running, city.right, today).paces}
    assert (paces["之前"].mean, paces["期间"].mean) == (None, 1.0)


def test_scope_holds_for_the_campaign_and_for_its_numbers(
    city: City, alerts: list[Alert], client: Client
) -> None:
    made = campaigns.plan(plan_of(kind="action"), by=city.supervisor, today=DAY)
    campaigns.start(made.pk, by=city.head, approval="", reason="x", today=DAY)
    for alert in alerts:
        join_alert(alert.pk, campaign=made.pk, by=city.supervisor, today=DAY)
    seen = {name: counted(made, getattr(city, name))["joined"] for name in ("head", "right")}
    assert seen == {"head": 4, "right": 3}
    assert counted(made, city.other)["joined"] == 1
    for name, status in (("liaison", 200), ("neighbour", 404), ("line", 200), ("auditor", 403)):
        client.force_login(getattr(city, name))
        assert client.get(f"/campaigns/{made.pk}/").status_code == status, name


def test_a_district_does_not_see_another_districts(
    running: Campaign, city: City, client: Client
) -> None:
    client.force_login(city.other)
    assert client.get(f"/campaigns/{running.pk}/").status_code == 404
    assert client.get(f"/campaigns/{running.pk}/export/").status_code == 404
    page = client.get(f"/alerts/?state=all&campaign={running.pk}&part=joined").text
    assert "有的筛选条件不对" in page
    assert running.name not in page
    named = campaigns.plan(
        plan_of(districts=[Region.objects.get(pk="110105")]), by=city.supervisor, today=DAY
    )
    assert client.get(f"/campaigns/{named.pk}/").status_code == 404
    client.force_login(city.right)
    assert client.get(f"/campaigns/{named.pk}/").status_code == 200


def test_a_part_that_is_none_is_refused(running: Campaign, city: City, client: Client) -> None:
    client.force_login(city.right)
    for part in ("nothing", "stage-9-joined", "stage-x-joined", "days-20250101-2025", "days-1"):
        page = client.get("/alerts/", {"campaign": running.pk, "part": part}).text
        assert "有的筛选条件不对" in page, part


def test_a_matter_belongs_to_a_campaign_and_says_of_which(
    running: Campaign, alerts: list[Alert], city: City
) -> None:
    given: dict[str, Any] = {"by": city.right, "today": DAY, "reason": "查"}
    pk = matters.matter_from_alerts(
        [alerts[0].pk], reason="多发", sent={"by": city.right, "today": DAY}
    )
    with pytest.raises(NotPossible, match="须选是哪一次专项"):
        matters.open_matter(pk, form="campaign", **given)
    with pytest.raises(NotPossible, match="其他方式不选专项"):
        matters.open_matter(pk, form="daily", campaign=running.pk, **given)
    matters.open_matter(pk, form="campaign", campaign=running.pk, **given)
    matter = Matter.objects.get(pk=pk)
    assert matter.campaign == running
    assert list(campaign_queries.matters_of(city.right, running)) == [matter]
    assert not campaign_queries.matters_of(city.other, running).exists()


def test_the_night_says_once_that_a_stage_begins_and_that_it_is_over(
    running: Campaign, city: City, district_head: User
) -> None:
    def titles() -> list[str]:
        rows = Notice.objects.filter(user=city.right, kind="campaign").order_by("pk")
        return [notice.title for notice in rows]

    for _ in range(2):
        run_clock(DAY)
    run_clock(SECOND)
    run_clock(LAST + timedelta(days=1))
    said = titles()
    assert [title.partition("：")[2] for title in said] == [
        "进入“自查自纠”阶段",
        "进入“集中监督”阶段",
        "已到止日，请写结论结束或者延长",
    ]
    assert not Notice.objects.filter(user=city.other, kind="campaign").exists()


def test_the_districts_it_reaches_are_told_of_the_start(city: City) -> None:
    chaoyang = [Region.objects.get(pk="110105")]
    made = campaigns.plan(plan_of(districts=chaoyang), by=city.supervisor, today=DAY)
    campaigns.start(made.pk, by=city.head, approval="", reason="x", today=DAY)
    told = set(
        Notice.objects.filter(title__contains="启动").values_list("user__username", flat=True)
    )
    assert {"right", "supervisor"} <= told
    assert not told & {"other", "head", "liaison"}


def test_the_state_is_written_by_acts_alone(running: Campaign) -> None:
    running.state = "finished"
    with pytest.raises(OutsideTheFlow):
        running.save()


def test_the_report_is_a_workbook_in_scope_with_its_audit_line(
    running: Campaign, city: City, client: Client
) -> None:
    client.force_login(city.right)
    client.post(f"/campaigns/{running.pk}/join/")
    answer = client.get(f"/campaigns/{running.pk}/export/")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["概况", "分阶段", "分地区", "分单位", "分模型", "每周", "预警清单"]
    facts = {row[0]: row[1] for row in book["概况"].iter_rows(min_row=4, values_only=True)}
    assert (facts["列入"], facts["结论"]) == (3, "尚未结束")
    assert len(list(book["预警清单"].iter_rows(min_row=5))) == 3
    line = AuditLine.objects.get(act="campaign.export")
    assert line.detail["count"] == 3


def test_a_plan_is_made_and_changed_through_the_page(city: City, client: Client) -> None:
    client.force_login(city.right)
    form = {
        "name": "夜间施工专项行动",
        "kind": "action",
        "basis": "投诉多",
        "monitors": [OVERDUE],
        "stage-TOTAL_FORMS": "6",
        "stage-INITIAL_FORMS": "4",
        "stage-0-name": "自查自纠",
        "stage-0-starts_on": str(DAY),
        "stage-0-ends_on": str(LAST),
        "stage-1-name": "集中监督",
    }
    page = client.post("/campaigns/new/", form, follow=True).text
    assert "夜间施工专项行动" in page
    made = Campaign.objects.get()
    assert made.stages.count() == 1
    form |= {"name": "改过的名字", "version": str(made.version), "stage-1-starts_on": str(DAY)}
    refused = client.post(f"/campaigns/{made.pk}/edit/", form)
    assert refused.status_code == 422
    assert "阶段须写全名称和起止日期" in refused.text
    del form["stage-1-starts_on"]
    assert "改过的名字" in client.post(f"/campaigns/{made.pk}/edit/", form, follow=True).text
    stale = client.post(f"/campaigns/{made.pk}/edit/", form)
    assert "被别人办理过" in stale.text
