"""Which queries' findings stand when nothing but the day of judgement moves on."""

import pytest
from sqlglot import parse_one

from mingjian.monitor.standing import stands

VIEWS = {
    "case_view": """
        WITH known AS (
          SELECT c.case_id, c.filed_on,
                 CASE WHEN c.decided_on <= :as_of THEN c.decided_on END AS decided_on
          FROM penalty_case c)
        SELECT k.case_id AS unit_id, k.filed_on, k.decided_on AS concluded_on FROM known k"""
}
DECIDED = "decided_on >= :as_of - 5"


def judged(sql: str, views: tuple[str, ...] = (), **pending: str) -> bool:
    return stands(
        [parse_one(sql, dialect="duckdb")],
        {name: parse_one(VIEWS[name], dialect="duckdb") for name in views},
        {table: parse_one(text, dialect="duckdb") for table, text in pending.items()},
    )


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM penalty_case c",
        "SELECT 1 FROM penalty_case c WHERE c.decided_on <= :as_of",
        "SELECT 1 FROM penalty_case c WHERE :as_of < c.decided_on",
        "SELECT 1 FROM penalty_case WHERE CAST(decided_on AS DATE) <= :as_of",
        "SELECT CASE WHEN c.decided_on <= :as_of THEN c.decided_on END FROM penalty_case c",
        "WITH d AS (SELECT MAX(c.decided_on) AS on_day FROM penalty_case c GROUP BY c.case_id) "
        "SELECT 1 FROM d WHERE d.on_day <= :as_of",
        "WITH d AS (SELECT decided_on AS x FROM penalty_case UNION ALL "
        "SELECT NULL AS x FROM penalty_case) SELECT 1 FROM d WHERE d.x <= :as_of",
        "SELECT 1 FROM penalty_case c WHERE EXISTS "
        "(SELECT 1 FROM remedy r WHERE r.case_id = c.case_id AND c.decided_on <= :as_of)",
    ],
)
def test_leaving_out_what_has_not_happened_stands_when_those_dates_are_pending(sql):
    assert judged(sql, penalty_case=DECIDED)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM penalty_case c WHERE c.filed_on <= :as_of",
        "SELECT 1 FROM remedy r WHERE r.decided_on <= :as_of",
        "SELECT DATE_DIFF('day', c.decided_on, :as_of) AS days FROM penalty_case c",
        "SELECT 1 FROM penalty_case c WHERE DATE_DIFF('day', c.decided_on, :as_of) < 30",
        "SELECT 1 FROM penalty_case c WHERE c.decided_on + 30 <= :as_of",
        "SELECT 1 FROM penalty_case c WHERE c.decided_on = :as_of",
        "SELECT 1 FROM penalty_case c WHERE GREATEST(c.decided_on, DATE '2026-01-01') <= :as_of",
        "SELECT 1 FROM penalty_case c JOIN calendar_day d ON d.day = c.decided_on "
        "WHERE d.next_workday <= :as_of",
        "WITH d AS (SELECT c.decided_on + 30 AS on_day FROM penalty_case c) "
        "SELECT 1 FROM d WHERE d.on_day <= :as_of",
        "WITH d AS (SELECT decided_on AS x FROM penalty_case UNION ALL "
        "SELECT filed_on AS x FROM penalty_case) SELECT 1 FROM d WHERE d.x <= :as_of",
        "SELECT COALESCE(c.decided_on, :as_of) AS counted_to FROM penalty_case c",
    ],
)
def test_any_other_use_of_the_day_may_change_a_finding(sql):
    assert not judged(sql, penalty_case=DECIDED)


def test_nothing_pending_lets_nothing_stand():
    assert not judged("SELECT 1 FROM penalty_case c WHERE c.decided_on <= :as_of")


@pytest.mark.parametrize(
    ("pending", "expected"),
    [
        (f"decided_on IS NULL OR {DECIDED}", True),
        (f"({DECIDED} OR decided_on IS NULL)", True),
        (f"(decided_on IS NULL AND fine_yuan > 0) OR {DECIDED}", False),
        (f"filed_on IS NULL OR {DECIDED}", False),
        (f"decided_on IS NOT NULL OR {DECIDED}", False),
    ],
)
def test_counting_to_the_day_while_a_date_is_unknown_needs_those_rows_pending(pending, expected):
    sql = "SELECT COALESCE(c.decided_on, :as_of) AS counted_to FROM penalty_case c"
    assert judged(sql, penalty_case=pending) is expected


def test_either_date_ends_the_count_so_both_unknown_is_what_must_be_pending():
    sql = "SELECT COALESCE(LEAST(served_on, announced_on), :as_of) AS to_day FROM penalty_case"
    dated = "GREATEST(served_on, announced_on) >= :as_of - 5"
    assert judged(sql, penalty_case=f"LEAST(served_on, announced_on) IS NULL OR {dated}")
    assert judged(sql, penalty_case=f"served_on IS NULL OR {dated}")
    assert not judged(sql, penalty_case=f"LEAST(served_on, revoked_on) IS NULL OR {dated}")


def test_a_pause_that_goes_on_is_counted_to_the_day():
    sql = "SELECT LEAST(COALESCE(s.ended_on, :as_of), :as_of) AS ended_on FROM case_suspension s"
    assert judged(sql, case_suspension="ended_on IS NULL OR ended_on >= :as_of - 5")
    assert not judged(sql, case_suspension="ended_on >= :as_of - 5")


def test_a_date_is_traced_through_a_view():
    sql = "SELECT 1 FROM case_view v WHERE v.concluded_on <= :as_of"
    assert judged(sql, ("case_view",), penalty_case=DECIDED)
    assert not judged(sql, ("case_view",), penalty_case="filed_on >= :as_of - 5")


@pytest.mark.parametrize(
    ("pending", "expected"),
    [
        ("GREATEST(filed_on, decided_on) >= :as_of - 5", True),
        ("CAST(GREATEST(filed_on, decided_on) AS DATE) >= :as_of - 5", True),
        (f"fine_yuan > 0 OR {DECIDED}", True),
        (f"fine_yuan > 0 AND {DECIDED}", False),
        ("LEAST(filed_on, decided_on) >= :as_of - 5", False),
        ("COALESCE(filed_on, decided_on) >= :as_of - 5", False),
        ("decided_on <= :as_of", False),
    ],
)
def test_a_date_to_come_must_be_pending_by_itself(pending, expected):
    sql = "SELECT 1 FROM penalty_case c WHERE c.decided_on <= :as_of"
    assert judged(sql, penalty_case=pending) is expected


def test_what_the_view_itself_does_with_the_day_counts():
    sql = "SELECT 1 FROM case_view v"
    assert judged(sql, ("case_view",), penalty_case=DECIDED)
    assert not judged(sql, ("case_view",), penalty_case="filed_on >= :as_of - 5")
