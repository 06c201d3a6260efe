"""Tables that come from content files, not from submissions: reference tables and calendar_day."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from mingjian.standards import load_calendar, load_reference
from mingjian.store.shapes import COLUMN_TYPES, listed, quoted

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
        rows = reference_rows(name)
        data = pa.table({column: [row[column] for row in rows] for column in columns})
        create_table(connection, f"memory.main.{quoted(name)}", columns, data)


def create_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    data: pa.Table | None = None,
    temporary: bool = False,
) -> None:
    """A table with `data` cast to `columns`; `name` is SQL text. Missing columns become NULL."""
    text = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE {'TEMP ' if temporary else ''}TABLE {name} ({text})")
    if data is None:
        return
    into = listed(data.column_names)
    connection.register("rows_to_insert", data)
    connection.execute(f"INSERT INTO {name} ({into}) SELECT {into} FROM rows_to_insert")
    connection.unregister("rows_to_insert")
