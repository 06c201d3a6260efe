"""A scratch engine session for intake: bounded memory, its own folder, gone when closed."""

import os
import shutil
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from mingjian.store.engine import connect, engine_errors
from mingjian.store.postgres import copy_query
from mingjian.store.shapes import literal, quoted

_LONGEST_LINE = 64 * 1024 * 1024


class Workbench:
    """One engine of its own. Relations registered here are gone when it closes."""

    def __init__(self, spill: Path) -> None:
        self.folder = spill / f"workbench-{os.getpid()}-{uuid.uuid4().hex}"
        self.folder.mkdir(parents=True)
        self._connection = connect(self.folder / "engine")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def scan_parquet(self, name: str, path: Path) -> list[str]:
        """Register a Parquet file as relation `name` and return its columns."""
        self._drop(name)
        sql = f"CREATE VIEW {quoted(name)} AS SELECT * FROM read_parquet({literal(str(path))})"
        self.sql(sql)
        with engine_errors(sql):
            rows = self._connection.execute(f"DESCRIBE {quoted(name)}").fetchall()
        return [row[0] for row in rows]

    def register(self, name: str, table: pa.Table | pa.RecordBatchReader) -> None:
        """Register Arrow rows as relation `name`; a stream goes through the disk piece by piece."""
        if isinstance(table, pa.Table):
            self._drop(name)
            self._connection.register(name, table)
            return
        path = self.folder / f"{uuid.uuid4().hex}.parquet"
        with pq.ParquetWriter(path, table.schema) as writer:
            for batch in table:
                writer.write_batch(batch)
        self.scan_parquet(name, path)

    def sql(self, sql: str) -> None:
        """Run statements for their effect."""
        with engine_errors(sql):
            self._connection.execute(sql)

    def arrow(self, sql: str) -> pa.Table:
        """The result of a query as an Arrow table."""
        with engine_errors(sql):
            return self._connection.execute(sql).to_arrow_table()

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write the result of a query to a Parquet file; returns the number of rows."""
        statement = f"COPY ({sql.strip().rstrip(';')}) TO {literal(str(path))} (FORMAT parquet)"
        with engine_errors(statement):
            row = self._connection.execute(statement).fetchone()
        assert row is not None
        return int(row[0])

    def pull_postgres(self, dsn: str, query: str, path: Path) -> int:
        """Copy the result of a query on PostgreSQL to a Parquet file of texts; returns rows.

        The session is read-only there. Dates come as 2025-03-01, booleans as t and f.
        """
        text = self.folder / f"{uuid.uuid4().hex}.csv"
        columns = copy_query(dsn, query, text)
        types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
        scan = (
            f"SELECT * FROM read_csv({literal(str(text))}, auto_detect = false, header = false, "
            f"delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, "
            f"max_line_size = {_LONGEST_LINE}, columns = {{{types}}})"
        )
        rows = self.write_parquet(scan, path)
        text.unlink()
        return rows

    def close(self) -> None:
        """Free the engine and remove everything it wrote for itself."""
        self._connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _drop(self, name: str) -> None:
        self._connection.unregister(name)
        self.sql(f"DROP VIEW IF EXISTS {quoted(name)}")
