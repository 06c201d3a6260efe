"""How far columns are filled: a lake tells it from its notes of the files, as counting would."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest
from store_submissions import commit, header

from mingjian.store import Fill, Reader, Store

FIELDS = ["case_id", "agency_id", "fine_yuan", "decided_on"]
# A row group ends within this many rows, so that some hold nothing but nulls.
MANY = 250_000


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that were run over rows."""
    queries: list[str] = []
    arrow = Reader.arrow

    def watched(self: Reader, sql: str, *rest: Any) -> pa.Table:
        queries.append(sql)
        return arrow(self, sql, *rest)

    monkeypatch.setattr(Reader, "arrow", watched)
    return queries


def fills(store: Store, table: str = "penalty_case", fields: list[str] = FIELDS) -> Fill:
    """The fill as both kinds of session tell it, and as a count has it."""
    counts = ", ".join(f"COUNT({name}) AS {name}" for name in fields)
    found = []
    for many in (False, True):
        with store.reader(many=many) as reader:
            found.append(reader.fill(table, fields))
            row = reader.rows(f"SELECT COUNT(*) AS row_count, {counts} FROM {table}")[0]
            found.append(Fill(row.pop("row_count"), row))
    assert found == found[:1] * 4
    return found[0]


@pytest.mark.parametrize("kind", ["ducklake"])
def test_of_rows_as_they_came_nothing_is_counted(
    opened: Callable[..., Store], counted: list[str]
) -> None:
    store = opened()
    assert fills(store) == Fill(0, dict.fromkeys(FIELDS, 0))
    commit(store, "s1", [{"case_id": "1", "fine_yuan": 5}, {"case_id": "2"}])
    commit(store, "s2", [{"case_id": "3", "fine_yuan": 5, "decided_on": "2025-03-01"}])
    assert fills(store).rows == 3
    assert fills(store).filled["fine_yuan"] == 2
    assert fills(store).filled["decided_on"] == 1
    assert not counted


@pytest.mark.parametrize("kind", ["ducklake"])
def test_replaced_rows_do_not_count(opened: Callable[..., Store], counted: list[str]) -> None:
    store = opened()
    commit(store, "s1", [{"case_id": str(n), "fine_yuan": 5} for n in range(10)])
    commit(store, "s2", [{"case_id": "1"}], at="2025-03-02 08:00")
    assert fills(store).rows == 10
    assert fills(store).filled["fine_yuan"] == 9
    assert counted
    commit(store, "s3", [{"case_id": str(n)} for n in range(5)], at="2025-03-03 08:00")
    store.maintain()
    counted.clear()
    assert fills(store).filled["fine_yuan"] == 5
    assert not counted, "the merge wrote the remaining rows anew"


@pytest.mark.parametrize("kind", ["ducklake"])
def test_row_groups_without_a_value_count_as_empty(
    opened: Callable[..., Store], counted: list[str]
) -> None:
    store = opened()
    numbers = pa.array(range(MANY))
    filled = [None if n < MANY - 7 else n for n in range(MANY)]
    rows = pa.table(
        {
            "case_id": numbers.cast(pa.string()),
            "fine_yuan": pa.array(filled, pa.int32()),
            "row_no": numbers,
        }
    )
    store.commit(header("s1"), {"penalty_case": rows}, None)
    store.maintain()
    assert fills(store).filled["fine_yuan"] == 7
    assert fills(store).filled["decided_on"] == 0
    assert not counted


def test_what_was_known_at_a_moment_is_counted(opened: Callable[..., Store]) -> None:
    store = opened()
    commit(store, "s1", [{"case_id": "1", "fine_yuan": 5}])
    commit(store, "s2", [{"case_id": "2", "fine_yuan": 5}], at="2025-03-02 08:00")
    with store.reader(as_of=datetime(2025, 3, 1, 12)) as reader:
        assert reader.fill("penalty_case", ["fine_yuan"]) == Fill(1, {"fine_yuan": 1})


def test_a_session_tells_of_its_moment(opened: Callable[..., Store]) -> None:
    store = opened()
    commit(store, "s1", [{"case_id": "1", "fine_yuan": 5}])
    with store.reader() as plain, store.reader(many=True) as copied:
        commit(store, "s2", [{"case_id": "2", "fine_yuan": 5}], at="2025-03-02 08:00")
        store.maintain()
        for reader in (plain, copied):
            assert reader.fill("penalty_case", ["fine_yuan"]) == Fill(1, {"fine_yuan": 1})


def test_versions_and_references_are_counted(opened: Callable[..., Store]) -> None:
    store = opened()
    commit(store, "s1", [{"case_id": "1", "fine_yuan": 5}])
    commit(store, "s2", [{"case_id": "1", "fine_yuan": 6}], at="2025-03-02 08:00")
    assert fills(store, "penalty_case_version").rows == 2
    assert fills(store, "calendar_day", ["day", "workday_no"]).rows > 1000
