"""The round: fused conditions find what single runs find; failures and gaps are outcomes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjian.monitor import run_round
from mingjian.monitor.compile import compile_monitor, output_columns
from mingjian.monitor.query import to_sql
from mingjian.store import memory_reader

DAY = date(2025, 6, 30)
SQL = """SELECT v.unit_id, v.agency_id, v.case_no, v.filed_on
FROM small_case_view v
WHERE v.fine_yuan >= :in_force
"""
SHOWN = {"evidence": {"case_no": "案号", "filed_on": "立案日期"}, "message": "{case_no}{filed_on}"}


def amount(value):
    return {"in_force": {"value": value, "meaning": "起点", "basis": "平台设计值"}}


@pytest.fixture
def library(a_library, a_monitor):
    """Three conditions over one view and one query over the same view."""
    return a_library(
        a_monitor("overdue"),
        a_monitor("undecided", code="PT-02", when="decided_on IS NULL", parameters={}),
        a_monitor(
            "either",
            code="PT-03",
            when="is_major OR (fine_yuan > :in_force AND procedure = 'summary')",
            parameters=amount(1000),
        ),
        a_monitor(
            "large", code="PT-04", view=None, when=None, sql=SQL, parameters=amount(5000), **SHOWN
        ),
    )


def case(number, **fields):
    row = {"case_id": str(number), "agency_id": "A1", "procedure": "ordinary"}
    return row | {"case_no": f"京罚〔2025〕{number}号", "filed_on": date(2025, 1, 2)} | fields


days = st.none() | st.dates(date(2021, 1, 1), date(2025, 12, 31))
cases = st.lists(
    st.fixed_dictionaries(
        {
            "filed_on": days,
            "decided_on": days,
            "procedure": st.sampled_from(["ordinary", "summary", "rapid"]),
            "fine_yuan": st.none() | st.integers(0, 9000).map(Decimal),
            "is_major": st.none() | st.booleans(),
        }
    ),
    max_size=12,
)


def alone(reader, library, monitor):
    rows = reader.rows(to_sql(compile_monitor(library, monitor, DAY)))
    return sorted(str([row[name] for name in output_columns(monitor)]) for row in rows)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=cases)
def test_the_round_finds_what_each_monitor_finds_alone(library, rows):
    given_rows = {"penalty_case": [case(i, **row) for i, row in enumerate(rows)]}
    with memory_reader(given_rows) as reader:
        run = run_round(reader, library, DAY)
        again = run_round(reader, library, DAY)
        for monitor in library.monitors.values():
            outcome = next(o for o in run.outcomes if o.monitor_id == monitor.id)
            if outcome.status == "insufficient":
                assert any(row["filed_on"] is None for row in rows) or not rows
                continue
            found = run.table(monitor.id)
            shown = [str([row[n] for n in output_columns(monitor)]) for row in found.to_pylist()]
            assert sorted(shown) == alone(reader, library, monitor)
            assert found.sort_by("unit_id").equals(again.table(monitor.id).sort_by("unit_id"))


def test_outcomes_count_and_findings_follow(library):
    rows = {
        "penalty_case": [case(1), case(2, decided_on=date(2025, 2, 1), fine_yuan=Decimal(9000))]
    }
    with memory_reader(rows) as reader:
        run = run_round(reader, library, DAY)
    assert {o.monitor_id: (o.status, o.count) for o in run.outcomes} == {
        "overdue": ("ran", 1),
        "undecided": ("ran", 1),
        "either": ("ran", 0),
        "large": ("ran", 1),
    }
    assert [(f.monitor_code, f.unit_id) for f in run.findings()] == [
        ("PT-01", "1"),
        ("PT-02", "1"),
        ("PT-04", "2"),
    ]
    assert run.as_of == DAY


def test_a_pilot_has_the_findings_of_its_agencies_alone(library):
    rows = {"penalty_case": [case(1), case(2, agency_id="A2")]}
    with memory_reader(rows) as reader:
        run = run_round(reader, library, DAY)
    found = {(f.unit_id, f.agency_id) for f in run.findings()}
    assert {agency for _, agency in found} == {"A1", "A2"}
    pilot = run.of_agencies({"A2"})
    assert {(f.unit_id, f.agency_id) for f in pilot.findings()} == {("2", "A2")}
    assert {(f.unit_id, f.agency_id) for f in run.findings()} == found  # the round is as it was


def test_missing_data_stops_a_monitor_and_says_how_much(library):
    rows = [case(1), case(2), case(3, filed_on=None)]
    with memory_reader({"penalty_case": rows}) as reader:
        run = run_round(reader, library, DAY, only=["PT-01"])
    assert run.outcomes[0].status == "insufficient"
    expected = "行政处罚案件“立案日期”填报率 66.6%（3 行缺 1 行），要求 100.0%"
    assert expected in run.outcomes[0].message
    assert list(run.findings()) == []
    with pytest.raises(KeyError):
        run.table("overdue")


def test_incomplete_but_sufficient_data_are_mentioned(a_library, a_monitor):
    monitor = a_monitor(requires={"penalty_case": {"filed_on": 0.5, "decided_on": "any"}})
    rows = [case(1), case(2), case(3, filed_on=None)]
    with memory_reader({"penalty_case": rows}) as reader:
        outcome = run_round(reader, a_library(monitor), DAY).outcomes[0]
    assert outcome.status == "ran"
    assert "3 行缺 1 行" in outcome.message


def test_no_data_at_all_is_not_a_clean_city(library):
    with memory_reader({}) as reader:
        run = run_round(reader, library, DAY)
    assert {outcome.status for outcome in run.outcomes} == {"insufficient"}
    assert "行政处罚案件没有数据" in run.outcomes[0].message


def test_one_failing_monitor_does_not_stop_the_others(a_library, a_monitor):
    broken = "CAST(case_no AS BIGINT) > 0"
    library = a_library(
        a_monitor("overdue"),
        a_monitor("broken", code="PT-02", when=broken, parameters={}),
        a_monitor("undecided", code="PT-03", when="decided_on IS NULL", parameters={}),
    )
    with memory_reader({"penalty_case": [case(1)]}) as reader:
        run = run_round(reader, library, DAY)
    assert {o.monitor_id: o.status for o in run.outcomes} == {
        "overdue": "ran",
        "broken": "failed",
        "undecided": "ran",
    }
    assert "运行出错" in run.failed[0].message
    assert [finding.unit_id for finding in run.findings()] == ["1", "1"]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT c.agency_id AS unit_id, c.agency_id, c.case_no, c.filed_on FROM penalty_case c",
            "多行",
        ),
        (
            "SELECT c.cause AS unit_id, c.agency_id, c.case_no, c.filed_on FROM penalty_case c",
            "没有对象标识",
        ),
    ],
)
def test_units_nobody_could_follow_up_are_a_failure(a_library, a_monitor, sql, message):
    monitor = a_monitor(view=None, when=None, sql=sql, parameters={}, **SHOWN)
    with memory_reader({"penalty_case": [case(1), case(2)]}) as reader:
        outcome = run_round(reader, a_library(monitor), DAY).outcomes[0]
    assert outcome.status == "failed"
    assert message in outcome.message


def test_drafts_are_skipped_and_shadows_run(a_library, a_monitor):
    library = a_library(
        a_monitor("a", status="draft"), a_monitor("b", code="PT-02", status="shadow")
    )
    with memory_reader({"penalty_case": [case(1)]}) as reader:
        run = run_round(reader, library, DAY)
        named = run_round(reader, library, DAY, only=["a"])
    assert [outcome.status for outcome in run.outcomes] == ["skipped", "ran"]
    assert [finding.status for finding in run.findings()] == ["shadow"]
    assert [outcome.status for outcome in named.outcomes] == ["ran"]


def test_progress_is_told(library):
    said: list[str] = []
    with memory_reader({"penalty_case": [case(1)]}) as reader:
        run_round(reader, library, DAY, progress=said.append)
    assert any("3 个模型合并扫描" in text for text in said)
    assert any("PT-04" in text for text in said)


def test_a_day_later_is_another_day(a_library, a_monitor):
    library = a_library(a_monitor())
    rows = {"penalty_case": [case(1)]}
    due = date(2025, 4, 2)
    with memory_reader(rows) as reader:
        counts = [
            run_round(reader, library, due + timedelta(days=n)).outcomes[0].count for n in (0, 1)
        ]
    assert counts == [0, 1]
