"""Rows on their way in: typed and hashed (`stage`), and what becomes of each (`verdict`)."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import duckdb

from mingjian.store.engine import engine_errors
from mingjian.store.errors import CommitError, QueryError
from mingjian.store.records import Incoming, Rows, SubmissionHeader, TableCounts
from mingjian.store.shapes import Shape, listed, literal, moment_literal, quoted

_NOTHING_KEPT = "整批未入库"


def incoming(connection: duckdb.DuckDBPyConnection, rows: Rows) -> Incoming:
    """Rows of Parquet files, which stay there, or of Arrow, which the engine takes over."""
    if isinstance(rows, Incoming):
        return rows
    if isinstance(rows, Path):
        file = f"read_parquet({literal(str(rows))}, file_row_number = true)"
        return Incoming(file, "file_row_number")
    connection.register("arrow_rows", rows)
    connection.execute("CREATE TEMP TABLE incoming AS SELECT * FROM arrow_rows")
    connection.unregister("arrow_rows")
    return Incoming("incoming", "rowid")


def columns_of(
    connection: duckdb.DuckDBPyConnection, rows: Incoming, known: Collection[str], of: str
) -> list[str]:
    """Columns of the rows; CommitError names those that are not among `known`."""
    found = connection.execute(f"DESCRIBE SELECT * FROM {rows.sql}").fetchall()
    names = [str(row[0]) for row in found if row[0] != rows.line]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CommitError(f"{of} 没有这些列：{'、'.join(unknown)}；{_NOTHING_KEPT}")
    return names


def stage(connection: duckdb.DuckDBPyConnection, shape: Shape, rows: Incoming) -> list[str]:
    """Note each row's key and hash in `stage`; faults of the input end here.

    Returns the fields that the rows have. The rows themselves stay where they are, so that the
    engine's memory holds only what tells them apart.
    """
    given = columns_of(connection, rows, {*shape.fields, "row_no"}, shape.name)
    missing = [name for name in (*shape.key, "row_no") if name not in given]
    if missing:
        raise CommitError(f"{shape.name} 的数据缺少列：{'、'.join(missing)}；{_NOTHING_KEPT}")
    fields = [name for name in shape.fields if name in given]
    sql = f"""
        CREATE TEMP TABLE stage AS
        SELECT {rows.line} AS stage_line, CAST(row_no AS BIGINT) AS row_no,
               {", ".join(f"{_typed(shape, name)} AS {quoted(name)}" for name in shape.key)},
               {_hash(shape, fields)} AS stage_hash
        FROM {rows.sql}
    """
    try:
        with engine_errors(sql):
            connection.execute(sql)
    except QueryError as error:
        raise CommitError(
            f"{shape.name} 的数据不能入库：{error.reason}；{_NOTHING_KEPT}"
        ) from error
    empty = " OR ".join(f"{quoted(name)} IS NULL" for name in (*shape.key, "row_no"))
    bad = connection.execute(
        f"SELECT row_no FROM stage WHERE {empty} ORDER BY stage_line LIMIT 1"
    ).fetchone()
    if bad is not None:
        names = "、".join(shape.key)
        raise CommitError(
            f"{shape.name} 第 {bad[0]} 行的主键（{names}）或行号为空；{_NOTHING_KEPT}"
        )
    return fields


def _lined(rows: Incoming) -> str:
    return f"(SELECT {rows.line} AS stage_line, * FROM {rows.sql})"


def _typed(shape: Shape, name: str, prefix: str = "") -> str:
    return f"CAST({prefix}{quoted(name)} AS {shape.fields[name]})"


def _hash(shape: Shape, fields: Collection[str]) -> str:
    """The engine's own hash of a row's values, which is quick and may change with the engine.

    So equal hashes mean equal rows, but different ones mean nothing yet: see `_differing`.
    """
    return f"CAST(hash({', '.join(_typed(shape, name) for name in fields)}) >> 1 AS BIGINT)"


def judge(
    connection: duckdb.DuckDBPyConnection,
    shape: Shape,
    rows: Incoming,
    fields: Collection[str],
    current: str,
    received_at: datetime,
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
    connection.execute(f"""
        CREATE TEMP TABLE known AS
        SELECT {key}, {hash_} AS known_hash, {number} AS known_no, {first} AS known_first
        FROM {current} SEMI JOIN stage USING ({key})
    """)
    connection.execute(_differing(shape, rows, fields, current))
    compared = _compared_in_file if _has_repeats(connection, key) else _compared
    connection.execute(f"""
        CREATE TEMP TABLE verdict AS
        WITH beside AS (
            SELECT s.*, known_no, known_first, k.known_hash IS NOT NULL AS was_known,
                   k.known_hash = s.stage_hash OR d.stage_line IS NULL AS is_as_known
            FROM stage AS s LEFT JOIN known AS k USING ({key})
            LEFT JOIN differing AS d ON d.stage_line = s.stage_line
        ), compared AS ({compared(key)})
        SELECT stage_line, row_no, stage_hash, was_known, is_new, is_written, is_last,
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


