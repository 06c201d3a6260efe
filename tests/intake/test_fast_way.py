"""The fast way (SQL) may be unsure, but it never reads another value than the exact way."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mingjian.intake.fast import fast_sql
from mingjian.intake.source import Target
from mingjian.intake.values import prepared, reader_of
from mingjian.standards import Field
from mingjian.store import Workbench

ON = date(2025, 11, 24)
FIELDS = {
    "date": Field(title="x", type="date"),
    "past": Field(title="x", type="date", check="not_future"),
    "timestamp": Field(title="x", type="timestamp"),
    "money": Field(title="x", type="money"),
    "fee": Field(title="x", type="money", check="not_negative"),
    "integer": Field(title="x", type="integer"),
    "decimal": Field(title="x", type="decimal"),
    "text": Field(title="x", type="text"),
    "credit_code": Field(title="x", type="text", check="credit_code"),
    "identity_no": Field(title="x", type="text", check="identity_no"),
    "document_no": Field(title="x", type="text", check="document_no"),
}
TARGETS = {
    "date": [Target(to="x"), Target(to="x", format="%d/%m/%Y"), Target(to="x", format="%Y%m%d")],
    "timestamp": [
        Target(to="x"),
        Target(to="x", zone="local"),
        Target(to="x", format="%d/%m/%Y %H:%M"),
    ],
    "money": [Target(to="x"), Target(to="x", unit="万元"), Target(to="x", unit="千元")],
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with Workbench(tmp_path_factory.mktemp("bench")) as bench:
        yield bench


def agree(bench: Workbench, cell: str) -> None:
    """For every kind of field: the fast value is NULL or equal to the exact one."""
    literal = "'" + cell.replace("'", "''") + "'"
    for kind, field in FIELDS.items():
        for target in TARGETS.get(kind, [Target(to="x")]):
            sql = fast_sql("c", target, field, ON)
            assert sql is not None
            fast = bench.arrow(f"SELECT {sql} AS v FROM (SELECT {literal} AS c)")["v"][0].as_py()
            if fast is None:
                continue
            text = prepared(cell, target)
            assert text is not None, (kind, cell, fast)
            exact = reader_of(target, field, None, None, ON, b"")(text)
            assert fast == exact, (kind, target, cell)


SEPARATED = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["2025", "25", "1899", "2101", "02025", "-2025", "20"]),
    st.sampled_from(["-", "/", ".", "年", "\\", " "]),
    st.integers(0, 13),
    st.sampled_from(["-", "/", ".", "月"]),
    st.integers(0, 32),
    st.sampled_from(["", "日", " 10:00", " 1:2:3", "T10:00:00", " 24:00:00", "Z", " 10:00:00Z",
                     " 10:00:00+08:00", " 23:00:00-0200", "ab", " BC", " 10:61", " 9:5:60"]),
)  # fmt: skip
NUMBERS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "-", "+", " ", "￥", "0x"]),
    st.from_regex(r"\A[0-9]{0,20}(,[0-9]{3})?(\.[0-9]{0,8})?\Z"),
    st.sampled_from(["", "e3", "万元", "元", "_0", "%", " "]),
)
CODES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ- x", min_size=15, max_size=19)
PAPERS = st.builds(
    "京市监罚{}{}{}{}号".format,
    st.sampled_from("〔[【(（"),
    st.integers(1899, 2101),
    st.sampled_from("〕]】)）"),
    st.integers(0, 10**9),
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEPARATED | NUMBERS | CODES | PAPERS | st.text(max_size=12))
@example("2025 1 2")
@example("20/10/10")
@example("\u3000甲\u3000")
@example("91110108551385082Q")
@example("11010519491231002X")
@example("0.005")
@example("1.000000")
def test_the_fast_way_never_differs(bench: Workbench, cell: str) -> None:
    agree(bench, cell.replace("\0", ""))


def test_the_fast_way_is_sure_of_what_is_common(bench: Workbench) -> None:
    """Otherwise every row would go the slow way, unseen."""
    cells: dict[str, tuple[str, object]] = {
        "date": ("2025/3/4", date(2025, 3, 4)),
        "past": ("2025-03-04", date(2025, 3, 4)),
        "timestamp": ("2025/3/4 8:05", datetime(2025, 3, 4, 8, 5)),
        "money": ("1200.5", Decimal("1200.50")),
        "fee": ("0", Decimal("0.00")),
        "integer": ("12.0", 12),
        "decimal": ("116.397128", 116.397128),
        "text": ("甲公司 ", "甲公司"),
        "credit_code": ("91110108551385082Q", "91110108551385082Q"),
        "identity_no": ("11010519491231002X", "11010519491231002X"),
        "document_no": ("京市监罚【2025】31号", "京市监罚〔2025〕31号"),
    }
    for kind, (cell, value) in cells.items():
        sql = fast_sql("c", Target(to="x"), FIELDS[kind], ON)
        assert (
            bench.arrow(f"SELECT {sql} AS v FROM (SELECT '{cell}' AS c)")["v"][0].as_py() == value
        )


def test_check_digits_in_sql_judge_as_the_parsers_do(bench: Workbench, shared_data: Path) -> None:
    for name in ("uscc_vectors.csv", "ric_vectors.csv"):
        text = (shared_data / "validators" / name).read_text(encoding="utf-8")
        for cell in {line.split(",")[0] for line in text.splitlines()}:
            agree(bench, cell)
