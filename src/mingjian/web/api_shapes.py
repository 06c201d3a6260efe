"""What goes into the interface and what comes out of it."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from mingjian.access.models import SourceToken
from mingjian.intake import Submission
from mingjian.monitor import Monitor
from mingjian.store import SubmissionRow
from mingjian.supervision.models import Alert
from mingjian.supervision.precision import Precision
from mingjian.supervision.wording import masked_message

ROWS_AT_MOST = 10_000
REJECTED_SHOWN = 200
Cell = str | int | float | bool | None


class Problem(Schema):
    """Why a request was not served, in Chinese, and what to do."""

    message: str
    details: list[str] = []


class RowsIn(Schema):
    """Records as the source declares them: one object a row, keyed by the source's column names."""

    rows: list[dict[str, Cell]] = Field(min_length=1, max_length=ROWS_AT_MOST)


class RejectedRow(Schema):
    """One fault of one row; `row_no` counts the rows as they were sent, from 1."""

    row_no: int
    field: str
    value: str | None
    rule: str
    message: str


class SubmissionOut(Schema):
    """What became of a submission; `rejected_rows` holds the first 200 faults."""

    id: str
    source_code: str
    status: str
    message: str
    received_at: datetime
    rows_in: int
    accepted_count: int
    new_count: int
    changed_count: int
    unchanged_count: int
    rejected_count: int
    signals: list[str] = []
    rejected_rows: list[RejectedRow] = []

    @classmethod
    def of(cls, taken: Submission) -> "SubmissionOut":
        counts = {name: getattr(taken, name) for name in cls.model_fields if hasattr(taken, name)}
        rejected = [RejectedRow(**vars(fault)) for fault in taken.rejected_sample[:REJECTED_SHOWN]]
        return cls(**{**counts, "signals": list(taken.signals), "rejected_rows": rejected})

    @classmethod
    def from_row(cls, row: SubmissionRow, faults: list[dict[str, Any]]) -> "SubmissionOut":
        """As the store remembers it."""
        own = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        rejected = [
            RejectedRow(**{name: fault[name] for name in RejectedRow.model_fields})
            for fault in faults
        ]
        return cls(**{**own, "id": row.submission_id, "rejected_rows": rejected})


class AlertOut(Schema):
    """One alert; the sentence has its personal data masked."""

    id: int
    number: str
    level: str
    state: str
    monitor_code: str
    monitor_name: str
    unit: str
    unit_id: str
    agency_id: str | None
    agency_name: str | None
    message: str
    found_on: date
    last_found_on: date
    gone_on: date | None
    due_on: date | None
    verdict: str

    @classmethod
    def of(cls, alert: Alert) -> "AlertOut":
        own = {name: getattr(alert, name) for name in cls.model_fields if hasattr(alert, name)}
        agency = alert.agency.name if alert.agency else None
        return cls(**{**own, "agency_name": agency, "message": masked_message(alert)})


class AlertsOut(Schema):
    """A part of the list: `total` is how many fit the filter in all."""

    total: int
    items: list[AlertOut]


class MonitorOut(Schema):
    """A monitor of the library; `precision` is None while no alert of it was judged."""

    id: str
    code: str
    name: str
    level: str
    status: str
    unit: str
    purpose: str
    legal_basis: list[str]
    judged_count: int
    precision: float | None

    @classmethod
    def of(cls, monitor: Monitor, found: Precision | None) -> "MonitorOut":
        own: dict[str, Any] = {
            name: getattr(monitor, name)
            for name in ("id", "code", "name", "level", "status", "unit")
        }
        return cls(
            **own,
            purpose=monitor.file.purpose.strip(),
            legal_basis=[f"《{b.law}》{b.article}" for b in monitor.file.legal_basis],
            judged_count=found.judged if found else 0,
            precision=found.share if found else None,
        )


def pushed_by(token: SourceToken) -> str:
    """How a push is named in the submission's record."""
    return f"接口推送（口令…{token.hint}）"
