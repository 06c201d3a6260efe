"""A finding (发现): one unit that a monitor names, with the evidence to recompute it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from mingjian.monitor.file import Level, Status
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.wording import evidence_codes, message_of


@dataclass(frozen=True)
class Finding:
    """One unit found by one monitor as of a day.

    `evidence` and `parameters` are JSON-safe: dates in ISO form, money as text. `parameters` holds
    for each name its value, meaning and basis. `fingerprint` changes with the logic, the
    parameters, the views read and the articles relied on, and with nothing else. `status` is that
    of the monitor: a `shadow` finding is kept for comparison and alerts nobody.
    """

    monitor_id: str
    monitor_code: str
    name: str
    level: Level
    status: Status
    unit: str
    unit_id: str
    agency_id: str | None
    message: str
    evidence: dict[str, Any]
    parameters: dict[str, dict[str, Any]]
    fingerprint: str
    as_of: date


def findings_in(
    library: Library, monitor: Monitor, table: pa.Table, as_of: date
) -> Iterator[Finding]:
    """The rows of a monitor's result as findings."""
    codes = evidence_codes(library, monitor)
    fingerprint = fingerprint_of(library, monitor)
    parameters = {
        name: {"value": json_safe(entry.value), "meaning": entry.meaning, "basis": entry.basis}
        for name, entry in monitor.parameters.items()
    }
    for batch in table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            yield Finding(
                monitor_id=monitor.id,
                monitor_code=monitor.code,
                name=monitor.name,
                level=monitor.level,
                status=monitor.status,
                unit=monitor.unit,
                unit_id=row["unit_id"],
                agency_id=row["agency_id"],
                message=message_of(monitor, row, codes),
                evidence={name: json_safe(row[name]) for name in monitor.file.evidence},
                parameters=parameters,
                fingerprint=fingerprint,
                as_of=as_of,
            )


def fingerprint_of(library: Library, monitor: Monitor) -> str:
    """SHA-256 over everything that decides what is found; layout and comments do not count."""
    parts = {
        "logic": monitor.text,
        "views": {
            name: library.views[name].text for name in sorted(monitor.reads & library.views.keys())
        },
        "parameters": {
            name: [entry.kind, json_safe(entry.value)] for name, entry in monitor.parameters.items()
        },
        "legal_basis": [
            [basis.law, basis.article, basis.in_force.isoformat(), basis.text]
            for basis in monitor.file.legal_basis
        ],
    }
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def json_safe(value: Any) -> Any:
    """The value as JSON can hold it without losing anything."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return value
