"""Small logs written in a test, and a bench to check them on."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from mingjian.process import Checked, FileBench, LogColumns, check, load_csv, read_procedure
from mingjian.process.procedure import Procedure

STEPS = {"a": "甲", "b": "乙", "c": "丙"}
COLUMNS = LogColumns("case", "activity", "time", "person")
Event = tuple[str, str, str] | tuple[str, str, str, str]


def procedure_of(folder: Path, rules: Iterable[dict[str, Any]], **more: Any) -> Procedure:
    """A procedure of three steps with these rules, written to a file and read back."""
    numbered = [
        {"code": f"R{i}", "title": "规则", "level": "red", "reason": "测试"} | rule
        for i, rule in enumerate(rules, 1)
    ]
    data = {
        "name": "small",
        "title": "小流程",
        "meaning": "测试",
        "activities": {step: {"title": title} for step, title in STEPS.items()},
        "rules": numbered,
    } | more
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return read_procedure(path)


def check_events(
    bench: FileBench, folder: Path, procedure: Procedure, events: Iterable[Event], as_of: date
) -> Checked:
    """Check (case, activity, time, person) written as CSV."""
    lines = ["case,activity,time,person"]
    lines += [",".join([*event, ""][:4]) for event in events]
    path = folder / "log.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return check(bench, procedure, load_csv(bench, path, COLUMNS, procedure), as_of)


def deviating(checked: Checked, number: int = 0) -> set[str]:
    return checked.cases_in(checked.procedure.rules[number])
