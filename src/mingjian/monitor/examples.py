"""Runs the examples of a monitor: exactly the named units, each with the named values."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mingjian.monitor.compile import compile_monitor
from mingjian.monitor.file import Example
from mingjian.monitor.given import GivenError, typed_rows
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.query import to_sql
from mingjian.store import Reader, StoreError, memory_reader


@dataclass(frozen=True)
class ExampleResult:
    """What one example showed; `faults` is empty when it came out as written."""

    name: str
    faults: list[str]

    @property
    def passed(self) -> bool:
        return not self.faults


def run_example(library: Library, monitor: Monitor, example: Example) -> ExampleResult:
    """Run one example; a query the engine refuses is a fault of the example, with its words."""
    try:
        with example_reader(monitor, example) as reader:
            rows = reader.rows(to_sql(compile_monitor(library, monitor, example.as_of)))
    except (GivenError, StoreError) as error:
        return ExampleResult(example.name, [f"运行出错：{error}"])
    return ExampleResult(example.name, differences(rows, example.finds))


@contextmanager
def example_reader(monitor: Monitor, example: Example) -> Iterator[Reader]:
    """A reader over the records an example gives; raises GivenError for an untypable value."""
    with memory_reader(typed_rows(example.given, monitor.defaults)) as reader:
        yield reader


def differences(rows: list[dict[str, Any]], finds: list[dict[str, Any]]) -> list[str]:
    """How found rows differ from those expected: missing and surplus units, other values."""
    faults = []
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        unit_id = str(row["unit_id"])
        if unit_id in found or row["unit_id"] is None:
            faults.append(f"{unit_id} 返回了不止一行或没有标识，一个对象应只有一行")
        found[unit_id] = row
    expected = {str(row.get("unit_id")): row for row in finds}
    faults += [f"应命中 {unit_id}，没有命中" for unit_id in expected if unit_id not in found]
    faults += [
        f"不应命中 {unit_id}，却命中了（{_shown(row)}）"
        for unit_id, row in found.items()
        if unit_id not in expected
    ]
    for unit_id in expected.keys() & found.keys():
        faults += _value_faults(unit_id, found[unit_id], expected[unit_id])
    return faults


def _value_faults(unit_id: str, row: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    faults = []
    for name, value in expected.items():
        if name not in row:
            faults.append(f"{unit_id} 没有 {name} 这一列")
        elif not same_value(row[name], value):
            faults.append(f"{unit_id} 的 {name} 应为 {value}，实为 {row[name]}")
    return faults


def same_value(found: Any, expected: Any) -> bool:
    """Equal as a reader of the file means it: 1 is "1", 2.50 is 2.5, a day is its midnight."""
    if found is None or expected is None:
        return found is expected
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, int | float | Decimal) and isinstance(expected, int | float):
        return abs(Decimal(str(found)) - Decimal(str(expected))) <= Decimal("0.000001")
    if isinstance(found, datetime) and not isinstance(expected, datetime):
        return found.date() == expected and (found.hour, found.minute, found.second) == (0, 0, 0)
    if isinstance(found, date):
        return bool(found == expected)
    return str(found) == str(expected)


def _shown(row: Mapping[str, Any]) -> str:
    return "，".join(f"{name}={value}" for name, value in row.items() if name != "unit_id")
