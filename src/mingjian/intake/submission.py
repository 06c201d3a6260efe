"""What comes back to the person who sent a file."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["accepted", "duplicate", "held", "refused"]


@dataclass(frozen=True)
class Progress:
    """Where the work stands: `stage` in words, `done` of `total` steps."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class Rejection:
    """One fault of one row, as kept in `rejected_row`."""

    row_no: int
    field: str
    value: str | None
    rule: str
    message: str


@dataclass(frozen=True)
class Submission:
    """One submission (批次) and what became of it. `message` says what to do next."""

    id: str
    source_code: str
    file_name: str
    file_sha256: str
    submitted_by: str
    received_at: datetime
    status: Status
    message: str
    rows_in: int = 0
    accepted_count: int = 0
    new_count: int = 0
    changed_count: int = 0
    unchanged_count: int = 0
    rejected_count: int = 0
    seconds: float = 0.0
    signals: tuple[str, ...] = ()
    rejected_sample: tuple[Rejection, ...] = field(default=())
