"""Which columns of which tables a query reads."""

import pytest
from sqlglot import parse_one

from mingjian.monitor import load_library
from mingjian.monitor.columns import reading_of, together
from mingjian.monitor.library import tables_of


def read(sql: str) -> dict[str, set[str]]:
    return {table: set(names) for table, names in reading_of(parse_one(sql)).items()}


def test_columns_are_told_apart_by_table():
    sql = """
        WITH filed AS (
          SELECT c.case_id, c.agency_id FROM penalty_case c WHERE c.filed_on > DATE '2025-01-01')
        SELECT f.case_id, a.name FROM filed f LEFT JOIN agency a ON a.agency_id = f.agency_id"""
    assert read(sql) == {
        "penalty_case": {"case_id", "agency_id", "filed_on"},
        "agency": {"agency_id", "name"},
    }


def test_a_correlated_column_belongs_to_the_outer_table():
    sql = """
        SELECT c.case_id FROM penalty_case c
        WHERE EXISTS (SELECT 1 FROM remedy r WHERE r.case_id = c.case_id AND r.outcome = c.field)"""
    assert read(sql) == {"penalty_case": {"case_id", "field"}, "remedy": {"case_id", "outcome"}}


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT * FROM agency a", "*"),
        ("SELECT a.* FROM agency a JOIN remedy r ON r.agency_id = a.agency_id", "*"),
        ("SELECT 1 FROM agency JOIN remedy USING (agency_id)", "agency_id"),
        ("SELECT name FROM agency a JOIN remedy r ON r.agency_id = a.agency_id", "name"),
        ("SELECT 1 FROM agency WHERE EXISTS (SELECT 1 FROM remedy r WHERE field = 'x')", "field"),
    ],
)
def test_what_cannot_be_told_counts_for_every_table(sql, name):
    assert name in read(sql)["agency"]


def test_counting_rows_reads_no_column():
    assert read("SELECT COUNT(*) AS n FROM agency") == {"agency": set()}


def test_what_is_read_together():
    one, other = (
        {"agency": frozenset({"name"})},
        {"agency": frozenset({"tier"}), "party": frozenset()},
    )
    assert together(one, other) == {"agency": {"name", "tier"}, "party": set()}


def test_every_table_of_the_library_is_told_with_some_column():
    library = load_library()
    whole = [monitor.logic for monitor in library.monitors.values() if monitor.file.view is None]
    for query in [*whole, *(view.query for view in library.views.values())]:
        reading = reading_of(query)
        assert reading.keys() == tables_of(query)
        assert all(reading.values())
