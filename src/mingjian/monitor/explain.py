"""Why one unit was found: its row, its time line, its source rows, its place among its peers."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlglot
from sqlglot import exp

from mingjian.monitor.compile import bound_views, compile_monitor
from mingjian.monitor.derived import among_peers
from mingjian.monitor.library import Library, Monitor, View
from mingjian.monitor.local import locality_of_view
from mingjian.monitor.narrow import narrowed, of_unit
from mingjian.monitor.query import DIALECT, bind, scalar_literal, to_sql, with_views
from mingjian.monitor.relations import Relation, relations
from mingjian.standards import load_standard
from mingjian.store import Reader, arrival_column

SOURCE_ROWS = 200
KEY_SEPARATOR = "|"


@dataclass(frozen=True)
class TimeLimit:
    """A legal limit on the time line; `met` is the day the duty was done, None when it was not.

    With `is_waiting` the act on `met` may only follow the end of the limit.
    """

    title: str
    start: date | None
    end: date | None
    met: date | None
    basis: str
    is_waiting: bool = False


@dataclass(frozen=True)
class PeerStanding:
    """Where a value stands among units of the same group; `rank` 1 is the highest."""

    title: str
    group: dict[str, Any]
    value: Any
    size: int
    median: Any
    lower_quartile: Any
    upper_quartile: Any
    rank: int


@dataclass(frozen=True)
class Explanation:
    """Everything a page needs to answer 为什么, read from the records as they stand.

    `row` is the unit's row of its view, or of its table when it has no view; `titles` names the
    columns in Chinese. `sources` holds at most 200 rows a table, newest first. `sql` is the query
    of the monitor restricted to this unit.
    """

    monitor_id: str
    unit_id: str
    row: dict[str, Any]
    titles: dict[str, str]
    milestones: list[tuple[str, date]]
    limits: list[TimeLimit]
    sources: dict[str, list[dict[str, Any]]]
    peers: PeerStanding | None
    sql: str


def explain(
    reader: Reader, library: Library, monitor: Monitor, unit_id: str, as_of: date
) -> Explanation | None:
    """Explain one unit under one monitor as of a day; None when no record knows the unit."""
    view = library.views.get(monitor.file.view or "") or library.view_of_unit(monitor.unit)
    key = (view.file.key,) if view else relations()[monitor.unit].key
    sources = source_rows(reader, monitor.unit, key, unit_id)
    row = _view_row(reader, library, view, unit_id, as_of) if view else {}
    own = sources.get(monitor.unit, [])
    if not row and not own:
        return None
    titles = dict(view.file.columns) if view and row else _table_titles(monitor.unit)
    row = row or own[0]
    peers = _peers(reader, library, view, row, as_of) if view else None
    return Explanation(
        monitor_id=monitor.id,
        unit_id=unit_id,
        row=row,
        titles=titles | monitor.file.evidence,
        milestones=_milestones(view, row),
        limits=_limits(view, row),
        sources=sources,
        peers=peers,
        sql=restricted_sql(library, monitor, unit_id, as_of),
    )


def restricted_sql(library: Library, monitor: Monitor, unit_id: str, as_of: date) -> str:
    """The monitor's whole query for one unit, laid out to be read and run by hand."""
    return to_sql(of_unit(compile_monitor(library, monitor, as_of), unit_id), pretty=True)


