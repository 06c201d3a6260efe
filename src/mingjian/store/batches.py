"""The store on plain Parquet files: append-only, one manifest that is replaced as a whole.

The fallback that needs no engine extension. A commit is the rename of the manifest; files that no
manifest names were left by a process that died, and are removed by maintenance.
"""

import json
import os
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from mingjian.store.engine import connect, seal, transaction
from mingjian.store.errors import type_changed
from mingjian.store.keeper import Session
from mingjian.store.reference import create_reference_tables
from mingjian.store.shapes import Shape, listed, literal, quoted, version_name
from mingjian.store.views import newest

# Files replaced by merging stay a day longer, so that a reader that is under way can finish.
_KEEP_REPLACED_SECONDS = 86_400
# Above this size a file is worth reading alone, and not worth writing anew every night.
_SMALL_BYTES = 128 * 1024 * 1024
_SMALLEST_BYTES = 4 * 1024 * 1024
_WRITE_OPTIONS = "FORMAT parquet, COMPRESSION zstd"


class Batches:
    """Parquet batches in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shapes: dict[str, Shape] = {}
        self._starting = threading.Lock()
        self._reading: duckdb.DuckDBPyConnection | None = None
        self._for_writing: duckdb.DuckDBPyConnection | None = None

    def fits(self, shapes: Mapping[str, Shape]) -> bool:
        self.shapes = dict(shapes)
        known = self._manifest()["columns"]
        return all(
            shape.columns.items() <= known.get(name, {}).items() for name, shape in shapes.items()
        )

    def shape_up(self, shapes: Mapping[str, Shape]) -> None:
        manifest = self._manifest()
        for name, shape in shapes.items():
            known = manifest["columns"].setdefault(name, {})
            for column, kind in shape.columns.items():
                if known.setdefault(column, kind) != kind:
                    raise type_changed(f"{name}.{column}", known[column], kind)
        self._publish(manifest)

    @contextmanager
    def writing(self) -> Iterator["BatchWriting"]:
        connection = self._writer()
        manifest = self._manifest()
        writing = BatchWriting(self, connection, manifest)
        with transaction(connection):
            yield writing
        if not writing.written:
            return
        self._sync_data(writing.written)
        manifest["commit_no"] += 1
        self._publish(manifest)

    def session(self, *, many: bool = False) -> Session:  # noqa: ARG002 - nothing to prepare
        manifest = self._manifest()
        cursor = self._reader().cursor()
        return Session(
            cursor,
            manifest["commit_no"],
            lambda name: self.relation(manifest, name),
            has_current=False,
        )

    def snapshot(self) -> int:
        return int(self._manifest()["commit_no"])

    def relation(self, manifest: dict[str, Any], name: str) -> str:
        """SQL text of a stored table as the manifest has it."""
        return self._rows_of(self.shapes[name], manifest["files"].get(name, []))

    def _rows_of(self, shape: Shape, files: list[str]) -> str:
        """SQL text of the rows of some files; columns younger than a file are NULL in its rows."""
        empty = ", ".join(
            f"CAST(NULL AS {kind}) AS {quoted(column)}" for column, kind in shape.columns.items()
        )
        if not files:
            return f"(SELECT {empty} WHERE false)"
        paths = ", ".join(literal(str(self._data(file))) for file in files)
        return (
            f"(SELECT {empty} WHERE false UNION ALL BY NAME "
            f"SELECT * FROM read_parquet([{paths}], union_by_name = true))"
        )

    def _data(self, file: str) -> Path:
        return self.folder / "data" / file

    def _sync_data(self, files: list[str]) -> None:
        for file in files:
            _sync(self._data(file))
        _sync(self.folder / "data")

    def maintain(self, shapes: Mapping[str, Shape], *, small_only: bool) -> None:
        manifest = self._manifest()
        limit = _SMALLEST_BYTES if small_only else _SMALL_BYTES
        for shape in shapes.values():
            files = manifest["files"].get(shape.name, [])
            small = [file for file in files if self._data(file).stat().st_size < limit]
            if len(small) > 1:
                merged = self.write(
                    self._writer(),
                    shape,
                    f"SELECT {listed(shape.columns)} FROM {self._rows_of(shape, small)}",
                )
                self._sync_data([merged])
                manifest["files"][shape.name] = [merged, *(f for f in files if f not in small)]
        self._publish(manifest)
        self._remove_unnamed(manifest)

    def write(self, connection: duckdb.DuckDBPyConnection, shape: Shape, select: str) -> str:
        """Write rows to a new file and give its name; nobody reads it until a manifest names it."""
        order = f" ORDER BY {shape.order()}" if shape.key else ""
        query = f"SELECT * FROM ({select}){order}"
        file = f"{shape.name}-{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.parquet"
        path = self._data(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(f"COPY ({query}) TO {literal(str(path))} ({_WRITE_OPTIONS})")
        return file

    def close(self) -> None:
        for connection in (self._reading, self._for_writing):
            if connection is not None:
                connection.close()
        self._reading = self._for_writing = None

    def _writer(self) -> duckdb.DuckDBPyConnection:
        if self._for_writing is None:
            self._for_writing = connect(self.folder / "spill")
        return self._for_writing

    def _reader(self) -> duckdb.DuckDBPyConnection:
        with self._starting:
            return self._reading or self._start_reading()

    def _start_reading(self) -> duckdb.DuckDBPyConnection:
        connection = connect(self.folder / "spill")
        create_reference_tables(connection)
        seal(connection, self.folder / "data", self.folder / "spill")
        self._reading = connection
        return connection

    def _manifest(self) -> dict[str, Any]:
        file = self.folder / "manifest.json"
        if not file.exists():
            return {"commit_no": 0, "columns": {}, "files": {}}
        manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return manifest

    def _publish(self, manifest: dict[str, Any]) -> None:
        draft = self.folder / "manifest.json.tmp"
        draft.write_text(json.dumps(manifest), encoding="utf-8")
        _sync(draft)
        draft.replace(self.folder / "manifest.json")
        _sync(self.folder)

    def _remove_unnamed(self, manifest: dict[str, Any]) -> None:
        named = {file for files in manifest["files"].values() for file in files}
        limit = time.time() - _KEEP_REPLACED_SECONDS
        for path in (self.folder / "data").glob("*.parquet"):
            if path.name not in named and path.stat().st_mtime < limit:
                path.unlink()


class BatchWriting:
    """An open transaction: files are written at once, and named by the manifest at the end."""

    def __init__(
        self, keeper: Batches, connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]
    ) -> None:
        self.connection = connection
        self.written: list[str] = []
        self._keeper = keeper
        self._manifest = manifest

    def relation(self, name: str) -> str:
        shape = self._keeper.shapes[name]
        archive = version_name(name)
        if archive not in self._keeper.shapes:
            return self._keeper.relation(self._manifest, name)
        return f"({newest(shape, self._keeper.relation(self._manifest, archive))})"

    def append(self, shape: Shape, select: str) -> None:
        # The current table is worked out from all versions.
        versions = version_name(shape.name)
        name = versions if versions in self._keeper.shapes else shape.name
        file = self._keeper.write(self.connection, self._keeper.shapes[name], select)
        self._manifest["files"].setdefault(name, []).append(file)
        self.written.append(file)

    def append_passed(self, shape: Shape, select: str) -> None:
        self.append(shape, select)

    def supersede(self, shape: Shape, keys: str) -> None:
        """Nothing to do: a later version outranks the earlier ones where it stands."""

    def forget(self, name: str, submission_id: str) -> None:
        keep = (
            f"SELECT * FROM {self.relation(name)} WHERE submission_id <> {literal(submission_id)}"
        )
        file = self._keeper.write(self.connection, self._keeper.shapes[name], keep)
        self._manifest["files"][name] = [file]
        self.written.append(file)


def _sync(path: Path) -> None:
    """Have the operating system put a file or a folder on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
