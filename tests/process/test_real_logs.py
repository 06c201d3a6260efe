"""Real logs of fines and permits: the same cases deviate as pandas finds by itself."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mingjian.process import (
    Checked,
    FileBench,
    LogColumns,
    check,
    load_csv,
    load_xes,
    read_procedure,
)
from real_logs import RealLog, from_csv, from_xes

HERE = Path(__file__).parent / "procedures"
FINES = LogColumns("case_id", "activity", "timestamp", "resource")
STANDARD = LogColumns()


def log(folder: Path, name: str) -> Path:
    path = folder / "eventlogs" / name
    if not path.is_file():
        pytest.skip(f"没有真实日志 {path}")
    return path


def found(checked: Checked, code: str) -> set[str]:
    rule = next(rule for rule in checked.procedure.rules if rule.code == code)
    result = next(item for item in checked.rules if item.rule.code == code)
    cases = checked.cases_in(rule)
    assert len(cases) == result.deviating
    return cases


def judged(bench: FileBench, path: Path, name: str, columns: LogColumns, day: date) -> Checked:
    procedure = read_procedure(HERE / f"{name}.yaml")
    load: Any = load_xes if ".xes" in path.name else load_csv
    loaded = load(bench, path, columns, procedure)
    assert loaded.left_out == 0
    return check(bench, procedure, loaded, day)


def same(checked: Checked, expected: dict[str, set[str]]) -> None:
    for code, cases in expected.items():
        assert found(checked, code) == cases, code


def test_italian_fines(bench: FileBench, shared_data: Path) -> None:
    path = log(shared_data, "traffic_fines_part.csv.gz")
    raw = from_csv(path, "case_id", "activity", "timestamp", "resource")
    checked = judged(bench, path, "italian_fines", FINES, date(2013, 12, 31))
    assert (checked.cases, checked.events) == (2531, 8934)
    penalised = set(raw.of("Add penalty")["case"])
    ended = set(raw.of("Send for Credit Collection")["case"]) | set(raw.of("Payment")["case"])
    late_payment = {
        case
        for case, last in raw.last("Payment").items()
        if last > raw.first("Send for Credit Collection").get(case, float("inf"))
    }
    expected = {
        "IT-01": raw.later_than("Create Fine", "Send Fine", 90),
        "IT-02": raw.not_before("Insert Fine Notification", "Add penalty"),
        "IT-03": raw.not_after("Send Fine", "Insert Fine Notification"),
        "IT-04": late_payment,
        "IT-05": raw.more_than("Payment", 1),
        "IT-06": penalised - ended,
        "IT-07": not_next(raw, "Insert Fine Notification", "Add penalty"),
    }
    same(checked, expected)
    assert len(expected["IT-01"]) == 1004
    assert [way.cases for way in checked.variants(2)] == [847, 826]


def test_the_same_process_as_xes(bench: FileBench, shared_data: Path) -> None:
    path = log(shared_data, "roadtraffic100traces.xes.gz")
    raw = from_xes(path)
    procedure = "italian_fines"
    checked = judged(bench, path, procedure, STANDARD, date(2013, 12, 31))
    assert checked.cases == raw.events["case"].nunique() == 100
    expected = {
        "IT-01": raw.later_than("Create Fine", "Send Fine", 90),
        "IT-03": raw.not_after("Send Fine", "Insert Fine Notification"),
        "IT-05": raw.more_than("Payment", 1),
    }
    same(checked, expected)
    assert all(expected.values())


def test_environmental_permits(bench: FileBench, shared_data: Path) -> None:
    path = log(shared_data, "receipt_wabo_part.csv.gz")
    raw = from_csv(path, "case:concept:name", "concept:name", "time:timestamp", "org:resource")
    confirm, checks = "Confirmation of receipt", "T02 Check confirmation of receipt"
    send = "T05 Print and send confirmation of receipt"
    indication = "T10 Determine necessity to stop indication"
    checked = judged(bench, path, "wabo", STANDARD, date(2012, 12, 31))
    assert checked.cases == raw.events["case"].nunique() == 427
    after = raw.last(checks).to_frame("check").join(raw.first(send).rename("send"), how="inner")
    expected = {
        "WA-01": raw.same_person(confirm, checks),
        "WA-02": raw.not_before(checks, send),
        "WA-03": raw.not_after(confirm, send),
        "WA-04": raw.more_than(checks, 1),
        "WA-05": raw.later_than(confirm, send, 7),
        "WA-06": set(after[after["check"] > after["send"]].index),
        "WA-07": set(raw.events["case"]) - set(raw.of(indication)["case"]),
    }
    same(checked, expected)
    assert sum(bool(cases) for cases in expected.values()) >= 5


def test_building_permits(bench: FileBench, shared_data: Path) -> None:
    path = log(shared_data, "BPIC15_4.xes.gz")
    raw = from_xes(path)
    register, decide = "01_HOOFD_010", "01_HOOFD_480"
    checked = judged(bench, path, "bpi15", STANDARD, date(2016, 12, 31))
    assert (checked.cases, checked.events) == (1053, 47293)
    expected = {
        "BP-01": raw.not_before(register, decide),
        "BP-02": raw.not_after(register, "01_HOOFD_020"),
        "BP-03": set(raw.events["case"]) - set(raw.of("01_HOOFD_011")["case"]),
        "BP-04": raw.later_than(register, decide, 56),
        "BP-05": raw.same_person(register, decide),
        "BP-06": not_next(raw, register, "01_HOOFD_011"),
    }
    same(checked, expected)
    assert sum(bool(cases) for cases in expected.values()) >= 4


def not_next(raw: RealLog, first: str, then: str) -> set[str]:
    """Cases in which some `first` is followed directly by something else, or by nothing."""
    following = raw.events.groupby("case")["activity"].shift(-1)
    broken = (raw.events["activity"] == first) & (following != then)
    return set(raw.events["case"][broken])
