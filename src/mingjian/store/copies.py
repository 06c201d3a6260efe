"""Copies of the lake's catalogue, for sessions that ask much.

The engine asks the catalogue for the files of every table of every query, and a SQLite catalogue
answers slowly, each question at its own moment. A copy is a file of the engine's own kind: it is
of one moment, nothing is ever written to it again, and it answers several times as fast.
"""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import duckdb

from mingjian.store.shapes import literal, quoted

Engine = duckdb.DuckDBPyConnection

# A process may be about to open a copy of the state before.
_KEEP_SECONDS = 60
# What is still being written by another process is not taken from it.
_DRAFT_SECONDS = 86_400


class State(NamedTuple):
    """A state of a lake: another after every commit, also after a restore. Later ones are more."""

    snapshot_no: int
    microseconds: int

    def __str__(self) -> str:
        return f"{self.snapshot_no:09}-{self.microseconds}"


def state_of(engine: Engine, catalogue: str) -> State:
    """The state the lake of a catalogue is in."""
    moment = "epoch_us(CAST(snapshot_time AS TIMESTAMPTZ))"
    query = f"SELECT snapshot_id, {moment} FROM {catalogue}.ducklake_snapshot"
    row = engine.execute(f"{query} ORDER BY snapshot_id DESC LIMIT 1").fetchone()
    assert row is not None
    return State(*row)


class Copies:
    """The copies in `folder`, each of one state of the lake in `data`."""

    def __init__(self, folder: Path, data: Path) -> None:
        self._folder = folder
        self._where = f"DATA_PATH {literal(str(data))}, OVERRIDE_DATA_PATH true"
        # How many sessions of an engine read from each state's copy; the newest comes last.
        self._readers: Counter[State] = Counter()
        self._lock = threading.Lock()
        self._closed = False

    def has(self, state: State) -> bool:
        return self._file(state).exists()

    def make(self, state: State, catalogue: str, start: Callable[[], Engine]) -> None:
        """Copy the catalogue of a state, unless the lake leaves the state meanwhile.

        `start` gives an engine that knows the catalogue by that name: one of its own, since an
        engine at work lets go of files late. Copies of earlier states are removed.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{uuid.uuid4().hex}.draft"
        engine = start()
        try:
            self._fill(engine, catalogue, draft)
            is_whole = state_of(engine, catalogue) == state
        except duckdb.Error:
            is_whole = False
            if state_of(engine, catalogue) == state:  # nothing came in between: a fault of ours
                raise
        finally:
            engine.close()
        if is_whole:
            draft.replace(self._file(state))
        else:
            draft.unlink(missing_ok=True)
        self._remove_earlier(state)

    def enter(self, engine: Engine, state: State) -> tuple[str, str] | None:
        """Begin to read from a state's copy: the engine's names of the lake and its catalogue.

        None when there is no copy, or when the engine has gone on to a later state already.
        """
        with self._lock:
            if state not in self._readers:
                is_past = any(state < other for other in self._readers)
                if is_past or not self._attach(engine, state):
                    return None
                for other in [name for name, count in self._readers.items() if not count]:
                    self._detach(engine, other)
            self._readers[state] += 1
        return quoted(_lake(state)), quoted(_catalogue(state))

    def leave(self, engine: Engine, state: State) -> None:
        """A session ends. The newest copy stays open for the next."""
        with self._lock:
            self._readers[state] -= 1
            is_left = not self._readers[state] and state != max(self._readers)
            if is_left and not self._closed:
                self._detach(engine, state)

    def close(self) -> None:
        """The engine is gone; sessions that are still open may leave."""
        self._closed = True

    def _fill(self, engine: Engine, catalogue: str, draft: Path) -> None:
        # An empty lake has every table of a catalogue, with the engine's own types and keys.
        engine.execute(f"ATTACH {literal(f'ducklake:{draft}')} AS empty ({self._where})")
        engine.execute("DETACH empty")
        engine.execute(f"ATTACH {literal(str(draft))} AS copy")
        tables = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'copy'"
        for (table,) in engine.execute(tables).fetchall():
            engine.execute(f"DELETE FROM copy.main.{table}")
            rows = f"SELECT * FROM {catalogue}.{table}"
            engine.execute(f"INSERT INTO copy.main.{table} BY NAME {rows}")
        engine.execute("DETACH copy")

    def _attach(self, engine: Engine, state: State) -> bool:
        file = self._file(state)
        if not file.exists():
            return False
        try:
            lake, name = literal(f"ducklake:{file}"), quoted(_lake(state))
            where = f"{self._where}, METADATA_CATALOG {literal(_catalogue(state))}"
            engine.execute(f"ATTACH {lake} AS {name} (READ_ONLY, {where})")
        except duckdb.Error:
            if file.exists():  # else another process has just removed it
                raise
            return False
        return True

    def _detach(self, engine: Engine, state: State) -> None:
        del self._readers[state]
        engine.cursor().execute(f"DETACH {quoted(_lake(state))}")

    def _remove_earlier(self, state: State) -> None:
        for other in self._folder.iterdir():
            if other == self._file(state):
                continue
            kept = _KEEP_SECONDS if other.suffix == ".duckdb" else _DRAFT_SECONDS
            with suppress(FileNotFoundError):  # another process removes, too
                if other.stat().st_mtime < time.time() - kept:
                    other.unlink()

    def _file(self, state: State) -> Path:
        return self._folder / f"{state}.duckdb"


def _lake(state: State) -> str:
    return f"lake-{state}"


def _catalogue(state: State) -> str:
    return f"catalogue-{state}"
