"""Whether a `local` declaration names what the query reads, in SQL that the engine takes."""

from collections.abc import Iterator
from datetime import date

from sqlglot import exp

from mingjian.monitor.library import Library, Monitor, View, tables_of
from mingjian.monitor.local import (
    CHANGED,
    Locality,
    dated,
    locality_of,
    locality_of_view,
    lookup_sql,
    parsed_lookup,
    scope_column,
    scope_text,
)
from mingjian.monitor.query import to_sql
from mingjian.monitor.relations import relations
from mingjian.standards import Document, Problem
from mingjian.store import Reader, StoreError, memory_reader

SOME_DAY = date(2025, 6, 30)


def view_local_faults(library: Library, view: View) -> Iterator[Problem]:
    """Faults of what a view declares."""
    locality = locality_of_view(library, view.name)
    if locality is not None:
        columns = [item.alias_or_name for item in view.query.selects]
        yield from _faults(view.document, locality, columns)


def monitor_local_faults(library: Library, monitor: Monitor) -> Iterator[Problem]:
    """Faults of what a monitor of its own query declares."""
    locality = locality_of(library, monitor.id) if monitor.file.local is not None else None
    if locality is not None and isinstance(monitor.logic, exp.Query):
        columns = [item.alias_or_name for item in monitor.logic.selects]
        yield from _faults(monitor.document, locality, columns)


def _faults(document: Document, locality: Locality, columns: list[str]) -> Iterator[Problem]:
    parts = {"tables": locality.tables, "lookups": locality.lookups}
    for part, named in parts.items():
        for table in sorted(named.keys() - locality.reading.keys()):
            yield document.problem(("local", part, table), f"没有读“{table}”这张表")
    known = {**locality.tables, **locality.lookups}
    for table in sorted((locality.pending or {}).keys() - known.keys()):
        message = f"“{table}”须先写在 tables 或 lookups 里，才能由它的行找到要重看的发现"
        yield document.problem(("local", "pending", table), message)
    for table, lookup in locality.lookups.items():
        read = tables_of(parsed_lookup(lookup))
        if CHANGED not in read or read - {CHANGED} - relations().keys():
            message = "应为一条从 changed（变了的行）和标准表找出范围的查询"
            yield document.problem(("local", "lookups", table), message)
    with memory_reader({}) as reader:
        for where, sql in _trials(locality, columns):
            yield from _engine_fault(reader, document, where, sql)


def _trials(locality: Locality, columns: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each expression in a query of its own over empty tables."""
    known = relations()
    made = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in columns)
    by = to_sql(scope_column(locality.by))
    yield ("local", "by"), f"SELECT {by} FROM (SELECT {made}) AS result"
    for table in sorted(locality.tables.keys() & known.keys()):
        scope = scope_text(table, locality.tables[table])
        yield ("local", "tables", table), f"SELECT {scope} AS v FROM {table}"
    for table in sorted(locality.lookups.keys() & known.keys()):
        yield ("local", "lookups", table), lookup_sql(locality.lookups[table], table)
    for table, condition in (locality.pending or {}).items():
        if table in known:
            where = dated(condition, SOME_DAY)
            yield ("local", "pending", table), f"SELECT 1 AS one FROM {table} WHERE {where}"


def _engine_fault(
    reader: Reader, document: Document, where: tuple[str, ...], sql: str
) -> Iterator[Problem]:
    try:
        reader.arrow(sql)
    except StoreError as error:
        reason = str(error).partition("\n语句")[0]
        yield document.problem(where, f"引擎不接受：{reason}")
