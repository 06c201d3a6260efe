"""Tables that come from content files, not from submissions: reference tables and calendar_day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from mingjian.standards import load_calendar, load_reference
from mingjian.store.parameters import Scalar
from mingjian.store.shapes import COLUMN_TYPES, quoted

CALENDAR_COLUMNS = {
    "day": "DATE",
    "is_workday": "BOOLEAN",
    "next_workday": "DATE",
    "workday_no": "BIGINT",
}


@cache
def reference_columns() -> dict[str, dict[str, str]]:
    """Columns and types of every reference table and of calendar_day."""
    found = {
        name: {column: COLUMN_TYPES[spec.type] for column, spec in table.columns.items()}
        for name, table in load_reference().items()
    }
    return found | {"calendar_day": CALENDAR_COLUMNS}


def reference_rows(name: str) -> list[Mapping[str, Any]]:
    """Rows of one of these tables as plain values."""
    if name == "calendar_day":
        return list(load_calendar().rows())
    return list(load_reference()[name].rows)


def create_reference_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Put all of them into the engine's own memory, where every session of it sees them."""
    for name, columns in reference_columns().items():
        create_table(connection, f"memory.main.{quoted(name)}", columns, reference_rows(name))


def create_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    rows: list[Mapping[str, Any]],
    temporary: bool = False,
) -> None:
    """A table of `rows` cast to `columns`; `name` is SQL text. Missing columns become NULL."""
    text = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE {'TEMP ' if temporary else ''}TABLE {name} ({text})")
    if not rows:
        return
    given = [column for column in columns if any(column in row for row in rows)]
    texts = {column: [as_text(row.get(column)) for row in rows] for column in given}
    connection.register("rows_to_insert", pa.table(texts))
    into = ", ".join(map(quoted, given))
    connection.execute(f"INSERT INTO {name} ({into}) SELECT {into} FROM rows_to_insert")
    connection.unregister("rows_to_insert")


def as_text(value: Scalar) -> str | None:
    """The spelling from which the engine makes a value of any column type.

    Rows written by hand mix types: a key may be 1 in one row and "A1" in the next.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal | date):
        return str(value)
    raise ValueError(f"{value!r} 不是文字、数字、日期或真假")
