"""Finished runs of chosen findings, for the tests of what people do with them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest

from mingjian.monitor import Library, Outcome, Run, load_library
from mingjian.supervision.acts import raise_alerts
from mingjian.supervision.models import Alert
from office import City

DAY = date(2025, 11, 3)  # a Monday
OVERDUE = "penalty.decision_overdue"  # red
SERVICE = "penalty.service_overdue"  # orange

Rows = Iterable[tuple[Any, ...]]


@pytest.fixture(scope="session")
def library() -> Library:
    """Two monitors of the real library."""
    whole = load_library()
    return Library({name: whole.monitors[name] for name in (OVERDUE, SERVICE)}, whole.views)


@pytest.fixture
def run_of(library: Library) -> Callable[..., Run]:
    """A finished run with the given (unit_id, agency_id[, {evidence}]) rows for each monitor.

    A monitor that is given no rows at all ran and found nothing; `lacking` lacked data.
    """

    def make(
        found: dict[str, Rows],
        as_of: date = DAY,
        lacking: Iterable[str] = (),
        within: Library | None = None,
    ) -> Run:
        within = within or library
        tables = {
            name: table_of(within, name, found.get(name, ()), as_of)
            for name in within.monitors
            if name not in set(lacking)
        }
        outcomes = [
            Outcome(name, "ran", tables[name].num_rows)
            if name in tables
            else Outcome(name, "insufficient", message="决定日期填报率不足")
            for name in within.monitors
        ]
        return Run(as_of, datetime(2025, 11, 3, 2), 0.1, 7, outcomes, within, tables)

    return make


def table_of(library: Library, name: str, rows: Rows, as_of: date) -> pa.Table:
    columns = list(library.monitors[name].file.evidence)
    samples = {
        "_on": date(2025, 1, 2),
        "_days": 90,
        "_yuan": 300,
    }

    def sample(column: str, unit_id: str) -> Any:
        if column == "case_no":
            return f"京朝市监罚〔2025〕{unit_id}号"
        ending = next((e for e in samples if column.endswith(e)), None)
        return samples[ending] if ending else None

    data: dict[str, list[Any]] = {name: [] for name in ("unit_id", "agency_id", *columns)}
    for unit_id, agency_id, *more in rows:
        values = {column: sample(column, unit_id) for column in columns}
        values |= more[0] if more else {}
        data["unit_id"].append(unit_id)
        data["agency_id"].append(agency_id)
        for column in columns:
            data[column].append(values[column])
    return pa.table(data)


def shadowed(library: Library, name: str) -> Library:
    monitor = library.monitors[name]
    shadow = replace(monitor, file=monitor.file.model_copy(update={"status": "shadow"}))
    return Library({**library.monitors, name: shadow}, library.views)


@pytest.fixture
def alert(city: City, run_of: Callable[..., Run], library: Library) -> Alert:
    """One red alert of an agency in the district of `right`; `liaison` is the agency's clerk."""
    raise_alerts(run_of({OVERDUE: [("31", "110105-SCJG")]}), library)
    return Alert.objects.get()
