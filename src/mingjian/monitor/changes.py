"""What a round must look at again: the scopes that arrivals, corrections or time have touched."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

import pyarrow as pa
from sqlglot import exp

from mingjian.monitor.columns import ALL_COLUMNS, Reading, columns_among
from mingjian.monitor.corrections import corrected_columns, newest_sql
from mingjian.monitor.local import (
    Locality,
    base_of,
    dated,
    lookup_sql,
    scope_text,
)
from mingjian.monitor.query import to_sql
from mingjian.monitor.relations import relations
from mingjian.standards import load_standard
from mingjian.store import Fill, Reader, arrival_column

# Named one by one, submissions let the engine skip whole files; too many would be a long text.
_MOST_NAMED = 2000


class Changes:
    """What differs from the state after commit `since`, judged `on` a day.

    `tables` are the tables with a new version, each with whether some record had one before;
    `reading` is what the monitors read of each. Where all that came corrects records there were,
    only who reads a corrected column is touched.
    When the day of judgement has `moved` on from `earliest`, what time may change counts, too:
    rows that their declaration calls pending on that day and, where findings do not stand from
    day to day, all scopes `found` in. Localities of one scope whose findings stand have one zone,
    the others another: the few that must look far should not make all of them do so.
    """

    def __init__(
        self,
        reader: Reader,
        localities: Iterable[Locality],
        reading: Reading,
        since: int,
        earliest: date,
        *,
        moved: bool,
        found: Mapping[str, pa.Array],
        fills: Mapping[str, Fill],
    ) -> None:
        self._reader = reader
        self._fills = fills
        self._reading = reading
        self._localities = list(localities)
        self._earliest = earliest
        self._found = found
        self._scopes: dict[str, pa.Array] = {}
        self._zones: dict[tuple[str, bool], str] = {}
        self._made: dict[str, str] = {}
        self.moved = moved
        self._submissions = _new_submissions(reader, since)
        self.tables = self._changed_tables(reading) if self._submissions else {}
        self._corrected: dict[str, frozenset[str]] = {}

    def touches(self, reading: Reading) -> bool:
        """Whether something that is read of one of these tables has changed."""
        return any(self._differs(table, names) for table, names in reading.items())

    def scopes(self, locality: Locality) -> pa.Array:
        """Every scope of the locality that must be looked at again."""
        zone = self._zone(locality)
        if zone not in self._scopes:
            column = self._reader.arrow(f"SELECT v FROM {zone}")["v"]
            self._scopes[zone] = column.combine_chunks()
        return self._scopes[zone]

    def near(self, locality: Locality) -> dict[str, str]:
        """For each table of the locality a table of just the rows to look at."""
        return {
            table: self._near(locality, table, expression)
            for table, expression in locality.tables.items()
        }

    def fills(self) -> dict[str, Fill]:
        """The fills there were, with what has come since counted in, where that is possible."""
        kept = {name: fill for name, fill in self._fills.items() if not self._changed(name)}
        for name in sorted(filter(self._changed, self._counted)):
            kept[name] = self._refilled(name, self._fills[name])
        return kept

    @property
    def _counted(self) -> set[str]:
        return {name for name in self._fills if relations()[name].kind in ("standard", "version")}

    def _refilled(self, table: str, fill: Fill) -> Fill:
        """Count in the versions that came; of current records take away those that were newest."""
        base, columns = base_of(table), set(fill.filled)
        rows, arrived = self._changed_rows(base), self._arrived(base)
        versions = f"SELECT *, TRUE AS is_now FROM {rows} WHERE {arrived}"
        if base == table:
            corrected = self._corrected_columns(table)
            if ALL_COLUMNS not in corrected:
                columns -= self._compared(table) - corrected
            versions = newest_sql(table, rows, arrived)
        counts = [
            f"COALESCE(SUM(side) FILTER ({name} IS NOT NULL), 0) AS {name}"
            for name in sorted(columns)
        ]
        row = self._reader.rows(
            f"SELECT {', '.join(['COALESCE(SUM(side), 0) AS row_count_', *counts])} FROM "
            f"(SELECT *, CASE WHEN is_now THEN 1 ELSE -1 END AS side FROM ({versions}))"
        )[0]
        filled = {name: count + int(row.get(name, 0)) for name, count in fill.filled.items()}
        return Fill(fill.rows + int(row["row_count_"]), filled)

    def _changed(self, table: str) -> bool:
        if relations()[table].kind == "register":
            return bool(self._submissions)
        return base_of(table) in self.tables

    def _differs(self, table: str, names: frozenset[str]) -> bool:
        """Whether one of these columns of a table has changed, or a record is new."""
        if not self._changed(table):
            return False
        if relations()[table].kind != "standard":
            return True
        corrected, compared = self._corrected_columns(table), self._compared(table)
        read = columns_among(table, names)
        return ALL_COLUMNS in corrected or not read <= compared or not read.isdisjoint(corrected)

    def _corrected_columns(self, table: str) -> frozenset[str]:
        """The compared columns that corrections change, `*` when there is a new record."""
        if not self.tables[table]:
            return frozenset([ALL_COLUMNS])
        if table not in self._corrected:
            rows, arrived = self._changed_rows(table), self._arrived(table)
            compared = sorted(self._compared(table))
            self._corrected[table] = corrected_columns(self._reader, table, rows, arrived, compared)
        return self._corrected[table]

    def _compared(self, table: str) -> frozenset[str]:
        """The columns of a table that some monitor reads."""
        return columns_among(table, self._reading.get(table, frozenset()))

    def _changed_tables(self, reads: Iterable[str]) -> dict[str, bool]:
        known = relations()
        asked = {base_of(name) for name in reads if known[name].kind in ("standard", "version")}
        counted = [
            f"SELECT '{table}' AS name, MAX({_added(table, 'version_no')}) AS newest "
            f"FROM {table} WHERE {self._arrived(table)}"
            for table in sorted(asked)
        ]
        rows = self._reader.rows(" UNION ALL ".join(counted)) if counted else []
        return {row["name"]: row["newest"] > 1 for row in rows if row["newest"] is not None}

    def _arrived(self, table: str) -> str:
        """Condition for the records of a table whose newest version came since."""
        return f"{_added(table, 'submission_id')} IN ({self._submissions})"

    def _once(self, name: str, sql: str) -> str:
        """Make a table of the session from a query; the same query is answered once."""
        if sql not in self._made:
            self._made[sql] = f"{name}_{len(self._made)}"
            self._reader.create(self._made[sql], sql)
        return self._made[sql]

    def _zone(self, locality: Locality) -> str:
        """The table of all scopes of the locality that must be looked at again."""
        of = self._kind(locality)
        if of not in self._zones:
            self._zones[of] = self._make_zone(*of)
        return self._zones[of]

    def _kind(self, locality: Locality) -> tuple[str, bool]:
        """Localities of one kind share a zone."""
        return locality.scope, locality.stands or not self.moved

    def _make_zone(self, scope: str, stands: bool) -> str:
        parts: dict[str, None] = {}
        for locality in self._localities:
            if locality.scope == scope:
                parts |= dict.fromkeys(self._touched(locality))
                if self.moved and locality.stands == stands:
                    parts |= dict.fromkeys(self._pending(locality))
        if not stands and scope in self._found:
            name = f"found_{scope}"
            self._reader.hold(name, pa.table({"v": self._found[scope]}))
            parts[f"SELECT v FROM {name}"] = None
        every = " UNION ALL ".join(parts) or "SELECT CAST(NULL AS VARCHAR) AS v"
        return self._once(f"zone_{scope}", f"SELECT DISTINCT v FROM ({every}) WHERE v IS NOT NULL")

    def _touched(self, locality: Locality) -> Iterable[str]:
        """Queries for the scopes that changed rows touch, as a locality tells them."""
        for table, expression in locality.tables.items():
            if self._differs(table, locality.reading.get(table, frozenset())):
                changed = self._changed_rows(base_of(table))
                yield f"SELECT {scope_text(table, expression)} AS v FROM {changed}"
        for table, lookup in locality.lookups.items():
            if self._differs(table, locality.reading.get(table, frozenset())):
                yield _looked_up(lookup, self._changed_rows(base_of(table)))

    def _pending(self, locality: Locality) -> Iterable[str]:
        """Queries for the scopes that another day may touch, as a locality tells them."""
        for table, condition in (locality.pending or {}).items():
            where = dated(condition, self._earliest)
            if table in locality.tables:
                scope = scope_text(table, locality.tables[table])
                yield f"SELECT {scope} AS v FROM {table} WHERE {where}"
            else:
                used = self._telling[base_of(table)] & relations()[table].columns.keys()
                columns = ", ".join(sorted(used))
                rows = self._once("pending", f"SELECT {columns} FROM {table} WHERE {where}")
                yield _looked_up(locality.lookups[table], rows)

    def _changed_rows(self, table: str) -> str:
        """All versions of the changed records: what they were touches as much as what they are."""
        key = load_standard().tables[table].key
        used = self._telling.get(table, set()) | self._counting(table)
        if self.tables[table]:
            used |= self._compared(table) | _arrival(table)
        used &= relations()[table].columns.keys()
        columns = ", ".join(sorted(used | set(key)))
        now = f"FROM {table} WHERE {self._arrived(table)}"
        sql = f"SELECT {columns} {now}"
        if self.tables[table]:
            keys = ", ".join(key)
            sql = f"SELECT {columns} FROM {table}_version WHERE ({keys}) IN (SELECT ({keys}) {now})"
            if len(key) == 1:
                sql = f"SELECT {columns} FROM {table}_version WHERE {keys} IN (SELECT {keys} {now})"
        return self._once(f"changed_{table}", sql)

    @cached_property
    def _telling(self) -> dict[str, set[str]]:
        """By table the columns by which some locality tells scopes."""
        found: dict[str, set[str]] = {}
        for one in self._localities:
            for table in one.tables.keys() | one.lookups.keys():
                found.setdefault(base_of(table), set()).update(one.telling(table))
        return found

    def _counting(self, table: str) -> set[str]:
        """The columns of a table by which its fill is counted on."""
        names = self._counted & {table, f"{table}_version"}
        filled = (self._fills[name].filled.keys() for name in names)
        return _arrival(table).union(*filled) if names else set()

    def _looks(self, locality: Locality) -> bool:
        """Whether some of the locality's findings must be looked at again."""
        return self.moved or self.touches(locality.reading)

    def _near(self, locality: Locality, table: str, expression: str) -> str:
        names = frozenset[str]()
        for other in self._localities:
            alike = self._kind(other) == self._kind(locality) and self._looks(other)
            if alike and other.tables.get(table) == expression:
                names |= other.reading.get(table, frozenset())
        columns = ", ".join(
            sorted(columns_among(table, names)) or [*relations()[table].columns][:1]
        )
        within = f"{scope_text(table, expression)} IN (SELECT v FROM {self._zone(locality)})"
        return self._once(f"near_{table}", f"SELECT {columns} FROM {table} WHERE {within}")


def _new_submissions(reader: Reader, since: int) -> str:
    """The submissions after a commit as the inside of an IN; empty if there are none."""
    query = f"SELECT submission_id AS id FROM submission WHERE commit_no > {since}"
    ids = [row["id"] for row in reader.rows(query)]
    if len(ids) > _MOST_NAMED:
        return query.replace(" AS id", "")
    return ", ".join(to_sql(exp.Literal.string(name)) for name in sorted(ids))


def _looked_up(lookup: str, rows: str) -> str:
    return f"SELECT CAST(q.v AS VARCHAR) AS v FROM ({lookup_sql(lookup, rows)}) AS q(v)"


def _arrival(table: str) -> set[str]:
    """The columns that tell with which submission and as which version a row came."""
    return {_added(table, "submission_id"), _added(table, "version_no")}


def _added(table: str, column: str) -> str:
    return arrival_column(load_standard().tables[table], column)
