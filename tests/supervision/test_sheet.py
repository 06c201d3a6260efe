"""The sheet of evidence over real records: then and now, time line, source rows, masked names."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from alert_runs import DAY, OVERDUE, SERVICE
from mingjian.access.models import AuditLine
from mingjian.monitor import Library, Run, run_round
from mingjian.standards import load_standard
from mingjian.store import Store, SubmissionHeader, memory_reader, open_store
from mingjian.supervision.acts import raise_alerts
from mingjian.supervision.models import Alert
from mingjian.supervision.sheet import alert_sheet
from office import City

CASE: dict[str, Any] = {
    "case_id": "CY-31",
    "agency_id": "110105-SCJG",
    "case_no": "京朝市监罚〔2025〕31号",
    "procedure": "ordinary",
    "field": "market",
    "party_name": "张小明",
    "party_kind": "natural",
    "party_identity_no": "110101199001011234",
    "filed_on": date(2025, 1, 2),
    "decided_on": None,
    "closed_on": None,
}
STEPS = [
    {"case_id": "CY-31", "step": "filing", "started_on": date(2025, 1, 2)},
    {"case_id": "CY-31", "step": "decision", "started_on": date(2025, 8, 1)},
]


def arrow(table: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Typed rows of a standard table, numbered as in a sheet with one heading row."""
    fields = ", ".join(load_standard().tables[table].fields)
    with memory_reader({table: rows}) as reader:
        found = reader.arrow(f"SELECT {fields} FROM {table}")
    return found.append_column("row_no", pa.array(range(2, len(found) + 2), pa.int64()))


def send(store: Store, number: str, at: datetime, **tables: list[dict[str, Any]]) -> None:
    header = SubmissionHeader(
        submission_id=number,
        source_code="scjg-cf",
        agency_id="110105-SCJG",
        file_name=f"{number}.csv",
        file_sha256=number.ljust(64, "0"),
        submitted_by="接口",
        received_at=at,
        rows_in=1,
    )
    store.commit(header, {name: arrow(name, rows) for name, rows in tables.items()}, None)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    opened = open_store()
    send(opened, "sub-first", datetime(2025, 11, 1, 8), penalty_case=[CASE])
    yield opened
    opened.close()


@pytest.fixture
def found(store: Store, city: City, library: Library) -> Alert:
    """An alert that a real round over the store found."""
    with store.reader() as reader:
        run = run_round(reader, library, DAY, only=[OVERDUE])
    raise_alerts(run, library)
    return Alert.objects.get()


def correct(store: Store, **values: Any) -> None:
    """The agency reports the case again, two days later."""
    send(store, "sub-second", datetime(2025, 11, 5, 9), penalty_case=[CASE | values])


def test_then_and_now_stand_side_by_side(found: Alert, store: Store, city: City) -> None:
    correct(store, filed_on=date(2025, 9, 1))
    sheet = alert_sheet(found, city.right, DAY + timedelta(days=3))
    facts = {fact.title: fact for fact in sheet.facts}
    assert (facts["立案日期"].then, facts["立案日期"].now) == ("2025-01-02", "2025-09-01")
    assert facts["立案日期"].is_changed
    assert not facts["案号"].is_changed
    assert found.evidence["filed_on"] == "2025-01-02"


def test_the_time_line_has_the_milestones_and_the_broken_limit(found: Alert, city: City) -> None:
    sheet = alert_sheet(found, city.right, DAY)
    line = sheet.timeline
    assert line is not None
    assert ("立案", date(2025, 1, 2)) in [(mark.title, mark.day) for mark in line.marks]
    limit = line.spans[0]
    assert "办案期限" in limit.text
    assert "2025-04-02 届满" in limit.text
    assert limit.is_broken
    assert limit.verdict == f"至 {DAY} 未完成，已超 215 日"


def test_the_article_the_parameters_and_the_query_are_on_the_page(
    found: Alert, city: City, client: Client
) -> None:
    client.force_login(city.right)
    page = client.get(f"/alerts/{found.pk}/?whole=1").text
    assert "行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定" in page
    assert "《中华人民共和国行政处罚法》第六十条" in page
    assert "2021-07-15 起施行" in page
    assert "行政处罚法第八十六条" in page  # the basis of a parameter
    assert "适用程序为“普通程序”" in page  # the logic in words
    assert "SELECT" in page
    assert "<svg" in page
    assert "核查要点" in page
    assert "已知盲区" in page


def test_source_rows_say_where_they_came_from(found: Alert, store: Store, city: City) -> None:
    correct(store, remark="更正")
    sheet = alert_sheet(found, city.right, DAY)
    table = next(table for table in sheet.sources if table.name == "penalty_case")
    row = table.rows[0]
    assert (row.submission_id, row.row_no, row.version_no) == ("sub-second", 2, 2)
    assert row.received_at == datetime(2025, 11, 5, 9)
    assert dict(row.pairs)["立案日期"] == "2025-01-02"
    assert "决定日期" not in table.columns  # empty everywhere: left out


