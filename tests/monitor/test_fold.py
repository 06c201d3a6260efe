"""What reads reference tables alone is asked for once; everything else stays as it is."""

import pytest
import sqlglot
from sqlglot import exp

from mingjian.monitor.fold import folded
from mingjian.monitor.query import DIALECT, to_sql
from mingjian.store import memory_reader

ROWS = {"penalty_case": [{"case_id": "乱罚款了", "filed_on": "2025-03-03"}, {"case_id": "罚"}]}


def parsed(sql: str) -> exp.Query:
    query = sqlglot.parse_one(sql, dialect=DIALECT)
    assert isinstance(query, exp.Query)
    return query


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        (
            "SELECT case_id FROM penalty_case c WHERE REGEXP_MATCHES(c.case_id, (SELECT "
            "STRING_AGG(p.phrase, '|' ORDER BY p.phrase) FROM conduct_phrase p "
            "WHERE p.phrase = '乱罚款'))",
            "'乱罚款'",
        ),
        (
            "SELECT (SELECT k.workday_no FROM calendar_day k WHERE k.day = DATE '2025-03-03') "
            "- (SELECT k.workday_no FROM calendar_day k WHERE k.day = DATE '2025-03-01') AS n",
            " - ",
        ),
        (
            "SELECT case_id FROM penalty_case c WHERE c.filed_on > (SELECT MIN(k.day) "
            "FROM calendar_day k WHERE k.workday_no = -1)",
            "NULL",
        ),
    ],
)
def test_a_value_of_reference_tables_is_put_in(sql: str, value: str) -> None:
    reader = memory_reader(ROWS)
    text = to_sql(folded(reader, parsed(sql)))
    assert "(SELECT" not in text
    assert value in text
    assert reader.rows(text) == reader.rows(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT (SELECT MAX(c.filed_on) FROM penalty_case AS c) AS v",
        "SELECT (SELECT k.workday_no FROM calendar_day AS k WHERE k.day = c.filed_on) AS v "
        "FROM penalty_case AS c",
        "SELECT (SELECT workday_no FROM calendar_day WHERE day = filed_on) AS v FROM penalty_case",
        "SELECT c.case_id FROM penalty_case AS c WHERE c.filed_on IN (SELECT k.day "
        "FROM calendar_day AS k WHERE k.is_workday)",
        "SELECT c.case_id FROM penalty_case AS c WHERE c.filed_on = ANY(SELECT k.day "
        "FROM calendar_day AS k WHERE k.is_workday)",
        "SELECT n.d FROM (SELECT MAX(k.day) AS d FROM calendar_day AS k) AS n",
        "SELECT c.case_id FROM penalty_case AS c JOIN (SELECT k.day FROM calendar_day AS k) AS d "
        "ON d.day = c.filed_on",
        "SELECT c.case_id FROM penalty_case AS c WHERE EXISTS(SELECT 1 FROM calendar_day AS k)",
    ],
)
def test_the_rest_stays(sql: str) -> None:
    reader = memory_reader(ROWS)
    assert to_sql(folded(reader, parsed(sql))) == to_sql(parsed(sql))
    assert reader.rows(sql)