def source_rows(
    reader: Reader, unit: str, key: tuple[str, ...], unit_id: str
) -> dict[str, list[dict[str, Any]]]:
    """Rows of the unit itself and of every standard table that refers to it, newest first.

    `key` names the columns that identify the unit: those of its table, or a view's own.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for relation in relations().values():
        condition = _refers(relation, unit, key, unit_id)
        if relation.kind != "standard" or condition is None:
            continue
        arrival = arrival_column(load_standard().tables[relation.name], "received_at")
        query = exp.select("*").from_(exp.to_table(relation.name)).where(condition)
        rows = reader.rows(
            to_sql(query.order_by(f"{arrival} DESC", *relation.key).limit(SOURCE_ROWS))
        )
        if rows:
            found[relation.name] = rows
    return found


def _refers(relation: Relation, unit: str, key: tuple[str, ...], unit_id: str) -> exp.Expr | None:
    """The condition under which a row of `relation` belongs to the unit, if it can at all."""
    columns = relation.columns
    # Almost every table names its agency: rows of a whole agency explain nothing.
    if relation.name == unit or (unit != "agency" and all(name in columns for name in key)):
        parts = unit_id.split(KEY_SEPARATOR) if len(key) > 1 else [unit_id]
        if len(parts) != len(key):
            return None
        return exp.and_(*(_equals(name, part) for name, part in zip(key, parts, strict=True)))
    if "act_kind" in columns and "act_id" in columns and unit in _act_kinds():
        return exp.and_(_equals("act_kind", unit), _equals("act_id", unit_id))
    return None


def _act_kinds() -> set[str]:
    return set(load_standard().codes["act_kind"].codes)


def _equals(column: str, value: str) -> exp.Expr:
    return exp.EQ(this=exp.column(column), expression=scalar_literal(value))


def _view_row(
    reader: Reader, library: Library, view: View, unit_id: str, as_of: date
) -> dict[str, Any]:
    columns = [exp.column(name) for name in view.file.columns]
    query = exp.select(*columns).from_(exp.to_table(view.name))
    whole = with_views(query, _inlined(library, view, as_of))
    locality = locality_of_view(library, view.name)
    near = narrowed(reader, whole, locality, view.file.unit, unit_id)
    rows = reader.rows(to_sql(of_unit(near, unit_id)))
    return rows[0] if rows else {}


def _inlined(library: Library, view: View, as_of: date) -> Mapping[str, exp.Query]:
    return bound_views(library, frozenset([view.name]), as_of)


def _table_titles(table: str) -> dict[str, str]:
    return {name: column.title for name, column in relations()[table].columns.items()}


def _milestones(view: View | None, row: Mapping[str, Any]) -> list[tuple[str, date]]:
    """Dates that have come about, in order of time."""
    if view is None:
        return []
    dated = [(entry.title, row.get(entry.on)) for entry in view.file.milestones]
    known = [(title, day) for title, day in dated if day is not None]
    return sorted(known, key=lambda item: str(item[1]))


def _limits(view: View | None, row: Mapping[str, Any]) -> list[TimeLimit]:
    """Limits that have begun to run."""
    if view is None:
        return []
    return [
        TimeLimit(
            entry.title,
            row.get(entry.start),
            row.get(entry.end),
            row.get(entry.met),
            entry.basis,
            entry.kind == "waiting",
        )
        for entry in view.file.limits
        if row.get(entry.start) is not None
    ]


def _peers(
    reader: Reader, library: Library, view: View, row: Mapping[str, Any], as_of: date
) -> PeerStanding | None:
    spec = view.file.peers
    if spec is None or row.get(spec.value) is None:
        return None
    group = {name: row.get(name) for name in spec.group}
    if any(value is None for value in group.values()):
        return None
    same = [
        exp.EQ(this=exp.column(name), expression=scalar_literal(value))
        for name, value in group.items()
    ]
    counted = bind(sqlglot.parse_one(among_peers(view.file, spec), dialect=DIALECT), {}, as_of)
    named = exp.EQ(this=exp.column("unit_id"), expression=scalar_literal(row["unit_id"]))
    query = exp.select(spec.value, exp.alias_(named, "is_own")).from_(exp.to_table(view.name))
    query = query.where(*same, counted)
    found = reader.arrow(to_sql(with_views(query, _inlined(library, view, as_of))))
    if True not in found["is_own"].to_pylist():
        return None  # dated outside the days that are compared
    values = sorted(found.column(0).to_pylist())
    cuts = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    rank = 1 + sum(1 for other in values if other > row[spec.value])
    return PeerStanding(
        spec.title, group, row[spec.value], len(values), cuts[1], cuts[0], cuts[2], rank
    )
