"""Rows on their way in: typed and hashed (`stage`), and what becomes of each (`verdict`)."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from mingjian.store.engine import engine_errors
from mingjian.store.errors import CommitError, QueryError
from mingjian.store.records import SubmissionHeader, TableCounts
from mingjian.store.shapes import Shape, listed, literal, moment_literal, quoted

# Stands between the fields of a row when its hash is made; no text of a department contains it.
_SEPARATOR = "chr(31)"
_NOTHING_KEPT = "整批未入库"


def source_of(connection: duckdb.DuckDBPyConnection, rows: Path | pa.Table) -> str:
    """SQL text of rows handed over; Arrow rows are registered as `incoming`."""
    if isinstance(rows, Path):
        return f"read_parquet({literal(str(rows))})"
    connection.register("incoming", rows)
    return "incoming"


def columns_of(
    connection: duckdb.DuckDBPyConnection, source: str, known: Collection[str], of: str
) -> list[str]:
    """Columns of a source; CommitError names those that are not among `known`."""
    found = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    names = [str(row[0]) for row in found]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CommitError(f"{of} 没有这些列：{'、'.join(unknown)}；{_NOTHING_KEPT}")
    return names


def stage(connection: duckdb.DuckDBPyConnection, shape: Shape, source: str) -> None:
    """Copy the rows into `stage`, typed, each with its hash; faults of the input end here."""
    given = columns_of(connection, source, {*shape.fields, "row_no"}, shape.name)
    missing = [name for name in (*shape.key, "row_no") if name not in given]
    if missing:
        raise CommitError(f"{shape.name} 的数据缺少列：{'、'.join(missing)}；{_NOTHING_KEPT}")
    typed = [
        f"CAST({quoted(name) if name in given else 'NULL'} AS {kind}) AS {quoted(name)}"
        for name, kind in shape.fields.items()
    ]
    sql = f"""
        CREATE TEMP TABLE stage AS
        WITH typed AS (
            SELECT {", ".join(typed)}, CAST(row_no AS BIGINT) AS stage_row_no FROM {source}
        )
        SELECT *, {_hash(shape)} AS stage_hash FROM typed
    """
    try:
        with engine_errors(sql):
            connection.execute(sql)
    except QueryError as error:
        raise CommitError(
            f"{shape.name} 的数据不能入库：{error.reason}；{_NOTHING_KEPT}"
        ) from error
    empty = " OR ".join(f"{quoted(name)} IS NULL" for name in (*shape.key, "stage_row_no"))
    bad = connection.execute(
        f"SELECT stage_row_no FROM stage WHERE {empty} ORDER BY rowid LIMIT 1"
    ).fetchone()
    if bad is not None:
        names = "、".join(shape.key)
        raise CommitError(
            f"{shape.name} 第 {bad[0]} 行的主键（{names}）或行号为空；{_NOTHING_KEPT}"
        )


def _hash(shape: Shape) -> str:
    """Hash of a row's own values in one fixed spelling; what is empty leaves no trace in it.

    So a field that is added to the standard later does not make every old row look changed.
    """
    parts = (
        f"{literal(name + '=')} || CAST({quoted(name)} AS VARCHAR)" for name in sorted(shape.fields)
    )
    return f"md5(concat_ws({_SEPARATOR}, {', '.join(parts)}))"


def judge(
    connection: duckdb.DuckDBPyConnection, shape: Shape, current: str, received_at: datetime
) -> TableCounts:
    """Fill `verdict`, one line a staged row, and count.

    Each row is compared with the one before it of the same record: in the file, else in the
    store's `current`. Equal: nothing new. Different: the next version. `is_last` marks the
    version that the submission leaves as the current one.
    """
    assert shape.arrival is not None
    key = listed(shape.key)
    hash_, number, first = (
        quoted(shape.arrival[name]) for name in ("row_hash", "version_no", "first_received_at")
    )
    compared = _compared_in_file if _has_repeats(connection, key) else _compared
    connection.execute(f"""
        CREATE TEMP TABLE verdict AS
        WITH staged AS (SELECT rowid AS line, stage_row_no, {key}, stage_hash FROM stage
        ), known AS (
            SELECT {key}, {hash_} AS known_hash, {number} AS known_no, {first} AS known_first
            FROM {current} SEMI JOIN staged USING ({key})
        ), compared AS ({compared(key, listed(shape.key, "s."))})
        SELECT line, {key}, known_no IS NOT NULL AS was_known,
               before_hash IS NULL AS is_new, is_written, is_last,
               coalesce(known_no, 0) + nth_written AS version_no,
               coalesce(known_first, {moment_literal(received_at)}) AS first_received_at
        FROM compared
    """)
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_written AND NOT is_new), "
        "count(*) FILTER (WHERE NOT is_written) FROM verdict"
    ).fetchone()
    assert row is not None
    return TableCounts(*row)


def _has_repeats(connection: duckdb.DuckDBPyConnection, key: str) -> bool:
    query = f"SELECT 1 FROM stage GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
    return connection.execute(query).fetchone() is not None


def _compared(key: str, _prefixed_key: str) -> str:
    """Every record stands once in the file: only the store can hold an earlier version."""
    return f"""
        SELECT s.*, k.*, known_hash AS before_hash,
               known_hash IS DISTINCT FROM stage_hash AS is_written,
               1 AS nth_written, is_written AS is_last
        FROM staged AS s LEFT JOIN known AS k USING ({key})
    """


def _compared_in_file(key: str, prefixed_key: str) -> str:
    """Some records stand in the file more than once: their rows follow one another."""
    return f"""
        SELECT *,
               count(*) FILTER (WHERE is_written)
                   OVER (PARTITION BY {key} ORDER BY stage_row_no, line) AS nth_written,
               is_written AND nth_written
                   = count(*) FILTER (WHERE is_written) OVER (PARTITION BY {key}) AS is_last
        FROM (
            SELECT s.*, k.*,
                   coalesce(lag(s.stage_hash) OVER in_file, k.known_hash) AS before_hash,
                   before_hash IS DISTINCT FROM s.stage_hash AS is_written
            FROM staged AS s LEFT JOIN known AS k USING ({key})
            WINDOW in_file AS (PARTITION BY {prefixed_key} ORDER BY s.stage_row_no, s.line)
        )
    """


def rows_to_write(shape: Shape, header: SubmissionHeader, chosen: str) -> str:
    """Query for the staged rows whose verdict says `chosen`, with all columns of the shape."""
    assert shape.arrival is not None
    values = {
        "submission_id": literal(header.submission_id),
        "row_no": "s.stage_row_no",
        "version_no": "v.version_no",
        "first_received_at": "v.first_received_at",
        "received_at": moment_literal(header.received_at),
        "row_hash": "s.stage_hash",
    }
    added = ", ".join(f"{values[name]} AS {quoted(own)}" for name, own in shape.arrival.items())
    return (
        f"SELECT {listed(shape.fields, 's.')}, {added} FROM stage AS s "
        f"JOIN verdict AS v ON v.line = s.rowid WHERE v.{chosen}"
    )


def clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what staging made."""
    connection.execute("DROP TABLE IF EXISTS temp.main.stage")
    connection.execute("DROP TABLE IF EXISTS temp.main.verdict")
    connection.unregister("incoming")
