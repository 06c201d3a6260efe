"""The pages, tried by the right user, the user of another district, and the agency's clerk."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries, Settings

from alert_runs import DAY, OVERDUE, SERVICE
from mingjian.access.models import AuditLine
from mingjian.monitor import Library, Run
from mingjian.supervision.acts import give_verdict, raise_alerts
from mingjian.supervision.models import Alert, SavedFilter
from office import City

MakeRun = Callable[..., Run]


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty store of the test's own."""
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))


@pytest.fixture
def alerts(city: City, run_of: MakeRun, library: Library) -> dict[str, Alert]:
    """Red ones for three agencies of two districts, an orange one, one that names no agency."""
    run = run_of(
        {
            OVERDUE: [
                ("CY-1", "110105-SCJG"),
                ("CY-2", "110105-CG"),
                ("DC-1", "110101-SCJG"),
                ("XX-1", None),
            ],
            SERVICE: [("CY-1", "110105-SCJG")],
        }
    )
    raise_alerts(run, library)
    return {f"{a.level} {a.unit_id}": a for a in Alert.objects.all()}


def get(client: Client, city: City, name: str, path: str) -> object:
    client.force_login(city.people[name])
    return client.get(path)


SEEN = {
    "supervisor": 5,
    "head": 5,
    "model_admin": 5,
    "right": 3,
    "other": 1,
    "line": 3,
    "liaison": 2,
    "neighbour": 1,
    "street": 0,
}


@pytest.mark.parametrize("name", SEEN)
def test_the_list_shows_what_is_in_scope(
    alerts: dict[str, Alert], city: City, client: Client, name: str
) -> None:
    page = get(client, city, name, "/alerts/").text
    assert f"共 <b>{SEEN[name]}</b> 条" in page
    assert page.count("data-open") == SEEN[name]


@pytest.mark.parametrize("name", ["data_admin", "system_admin", "auditor"])
@pytest.mark.parametrize("path", ["/alerts/", "/alerts/export/", "/alerts/{}/"])
def test_who_may_not_read_alerts_gets_nowhere(
    alerts: dict[str, Alert], city: City, client: Client, name: str, path: str
) -> None:
    some = alerts["red CY-1"].pk
    assert get(client, city, name, path.format(some)).status_code == 403
    assert "不看预警" in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/alerts/", "/alerts/export/", "/alerts/{}/"])
def test_strangers_are_sent_to_the_login(
    alerts: dict[str, Alert], client: Client, path: str
) -> None:
    response = client.get(path.format(alerts["red CY-1"].pk))
    assert response.headers["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("name", ["other", "neighbour", "street"])
def test_by_its_number_one_finds_only_what_one_may_see(
    alerts: dict[str, Alert], city: City, client: Client, name: str
) -> None:
    alert = alerts["red CY-1"]
    assert get(client, city, name, f"/alerts/{alert.pk}/").status_code == 404
    assert client.get(f"/alerts/{alert.pk}/?personal=1").status_code == 404
    assert client.post(f"/alerts/{alert.pk}/sign/").status_code == 404
    given = {"give_verdict-verdict": "confirmed", "give_verdict-reason": "x"}
    assert client.post(f"/alerts/{alert.pk}/give_verdict/", given).status_code == 404
    alert.refresh_from_db()
    assert alert.state == "new"


@pytest.mark.parametrize(
    "query",
    [
        "district=110105",
        "agency=110105-SCJG",
        "agency=朝阳",
        "text=CY-1",
        "state=all&monitor=PT-01",
        "level=red",
        "group=PT",
        "mark=overdue",
        "sort=agency",
    ],
)
def test_no_filter_leads_out_of_the_scope(
    alerts: dict[str, Alert], city: City, client: Client, query: str
) -> None:
    page = get(client, city, "other", f"/alerts/?{query}").text
    rows = page.partition("data-rows")[2]
    assert "CY-1" not in rows
    assert "朝阳区市场监督管理局" not in page
    assert page.count("data-open") <= 1


def test_the_filter_offers_only_what_is_in_scope(
    alerts: dict[str, Alert], city: City, client: Client
) -> None:
    page = get(client, city, "other", "/alerts/").text
    assert "东城区" in page
    assert "朝阳区" not in page
    assert "PT-14" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 5),
        ("level=red", 4),
        ("level=orange", 1),
        ("district=110105", 3),
        ("district=110101", 1),
        ("agency=城市管理", 1),
        ("agency=110105-SCJG", 2),
        ("field=urban", 1),
        ("monitor=PT-14", 1),
        ("group=PT", 5),
        ("group=QZ", 0),
        ("text=DC-1", 1),
        ("state=closed", 0),
        ("state=all", 5),
        ("state=new", 5),
        (f"start={DAY + timedelta(days=1)}", 0),
        (f"end={DAY}", 5),
        ("mark=returned", 0),
        ("mark=first", 5),
        ("text=%25", 0),
    ],
)
def test_the_filter_filters(
    alerts: dict[str, Alert], city: City, client: Client, query: str, count: int
) -> None:
    assert f"共 <b>{count}</b> 条" in get(client, city, "supervisor", f"/alerts/?{query}").text