def test_names_are_masked_until_someone_entitled_asks_and_that_is_audited(
    found: Alert, city: City, client: Client
) -> None:
    path = f"/alerts/{found.pk}/"
    client.force_login(city.right)
    assert "张小明" not in client.get(f"{path}?whole=1").text
    assert "张**" in client.get(f"{path}?whole=1").text
    assert "张小明" not in client.get(f"{path}?personal=1").text
    client.force_login(city.head)
    masked = client.get(f"{path}?whole=1").text
    assert "张小明" not in masked
    assert "显示个人信息" in masked
    assert not AuditLine.objects.filter(act="personal_data.read").exists()
    shown = client.get(f"{path}?personal=1").text
    assert "张小明" in shown
    assert "110101199001011234" in shown
    line = AuditLine.objects.get(act="personal_data.read")
    assert (line.username, line.object_id) == ("head", str(found.pk))


def test_the_first_page_stands_when_the_store_cannot_be_read(
    found: Alert, city: City, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    (broken / "store").mkdir(parents=True)
    (broken / "store" / "store.json").write_text("{")
    monkeypatch.setenv("MINGJIAN_HOME", str(broken))
    client.force_login(city.right)
    response = client.get(f"/alerts/{found.pk}/?whole=1")
    assert response.status_code == 200
    assert "读不到业务记录" in response.text
    assert "系统管理员" in response.text
    assert "2025-01-02" in response.text  # the facts as found are still there


def test_a_record_that_is_gone_from_the_store_is_said_so(
    found: Alert, city: City, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "empty"))
    client.force_login(city.right)
    assert "已查不到这个对象" in client.get(f"/alerts/{found.pk}/?whole=1").text


def test_a_monitor_whose_file_was_removed_leaves_the_facts(
    found: Alert, city: City, client: Client
) -> None:
    Alert.objects.update(monitor_id="penalty.removed", monitor_code="PT-99")
    client.force_login(city.right)
    page = client.get(f"/alerts/{found.pk}/?whole=1").text
    assert "模型文件已移除" in page
    assert "2025-01-02" in page


def test_a_monitor_changed_since_is_pointed_out(found: Alert, city: City, client: Client) -> None:
    client.force_login(city.right)
    assert "发现之后模型改过" not in client.get(f"/alerts/{found.pk}/?whole=1").text
    Alert.objects.update(fingerprint="0" * 64)
    assert "发现之后模型改过" in client.get(f"/alerts/{found.pk}/?whole=1").text


def test_rows_of_other_agencies_are_counted_not_shown(
    store: Store, city: City, run_of: Callable[..., Run], library: Library
) -> None:
    """A case handed over: the officer rows of the former agency stay outside the scope."""
    acts = [
        {"act_kind": "penalty_case", "act_id": "CY-31", "officer_id": officer,
         "agency_id": agency, "acted_on": date(2025, 2, 3)}
        for officer, agency in (("P1", "110105-SCJG"), ("P2", "110101-SCJG"))
    ]  # fmt: skip
    send(store, "sub-officers", datetime(2025, 11, 2), act_officer=acts)
    raise_alerts(run_of({OVERDUE: [("CY-31", "110105-SCJG")]}), library)
    sheet = alert_sheet(Alert.objects.get(), city.liaison, DAY)
    table = next(table for table in sheet.sources if table.name == "act_officer")
    assert (table.row_count, table.hidden_count) == (1, 1)
    assert all("P2" not in row.cells for row in table.rows)
    whole = alert_sheet(Alert.objects.get(), city.supervisor, DAY)
    assert next(t for t in whole.sources if t.name == "act_officer").row_count == 2


def test_other_alerts_on_the_same_record_within_the_scope(
    store: Store, city: City, run_of: Callable[..., Run], library: Library
) -> None:
    rows = [("CY-31", "110105-SCJG")]
    raise_alerts(run_of({OVERDUE: rows, SERVICE: rows}), library)
    first = Alert.objects.get(monitor_id=OVERDUE)
    sheet = alert_sheet(first, city.right, DAY)
    assert [other.monitor_id for other in sheet.others] == [SERVICE]


def test_what_is_gone_asks_for_a_look(
    found: Alert, city: City, client: Client, run_of: Callable[..., Run], library: Library
) -> None:
    raise_alerts(run_of({}, DAY + timedelta(days=1)), library)
    client.force_login(city.right)
    assert "不再命中这个对象" in client.get(f"/alerts/{found.pk}/?whole=1").text


def test_the_page_stands_at_once_and_fetches_the_records(
    found: Alert, city: City, client: Client
) -> None:
    path = f"/alerts/{found.pk}/"
    client.force_login(city.right)
    first = client.get(path).text
    assert f'hx-get="{path}records/"' in first
    assert "2025-01-02" in first  # the facts as found
    assert '<svg class="drawing' not in first
    part = client.get(f"{path}records/").text
    assert '<svg class="drawing' in part
    assert 'id="source-records" class="stack" hx-swap-oob="true"' in part
    assert "张小明" not in client.get(f"{path}records/?personal=1").text
    client.force_login(city.other)
    assert client.get(f"{path}records/").status_code == 404
