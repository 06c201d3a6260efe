"""A reader over rows given in Python: examples of monitors, and the pre-check of one draft."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import duckdb

from mingjian.standards import Standard, load_standard
from mingjian.store.engine import Settings, seal
from mingjian.store.reader import Reader
from mingjian.store.reference import create_reference_tables, create_table, reference_columns
from mingjian.store.shapes import Shape, quoted, shapes_of, version_name
from mingjian.store.views import Views, newest

Rows = Sequence[Mapping[str, Any]]


def memory_reader(rows: Mapping[str, Rows], standard: Standard | None = None) -> Reader:
    """Every table exists, typed; those in `rows` hold these rows and the others are empty.

    A reference table or calendar_day that is not given has its real rows. Given versions only,
    the current table is the newest of each; given current rows only, they are the only versions.
    A table or column that the standard does not know is a ValueError that names it.
    """
    base = _base(os.getpid(), _Same(standard or load_standard()))
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
            create_table(self.connection, f"memory.main.{quoted(name)}", columns, [])
        create_reference_tables(self.connection)
        seal(self.connection)
        self.columns |= reference_columns()


class _Same:
    """A standard as a cache key, by identity."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard

    def __hash__(self) -> int:
        return id(self.standard)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.standard is other.standard


@cache
def _base(_process: int, key: _Same) -> _Base:
    return _Base(key.standard)


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
    rows: list[Mapping[str, Any]] = list(given)
    if shape is not None and shape.arrival is not None:
        rows = [{shape.arrival["version_no"]: 1} | dict(row) for row in rows]
    try:
        create_table(cursor, f"temp.main.{quoted(table)}", columns, rows, temporary=True)
    except (duckdb.Error, ValueError) as error:
        raise ValueError(f"{table} 的行里有值不合列的类型：{error}") from error


def _counterpart(
    shapes: Mapping[str, Shape], table: str, rows: Mapping[str, Rows]
) -> dict[str, str]:
    archive = version_name(table)
    if archive in shapes and archive not in rows:
        return {archive: f"SELECT * FROM temp.main.{quoted(table)}"}
    current = table.removesuffix("_version")
    if table != current and current not in rows:
        return {current: newest(shapes[current], f"temp.main.{quoted(table)}")}
    return {}