def test_a_number_as_people_read_it_finds_its_alert(
    alerts: dict[str, Alert], city: City, client: Client
) -> None:
    number = alerts["red DC-1"].number
    page = get(client, city, "supervisor", f"/alerts/?text={number}").text
    assert page.count("data-open") == 1


@pytest.mark.parametrize("query", ["level=purple", "start=soon", "sort=random", "monitor='--"])
def test_a_filter_that_makes_no_sense_is_said_so(
    alerts: dict[str, Alert], city: City, client: Client, query: str
) -> None:
    response = get(client, city, "right", f"/alerts/?{query}")
    assert response.status_code == 200
    assert "有的筛选条件不对" in response.text


def sheet_rows(content: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_the_export_holds_the_scope_the_filter_the_person_and_is_audited(
    alerts: dict[str, Alert], city: City, client: Client
) -> None:
    response = get(client, city, "right", "/alerts/export/?level=red&district=110105")
    rows = sheet_rows(b"".join(response.streaming_content))
    assert rows[1][0] == "筛选条件：状态：未办结；等级：红色；行政区：朝阳区"
    assert "right 某（right）" in rows[2][0]
    assert "范围：朝阳区" in rows[2][0]
    assert rows[4][0] == "预警编号"
    assert {row[8] for row in rows[5:]} == {"CY-1", "CY-2"}
    line = AuditLine.objects.get(act="alert.export")
    assert (line.username, line.detail["count"]) == ("right", 2)
    assert "朝阳区" in line.detail["filter"]


def test_the_export_of_another_district_holds_nothing_of_this_one(
    alerts: dict[str, Alert], city: City, client: Client
) -> None:
    response = get(client, city, "other", "/alerts/export/?state=all")
    assert [row[8] for row in sheet_rows(b"".join(response.streaming_content))[5:]] == ["DC-1"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_no_cell_of_the_export_is_a_formula(
    city: City, client: Client, run_of: MakeRun, library: Library, start: str
) -> None:
    unit = f'{start}HYPERLINK("http://x","点我")'
    raise_alerts(run_of({OVERDUE: [(unit, "110105-SCJG")]}), library)
    response = get(client, city, "right", "/alerts/export/")
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = [cell for row in book.active.iter_rows(min_row=6) for cell in row if cell.value]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(str(cell.value).startswith("'" + start[0]) for cell in cells)


def test_too_much_to_export_is_said_not_cut(
    alerts: dict[str, Alert], city: City, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mingjian.supervision.pages.EXPORT_AT_MOST", 2)
    response = get(client, city, "right", "/alerts/export/")
    assert response.status_code == 302
    assert "一次最多导出 2 条" in client.get("/alerts/").text
    assert not AuditLine.objects.filter(act="alert.export").exists()


def test_the_list_asks_the_database_the_same_few_times_however_long_it_is(
    city: City,
    client: Client,
    run_of: MakeRun,
    library: Library,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    agencies = ["110105-SCJG", "110105-CG", "110105-JT", None]
    rows = [(f"u{i}", agencies[i % 4]) for i in range(120)]
    raise_alerts(run_of({OVERDUE: rows}), library)
    client.force_login(city.supervisor)
    client.get("/password/")  # the session notes that it was seen, once a minute
    with django_assert_max_num_queries(13):
        assert client.get("/alerts/").text.count("data-open") == 50
    with django_assert_max_num_queries(17):
        client.get("/")


def test_the_workbench_puts_the_clerks_own_work_first(
    alerts: dict[str, Alert], city: City, client: Client
) -> None:
    page = get(client, city, "liaison", "/").text
    assert "有 <b>2</b> 条预警等您办理" in page
    assert page.index("待我办理") < page.index("最近一轮的变化") < page.index("办理情况")


def test_the_supervisors_work_is_what_was_fed_back_and_what_is_gone(
    alerts: dict[str, Alert], city: City, client: Client, run_of: MakeRun, library: Library
) -> None:
    assert "没有等您办理的预警" in get(client, city, "right", "/").text
    rows = [("CY-2", "110105-CG"), ("DC-1", "110101-SCJG"), ("XX-1", None)]
    found = {OVERDUE: rows, SERVICE: [("CY-1", "110105-SCJG")]}
    raise_alerts(run_of(found, DAY + timedelta(days=1)), library)
    assert "有 <b>1</b> 条预警等您办理" in get(client, city, "right", "/").text
    assert "没有等您办理的预警" in get(client, city, "other", "/").text


def test_the_numbers_of_the_last_round_click_down_to_their_rows(
    alerts: dict[str, Alert], city: City, client: Client
) -> None:
    page = get(client, city, "right", "/").text
    link = page.split("<th>新增")[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(link).text.count("data-open") == 2  # two red ones in the district


def test_before_the_first_round_the_workbench_says_so(city: City, client: Client) -> None:
    assert "还没有跑过监测" in get(client, city, "right", "/").text


def test_the_buttons_are_those_of_the_flow(
    alerts: dict[str, Alert], city: City, client: Client
) -> None:
    path = f"/alerts/{alerts['red CY-1'].pk}/"
    clerk = get(client, city, "liaison", path).text
    assert f'action="{path}sign/"' in clerk
    assert f'action="{path}give_verdict/"' not in clerk
    supervisor = get(client, city, "right", path).text
    assert f'action="{path}sign/"' not in supervisor
    assert f'action="{path}give_verdict/"' in supervisor
    assert f'action="{path}add_note/"' not in get(client, city, "model_admin", path).text


def test_acts_are_done_from_the_page(alerts: dict[str, Alert], city: City, client: Client) -> None:
    alert = alerts["red CY-1"]
    path = f"/alerts/{alert.pk}/"
    client.force_login(city.liaison)
    assert "已签收" in client.post(f"{path}sign/", follow=True).text
    empty = client.post(f"{path}feed_back/", {"feed_back-verdict": "unfounded"})
    assert empty.status_code == 422
    assert "field-error" in empty.text
    fed = {"feed_back-verdict": "unfounded", "feed_back-reason": "已决定，见决定书"}
    client.post(f"{path}feed_back/", fed)
    alert.refresh_from_db()
    assert (alert.state, alert.claimed_reason) == ("verified", "已决定，见决定书")
    late = client.post(f"{path}sign/", follow=True)
    assert "状态已经变了" in late.text


@pytest.mark.parametrize("act", ["gone", "reopen", "raise", "return", "delete"])
def test_the_nights_acts_are_nobodys(
    alerts: dict[str, Alert], city: City, client: Client, act: str
) -> None:
    client.force_login(city.supervisor)
    assert client.post(f"/alerts/{alerts['red CY-1'].pk}/{act}/").status_code == 404


def test_acts_are_not_done_by_following_a_link(
    alerts: dict[str, Alert], city: City, client: Client
) -> None:
    path = f"/alerts/{alerts['red CY-1'].pk}/sign/"
    assert get(client, city, "liaison", path).status_code == 405


def test_acts_need_the_pages_token(alerts: dict[str, Alert], city: City) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(city.liaison)
    assert strict.post(f"/alerts/{alerts['red CY-1'].pk}/sign/").status_code == 403


def test_what_people_write_is_shown_as_text(
    alerts: dict[str, Alert], city: City, client: Client
) -> None:
    alert = alerts["red CY-1"]
    reason = '<script>alert("x")</script>'
    give_verdict(alert.pk, by=city.right, verdict="confirmed", reason=reason, today=DAY)
    page = get(client, city, "right", f"/alerts/{alert.pk}/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_saved_filters_are_ones_own(alerts: dict[str, Alert], city: City, client: Client) -> None:
    client.force_login(city.right)
    client.post("/alerts/filters/", {"name": "朝阳红色", "query": "?level=red&district=110105"})
    assert "朝阳红色</a>" in client.get("/alerts/").text
    assert "level=red&amp;district=110105" in client.get("/").text
    saved = SavedFilter.objects.get()
    client.force_login(city.other)
    assert "朝阳红色</a>" not in client.get("/alerts/").text
    client.post(f"/alerts/filters/{saved.pk}/forget/")
    assert SavedFilter.objects.filter(pk=saved.pk).exists()
    client.force_login(city.right)
    client.post(f"/alerts/filters/{saved.pk}/forget/")
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("query", ["//evil.example", "?next=//evil", "\r\nX-Evil: 1"])
def test_saving_a_filter_leads_nowhere_else(
    alerts: dict[str, Alert], city: City, client: Client, query: str
) -> None:
    client.force_login(city.right)
    response = client.post("/alerts/filters/", {"name": "x", "query": query})
    assert response.headers["Location"].startswith("/alerts/?")


def test_no_page_holds_an_inline_script(
    alerts: dict[str, Alert], city: City, client: Client, settings: Settings
) -> None:
    for path in ("/", "/alerts/", f"/alerts/{alerts['red CY-1'].pk}/"):
        response = get(client, city, "right", path)
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert all("src=" in part.split(">")[0] for part in response.text.split("<script")[1:])
        assert " onclick=" not in response.text
        assert response.headers["Cache-Control"] == "private, no-store"
