"""A reader over rows given in Python: examples of monitors, and the pre-check of one draft."""

import os
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from mingjian.standards import Standard, load_standard
from mingjian.store.engine import Settings, seal
from mingjian.store.parameters import Scalar
from mingjian.store.reader import Reader
from mingjian.store.reference import create_reference_tables, create_table, reference_columns
from mingjian.store.shapes import Shape, current_name, quoted, shapes_of, version_name
from mingjian.store.views import Views, newest

Rows = Sequence[Mapping[str, Any]]


def memory_reader(rows: Mapping[str, Rows], standard: Standard | None = None) -> Reader:
    """Every table exists, typed; those in `rows` hold these rows and the others are empty.

    A reference table or calendar_day that is not given has its real rows. Given versions only,
    the current table is the newest of each; given current rows only, they are the only versions.
    A table or column that the standard does not know is a ValueError that names it.
    """
    base = _base(standard or load_standard())
    columns = base.columns
    for table in rows:
        if table not in columns:
            raise ValueError(f"没有“{table}”这张表")
    cursor = base.connection.cursor()
    views: dict[str, str] = {}
    for table, given in rows.items():
        _fill(cursor, table, columns[table], base.shapes.get(table), given)
        views |= _counterpart(base.shapes, table, rows)
    return Reader(cursor, columns, Views(views, views.__getitem__), snapshot=0)


class _Base:
    """One engine in memory with every table, empty, and the reference tables filled."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.shapes = shapes_of(standard)
        self.columns: dict[str, dict[str, str]] = {
            name: shape.columns for name, shape in self.shapes.items()
        }
        settings: Settings = {
            "threads": "1",
            "memory_limit": "1GB",
            "python_enable_replacements": "false",
        }
        self.connection = duckdb.connect(":memory:", config=settings)
        for name, columns in self.columns.items():
            create_table(self.connection, f"memory.main.{quoted(name)}", columns)
        create_reference_tables(self.connection)
        seal(self.connection)
        self.columns |= reference_columns()


_bases: dict[tuple[int, int], _Base] = {}


def _base(standard: Standard) -> _Base:
    """The engine of this process for this very standard, which it keeps from being freed."""
    key = (os.getpid(), id(standard))
    if key not in _bases:
        _bases[key] = _Base(standard)
    return _bases[key]


def _fill(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    shape: Shape | None,
    given: Rows,
) -> None:
    for row in given:
        unknown = [name for name in row if name not in columns]
        if unknown:
            raise ValueError(f"{table} 没有“{unknown[0]}”这一列")
    names = [name for name in columns if any(name in row for row in given)]
    try:
        texts = {name: [_as_text(row.get(name)) for row in given] for name in names}
        if given and shape is not None and shape.arrival is not None:
            number = shape.arrival["version_no"]
            texts[number] = [_as_text(row.get(number, 1)) for row in given]
        data = pa.table(texts) if given else None
        create_table(cursor, f"temp.main.{quoted(table)}", columns, data, temporary=True)
    except (duckdb.Error, ValueError) as error:
        raise ValueError(f"{table} 的行里有值不合列的类型：{error}") from error


def _as_text(value: Scalar) -> str | None:
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


def _counterpart(
    shapes: Mapping[str, Shape], table: str, rows: Mapping[str, Rows]
) -> dict[str, str]:
    archive = version_name(table)
    if archive in shapes and archive not in rows:
        return {archive: f"SELECT * FROM temp.main.{quoted(table)}"}
    current = current_name(table)
    if current is not None and current not in rows:
        return {current: newest(shapes[current], f"temp.main.{quoted(table)}")}
    return {}
