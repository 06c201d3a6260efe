"""Examples and mutants: every condition has an example that needs it, or is marked as speed."""

from mingjian.monitor import test_monitor as trial
from mingjian.monitor.mutants import mutants

SQL = """SELECT c.case_id AS unit_id, c.agency_id, c.case_no, c.filed_on
FROM penalty_case c
LEFT JOIN agency a ON a.agency_id = c.agency_id
WHERE c.decided_on IS NULL AND c.filed_on >= :in_force
"""


def as_sql(a_monitor, sql=SQL, **changes):
    shown = {"case_no": "案号", "filed_on": "立案日期"}
    return a_monitor(
        view=None, when=None, sql=sql, evidence=shown, message="{case_no}{filed_on}", **changes
    )


def case(**fields):
    return {"name": str(fields), "as_of": "2025-04-03", **fields}


def test_every_fault_of_a_well_exampled_monitor_is_noticed(a_library, a_monitor):
    monitor = a_monitor()
    report = trial(monitor, a_library(monitor))
    assert report.passed, report.summary()
    # Three conditions removed and negated, two comparisons turned, one date moved both ways.
    assert report.mutant_count == 10


def test_a_wrong_example_names_what_differs(a_library, a_monitor):
    given = {"penalty_case": [{"case_id": 1, "filed_on": "2025-01-02"}]}
    examples = [
        case(given=given, finds=[]),
        case(given=given, finds=[{"unit_id": 1, "due_on": "2025-04-01"}, {"unit_id": 2}]),
    ]
    monitor = a_monitor(examples=examples)
    text = trial(monitor, a_library(monitor)).summary()
    assert "不应命中 1，却命中了" in text
    assert "1 的 due_on 应为 2025-04-01，实为 2025-04-02" in text
    assert "应命中 2，没有命中" in text


def test_a_condition_no_example_needs_survives_and_is_named(a_library, a_monitor):
    examples = [
        case(
            given={"penalty_case": [{"case_id": 1, "filed_on": "2025-01-02"}]},
            finds=[{"unit_id": 1}],
        )
    ]
    monitor = a_monitor(examples=examples)
    report = trial(monitor, a_library(monitor))
    survivors = [str(mutant) for mutant in report.survivors]
    assert not report.passed
    assert "去掉条件：decided_on IS NULL" in survivors
    assert "比较移动一步：filed_on >= $in_force" in survivors
    assert "参数移动一步：:in_force 2021-07-15 → 2021-07-16" in survivors
    assert "条件取反：decided_on IS NULL" not in survivors


def test_conditions_marked_as_speed_are_left_alone(a_monitor):
    when = (
        "decided_on IS NULL\nAND filed_on <= :as_of -- 只为提速\n"
        "AND (due_on < :as_of OR filed_on < due_on) /* 只为提速 */\nAND filed_on >= :in_force\n"
    )
    monitor = a_monitor(when=when)
    touched = {mutant.fragment for mutant in mutants(monitor.logic, {})}
    assert touched == {"decided_on IS NULL", "filed_on >= $in_force"}


def test_a_mark_inside_a_subquery_does_not_cover_the_whole(a_monitor):
    when = """NOT EXISTS (
  SELECT 1 FROM calendar_day d WHERE d.day > filed_on AND d.day <= :as_of -- 只为提速
) AND filed_on >= :in_force
"""
    fragments = {m.fragment[:14] for m in mutants(a_monitor(when=when).logic, {})}
    assert "NOT EXISTS(SEL" in fragments
    assert "d.day > filed_" in fragments
    assert not any(fragment.startswith("d.day <=") for fragment in fragments)


def test_sql_is_mutated_in_joins_and_where(a_library, a_monitor):
    agency = [{"agency_id": f"A{number}", "name": "某局"} for number in (1, 2, 3)]
    rows = [
        {"case_id": 1, "filed_on": "2021-07-15"},
        {"case_id": 2, "filed_on": "2021-07-14"},
        {"case_id": 3, "filed_on": "2022-01-01", "decided_on": "2022-02-01"},
    ]
    given = {"penalty_case": rows, "agency": agency}
    monitor = as_sql(a_monitor, examples=[case(given=given, finds=[{"unit_id": 1}])])
    report = trial(monitor, a_library(monitor))
    assert report.survivors == []
    fragments = {m.fragment for m in mutants(monitor.logic, monitor.parameters)}
    assert "a.agency_id = c.agency_id" in fragments


def test_numbers_written_in_a_comparison_are_moved(a_monitor):
    monitor = a_monitor(when="DATE_DIFF('day', filed_on, :as_of) > 90 AND filed_on >= :in_force")
    moved = [m.fragment for m in mutants(monitor.logic, {}) if m.deed == "数字移动一步"]
    assert [fragment.rsplit("→ ")[1][-4:] for fragment in moved] == ["> 91", "> 89"]


def test_decimal_parameters_move_by_their_last_digit(a_monitor):
    parameter = {"value": 3.5, "meaning": "倍数", "basis": "平台设计值"}
    monitor = a_monitor(when="fine_yuan > :times", parameters={"times": parameter})
    moved = [m.fragment for m in mutants(monitor.logic, monitor.parameters) if "参数" in m.deed]
    assert moved == [":times 3.5 → 3.6", ":times 3.5 → 3.4"]


def test_two_rows_of_one_unit_are_a_fault(a_library, a_monitor):
    sql = SQL.replace("ON a.agency_id = c.agency_id", "ON TRUE")
    agency = [{"agency_id": "A1", "name": "甲"}, {"agency_id": "A2", "name": "乙"}]
    given = {"penalty_case": [{"case_id": 1, "filed_on": "2025-01-02"}], "agency": agency}
    monitor = as_sql(a_monitor, sql, examples=[case(given=given, finds=[{"unit_id": 1}])])
    assert "一个对象应只有一行" in trial(monitor, a_library(monitor)).summary()


def test_a_query_the_engine_refuses_is_a_fault_of_the_example(a_library, a_monitor):
    monitor = as_sql(a_monitor, SQL.replace("c.filed_on >=", "c.filed_on + c.extended_days >="))
    assert "运行出错" in trial(monitor, a_library(monitor)).summary()


def test_a_mutant_the_engine_refuses_counts_as_noticed(a_library, a_monitor):
    """Without its guard, the cast fails: the other mutants are judged all the same."""
    when = "CASE WHEN case_no <> 'x' THEN CAST(case_no AS BIGINT) END > 5\nAND case_no <> 'x'\n"
    rows = [{"case_id": i, "case_no": text} for i, text in enumerate(["x", "5", "6"])]
    examples = [case(given={"penalty_case": rows}, finds=[{"unit_id": 2}])]
    changes = {"when": when, "parameters": {}, "examples": examples}
    guard = a_monitor(**changes | {"when": "CAST(case_no AS BIGINT) > 5\nAND case_no <> 'y'\n"})
    assert "运行出错" in trial(guard, a_library(guard)).summary()
    monitor = a_monitor(**changes)
    survivors = [str(mutant) for mutant in trial(monitor, a_library(monitor)).survivors]
    assert survivors == ["去掉条件：case_no <> 'x'"]
