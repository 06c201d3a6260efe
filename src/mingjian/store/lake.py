"""The store on DuckLake: Parquet files, and a catalogue in SQLite or PostgreSQL.

Two tables stand for each standard table: the newest version of every record, and the superseded
ones. A record that never changes, as most, is written once.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb

from mingjian.store.copies import Copies, state_of
from mingjian.store.engine import connect, load_extensions, seal, transaction
from mingjian.store.errors import StoreError, type_changed
from mingjian.store.fills import noted_fills
from mingjian.store.keeper import Fill, Result, Session, Steady, at_once, nothing
from mingjian.store.lock import LOCK_NAME, writer_lock
from mingjian.store.reference import create_reference_tables
from mingjian.store.shapes import Shape, current_name, listed, literal, quoted, version_name
from mingjian.store.views import Relation

# Files replaced by merging stay a day longer, so that a reader that is under way can finish.
_KEEP_REPLACED = "1 day"
# Files are written anew when more than this share of their rows is superseded. The lake keeps the
# old ones for its own history, so writing them anew for a few rows would fill the disk.
_REWRITE_ABOVE = 0.2
_SMALLEST_BYTES = 4 * 1024 * 1024
_CATALOGUE = "lake_catalogue"
_TRIES = 3


class Lake:
    """DuckLake in `folder`; `catalogue` is a PostgreSQL connection text, or None for SQLite."""

    def __init__(self, folder: Path, catalogue: str | None) -> None:
        self.folder = folder
        self.catalogue = catalogue
        self._reading: duckdb.DuckDBPyConnection | None = None
        self._copies = Copies(folder / "copies", folder / "data")
        self._for_writing: duckdb.DuckDBPyConnection | None = None
        self._starting = threading.Lock()
        self._last: tuple[int, int] | None = None

    def shape_up(self, shapes: Mapping[str, Shape]) -> None:
        connection = self._writer()
        present = self._present(connection)
        if not present:
            connection.execute("CALL lake.set_option('parquet_compression', 'zstd')")
            # Rows kept inside the catalogue vanish under an open reader when they are flushed.
            connection.execute("CALL lake.set_option('data_inlining_row_limit', '0')")
            # Sorting is left to the nightly merge: at the door it would cost as much as writing.
            connection.execute("CALL lake.set_option('sort_on_insert', 'false')")
        with transaction(connection):
            for shape in shapes.values():
                self._shape_one(connection, shape, present.get(_kept_as(shape.name)))
        self._made_mark().touch()

    def _shape_one(
        self,
        connection: duckdb.DuckDBPyConnection,
        shape: Shape,
        present: dict[str, str] | None,
    ) -> None:
        table = _in_lake(shape.name)
        if present is None:
            columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in shape.columns.items())
            connection.execute(f"CREATE TABLE {table} ({columns})")
            if shape.key:
                connection.execute(f"ALTER TABLE {table} SET SORTED BY ({shape.order()})")
            return
        for name, kind in shape.columns.items():
            if name not in present:
                connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {kind}")
            elif present[name] != kind:
                raise type_changed(f"{shape.name}.{name}", present[name], kind)

    def fits(self, shapes: Mapping[str, Shape]) -> bool:
        if not self._made_mark().exists():
            return False
        present = self._present(self._reader())
        return all(
            shape.columns.items() <= present.get(_kept_as(shape.name), {}).items()
            for shape in shapes.values()
        )

    def _present(self, connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
        rows = connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE database_name = 'lake' AND schema_name = 'main'"
        ).fetchall()
        found: dict[str, dict[str, str]] = {}
        for table, column, kind in rows:
            found.setdefault(table, {})[column] = kind
        return found

    @contextmanager
    def writing(self) -> Iterator["LakeWriting"]:
        connection = self._writer()
        with transaction(connection):
            yield LakeWriting(connection)

    def session(self, *, many: bool = False) -> Session:
        cursor = self._reader().cursor()
        state = state_of(cursor, _CATALOGUE)
        if many and not self._copies.has(state):
            self._copies.make(state, _CATALOGUE, lambda: self._attached("READ_ONLY, "))
        steady: Steady = self._steady
        done: Callable[[], None] = nothing
        # Naming the snapshot, instead of keeping a transaction open, lets a session outlive a
        # query that fails.
        lake, catalogue, moment = "lake", _CATALOGUE, f" AT (VERSION => {state.snapshot_no})"
        copy = self._copies.enter(cursor, state)
        if copy is not None:
            steady, done = at_once, partial(self._copies.leave, self._reader(), state)
            (lake, catalogue), moment = copy, ""
        relation = partial(_relation, lake, moment)
        number = self._commit_no(cursor, state.snapshot_no, relation, steady)

        def notes() -> dict[str, Fill]:
            return steady(lambda: noted_fills(cursor, catalogue, state.snapshot_no))

        return Session(cursor, number, relation, True, steady, done, notes)

    def snapshot(self) -> int:
        session = self.session()
        session.close()
        return session.snapshot

    def _commit_no(
        self, cursor: duckdb.DuckDBPyConnection, lake_no: int, relation: Relation, steady: Steady
    ) -> int:
        # Asking for the lake's own number is cheap, and the same number means the same data.
        last = self._last
        if last is None or last[0] != lake_no:
            query = f"SELECT coalesce(max(commit_no), 0) FROM {relation('submission')}"
            row = steady(lambda: cursor.execute(query)).fetchone()
            assert row is not None
            last = self._last = lake_no, int(row[0])
        return last[1]

    def _steady(self, run: Callable[[], Result]) -> Result:
        """Run a query again when something was committed while it ran.

        The engine reads the lists of data and delete files from a SQLite catalogue in parallel,
        each at its own moment, so that rows deleted by a commit in between would come back. With
        the same snapshot before and after, every list was of one moment. A query that a busy
        writer keeps overtaking at last holds the writer up instead.

        The question goes through the engine: a second SQLite library of this process that opened
        the catalogue would, on closing it, drop the locks that the engine's own holds.
        """
        watch = self._reader().cursor()
        try:
            for _ in range(_TRIES):
                before = state_of(watch, _CATALOGUE)
                result = run()
                if state_of(watch, _CATALOGUE) == before:
                    return result
            with writer_lock(self.folder / LOCK_NAME):
                return run()
        finally:
            watch.close()

    def maintain(self, shapes: Mapping[str, Shape], *, small_only: bool) -> None:
        connection = self._writer()
        if small_only:
            connection.execute(
                f"CALL ducklake_merge_adjacent_files('lake', max_file_size => {_SMALLEST_BYTES})"
            )
            return
        for shape in shapes.values():
            connection.execute(
                "CALL ducklake_rewrite_data_files('lake', $table, delete_threshold => $share)",
                {"table": _kept_as(shape.name), "share": _REWRITE_ABOVE},
            )
        connection.execute("CALL ducklake_merge_adjacent_files('lake')")
        older = f"older_than => now() - INTERVAL '{_KEEP_REPLACED}'"
        connection.execute(f"CALL ducklake_cleanup_old_files('lake', {older})")
        connection.execute(f"CALL ducklake_delete_orphaned_files('lake', {older})")

    def make_empty(self) -> None:
        """Let the engine make its own tables in a catalogue that has none."""
        self._attached("").close()

    def close(self) -> None:
        self._copies.close()
        for connection in (self._reading, self._for_writing):
            if connection is not None:
                connection.close()
        self._reading = self._for_writing = None

    def _reader(self) -> duckdb.DuckDBPyConnection:
        with self._starting:
            return self._reading or self._start_reading()

    def _start_reading(self) -> duckdb.DuckDBPyConnection:
        connection = self._attached("READ_ONLY, ")
        create_reference_tables(connection)
        seal(connection, *(self.folder / name for name in ("data", "copies", "spill")))
        self._copies = Copies(self.folder / "copies", self.folder / "data")
        self._reading = connection
        return connection

    def _writer(self) -> duckdb.DuckDBPyConnection:
        if self._for_writing is None:
            self._for_writing = self._attached("")
            # Rows carry their numbers; keeping them in order would hold them in memory.
            self._for_writing.execute("SET preserve_insertion_order = false")
        return self._for_writing

    def _attached(self, mode: str) -> duckdb.DuckDBPyConnection:
        connection = connect(self.folder / "spill")
        extension = "sqlite" if self.catalogue is None else "postgres"
        load_extensions(connection, (extension, "ducklake"), self.folder / "extensions")
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        # The catalogue's bounds of a column are not to be believed: where a file has none (a row
        # group of nothing but nulls), those of the next file pass for all, and the optimizer would
        # answer from them that no row fits (ducklake issues 867 and 1377).
        connection.execute("SET disabled_optimizers = 'statistics_propagation'")
        options = f"{mode}DATA_PATH {literal(str(data))}, OVERRIDE_DATA_PATH true"
        options += f", METADATA_CATALOG {literal(_CATALOGUE)}"
        if self.catalogue is None:
            where = f"ducklake:sqlite:{self.folder / 'catalogue.sqlite'}"
            options += ", META_JOURNAL_MODE 'WAL', META_BUSY_TIMEOUT 60000"
        else:
            where = f"ducklake:postgres:{self.catalogue}"
        try:
            connection.execute(f"ATTACH {literal(where)} AS lake ({options})")
        except duckdb.Error as error:
            reason = str(error).replace(self.catalogue or "\0", "…")  # it may hold a password
            raise StoreError(f"数据底座的目录库打不开：{reason}") from None
        return connection

    def _made_mark(self) -> Path:
        """A file that says the catalogue is complete: making it may have been cut short."""
        return self.folder / "catalogue.made"


class LakeWriting:
    """An open DuckLake transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def relation(self, name: str) -> str:
        return _in_lake(name)

    def append(self, shape: Shape, select: str) -> None:
        self._insert(shape.name, shape, select)

    def append_passed(self, shape: Shape, select: str) -> None:
        self._insert(version_name(shape.name), shape, select)

    def supersede(self, shape: Shape, keys: str) -> None:
        same = f"WHERE ({listed(shape.key)}) IN ({keys})"
        old = f"SELECT {listed(shape.columns)} FROM {_in_lake(shape.name)} {same}"
        self._insert(version_name(shape.name), shape, old)
        self.connection.execute(f"DELETE FROM {_in_lake(shape.name)} {same}")

    def _insert(self, name: str, shape: Shape, select: str) -> None:
        columns = listed(shape.columns)
        self.connection.execute(f"INSERT INTO {_in_lake(name)} ({columns}) {select}")

    def forget(self, name: str, submission_id: str) -> None:
        self.connection.execute(
            f"DELETE FROM {_in_lake(name)} WHERE submission_id = $id", {"id": submission_id}
        )


def _kept_as(name: str) -> str:
    """The lake's own name of a table: beside `T` lie only the superseded rows of `T_version`."""
    newest = current_name(name)
    return name if newest is None else f"{newest}_superseded"


def _in_lake(name: str) -> str:
    return f"lake.main.{quoted(_kept_as(name))}"


def _relation(lake: str, moment: str, name: str) -> str:
    """A table of one state as SQL text: `T_version` is the newest rows and the superseded ones."""
    table = f"{lake}.main.{quoted(_kept_as(name))}{moment}"
    newest = current_name(name)
    if newest is None:
        return f"(SELECT * FROM {table})"
    return (
        f"(SELECT * FROM {lake}.main.{quoted(newest)}{moment} UNION ALL BY NAME "
        f"SELECT * FROM {table})"
    )
