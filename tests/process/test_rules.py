"""Each kind of rule, at its boundary."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mingjian.process import FileBench
from small_logs import check_events, deviating, procedure_of

DAY = date(2025, 6, 30)


def judge(bench: FileBench, folder: Path, rule: dict[str, Any], cases: dict[str, str]) -> Any:
    """Cases written as the order of their steps, one a day: {"1": "abc"}."""
    events = [
        (case, {"x": "别的"}.get(step, step), f"2025-03-{day:02}")
        for case, steps in cases.items()
        for day, step in enumerate(steps, 3)
    ]
    return check_events(bench, folder, procedure_of(folder, [rule]), events, DAY)


@pytest.mark.parametrize(
    ("how", "checked", "bad"),
    [
        ("before", {"1", "2", "3", "5"}, {"2", "3"}),
        ("after", {"1", "2", "4", "5"}, {"2", "4", "5"}),
        ("directly", {"1", "2", "4", "5"}, {"2", "4", "5"}),
    ],
)
def test_order(
    bench: FileBench, tmp_path: Path, how: str, checked: set[str], bad: set[str]
) -> None:
    rule = {"kind": "order", "first": "a", "then": "b", "how": how}
    cases = {"1": "ab", "2": "ba", "3": "b", "4": "a", "5": "aba", "6": "c"}
    found = judge(bench, tmp_path, rule, cases)
    assert deviating(found) == bad
    assert found.rules[0].checked == len(checked)


def test_directly_is_not_sometime(bench: FileBench, tmp_path: Path) -> None:
    cases = {"1": "acb", "2": "axb", "3": "cab"}
    rule = {"kind": "order", "first": "a", "then": ["b", "c"], "how": "directly"}
    assert deviating(judge(bench, tmp_path, rule, cases)) == {"2"}
    rule["how"] = "after"
    assert deviating(judge(bench, tmp_path, rule, cases)) == set()


def test_obligatory_alone_and_when_another_step_occurs(bench: FileBench, tmp_path: Path) -> None:
    cases = {"1": "ab", "2": "a", "3": "c", "4": "bc"}
    always = judge(bench, tmp_path, {"kind": "obligatory", "step": "b"}, cases)
    assert deviating(always) == {"2", "3"}
    rule = {"kind": "obligatory", "step": "b", "when": {"step": "a"}}
    conditional = judge(bench, tmp_path, rule, cases)
    assert deviating(conditional) == {"2"}
    assert conditional.rules[0].checked == 2


def test_absent_after_and_at_most(bench: FileBench, tmp_path: Path) -> None:
    cases = {"1": "ab", "2": "ba", "3": "a", "4": "bab", "5": "aab"}
    rule = {"kind": "absent_after", "step": "a", "after": "b"}
    assert deviating(judge(bench, tmp_path, rule, cases)) == {"2", "4"}
    rule = {"kind": "at_most", "step": "a", "times": 1}
    assert deviating(judge(bench, tmp_path, rule, cases)) == {"5"}


def limited(bench: FileBench, folder: Path, unit: str, days: int, events: Any, **more: Any) -> Any:
    rule = {"kind": "limit", "start": "a", "end": "b", "days": days, "unit": unit} | more
    return check_events(bench, folder, procedure_of(folder, [rule]), events, DAY)


def test_a_limit_of_days_moves_from_a_holiday(bench: FileBench, tmp_path: Path) -> None:
    """2025-04-24 and ten days is 05-04, within 劳动节 (to 05-05): the last day is 05-06."""
    events = [(n, "a", "2025-04-24") for n in "123"]
    events += [
        ("1", "b", "2025-05-06 23:59:59"),
        ("2", "b", "2025-05-07"),
        ("3", "b", "2025-05-04"),
    ]
    assert deviating(limited(bench, tmp_path, "day", 10, events)) == {"2"}
    assert deviating(limited(bench, tmp_path, "plain_day", 10, events)) == {"1", "2"}


def test_a_limit_of_working_days(bench: FileBench, tmp_path: Path) -> None:
    """From Thursday 2025-04-24 seven working days: 25, 27 (worked), 28, 29, 30, 05-06, 05-07."""
    events = [(n, "a", "2025-04-24") for n in "12"]
    events += [("1", "b", "2025-05-07"), ("2", "b", "2025-05-08")]
    found = limited(bench, tmp_path, "working_day", 7, events)
    assert deviating(found) == {"2"}
    (row,) = found.deviations()
    assert (row["due_on"], row["days"]) == (date(2025, 5, 7), 14)
    assert row["proof"] == "2025-04-24 甲；2025-05-08 乙"


def test_what_has_not_come_is_counted_to_the_day_of_judgement(
    bench: FileBench, tmp_path: Path
) -> None:
    """An end before the start is no end, and what comes after the day is not known yet."""
    events = [
        ("1", "a", "2025-06-20"),
        ("2", "a", "2025-06-19"),
        ("3", "b", "2025-06-01"),
        ("3", "a", "2025-06-19"),
        ("4", "a", "2025-06-19"),
        ("4", "b", "2025-07-01"),
        ("5", "a", "2025-07-01"),
    ]
    found = limited(bench, tmp_path, "plain_day", 10, events)
    assert deviating(found) == {"2", "3", "4"}
    assert found.cases == 4
    left = limited(bench, tmp_path, "plain_day", 10, events, unfinished="left_out")
    assert left.rules[0].checked == 0


def test_a_day_beyond_the_calendar_cannot_be_judged(bench: FileBench, tmp_path: Path) -> None:
    events = [("1", "a", "1998-01-01"), ("1", "b", "1999-01-01")]
    found = limited(bench, tmp_path, "day", 10, events)
    assert (found.rules[0].deviating, found.rules[0].unclear) == (0, 1)


def test_four_eyes(bench: FileBench, tmp_path: Path) -> None:
    """A name in common is a deviation whoever else took part; without names nothing is said."""
    rule = {"kind": "four_eyes", "first": "a", "second": "b"}
    events = [
        ("1", "a", "2025-03-01", "王"),
        ("1", "b", "2025-03-02", "李"),
        ("2", "a", "2025-03-01", "王"),
        ("2", "a", "2025-03-01", "李"),
        ("2", "b", "2025-03-02", "李"),
        ("3", "a", "2025-03-01", "王"),
        ("3", "b", "2025-03-02"),
        ("4", "a", "2025-03-01", "王"),
    ]
    found = check_events(bench, tmp_path, procedure_of(tmp_path, [rule]), events, DAY)
    result = found.rules[0]
    assert (result.checked, result.deviating, result.unclear) == (3, 1, 1)
    assert deviating(found) == {"2"}
    assert found.deviations()[0]["proof"].count("李") == 2


def test_attributes_and_beginning_choose_cases(bench: FileBench, tmp_path: Path) -> None:
    base = {"kind": "obligatory", "step": "b"}
    rules = [
        base | {"when": {"attribute": "who", "among": ["王"]}},
        base | {"when": {"attribute": "who", "at_least": 5}},
        base | {"since": "2025-03-02"},
    ]
    rules[2]["since"] = date(2025, 3, 2)
    procedure = procedure_of(
        tmp_path, rules, attributes={"who": {"title": "谁", "column": "person"}}
    )
    events = [
        ("1", "a", "2025-03-01", "王"),
        ("2", "a", "2025-03-02", "5"),
        ("3", "a", "2025-03-03", "4.9"),
    ]
    found = check_events(bench, tmp_path, procedure, events, DAY)
    assert [deviating(found, i) for i in range(3)] == [{"1"}, {"2"}, {"2", "3"}]


def test_variants_and_times_between_steps(bench: FileBench, tmp_path: Path) -> None:
    found = judge(
        bench,
        tmp_path,
        {"kind": "obligatory", "step": "a"},
        {"1": "ab", "2": "ab", "3": "acb", "4": "x"},
    )
    ways = [(way.steps, way.cases) for way in found.variants()]
    assert ways[0] == (("甲", "乙"), 2)
    assert (("别的",), 1) in ways
    gaps = {(gap.before, gap.after): (gap.count, gap.median) for gap in found.gaps()}
    assert gaps == {("甲", "乙"): (2, 1.0), ("甲", "丙"): (1, 1.0), ("丙", "乙"): (1, 1.0)}
    assert found.unmatched == (("别的", 1),)
    assert (found.cases, found.events, found.deviating) == (4, 8, 1)
