"""A small library of its own for these tests: one view, a few monitors, written as files."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingjian.monitor.library import Library, Monitor, View
from mingjian.monitor.reading import read_monitor, read_view

VIEW: dict[str, Any] = {
    "name": "small_case_view",
    "title": "案件小表",
    "unit": "penalty_case",
    "key": "case_id",
    "meaning": "一行一案。",
    "reads": ["penalty_case", "agency", "calendar_day"],
    "columns": {
        "unit_id": "案件标识",
        "agency_id": "主体代码",
        "region_code": "区划代码",
        "case_no": "案号",
        "procedure": "适用程序",
        "filed_on": "立案日期",
        "decided_on": "决定日期",
        "due_on": "期限届满日",
        "fine_yuan": "罚款金额（元）",
        "is_major": "是否重大",
    },
    "milestones": [{"on": "decided_on", "title": "决定"}, {"on": "filed_on", "title": "立案"}],
    "limits": [
        {
            "start": "filed_on",
            "end": "due_on",
            "met": "decided_on",
            "title": "办案期限",
            "basis": "行政处罚法第六十条",
        }
    ],
    "peers": {"value": "fine_yuan", "group": ["procedure"], "title": "同程序案件的罚款"},
    "sql": """WITH due AS (  -- 立案后第九十日
  SELECT c.case_id, d.day AS due_on
  FROM penalty_case c
  JOIN calendar_day d ON DATE_DIFF('day', c.filed_on, d.day) = 90
)
SELECT c.case_id AS unit_id, c.agency_id, a.region_code, c.case_no, c.procedure, c.filed_on,
       c.decided_on, u.due_on, c.fine_yuan, c.is_major
FROM penalty_case c
LEFT JOIN agency a ON a.agency_id = c.agency_id
LEFT JOIN due u ON u.case_id = c.case_id
""",
}

MONITOR: dict[str, Any] = {
    "code": "PT-01",
    "name": "超过九十日未作出决定",
    "status": "production",
    "level": "orange",
    "purpose": "找出已过办案期限的案件。",
    "legal_basis": [
        {
            "law": "中华人民共和国行政处罚法",
            "article": "第六十条",
            "in_force": "2021-07-15",
            "text": "行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。",
        }
    ],
    "interpretation": ["九十日按自然日计算。"],
    "unit": "penalty_case",
    "view": "small_case_view",
    "when": "decided_on IS NULL\nAND due_on < :as_of\nAND filed_on >= :in_force\n",
    "parameters": {
        "in_force": {"value": "2021-07-15", "meaning": "施行日", "basis": "行政处罚法第八十六条"}
    },
    "requires": {"penalty_case": {"filed_on": 1.0, "decided_on": "any"}},
    "evidence": {
        "case_no": "案号",
        "procedure": "适用程序",
        "filed_on": "立案日期",
        "due_on": "届满日",
        "fine_yuan": "罚款",
    },
    "message": "案件{case_no}（{procedure}）于{filed_on}立案，{due_on}届满，拟罚{fine_yuan}。",
    "verify": ["查决定书", "查送达回证"],
    "known_gaps": ["未上报的看不到"],
    "defaults": {"agency_id": "A1", "procedure": "ordinary", "case_no": "京罚〔2025〕1号"},
    "examples": [
        {
            "name": "届满次日",
            "as_of": "2025-04-03",
            "given": {"penalty_case": [{"case_id": 1, "filed_on": "2025-01-02"}]},
            "finds": [{"unit_id": 1, "due_on": "2025-04-02"}],
        },
        {
            "name": "届满当日、已决定、施行前立案的不报，施行当日立案的报",
            "as_of": "2025-04-02",
            "given": {
                "penalty_case": [
                    {"case_id": 1, "filed_on": "2025-01-02"},
                    {"case_id": 2, "filed_on": "2024-01-02", "decided_on": "2025-01-01"},
                    {"case_id": 3, "filed_on": "2021-07-14"},
                    {"case_id": 4, "filed_on": "2021-07-15"},
                ]
            },
            "finds": [{"unit_id": 4}],
        },
    ],
}

Build = Callable[..., Library]


class _Dumper(yaml.SafeDumper):
    """Writes what people write: text blocks as `|`, dates bare."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    if len(value) == 10 and value[4:5] == value[7:8] == "-":
        return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value)
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def write(path: Path, data: dict[str, Any]) -> Path:
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text, encoding="utf-8")
    return path


def changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of `base` with other values; a value of None takes the key away."""
    result = deepcopy(base) | changes
    return {key: value for key, value in result.items() if value is not None}


@pytest.fixture
def a_view(tmp_path: Path) -> Callable[..., View]:
    def build(**changes: Any) -> View:
        return read_view(write(tmp_path / "small_case_view.yaml", changed(VIEW, changes)))

    return build


@pytest.fixture
def a_monitor(tmp_path: Path) -> Callable[..., Monitor]:
    def build(name: str = "overdue", **changes: Any) -> Monitor:
        return read_monitor(write(tmp_path / f"{name}.yaml", changed(MONITOR, changes)))

    return build


@pytest.fixture
def a_library(a_view: Callable[..., View]) -> Build:
    def build(*monitors: Monitor, view: View | None = None) -> Library:
        chosen = view or a_view()
        return Library({monitor.id: monitor for monitor in monitors}, {chosen.name: chosen})

    return build
