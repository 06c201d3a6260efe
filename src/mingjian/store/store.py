"""The store as other rooms know it: open it, commit to it, read from it."""

import json
import os
import threading
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from mingjian.standards import Standard, load_standard
from mingjian.standards import home as deployment_home
from mingjian.store import commit as committing
from mingjian.store.batches import Batches
from mingjian.store.engine import remove_spilled, writing_errors
from mingjian.store.errors import StoreError
from mingjian.store.keeper import Keeper, no_notes
from mingjian.store.lake import Lake
from mingjian.store.lock import LOCK_NAME, writer_lock
from mingjian.store.reader import Reader
from mingjian.store.records import CommitResult, Rows, SubmissionHeader, SubmissionRow
from mingjian.store.reference import reference_columns
from mingjian.store.shapes import SUBMISSION_COLUMNS, listed, shapes_of, version_name
from mingjian.store.views import views_over
from mingjian.store.workbench import Workbench

Kind = Literal["ducklake", "parquet"]
# Commits that come thick (a first loading, pushes by the minute) leave a small file each; merging
# them now and then keeps every later commit from opening all of them.
_TIDY_EVERY = 100
_BEIJING = timezone(timedelta(hours=8))
_open: dict[tuple[int, Path, str], "Store"] = {}
_opening = threading.Lock()


class Store:
    """Every version of every record that was submitted. One writer at a time, any readers."""

    def __init__(self, folder: Path, keeper: Keeper, standard: Standard) -> None:
        self.standard = standard
        self._folder = folder
        self._keeper = keeper
        self._shapes = shapes_of(standard)
        self._columns = {name: shape.columns for name, shape in self._shapes.items()}
        self._columns |= reference_columns()
        self._writing = threading.Lock()
        if not keeper.fits(self._shapes):
            with writer_lock(self._lock_file()):
                keeper.shape_up(self._shapes)

    def commit(
        self,
        header: SubmissionHeader,
        accepted: Mapping[str, Rows],
        rejected: Rows | None,
    ) -> CommitResult:
        """Keep one submission whole, or raise and keep nothing of it.

        `accepted` holds typed columns of standard tables and `row_no`; Parquet files are read in
        pieces. Repeating a submission id writes nothing and returns the first result's counts.
        """
        header = replace(header, received_at=beijing(header.received_at))
        with self._writing, writer_lock(self._lock_file()):
            with writing_errors("本次什么也没有写入"), self._keeper.writing() as writing:
                result = committing.commit(writing, self._shapes, header, accepted, rejected)
            if not result.already and result.snapshot % _TIDY_EVERY == 0:
                with writing_errors("本批已经入库，只是整理小文件未完成"):
                    self._keeper.maintain(self._shapes, small_only=True)
        return result

    def reader(self, as_of: datetime | None = None, *, many: bool = False) -> Reader:
        """A session over the current records, or over what was known at `as_of`.

        A session for `many` questions takes a little longer to open and answers them faster.
        """
        session = self._keeper.session(many=many)
        views = views_over(
            self._shapes,
            session.relation,
            has_current=session.has_current,
            until=None if as_of is None else beijing(as_of),
        )
        return Reader(
            session.cursor,
            self._columns,
            views,
            session.snapshot,
            session.steady,
            session.done,
            session.notes if as_of is None else no_notes,
        )

    def workbench(self) -> Workbench:
        """A scratch session for intake, with bounded memory and a folder to spill into."""
        return Workbench(self._folder / "spill")

    def submission(self, submission_id: str) -> SubmissionRow | None:
        """One submission by its id."""
        with self.reader() as reader:
            rows = reader.rows(
                f"SELECT {listed(SUBMISSION_COLUMNS)} FROM submission WHERE submission_id = :id",
                {"id": submission_id},
            )
        return SubmissionRow(**rows[0]) if rows else None

    def snapshot(self) -> int:
        """Number of the last commit: the same number means the same data."""
        return self._keeper.snapshot()

    def changed_keys(self, table: str, since_snapshot: int) -> pa.Table:
        """Keys of the records that got a version after `since_snapshot`, each once."""
        shape = self._shapes.get(table)
        if shape is None or shape.arrival is None:
            raise ValueError(f"没有“{table}”这张标准表")
        with self.reader() as reader:
            return reader.arrow(
                f"SELECT DISTINCT {listed(shape.key)} FROM {version_name(table)} "
                "WHERE submission_id IN "
                "(SELECT submission_id FROM submission WHERE commit_no > :since)",
                {"since": since_snapshot},
            )

    def maintain(self) -> None:
        """Nightly: merge small files, apply deletions. Nothing that was received is dropped."""
        with (
            self._writing,
            writer_lock(self._lock_file()),
            writing_errors("整理未完成，数据没有变化"),
        ):
            self._keeper.maintain(self._shapes, small_only=False)
            remove_spilled(self._folder / "spill")

    def close(self) -> None:
        """Free the engine; the store may be opened again."""
        with _opening:
            for key, store in list(_open.items()):
                if store is self:
                    del _open[key]
        self._keeper.close()

    def _lock_file(self) -> Path:
        return self._folder / LOCK_NAME


def open_store(
    home: Path | None = None,
    *,
    kind: Kind | None = None,
    catalogue: str | None = None,
    standard: Standard | None = None,
) -> Store:
    """The store in a folder (default `home()/"store"`), made when it is not there yet.

    The kind is chosen once and remembered in the folder; default DuckLake. `catalogue` is
    `postgres:` and a connection text, given anew at each opening (or in `MINGJIAN_CATALOGUE`)
    because it may hold a password. Opening twice in a process gives the same store.
    """
    folder = (home or deployment_home() / "store").resolve()
    catalogue = catalogue or os.environ.get("MINGJIAN_CATALOGUE")
    standard = standard or load_standard()
    with _opening:
        noted = _note(folder, kind, catalogue)
        key = (os.getpid(), folder, f"{noted['id']}:{id(standard)}")
        if key not in _open:
            _open[key] = Store(folder, _keeper(folder, noted, catalogue), standard)
        return _open[key]


def _note(folder: Path, kind: Kind | None, catalogue: str | None) -> dict[str, Any]:
    """What the folder says about itself; written when the store is made."""
    file = folder / "store.json"
    where = "postgres" if catalogue else "sqlite"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with writer_lock(folder / LOCK_NAME):
            if not file.exists():
                fresh = {"id": uuid.uuid4().hex, "kind": kind or "ducklake", "catalogue": where}
                draft = file.with_suffix(".tmp")
                draft.write_text(json.dumps(fresh), encoding="utf-8")
                draft.replace(file)
    noted: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if kind is not None and noted["kind"] != kind:
        raise StoreError(f"{folder} 里是 {noted['kind']} 底座，不能按 {kind} 打开")
    if noted["kind"] == "ducklake" and noted["catalogue"] != where:
        raise StoreError(
            f"{folder} 的目录库在 {noted['catalogue']}，而这次给的是 {where}："
            "请检查 MINGJIAN_CATALOGUE"
        )
    return noted


def _keeper(folder: Path, noted: dict[str, Any], catalogue: str | None) -> Keeper:
    if noted["kind"] == "parquet":
        return Batches(folder)
    return Lake(folder, catalogue.removeprefix("postgres:") if catalogue else None)


def beijing(moment: datetime) -> datetime:
    """Naive Beijing time; an aware moment is converted, a naive one is taken to be Beijing's."""
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(_BEIJING).replace(tzinfo=None)
