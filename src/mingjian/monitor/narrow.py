"""A question about one unit reads only the rows on which its answer rests, where that is told."""

from datetime import date
from typing import Any

from sqlglot import exp, parse_one

from mingjian.monitor.compile import compile_monitor
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.local import Locality, locality_of, renamed, scope_text
from mingjian.monitor.query import DIALECT, scalar_literal, to_sql, with_views
from mingjian.monitor.relations import relations
from mingjian.store import Reader


def find_unit(
    reader: Reader, library: Library, monitor: Monitor, unit_id: str, as_of: date
) -> dict[str, Any] | None:
    """The monitor's row for one unit as of a day; None when it does not find it."""
    query = narrowed(
        reader,
        compile_monitor(library, monitor, as_of),
        locality_of(library, monitor.id),
        monitor.unit,
        unit_id,
    )
    rows = reader.rows(to_sql(of_unit(query, unit_id)))
    return rows[0] if rows else None


def of_unit(query: exp.Query, unit_id: str) -> exp.Select:
    """The rows of a query that are one unit's."""
    named = exp.cast(exp.column("unit_id"), "VARCHAR")
    own = exp.EQ(this=named, expression=scalar_literal(unit_id))
    return exp.select("*").from_(query.subquery("found")).where(own)


def narrowed(
    reader: Reader, query: exp.Query, locality: Locality | None, unit: str, unit_id: str
) -> exp.Query:
    """`query` reading, of the tables its `local` tells apart, just the rows of the unit's scope."""
    scope = None if locality is None else _scope_of(reader, locality, unit, unit_id)
    if locality is None or scope is None:
        return query
    near = {table: f"near_{table}" for table in locality.tables}
    rows = {
        near[table]: _rows_of(table, scope_text(table, expression), scope)
        for table, expression in locality.tables.items()
    }
    return with_views(renamed(query, near), rows)


def _rows_of(table: str, scope_sql: str, scope: str) -> exp.Select:
    own = exp.EQ(this=parse_one(scope_sql, dialect=DIALECT), expression=scalar_literal(scope))
    return exp.select("*").from_(table).where(own)


def _scope_of(reader: Reader, locality: Locality, unit: str, unit_id: str) -> str | None:
    """The scope in which a unit lies: itself, or what its own row says."""
    if locality.by == "unit_id":
        return unit_id
    key = relations()[unit].key
    if len(key) != 1 or unit not in locality.tables:
        return None
    scope = scope_text(unit, locality.tables[unit])
    query = f"SELECT {scope} AS scope FROM {unit} WHERE {key[0]} = :unit_id"
    rows = reader.rows(query, {"unit_id": unit_id})
    return rows[0]["scope"] if rows else None