def _differing(shape: Shape, rows: Incoming, fields: Collection[str], current: str) -> str:
    """Statement for `differing`: the lines whose values are not those of the known record.

    Only rows with another hash are looked at value by value: after a change of the engine, or of
    the columns that a source delivers, a hash differs though nothing else does.
    """
    key = listed(shape.key)
    same = [
        f"{_typed(shape, name, 'i.')} IS NOT DISTINCT FROM c.{quoted(name)}"
        if name in fields
        else f"c.{quoted(name)} IS NULL"
        for name in shape.fields
        if name not in shape.key
    ]
    return f"""
        CREATE TEMP TABLE differing AS
        WITH doubtful AS (
            SELECT s.stage_line, {listed(shape.key, "s.")} FROM stage AS s
            JOIN known USING ({key}) WHERE known_hash IS DISTINCT FROM stage_hash
        ), beside AS (
            SELECT d.stage_line, c.* FROM {current} AS c JOIN doubtful AS d USING ({key})
        )
        SELECT stage_line FROM beside AS c
        JOIN {_lined(rows)} AS i USING (stage_line)
        WHERE NOT ({" AND ".join(same) or "true"})
    """


def _has_repeats(connection: duckdb.DuckDBPyConnection, key: str) -> bool:
    query = f"SELECT 1 FROM stage GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
    return connection.execute(query).fetchone() is not None


def _compared(_key: str) -> str:
    """Every record stands once in the file: only the store can hold an earlier version."""
    return """
        SELECT *, NOT was_known AS is_new, NOT (was_known AND is_as_known) AS is_written,
               1 AS nth_written, is_written AS is_last
        FROM beside
    """


def _compared_in_file(key: str) -> str:
    """Some records stand in the file more than once: their rows follow one another."""
    return f"""
        SELECT *,
               count(*) FILTER (WHERE is_written)
                   OVER (PARTITION BY {key} ORDER BY row_no, stage_line) AS nth_written,
               is_written AND nth_written
                   = count(*) FILTER (WHERE is_written) OVER (PARTITION BY {key}) AS is_last
        FROM (
            SELECT *, before_hash IS NULL AND NOT was_known AS is_new,
                   CASE WHEN before_hash IS NOT NULL THEN before_hash <> stage_hash
                        ELSE NOT (was_known AND is_as_known) END AS is_written
            FROM (SELECT *, lag(stage_hash) OVER (PARTITION BY {key} ORDER BY row_no, stage_line)
                      AS before_hash FROM beside)
        )
    """


PASSED = "v.is_written AND NOT v.is_last"
"""Verdict of a version that a later row of the same file replaces at once."""


def has_passed(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a record stands in the file with more than one new version."""
    query = f"SELECT 1 FROM verdict AS v WHERE {PASSED} LIMIT 1"
    return connection.execute(query).fetchone() is not None


def rows_to_write(
    shape: Shape, header: SubmissionHeader, rows: Incoming, fields: Collection[str], chosen: str
) -> str:
    """Query for the rows whose verdict `v` is `chosen`, with all columns of the shape."""
    assert shape.arrival is not None
    values = {
        "submission_id": literal(header.submission_id),
        "row_no": "v.row_no",
        "version_no": "v.version_no",
        "first_received_at": "v.first_received_at",
        "received_at": moment_literal(header.received_at),
        "row_hash": "v.stage_hash",
    }
    own = (
        f"{_typed(shape, name, 'i.') if name in fields else f'CAST(NULL AS {kind})'} "
        f"AS {quoted(name)}"
        for name, kind in shape.fields.items()
    )
    added = (f"{values[name]} AS {quoted(column)}" for name, column in shape.arrival.items())
    return (
        f"SELECT {', '.join([*own, *added])} FROM {_lined(rows)} AS i "
        f"JOIN verdict AS v USING (stage_line) WHERE {chosen}"
    )


def superseded_keys(shape: Shape) -> str:
    """Query for the keys of the known records that get a new version."""
    return (
        f"SELECT {listed(shape.key)} FROM stage JOIN verdict USING (stage_line) "
        "WHERE is_last AND was_known"
    )


def clear_comparison(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what only the comparison needed: writing wants the room."""
    _drop(connection, "stage", "known", "differing")


def clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what staging made."""
    _drop(connection, "incoming", "stage", "known", "differing", "verdict")


def _drop(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    for name in names:
        connection.execute(f"DROP TABLE IF EXISTS temp.main.{name}")
