"""What an earlier round found, and how much of it a new one may take over.

A round looks at everything once; after that, at what arrivals, corrections or time have touched.
Whatever cannot be told apart soundly is looked at as a whole.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib.metadata import version
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from mingjian.monitor.changes import Changes
from mingjian.monitor.columns import Reading, store_reading, together
from mingjian.monitor.compile import output_columns
from mingjian.monitor.finding import fingerprint_of
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.local import SCOPE, Locality, locality_of
from mingjian.monitor.relations import relations
from mingjian.store import Fill, Reader

Way = Literal["same", "near", "whole"]

_SCOPE_NAME = b"scope"
_STANDS = b"stands"


@dataclass(frozen=True)
class Remembered:
    """All that a round found, and the state of the records and of the rules it was found in.

    `answers` hold each monitor's findings by a key that changes with its logic; `ground` is what
    all of them rest on beside the records; `history` tells whether these are the same records.
    """

    as_of: date
    commit_no: int
    history: str
    ground: str
    whole_on: date
    fills: Mapping[str, Fill]
    answers: Mapping[str, pa.Table]


@dataclass
class Recall:
    """One round's use of an earlier one. `why` says in Chinese why nothing could be taken over."""

    reader: Reader
    library: Library
    as_of: date
    earlier: Remembered | None = None
    why: str = ""
    noted: dict[str, pa.Table] = field(default_factory=dict)
    _localities_known: dict[str, Locality | None] = field(default_factory=dict, repr=False)
    _readings_known: dict[str, Reading] = field(default_factory=dict, repr=False)
    _keys: dict[int, tuple[Monitor, str]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.commit_no, self.history = _state(self.reader, None)
        self.ground = _ground(self.reader, self._reads)
        if self.earlier is not None:
            self.why = self._unfit(self.earlier)
            if self.why:
                self.earlier = None

    def way(self, monitor: Monitor) -> Way:
        """How to answer a monitor: as before, by looking at what is near a change, or whole."""
        if self.earlier is None or self.key(monitor) not in self.earlier.answers:
            return "whole"
        changes = self._changes
        if not changes.moved and not changes.touches(self._reading_of(monitor)):
            return "same"
        locality = self.locality(monitor)
        if locality is None or changes.touches(locality.whole):
            return "whole"
        if changes.moved and locality.pending is None:
            return "whole"
        return "near"

    def unchanged(self, monitor: Monitor) -> pa.Table:
        """The findings there were."""
        table = self._before(monitor)
        self.noted[self.key(monitor)] = table
        return table.select(output_columns(monitor))

    def locality(self, monitor: Monitor) -> Locality | None:
        """How the findings of a monitor fall apart, if they do."""
        name = monitor.file.view or monitor.id  # ids have a dot, views have none
        if name not in self._localities_known:
            self._localities_known[name] = locality_of(self.library, monitor.id)
        return self._localities_known[name]

    def near(self, locality: Locality) -> dict[str, str]:
        """Tables to read in the place of others, with just the rows to look at again."""
        return self._changes.near(locality)

    def joined(self, monitor: Monitor, found: pa.Table) -> pa.Table:
        """What was found now in the scopes looked at, and before in all others."""
        locality = self.locality(monitor)
        assert locality is not None
        zone = self._changes.scopes(locality)
        before = self._before(monitor)
        scopes = pa.chunked_array([*before[SCOPE].chunks, *found[SCOPE].chunks], pa.string())
        looked_at = pc.is_in(scopes, value_set=zone)  # once: the zone is hashed at every call
        kept = before.filter(pc.invert(looked_at.slice(0, before.num_rows)))
        now = found.filter(looked_at.slice(before.num_rows))
        return pa.concat_tables([kept, now], promote_options="permissive")

    def note(self, monitor: Monitor, table: pa.Table) -> None:
        """Keep an answer for the next round, unless it has a finding without a scope."""
        locality = self.locality(monitor)
        if locality is not None:
            if table[SCOPE].null_count:
                return
            marks = {_SCOPE_NAME: locality.scope.encode()}
            if locality.stands:
                marks[_STANDS] = b""
            table = table.replace_schema_metadata(marks)
        self.noted[self.key(monitor)] = table

    def known_fills(self) -> Mapping[str, Fill]:
        """Fills that can be told without counting a whole table, by table."""
        return {} if self.earlier is None else self._changes.fills()

    def remembered(self, fills: Mapping[str, Fill]) -> Remembered:
        """What the next round may recall."""
        whole_on = self.as_of if self.earlier is None else self.earlier.whole_on
        state = (self.as_of, self.commit_no, self.history, self.ground, whole_on)
        return Remembered(*state, fills, dict(self.noted))

    def key(self, monitor: Monitor) -> str:
        """Changes with everything that decides which rows a monitor gives."""
        if id(monitor) in self._keys:
            return self._keys[id(monitor)][1]
        locality = self.locality(monitor)
        parts = [
            monitor.id,
            fingerprint_of(self.library, monitor),
            ",".join(output_columns(monitor)),
            "" if locality is None else locality.text,
        ]
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        self._keys[id(monitor)] = (monitor, key)  # held, so that no other gets its number
        return key

    def _before(self, monitor: Monitor) -> pa.Table:
        assert self.earlier is not None
        return self.earlier.answers[self.key(monitor)]

    def _unfit(self, earlier: Remembered) -> str:
        if earlier.ground != self.ground:
            return "程序或参考表有变化"
        if self.as_of < earlier.as_of:
            return "判断日早于上一轮"
        if _state(self.reader, earlier.commit_no) != (earlier.commit_no, earlier.history):
            return "上一轮的结果不是这个数据底座的"
        return ""

    @cached_property
    def _changes(self) -> Changes:
        assert self.earlier is not None
        found: dict[str, list[pa.Array]] = {}
        for table in self.earlier.answers.values():
            marks = table.schema.metadata or {}
            if _SCOPE_NAME in marks and _STANDS not in marks:
                found.setdefault(marks[_SCOPE_NAME].decode(), []).extend(table[SCOPE].chunks)
        return Changes(
            self.reader,
            self._localities(),
            self._reading,
            self.earlier.commit_no,
            min(self.as_of, self.earlier.as_of),
            moved=self.as_of != self.earlier.as_of,
            found={scope: pa.chunked_array(parts, pa.string()) for scope, parts in found.items()},
            fills=self.earlier.fills,
        )

    def _running(self) -> Iterator[Monitor]:
        for monitor in self.library.monitors.values():
            if monitor.status in ("shadow", "production"):
                yield monitor

    def _localities(self) -> list[Locality]:
        found = {id(one): one for one in map(self.locality, self._running()) if one is not None}
        return list(found.values())

    @cached_property
    def _reads(self) -> frozenset[str]:
        """Every table that some monitor, view or data requirement of the library reads."""
        names: set[str] = set()
        for view in self.library.views.values():
            names |= view.reads
        for monitor in self.library.monitors.values():
            names |= monitor.reads | monitor.file.requires.keys()
        return frozenset(names & relations().keys())

    @cached_property
    def _reading(self) -> Reading:
        """What of these tables the monitors that run read."""
        every = dict.fromkeys(self._reads, frozenset[str]())
        return together(every, *map(self._reading_of, self._running()))

    def _reading_of(self, monitor: Monitor) -> Reading:
        """What of the tables of the store a monitor and its views read."""
        locality = self.locality(monitor)
        if locality is not None:
            return locality.reading
        if monitor.id not in self._readings_known:
            views = [self.library.views[name] for name in monitor.reads & self.library.views.keys()]
            queries = [monitor.logic, *(view.query for view in views)]
            whole = [query for query in queries if isinstance(query, exp.Query)]
            self._readings_known[monitor.id] = store_reading(whole)
        return self._readings_known[monitor.id]


def _state(reader: Reader, until: int | None) -> tuple[int, str]:
    """The last commit, at most `until`, and a digest of what was accepted up to it."""
    limit = "" if until is None else f" WHERE commit_no <= {until}"
    row = reader.rows(
        "SELECT COALESCE(MAX(commit_no), 0) AS last, "
        "CAST(SUM(hash(submission_id, commit_no, file_sha256, accepted_count, seconds)) "
        f"FILTER (WHERE status = 'accepted') AS VARCHAR) AS digest FROM submission{limit}"
    )[0]
    last = row["last"] if until is None else until
    return last, row["digest"] or ""


def _ground(reader: Reader, reads: Iterable[str]) -> str:
    """Digest of the programme and of the reference tables, which are content and not records."""
    known = relations()
    parts = [f"{name} {version(name)}" for name in ("mingjian", "duckdb", "sqlglot")]
    tables = [name for name in sorted(reads) if known[name].kind == "reference"]
    query = " UNION ALL ".join(
        f"SELECT '{name}' AS name, CAST(SUM(hash(t)) AS VARCHAR) AS digest FROM {name} AS t"
        for name in tables
    )
    rows = reader.rows(query) if tables else []
    parts += sorted(f"{row['name']} {row['digest']}" for row in rows)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
