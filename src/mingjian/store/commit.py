"""One submission into the store: which rows are new, which changed, which say nothing new."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from mingjian.store.engine import engine_errors
from mingjian.store.errors import CommitError, QueryError
from mingjian.store.keeper import Writing
from mingjian.store.records import CommitResult, SubmissionHeader, TableCounts
from mingjian.store.shapes import (
    REJECTED_COLUMNS,
    SUBMISSION_COLUMNS,
    Shape,
    listed,
    literal,
    quoted,
    version_name,
)

# Stands between the fields of a row when its hash is made; no text of a department contains it.
_SEPARATOR = "chr(31)"


@dataclass(frozen=True)
class _Stage:
    """Rows of one table on their way in: `stage` holds the rows, `verdict` what becomes of each."""

    shape: Shape
    archive: Shape
    counts: TableCounts


def commit(
    writing: Writing,
    shapes: Mapping[str, Shape],
    header: SubmissionHeader,
    accepted: Mapping[str, Path | pa.Table],
    rejected: pa.Table | Path | None,
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
        if shape is None or shape.arrival is None:
            raise CommitError(f"数据标准里没有“{name}”这张表，整批未入库")
        counts[name] = _take_table(writing, shapes, shape, header, rows)
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
    writing: Writing,
    shapes: Mapping[str, Shape],
    shape: Shape,
    header: SubmissionHeader,
    rows: Path | pa.Table,
) -> TableCounts:
    archive = shapes[version_name(shape.name)]
    connection = writing.connection
    source = _source(connection, rows)
    try:
        _stage(connection, shape, source)
        _judge(writing, shape, header)
        counts = _counts(connection)
        if counts.new + counts.changed:
            writing.append(archive, _rows_of(shape, header, "is_written"))
        if counts.changed:
            keys = f"SELECT {listed(shape.key)} FROM verdict WHERE is_last AND was_known"
            writing.supersede(shape, keys, _rows_of(shape, header, "is_last"))
        elif counts.new:
            writing.append(shape, _rows_of(shape, header, "is_last"))
    finally:
        connection.execute("DROP TABLE IF EXISTS temp.main.stage")
        connection.execute("DROP TABLE IF EXISTS temp.main.verdict")
        connection.unregister("incoming")
    return counts


def _source(connection: duckdb.DuckDBPyConnection, rows: Path | pa.Table) -> str:
    if isinstance(rows, Path):
        return f"read_parquet({literal(str(rows))})"
    connection.register("incoming", rows)
    return "incoming"


def _stage(connection: duckdb.DuckDBPyConnection, shape: Shape, source: str) -> None:
    """Copy the rows, typed, each with its hash; every fault of the input is found here."""
    given = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    unknown = [name for name in given if name not in shape.fields and name != "row_no"]
    if unknown:
        raise CommitError(f"{shape.name} 没有这些列：{'、'.join(unknown)}；整批未入库")
    missing = [name for name in (*shape.key, "row_no") if name not in given]
    if missing:
        raise CommitError(f"{shape.name} 的数据缺少列：{'、'.join(missing)}；整批未入库")
    typed = [
        f"CAST({quoted(name) if name in given else 'NULL'} AS {kind}) AS {quoted(name)}"
        for name, kind in shape.fields.items()
    ]
    sql = (
        f"CREATE TEMP TABLE stage AS SELECT {', '.join(typed)}, "
        f"CAST(row_no AS BIGINT) AS stage_row_no FROM {source}"
    )
    try:
        with engine_errors(sql):
            connection.execute(sql)
    except QueryError as error:
        raise CommitError(f"{shape.name} 的数据类型不对：{error.reason}；整批未入库") from error
    empty = " OR ".join(f"{quoted(name)} IS NULL" for name in (*shape.key, "stage_row_no"))
    bad = connection.execute(
        f"SELECT stage_row_no FROM stage WHERE {empty} ORDER BY rowid LIMIT 1"
    ).fetchone()
    if bad is not None:
        names = "、".join(shape.key)
        raise CommitError(f"{shape.name} 第 {bad[0]} 行的主键（{names}）或行号为空；整批未入库")


def _hash(shape: Shape) -> str:
    """Hash of a row's own values in one fixed spelling; what is empty leaves no trace in it.

    So a field that is added to the standard later does not make every old row look changed.
    """
    parts = (
        f"{literal(name + '=')} || CAST({quoted(name)} AS VARCHAR)" for name in sorted(shape.fields)
    )
    return f"md5(concat_ws({_SEPARATOR}, {', '.join(parts)}))"


def _judge(writing: Writing, shape: Shape, header: SubmissionHeader) -> None:
    """Compare each row with the one before it of the same record, in the file or in the store."""
    assert shape.arrival is not None
    key = listed(shape.key)
    hash_, number, first = (
        quoted(shape.arrival[name]) for name in ("row_hash", "version_no", "first_received_at")
    )
    current = writing.relation(shape.name)
    received = f"TIMESTAMP '{header.received_at.isoformat(sep=' ')}'"
    writing.connection.execute(f"""
        CREATE TEMP TABLE verdict AS
        WITH hashed AS (
            SELECT rowid AS line, stage_row_no, {key}, {_hash(shape)} AS row_hash FROM stage
        ), known AS (
            SELECT {key}, {hash_} AS known_hash, {number} AS known_no, {first} AS known_first
            FROM {current} SEMI JOIN hashed USING ({key})
        ), compared AS (
            SELECT h.*, k.known_no, k.known_first,
                   coalesce(lag(h.row_hash) OVER in_file, k.known_hash) AS before_hash,
                   lead(h.line) OVER in_file IS NULL AS is_last_in_file
            FROM hashed AS h LEFT JOIN known AS k USING ({key})
            WINDOW in_file AS (PARTITION BY {listed(shape.key, "h.")} ORDER BY stage_row_no, line)
        ), numbered AS (
            SELECT *, before_hash IS DISTINCT FROM row_hash AS is_written,
                   before_hash IS NULL AS is_new, known_no IS NOT NULL AS was_known,
                   count(*) FILTER (WHERE before_hash IS DISTINCT FROM row_hash)
                       OVER (PARTITION BY {key} ORDER BY stage_row_no, line) AS nth_written
            FROM compared
        )
        SELECT line, {key}, row_hash, is_written, is_new, was_known,
               coalesce(known_no, 0) + nth_written AS version_no,
               coalesce(known_first, {received}) AS first_received_at,
               is_written AND nth_written = max(nth_written) OVER (PARTITION BY {key}) AS is_last
        FROM numbered
    """)


def _counts(connection: duckdb.DuckDBPyConnection) -> TableCounts:
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_written AND NOT is_new), "
        "count(*) FILTER (WHERE NOT is_written) FROM verdict"
    ).fetchone()
    assert row is not None
    return TableCounts(*row)


def _rows_of(shape: Shape, header: SubmissionHeader, chosen: str) -> str:
    assert shape.arrival is not None
    values = {
        "submission_id": literal(header.submission_id),
        "row_no": "s.stage_row_no",
        "version_no": "v.version_no",
        "first_received_at": "v.first_received_at",
        "received_at": f"TIMESTAMP '{header.received_at.isoformat(sep=' ')}'",
        "row_hash": "v.row_hash",
    }
    added = ", ".join(f"{values[name]} AS {quoted(own)}" for name, own in shape.arrival.items())
    return (
        f"SELECT {listed(shape.fields, 's.')}, {added} FROM stage AS s "
        f"JOIN verdict AS v ON v.line = s.rowid WHERE v.{chosen} ORDER BY {shape.order('s.')}"
    )


def _take_rejected(
    writing: Writing, shape: Shape, header: SubmissionHeader, rejected: pa.Table | Path | None
) -> int:
    """Keep the rejected rows and count them; a row with two faults is one row."""
    if rejected is None:
        return 0
    connection = writing.connection
    source = _source(connection, rejected)
    try:
        given = {r[0] for r in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        unknown = given - REJECTED_COLUMNS.keys()
        if unknown:
            raise CommitError(f"退回行没有这些列：{'、'.join(sorted(unknown))}；整批未入库")
        fixed = {
            "submission_id": literal(header.submission_id),
            "source_code": literal(header.source_code),
        }
        typed = (
            f"CAST({fixed.get(name) or (quoted(name) if name in given else 'NULL')} AS {kind}) "
            f"AS {quoted(name)}"
            for name, kind in REJECTED_COLUMNS.items()
        )
        writing.append(shape, f"SELECT {', '.join(typed)} FROM {source}")
        row = connection.execute(f"SELECT count(DISTINCT row_no) FROM {source}").fetchone()
    finally:
        connection.unregister("incoming")
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
    writing.connection.register("incoming", row)
    typed = (
        f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}"
        for name, kind in SUBMISSION_COLUMNS.items()
    )
    try:
        writing.append(shape, f"SELECT {', '.join(typed)} FROM incoming")
    finally:
        writing.connection.unregister("incoming")


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
