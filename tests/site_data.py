"""A small store for page tests: three agencies, cases in two versions, a submission with faults."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from mingjian import indicators, intake, monitor, supervision
from mingjian.access.models import Agency
from mingjian.standards import home, load_standard
from mingjian.store import Store, SubmissionHeader, open_store
from mingjian.supervision.flow import load_flow
from mingjian.web.figure_lines import kept_figures

AS_OF = date(2025, 11, 20)
CONTENT = Path(__file__).parent / "web" / "content"
CHAOYANG, URBAN, DONGCHENG = "110105-SCJG", "110105-CG", "110101-SCJG"
ARROW = {
    "text": pa.string(),
    "code": pa.string(),
    "code_list": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "money": pa.decimal128(18, 2),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
}


def rows_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Typed rows of a standard table, numbered from 2 as in a sheet with a heading."""
    fields = load_standard().tables[name].fields
    columns = {
        key: pa.array([row.get(key) for row in rows], ARROW[field.type])
        for key, field in fields.items()
    }
    return pa.table(columns | {"row_no": pa.array(range(2, len(rows) + 2), pa.int64())})


def case(agency: str, number: int, **values: Any) -> dict[str, Any]:
    """A penalty case filed so many days before AS_OF."""
    filed = AS_OF - timedelta(days=values.pop("age", number * 10))
    return {
        "case_id": f"{agency}-{number}",
        "agency_id": agency,
        "case_no": f"京示例罚〔2025〕{number}号",
        "field": "market",
        "procedure": "ordinary",
        "party_name": "张小明",
        "party_kind": "natural",
        "party_id": f"P{number}",
        "filed_on": filed,
    } | values


def decided(agency: str, number: int, **values: Any) -> dict[str, Any]:
    row = case(agency, number)
    return (
        row
        | {
            "decided_on": row["filed_on"] + timedelta(days=20),
            "decision_result": "penalty",
            "fine_yuan": Decimal(20000),
            "discretion_factor": None,
        }
        | values
    )


def header(number: str, source: str, agency: str | None, day: int, **values: Any) -> Any:
    at = datetime(2025, 11, day, 7, 30)
    return SubmissionHeader(
        submission_id=number,
        source_code=source,
        agency_id=agency,
        file_name=f"{number}.csv",
        file_sha256=number.ljust(64, "0"),
        submitted_by="liaison",
        received_at=at,
        **{"rows_in": 10, "message": "10 行全部入库。"} | values,
    )


def fault(number: str, row: int, field: str, value: str, rule: str) -> dict[str, Any]:
    return {
        "submission_id": number,
        "source_code": "zz-cf",
        "table_name": "penalty_case",
        "row_no": row,
        "field": field,
        "value": value,
        "rule": rule,
        "message": f"第 {row} 行“{field}”是“{value}”，{rule}。",
        "raw_json": "{}",
    }


def fill(store: Store) -> None:
    """What the departments sent in."""
    chaoyang = [decided(CHAOYANG, n) for n in range(3, 23)]
    chaoyang.append(case(CHAOYANG, 99, age=200))
    store.commit(
        header("sub-1", "zz-cf", CHAOYANG, 1),
        {"penalty_case": rows_of("penalty_case", chaoyang)},
        None,
    )
    corrected = [decided(CHAOYANG, 3, party_name="张大明", decided_on=date(2025, 11, 1))]
    faults = [
        fault("sub-2", 37, "filed_on", "2025/13/02", "不是日期（应为 年/月/日）"),
        fault("sub-2", 38, "party_name", "欧阳某某", "不在名单之内"),
    ]
    rejected = pa.Table.from_pylist(faults)
    message = "1 行入库，2 行退回。退回的行可下载错误文件。\n出现没有登记的列：打印次数。"
    store.commit(
        header("sub-2", "zz-cf", CHAOYANG, 19, rows_in=3, message=message),
        {"penalty_case": rows_of("penalty_case", corrected)},
        rejected,
    )
    others = [decided(DONGCHENG, n) for n in range(3, 8)]
    store.commit(
        header("sub-3", "zz-dc", DONGCHENG, 2),
        {"penalty_case": rows_of("penalty_case", others)},
        None,
    )
    parties = [{"party_id": "P3", "name": "张小明", "kind": "natural"}]
    parties.append({"party_id": "P500", "name": "李没事", "kind": "natural"})
    store.commit(header("sub-4", "ssdj", None, 3), {"party": rows_of("party", parties)}, None)
    held = "本批只有 1 行，少于约定的最少 2 行，先暂存未入库。"
    store.commit(
        header("sub-5", "zz-cf", CHAOYANG, 20, status="held", message=held, rows_in=1), {}, None
    )


def zz_sources() -> dict[str, intake.Source]:
    """The sources of these tests alone."""
    return intake.load_sources(CONTENT / "sources")


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deployment folder with records and figures, made once and only read."""
    folder = tmp_path_factory.mktemp("home")
    store = open_store(folder / "store")
    fill(store)
    with store.reader() as reader:
        table = indicators.compute_all(reader, indicators.load_indicators().values(), AS_OF)
        figures = indicators.Figures(table, AS_OF, reader.snapshot)
        quality = intake.quality_report(reader, AS_OF, zz_sources())
    indicators.save_figures(figures, folder / "indicators")
    intake.save_quality(quality, AS_OF, folder / "quality")
    return folder


@pytest.fixture
def site(filled_home: Path, monkeypatch: pytest.MonkeyPatch, city: Any) -> Iterator[Any]:
    """The city's people in front of a filled store; returns the city."""
    monkeypatch.setenv("MINGJIAN_HOME", str(filled_home))
    monkeypatch.setenv("MINGJIAN_CONTENT", str(CONTENT))
    assert home() == filled_home
    assert kept_figures() is not None
    return city


def browse(person: Any) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def raise_alerts() -> Any:
    """Run the monitors on the store and hand the findings to people."""
    with open_store().reader() as reader:
        run = monitor.run_round(reader, monitor.load_library(), AS_OF)
    load_flow()
    known = set(Agency.objects.values_list("pk", flat=True))
    assert {CHAOYANG, DONGCHENG} <= known
    return supervision.acts.raise_alerts(run)
