"""One submission into the store: which rows are new, which changed, which say nothing new."""

import time
from collections.abc import Mapping

import pyarrow as pa

from mingjian.store import staging
from mingjian.store.errors import CommitError
from mingjian.store.keeper import Writing
from mingjian.store.records import CommitResult, Rows, SubmissionHeader, TableCounts
from mingjian.store.shapes import (
    REJECTED_COLUMNS,
    SUBMISSION_COLUMNS,
    Shape,
    current_name,
    literal,
    quoted,
)


def commit(
    writing: Writing,
    shapes: Mapping[str, Shape],
    header: SubmissionHeader,
    accepted: Mapping[str, Rows],
    rejected: Rows | None,
) -> CommitResult:
    """Write one submission inside the open transaction, or raise CommitError.

    A submission that was kept before is left as it is. One that was held or refused gives way to
    an accepted one of the same id, so that it can be released after a person has looked.
    """
    started = time.monotonic()
    earlier = submission(writing, header.submission_id)
    if earlier is not None:
        if earlier["status"] not in ("held", "refused") or header.status != "accepted":
            return _as_kept(earlier)
        for name in ("rejected_row", "submission"):
            writing.forget(name, header.submission_id)
    counts: dict[str, TableCounts] = {}
    for name, rows in accepted.items():
        shape = shapes.get(name)
        if shape is None or shape.arrival is None or current_name(name) is not None:
            raise CommitError(f"数据标准里没有“{name}”这张表，整批未入库")
        counts[name] = _take_table(writing, shape, header, rows)
    rejected_count = _take_rejected(writing, shapes["rejected_row"], header, rejected)
    seconds = header.seconds + time.monotonic() - started
    result = _result(header, counts, rejected_count, _next_no(writing), seconds)
    _take_header(writing, shapes["submission"], header, result)
    return result


def submission(writing: Writing, submission_id: str) -> dict[str, object] | None:
    """The row of `submission` as this transaction sees it."""
    query = f"SELECT * FROM {writing.relation('submission')} WHERE submission_id = $id"
    cursor = writing.connection.execute(query, {"id": submission_id})
    names = [column[0] for column in cursor.description]
    row = cursor.fetchone()
    return None if row is None else dict(zip(names, row, strict=True))


def _take_table(
    writing: Writing, shape: Shape, header: SubmissionHeader, rows: Rows
) -> TableCounts:
    connection = writing.connection
    given = staging.incoming(connection, rows)
    fields = staging.stage(connection, shape, given)
    current = writing.relation(shape.name)
    counts = staging.judge(connection, shape, given, fields, current, header.received_at)
    if counts.new + counts.changed:
        if counts.changed:
            writing.supersede(shape, staging.superseded_keys(shape))
        staging.clear_comparison(connection)
        if staging.has_passed(connection):
            passed = staging.rows_to_write(shape, header, given, fields, staging.PASSED)
            writing.append_passed(shape, passed)
        writing.append(shape, staging.rows_to_write(shape, header, given, fields, "v.is_last"))
    staging.clear(connection)
    return counts


def _take_rejected(
    writing: Writing, shape: Shape, header: SubmissionHeader, rejected: Rows | None
) -> int:
    """Keep the rejected rows and count them; a row with two faults is one row."""
    if rejected is None:
        return 0
    connection = writing.connection
    fixed = {
        "submission_id": literal(header.submission_id),
        "source_code": literal(header.source_code),
    }
    rows = staging.incoming(connection, rejected)
    given = staging.columns_of(connection, rows, REJECTED_COLUMNS, "退回行")
    typed = (
        f"CAST({fixed.get(name) or (quoted(name) if name in given else 'NULL')} AS {kind}) "
        f"AS {quoted(name)}"
        for name, kind in REJECTED_COLUMNS.items()
    )
    writing.append(shape, f"SELECT {', '.join(typed)} FROM {rows.sql}")
    row = connection.execute(f"SELECT count(DISTINCT row_no) FROM {rows.sql}").fetchone()
    staging.clear(connection)
    assert row is not None
    return int(row[0])


def _next_no(writing: Writing) -> int:
    query = f"SELECT coalesce(max(commit_no), 0) + 1 FROM {writing.relation('submission')}"
    row = writing.connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _result(
    header: SubmissionHeader,
    counts: dict[str, TableCounts],
    rejected_count: int,
    commit_no: int,
    seconds: float,
) -> CommitResult:
    return CommitResult(
        submission_id=header.submission_id,
        already=False,
        accepted_count=sum(count.accepted for count in counts.values()),
        new_count=sum(count.new for count in counts.values()),
        changed_count=sum(count.changed for count in counts.values()),
        unchanged_count=sum(count.unchanged for count in counts.values()),
        rejected_count=rejected_count,
        snapshot=commit_no,
        seconds=seconds,
        tables=counts,
    )


def _take_header(
    writing: Writing, shape: Shape, header: SubmissionHeader, result: CommitResult
) -> None:
    values = vars(header) | vars(result) | {"commit_no": result.snapshot}
    row = pa.table({name: [values[name]] for name in SUBMISSION_COLUMNS})
    source = staging.incoming(writing.connection, row).sql
    typed = (
        f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}"
        for name, kind in SUBMISSION_COLUMNS.items()
    )
    writing.append(shape, f"SELECT {', '.join(typed)} FROM {source}")
    staging.clear(writing.connection)


def _as_kept(row: dict[str, object]) -> CommitResult:
    names = ("accepted_count", "new_count", "changed_count", "unchanged_count", "rejected_count")
    counts = {name: int(str(row[name])) for name in names}
    return CommitResult(
        submission_id=str(row["submission_id"]),
        already=True,
        snapshot=int(str(row["commit_no"])),
        seconds=0.0,
        tables={},
        **counts,
    )
