"""The reader over rows given in Python, as examples of monitors use it."""

import time
from datetime import date, datetime
from decimal import Decimal

import pytest

from mingjian.standards import load_standard
from mingjian.store import QueryError, memory_reader


def test_given_rows_are_typed_and_everything_else_is_empty() -> None:
    rows = {
        "penalty_case": [
            {"case_id": 1, "filed_on": "2025-01-02", "fine_yuan": "3.5", "is_major": True},
            {
                "case_id": "2",
                "filed_on": date(2025, 1, 3),
                "fine_yuan": Decimal("4"),
                "extended_days": 30,
            },
            {"case_id": "3", "filed_on": datetime(2025, 1, 4), "recorded_at": "2025-01-04 09:30"},
        ]
    }
    with memory_reader(rows) as reader:
        got = reader.rows(
            "SELECT case_id, filed_on, fine_yuan, is_major, extended_days, recorded_at, decided_on "
            "FROM penalty_case ORDER BY case_id"
        )
        assert [tuple(row.values()) for row in got] == [
            ("1", date(2025, 1, 2), Decimal("3.50"), True, None, None, None),
            ("2", date(2025, 1, 3), Decimal("4.00"), None, 30, None, None),
            ("3", date(2025, 1, 4), None, None, None, datetime(2025, 1, 4, 9, 30), None),
        ]
        for table in load_standard().tables:
            for name in (table, f"{table}_version"):
                expected = 3 if table == "penalty_case" else 0
                assert reader.rows(f"SELECT count(*) AS n FROM {name}") == [{"n": expected}]
        for name in ("submission", "rejected_row"):
            assert reader.rows(f"SELECT * FROM {name}") == []


def test_reference_tables_have_their_rows_unless_given() -> None:
    day = "SELECT is_workday FROM calendar_day WHERE day = DATE '2025-10-01'"
    with memory_reader({}) as reader:
        assert reader.rows(day) == [{"is_workday": False}]
        assert reader.rows("SELECT count(*) > 0 AS some FROM region") == [{"some": True}]
    with memory_reader({"special_time_limit": [{"field": "示例领域", "days": 30}]}) as reader:
        assert reader.rows("SELECT field, days FROM special_time_limit") == [
            {"field": "示例领域", "days": 30}
        ]
    with memory_reader({"calendar_day": []}) as reader:
        assert reader.rows(day) == []


def test_versions_and_current_rows_complete_each_other() -> None:
    versions = [
        {"case_id": "1", "version_no": 1, "filed_on": "2025-01-02", "received_at": "2025-01-05"},
        {"case_id": "1", "version_no": 2, "filed_on": "2025-03-02", "received_at": "2025-06-01"},
        {"case_id": "2", "version_no": 1},
    ]
    with memory_reader({"penalty_case_version": versions}) as reader:
        got = reader.rows("SELECT case_id, filed_on FROM penalty_case ORDER BY case_id")
        assert [tuple(row.values()) for row in got] == [("1", date(2025, 3, 2)), ("2", None)]
    with memory_reader({"penalty_case": [{"case_id": "1"}]}) as reader:
        got = reader.rows("SELECT case_id, version_no FROM penalty_case_version")
        assert got == [{"case_id": "1", "version_no": 1}]
    with memory_reader({"penalty_case": [], "penalty_case_version": versions}) as reader:
        assert reader.rows("SELECT case_id FROM penalty_case") == []
        assert len(reader.rows("SELECT case_id FROM penalty_case_version")) == 3


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"penalty": []}, "没有“penalty”这张表"),
        (
            {"penalty_case": [{"case_id": "1"}, {"filed": "2025-01-02"}]},
            "penalty_case 没有“filed”这一列",
        ),
        ({"special_time_limit": [{"day": 3}]}, "special_time_limit 没有“day”这一列"),
        ({"penalty_case": [{"filed_on": "一月二日"}]}, "penalty_case 的行里有值不合列的类型"),
        ({"penalty_case": [{"filed_on": ["2025-01-02"]}]}, "penalty_case 的行里有值不合列的类型"),
    ],
)
def test_wrong_names_and_values_are_named(
    rows: dict[str, list[dict[str, object]]], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        memory_reader(rows)


def test_readers_do_not_see_each_other() -> None:
    with memory_reader({"penalty_case": [{"case_id": "1"}]}) as one, memory_reader({}) as two:
        one.create("mine", "SELECT case_id FROM penalty_case")
        assert two.rows("SELECT case_id FROM penalty_case") == []
        with pytest.raises(QueryError, match="mine"):
            two.rows("SELECT * FROM mine")


def test_opening_is_cheap_enough_for_thousands() -> None:
    """Mutation tests open one for every mutant and example; 15 ms each on the slowest machine."""
    rows = {
        "penalty_case": [{"case_id": str(i), "filed_on": "2025-01-02"} for i in range(6)],
        "case_suspension": [{"act_id": "1", "started_on": date(2025, 2, 1)}],
    }
    memory_reader(rows).close()
    started = time.process_time()
    for _ in range(50):
        with memory_reader(rows) as reader:
            reader.rows("SELECT case_id FROM penalty_case")
    assert (time.process_time() - started) / 50 < 0.015
