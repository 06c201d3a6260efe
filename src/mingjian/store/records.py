"""What is said about one submission: before it is kept, after, and when asked for later."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa

SubmissionStatus = Literal["accepted", "held", "refused", "duplicate"]


@dataclass(frozen=True)
class SubmissionHeader:
    """One submission (批次) as intake hands it over.

    `received_at` is the moment the platform received it, naive Beijing time; "as known at" asks
    about this moment. `rows_in` counts the rows of the file. `seconds` is the time spent before
    the store; the store adds its own.
    """

    submission_id: str
    source_code: str
    agency_id: str | None
    file_name: str
    file_sha256: str
    submitted_by: str
    received_at: datetime
    rows_in: int
    status: SubmissionStatus = "accepted"
    message: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class TableCounts:
    """Rows of one table in one submission; `accepted` = new + changed + unchanged."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def accepted(self) -> int:
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True)
class Incoming:
    """Rows on their way in, as a table in SQL: a name, a table function, or a query in brackets.

    `line` is an expression over it that tells each row from all others. A query may name Parquet
    files only; it is read more than once.
    """

    sql: str
    line: str


Rows = Path | pa.Table | Incoming


@dataclass(frozen=True)
class CommitResult:
    """What a commit did. With `already` nothing was written: this submission was kept before."""

    submission_id: str
    already: bool
    accepted_count: int
    new_count: int
    changed_count: int
    unchanged_count: int
    rejected_count: int
    snapshot: int
    seconds: float
    tables: dict[str, TableCounts]


@dataclass(frozen=True)
class SubmissionRow:
    """One row of the table `submission`. `commit_no` counts commits, from 1."""

    submission_id: str
    source_code: str
    agency_id: str | None
    file_name: str
    file_sha256: str
    submitted_by: str
    received_at: datetime
    rows_in: int
    accepted_count: int
    new_count: int
    changed_count: int
    unchanged_count: int
    rejected_count: int
    seconds: float
    status: SubmissionStatus
    message: str
    commit_no: int
