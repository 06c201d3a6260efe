"""Logs of every form give the same events; what cannot be read is said."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mingjian.process import (
    FileBench,
    LogColumns,
    LogError,
    check,
    load_csv,
    load_ocel,
    load_xes,
    write_deviations,
)
from small_logs import COLUMNS, check_events, deviating, procedure_of

RULES = [
    {"kind": "order", "first": "a", "then": "b"},
    {"kind": "four_eyes", "first": "a", "second": "b"},
]
DAY = date(2025, 6, 30)
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log>{traces}</log>"""
TRACE = '<trace><string key="concept:name" value="{case}"/>{events}</trace>'
EVENT = (
    '<event><string key="concept:name" value="{activity}"/><string key="org:resource" '
    'value="{person}"/><date key="time:timestamp" value="{time}"/></event>'
)
EVENTS = [
    ("1", "a", "2025-03-01T09:00:00.000+08:00", "王"),
    ("1", "b", "2025-03-02T09:00:00.000+08:00", "王"),
    ("2", "b", "2025-03-01T09:00:00.000+08:00", "李"),
    ("2", "a", "2025-03-01T09:30:00.000+09:00", "王"),  # half an hour earlier
]


def test_xes_packed(bench: FileBench, tmp_path: Path) -> None:
    traces = ""
    for case in ("1", "2"):
        events = "".join(
            EVENT.format(activity=activity, person=person, time=time)
            for number, activity, time, person in EVENTS
            if number == case
        )
        traces += TRACE.format(case=case, events=events)
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(XES.format(traces=traces).encode()))
    procedure = procedure_of(tmp_path, RULES)
    found = check(bench, procedure, load_xes(bench, path, LogColumns(), procedure), DAY)
    assert (found.cases, found.events) == (2, 4)
    assert (deviating(found, 0), deviating(found, 1)) == (set(), {"1"})


def test_ocel_with_the_cases_chosen_by_object_type(bench: FileBench, tmp_path: Path) -> None:
    events = [
        {
            "id": f"e{i}",
            "type": activity,
            "time": time,
            "attributes": [],
            "relationships": [
                {"objectId": f"case{case}", "qualifier": "案件"},
                {"objectId": person, "qualifier": "经办"},
            ],
        }
        for i, (case, activity, time, person) in enumerate(EVENTS)
    ]
    events[0]["relationships"].append({"objectId": "case2", "qualifier": "并案"})  # type: ignore[attr-defined]
    objects = [{"id": name, "type": "案件"} for name in ("case1", "case2")]
    objects += [{"id": name, "type": "人员"} for name in ("王", "李")]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"events": events, "objects": objects}), encoding="utf-8")
    procedure = procedure_of(tmp_path, RULES)
    found = check(bench, procedure, load_ocel(bench, path, "案件", procedure, "人员"), DAY)
    assert (found.cases, found.events) == (2, 5)
    assert (deviating(found, 0), deviating(found, 1)) == (set(), {"case1"})
    with pytest.raises(LogError, match="现有：人员、案件"):
        load_ocel(bench, path, "车辆", procedure)


def test_csv_in_gb18030_with_chinese_dates(bench: FileBench, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = [
        "案号,环节,时间",
        "一号,乙,2025/3/1",
        "一号,甲,2025年3月2日",
        "二号,甲,不详",
        ",甲,2025-01-01",
    ]
    path.write_bytes("\n".join(rows).encode("gb18030"))
    procedure = procedure_of(tmp_path, RULES[:1])
    loaded = load_csv(bench, path, LogColumns("案号", "环节", "时间"), procedure)
    assert (loaded.events, loaded.left_out) == (2, 2)
    assert deviating(check(bench, procedure, loaded, DAY)) == {"一号"}


def test_the_order_of_the_log_decides_on_the_same_day(bench: FileBench, tmp_path: Path) -> None:
    procedure = procedure_of(tmp_path, RULES[:1])
    events = [("1", "a", "2025-03-01"), ("1", "b", "2025-03-01")]
    events += [("2", "b", "2025-03-01"), ("2", "a", "2025-03-01")]
    assert deviating(check_events(bench, tmp_path, procedure, events, DAY)) == {"2"}


def test_a_wrong_column_or_file_says_what_there_is(bench: FileBench, tmp_path: Path) -> None:
    procedure = procedure_of(tmp_path, RULES)
    path = tmp_path / "log.csv"
    path.write_text("case,activity,time\n1,a,不详\n", encoding="utf-8")
    with pytest.raises(LogError, match="没有案件列“nr”。现有的列：activity、case、time"):
        load_csv(bench, path, LogColumns("nr", "activity", "time"), procedure)
    with pytest.raises(LogError, match="没有一个事件"):
        load_csv(bench, path, COLUMNS, procedure)
    with pytest.raises(LogError, match="没有“"):
        load_csv(bench, tmp_path / "none.csv", COLUMNS, procedure)


def test_the_workbook_and_the_csv(bench: FileBench, tmp_path: Path) -> None:
    procedure = procedure_of(tmp_path, RULES)
    events = [("=1+1", "b", "2025-03-01", "王"), ("2", "a", "2025-03-01", "王")]
    found = check_events(bench, tmp_path, procedure, events, DAY)
    assert write_deviations(found, tmp_path / "out.xlsx") == 1
    book = load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["规则", "偏离个案", "走法", "环节间隔"]
    assert book["偏离个案"]["C2"].value == "'=1+1"
    assert book["规则"]["F2"].value == 1
    assert write_deviations(found, tmp_path / "out.csv") == 1
    assert "2025-03-01 乙（王）" in (tmp_path / "out.csv").read_text("utf-8-sig")
    with pytest.raises(LogError, match=r"只能写 \.xlsx"):
        write_deviations(found, tmp_path / "out.pdf")
