"""A small standard, and submissions of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from mingjian.standards import Field, Standard, Table
from mingjian.store import CommitResult, Store, SubmissionHeader

CASE = Table(
    name="penalty_case",
    title="行政处罚案件",
    meaning="",
    key=["case_id"],
    event=["decided_on", "filed_on"],
    source="",
    fields={
        "case_id": Field(title="案件标识", type="text", required=True),
        "agency_id": Field(title="主体", type="text"),
        "filed_on": Field(title="立案日期", type="date"),
        "decided_on": Field(title="决定日期", type="date"),
        "fine_yuan": Field(title="罚款", type="money"),
        "is_major": Field(title="重大", type="boolean"),
        "extended_days": Field(title="延长天数", type="integer"),
        "penalty_kinds": Field(title="种类", type="code_list", codes="penalty_kind"),
        "recorded_at": Field(title="录入时间", type="timestamp"),
    },
)
OFFICER = Table(
    name="act_officer",
    title="执法行为人员",
    meaning="",
    key=["act_id", "officer_id"],
    event=[],
    source="",
    fields={
        "act_id": Field(title="行为", type="text", required=True),
        "officer_id": Field(title="人员", type="text", required=True),
        "share": Field(title="分担", type="decimal"),
    },
)
COMPLAINT = Table(
    name="complaint",
    title="工单",
    meaning="",
    key=["complaint_id"],
    event=["received_at"],
    source="",
    fields={
        "complaint_id": Field(title="工单编号", type="text", required=True),
        "received_at": Field(title="受理时间", type="timestamp", required=True),
    },
)
SMALL = Standard({table.name: table for table in (CASE, OFFICER, COMPLAINT)})


def header(submission_id: str, at: str = "2025-03-01 08:00", **given: Any) -> SubmissionHeader:
    values: dict[str, Any] = {
        "submission_id": submission_id,
        "source_code": "scjg-cf",
        "agency_id": "A1",
        "file_name": "cf_20250301.csv",
        "file_sha256": "0" * 64,
        "submitted_by": "scjg",
        "received_at": datetime.fromisoformat(at),
        "rows_in": 1,
    }
    return SubmissionHeader(**(values | given))


def numbered(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of a file; the first data row of a file is row 2."""
    full = [{"row_no": i, **row} for i, row in enumerate(rows, 2)]
    names = {name: None for row in full for name in row}
    return pa.table({name: [row.get(name) for row in full] for name in names})


def commit(
    store: Store,
    submission_id: str,
    rows: Sequence[Mapping[str, Any]] = (),
    at: str = "2025-03-01 08:00",
    table: str = "penalty_case",
    rejected: pa.Table | Path | None = None,
    **given: Any,
) -> CommitResult:
    accepted = {table: numbered(rows)} if rows else {}
    return store.commit(header(submission_id, at, **given), accepted, rejected)


def cases(store: Store, sql: str = "SELECT case_id, fine_yuan FROM penalty_case") -> dict[str, Any]:
    """First column to second, of a query on the current records."""
    with store.reader() as reader:
        return {str(a): b for a, b in (row.values() for row in reader.rows(sql))}
