"""Reading: one isolated session that answers SQL and can change nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from mingjian.store.engine import engine_errors
from mingjian.store.errors import QueryError
from mingjian.store.keeper import Fill, Steady, at_once, no_notes, nothing
from mingjian.store.parameters import Scalar, bind
from mingjian.store.shapes import quoted
from mingjian.store.views import Views

_WORDS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Reader:
    """A session over the standard tables, their versions, the logs and the reference tables.

    It sees one snapshot from opening to closing, whatever is committed meanwhile. Use it as a
    context manager, in one thread. `snapshot` is the number of the last commit it sees.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        columns: Mapping[str, Mapping[str, str]],
        views: Views,
        snapshot: int,
        steady: Steady = at_once,
        done: Callable[[], None] = nothing,
        notes: Callable[[], Mapping[str, Fill]] = no_notes,
    ) -> None:
        self.snapshot = snapshot
        self._cursor = cursor
        self._steady = steady
        self._done = done
        self._notes = cache(notes)
        self._columns = columns
        self._views = views
        self._waiting = set(views.names)
        self._created: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def arrow(self, sql: str, parameters: Mapping[str, Scalar] | None = None) -> pa.Table:
        """The result of a query as an Arrow table; `:name` in the text is a parameter."""
        with engine_errors(sql):
            statement, values = self._ready(sql, parameters)
            # As a relation the engine gathers the result on all cores; as a cursor, on one.
            return self._steady(lambda: self._cursor.sql(statement, params=values).to_arrow_table())

    def rows(
        self, sql: str, parameters: Mapping[str, Scalar] | None = None
    ) -> list[dict[str, Any]]:
        """The result as one dict a row: date, datetime, Decimal, int, float, bool, str or None."""
        with engine_errors(sql):
            statement, values = self._ready(sql, parameters)
            result = self._steady(lambda: self._cursor.execute(statement, values))
            names = [column[0] for column in result.description]
            if len(set(names)) < len(names):
                twice = next(name for name in names if names.count(name) > 1)
                raise QueryError(f"结果里有两列都叫“{twice}”，请改名", sql)
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def fill(self, table: str, fields: Sequence[str]) -> Fill:
        """How many rows a table has and in how many of them each of some fields is filled."""
        noted = self._notes().get(table)
        if noted is not None and set(fields) <= noted.filled.keys():
            return Fill(noted.rows, {name: noted.filled[name] for name in fields})
        counts = ["COUNT(*)", *(f"COUNT({quoted(name)})" for name in fields)]
        found = self.arrow(f"SELECT {', '.join(counts)} FROM {quoted(table)}")
        rows, *filled = (column[0].as_py() for column in found.columns)
        return Fill(rows, dict(zip(fields, filled, strict=True)))

    def create(self, name: str, sql: str, parameters: Mapping[str, Scalar] | None = None) -> None:
        """Keep the result of a query as a table of this session, replacing one it made before."""
        if name.lower() in self._columns:
            raise ValueError(f"“{name}”是数据底座自己的表，不能用作临时表名")
        with engine_errors(sql):
            text, values = bind(sql.strip().rstrip(";"), parameters)
            self._query(sql, text)
            self._make_views(sql)
            table = f"temp.main.{quoted(name)}"
            kept = f"CREATE OR REPLACE TEMP TABLE {table} AS {text}"
            self._steady(lambda: self._cursor.execute(kept, values))
            described = self._cursor.execute(f"DESCRIBE {table}").fetchall()
        self._created[name] = {row[0]: row[1] for row in described}

    def hold(self, name: str, rows: pa.Table) -> None:
        """Keep rows from outside as a table of this session, replacing one it made before."""
        if name.lower() in self._columns:
            raise ValueError(f"“{name}”是数据底座自己的表，不能用作临时表名")
        table = f"temp.main.{quoted(name)}"
        with engine_errors(name):
            self._cursor.register("held_rows", rows)
            self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM held_rows")
            self._cursor.unregister("held_rows")
            described = self._cursor.execute(f"DESCRIBE {table}").fetchall()
        self._created[name] = {row[0]: row[1] for row in described}

    def tables(self) -> set[str]:
        """Names of all tables that a query may use, including those this session created."""
        return set(self._columns) | set(self._created)

    def columns(self, table: str) -> dict[str, str]:
        """Columns of a table with their engine types; ValueError when there is no such table."""
        found = self._created.get(table) or self._columns.get(table)
        if found is None:
            raise ValueError(f"没有“{table}”这张表")
        return dict(found)

    def close(self) -> None:
        """Give the session back; calling it twice does no harm."""
        self._cursor.close()
        done, self._done = self._done, nothing
        done()

    def _ready(
        self, sql: str, parameters: Mapping[str, Scalar] | None
    ) -> tuple[duckdb.Statement, dict[str, Scalar]]:
        text, values = bind(sql, parameters)
        statement = self._query(sql, text)
        self._make_views(sql)
        return statement, values

    def _query(self, sql: str, text: str) -> duckdb.Statement:
        statements = self._cursor.extract_statements(text)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryError("只能是一条查询（SELECT）", sql)
        return statements[0]

    def _make_views(self, sql: str) -> None:
        if not self._waiting:
            return
        for name in set(_WORDS.findall(sql.lower())) & self._waiting:
            view = self._views.select(name)
            self._cursor.execute(f"CREATE TEMP VIEW {quoted(name)} AS {view}")
            self._waiting.remove(name)
