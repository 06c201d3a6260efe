"""Reading: parameters, types, temporary tables, and what a reader will not do."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from store_submissions import commit, header

from mingjian.store import QueryError, Reader, Store, memory_reader, open_store


@pytest.fixture
def reader(store: Store) -> Reader:
    rows = [
        {"case_id": "1", "filed_on": date(2025, 1, 2), "fine_yuan": Decimal("5.50")},
        {"case_id": "2", "filed_on": date(2025, 2, 2), "fine_yuan": None},
    ]
    commit(store, "s1", rows)
    return store.reader()


def test_parameters_are_bound_by_name_and_never_pasted(reader: Reader) -> None:
    query = """
        SELECT case_id, ':as_of' AS text, fine_yuan::VARCHAR AS "fine:yuan"  -- :comment
        FROM penalty_case /* :also */ WHERE filed_on < :as_of AND case_id <> :evil
    """
    given = {"as_of": date(2025, 2, 1), "evil": "' OR 1=1 --", "not_used": 1}
    assert reader.rows(query, given) == [{"case_id": "1", "text": ":as_of", "fine:yuan": "5.50"}]
    with pytest.raises(ValueError, match=":evil"):
        reader.rows(query, {"as_of": date(2025, 2, 1)})


@pytest.mark.parametrize(
    "value",
    ["文字", 3, -1.5, True, None, date(2025, 1, 2), datetime(2025, 1, 2, 3, 4), Decimal("1.20")],
)
def test_values_keep_their_types(value: object) -> None:
    reader = memory_reader({})
    assert reader.rows("SELECT :value AS value", {"value": value}) == [{"value": value}]  # type: ignore[dict-item]


def test_arrow_results_are_typed(reader: Reader) -> None:
    table = reader.arrow("SELECT case_id, filed_on, fine_yuan FROM penalty_case ORDER BY 1")
    assert table.schema.types == [pa.string(), pa.date32(), pa.decimal128(18, 2)]
    assert table["fine_yuan"].to_pylist() == [Decimal("5.50"), None]


def test_a_session_makes_tables_of_its_own(store: Store, reader: Reader) -> None:
    reader.create("late", "SELECT case_id FROM penalty_case WHERE filed_on < :day;", _day(2))
    assert reader.rows("SELECT * FROM late") == [{"case_id": "1"}]
    reader.create(
        "late", "SELECT case_id, 1 AS one FROM penalty_case WHERE filed_on < :day", _day(3)
    )
    assert reader.rows("SELECT count(*) AS n FROM late") == [{"n": 2}]
    assert reader.columns("late") == {"case_id": "VARCHAR", "one": "INTEGER"}
    assert "late" in reader.tables()
    with store.reader() as other, pytest.raises(QueryError, match="late"):
        other.rows("SELECT * FROM late")
    with pytest.raises(ValueError, match="数据底座自己的表"):
        reader.create("penalty_case", "SELECT 1 AS one")


def _day(month: int) -> dict[str, date]:
    return {"day": date(2025, month, 1)}


def test_every_table_of_the_contract_is_there(reader: Reader) -> None:
    assert {"penalty_case", "penalty_case_version", "submission", "rejected_row"} < reader.tables()
    assert {"calendar_day", "special_time_limit", "hearing_threshold"} < reader.tables()
    for table in sorted(reader.tables()):
        columns = reader.columns(table)
        got = reader.arrow(f"SELECT {', '.join(columns)} FROM {table} LIMIT 1")
        assert got.column_names == list(columns)
    assert reader.columns("penalty_case")["fine_yuan"] == "DECIMAL(18,2)"
    assert list(reader.columns("penalty_case"))[-6:] == [
        "submission_id",
        "row_no",
        "version_no",
        "first_received_at",
        "received_at",
        "row_hash",
    ]
    with pytest.raises(ValueError, match="没有“visit”这张表"):
        reader.columns("visit")


def test_the_calendar_counts_working_days(reader: Reader) -> None:
    days = reader.rows(
        "SELECT b.workday_no - a.workday_no AS days FROM calendar_day a, calendar_day b "
        "WHERE a.day = :start AND b.day = :end",
        {"start": date(2025, 9, 30), "end": date(2025, 10, 9)},
    )
    assert days == [{"days": 1}]  # 国庆、中秋 2025-10-01 to 10-08


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM penalty_case",
        "DROP TABLE penalty_case",
        "SELECT 1; SELECT 2",
        "CREATE TABLE t AS SELECT 1",
        "ATTACH 'x.db'",
        "COPY penalty_case TO 'x.csv'",
        "SET threads = 1",
        "",
    ],
)
def test_only_a_single_query_is_run(sql: str) -> None:
    reader = memory_reader({"penalty_case": [{"case_id": "1"}]})
    with pytest.raises(QueryError, match="只能是一条查询"):
        reader.rows(sql)
    with pytest.raises(QueryError):
        reader.create("t", sql)


def test_files_and_variables_of_the_machine_are_out_of_reach(
    reader: Reader, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    rows = [1]
    with pytest.raises(QueryError, match="file system operations"):
        reader.rows(f"SELECT * FROM read_csv('{secret}')")
    with pytest.raises(QueryError, match="rows does not exist"):
        reader.rows("SELECT * FROM rows")
    assert rows


def test_a_failed_query_says_why_and_the_session_goes_on(reader: Reader) -> None:
    with pytest.raises(QueryError) as caught:
        reader.arrow("SELECT no_such FROM penalty_case WHERE case_id = :id", {"id": "1"})
    assert str(caught.value).startswith("查询不能执行：")
    assert 'Referenced column "no_such" not found' in caught.value.reason
    assert ":id" in caught.value.sql
    with pytest.raises(QueryError, match="两列都叫“case_id”"):
        reader.rows("SELECT case_id, case_id FROM penalty_case")
    with pytest.raises(QueryError):
        reader.rows("SELECT CAST(case_id || 'x' AS BIGINT) AS n FROM penalty_case")
    assert reader.rows("SELECT count(*) AS n FROM penalty_case") == [{"n": 2}]


def test_results_larger_than_the_memory_limit_spill(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MINGJIAN_MEMORY", "100MB")
    store = open_store(tmp_path / "small", kind="parquet")
    with store.reader() as reader:
        reader.create("big", "SELECT i, hash(i) AS h FROM range(8000000) r(i)")
        top = reader.rows("SELECT count(DISTINCT h) AS n FROM big")
    assert top == [{"n": 8_000_000}]
    store.close()


def test_a_column_once_empty_for_long_is_still_read_whole(store: Store) -> None:
    """The catalogue knew no bounds of such a column and took those of the next submission."""
    many, half = 300_000, 150_000  # more than one row group of a file holds nothing
    decided = [None] * half + [date(2022, 1, 1)] * (many - half)
    numbers = list(range(many))
    rows = pa.table(
        {"row_no": numbers, "case_id": [f"C{n}" for n in numbers], "decided_on": decided}
    )
    store.commit(header("long", rows_in=many), {"penalty_case": rows}, None)
    commit(
        store, "next", [{"case_id": "D1", "decided_on": date(2025, 7, 1)}], at="2025-07-02 08:00"
    )
    counted = (
        "SELECT COUNT(CASE WHEN decided_on <= DATE '2023-01-01' THEN 1 END) AS n FROM penalty_case"
    )
    with store.reader() as reader:
        assert reader.rows(counted) == [{"n": many - half}]
