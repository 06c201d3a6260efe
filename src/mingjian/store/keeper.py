"""What a kind of store must be able to do; `lake` and `batches` are the two kinds."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

import duckdb

from mingjian.store.shapes import Shape

Result = TypeVar("Result")


class Steady(Protocol):
    """Runs a query so that a commit at the same moment cannot tear it."""

    def __call__(self, run: Callable[[], Result], /) -> Result: ...


@dataclass(frozen=True)
class Fill:
    """How many rows a table has and in how many of them each asked field is filled."""

    rows: int
    filled: Mapping[str, int]


def nothing() -> None:
    """Nothing is left to do."""


def at_once(run: Callable[[], Result]) -> Result:
    """Run a query as it is: for stores whose list of files cannot change under it."""
    return run()


def no_notes() -> Mapping[str, Fill]:
    """Of no table the fill is known without counting."""
    return {}


@dataclass(frozen=True)
class Session:
    """A reading session that sees one snapshot; `snapshot` is the number of its last commit.

    `relation` gives the SQL text of a table of that snapshot. With `has_current` the newest
    versions are kept in tables; without, they are to be worked out from the archive. `steady`
    runs a query so that a commit at the same moment cannot tear it; `done` is told at the end.
    `notes` tell of tables the fill that is known without counting, be it of some columns only.
    """

    cursor: duckdb.DuckDBPyConnection
    snapshot: int
    relation: Callable[[str], str]
    has_current: bool
    steady: Steady = at_once
    done: Callable[[], None] = nothing
    notes: Callable[[], Mapping[str, Fill]] = no_notes

    def close(self) -> None:
        """Give back what the session holds."""
        self.cursor.close()
        self.done()


class Writing(Protocol):
    """An open transaction. What it appends is seen by others all at once, or never."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection: ...

    def relation(self, name: str) -> str:
        """SQL text of a table of the store as this transaction sees it."""

    def append(self, shape: Shape, select: str) -> None:
        """Add the rows of a query that yields exactly the shape's columns, in its order."""

    def append_passed(self, shape: Shape, select: str) -> None:
        """Add versions that were never the current ones: a later one came in the same file."""

    def supersede(self, shape: Shape, keys: str) -> None:
        """Make the current versions of the records that the query `keys` lists past ones."""

    def forget(self, name: str, submission_id: str) -> None:
        """Remove what a held or refused submission left in one of the two logs."""


class Keeper(Protocol):
    """One kind of store in one folder."""

    def shape_up(self, shapes: Mapping[str, Shape]) -> None:
        """Create missing tables, add missing columns. The caller holds the writer lock."""

    def fits(self, shapes: Mapping[str, Shape]) -> bool:
        """Whether nothing needs to be shaped up."""

    def writing(self) -> AbstractContextManager[Writing]: ...

    def session(self, *, many: bool = False) -> Session:
        """A session on the newest commit; one for `many` questions may prepare for them."""

    def snapshot(self) -> int:
        """Number of the last commit."""

    def maintain(self, shapes: Mapping[str, Shape], *, small_only: bool) -> None:
        """Merge files and apply deletions, or only merge the smallest files.

        The caller holds the writer lock.
        """

    def close(self) -> None: ...
