"""Which part of a query's findings rests on which rows: the `local` key of views and monitors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import sqlglot
from sqlglot import exp

from mingjian.monitor.columns import Reading, reading_of, store_reading
from mingjian.monitor.file import Local
from mingjian.monitor.library import Library
from mingjian.monitor.query import DIALECT, bind, to_sql
from mingjian.monitor.relations import SQL_TYPES, relations
from mingjian.monitor.standing import stands

SCOPE = "scope_"
CHANGED = "changed"
# A column that a view may give beside those it declares, for `by`: people never see it.
SCOPE_KEY = "scope_key"


@dataclass(frozen=True)
class Locality:
    """The declaration of one query, with what the views it reads declare for the same scope."""

    scope: str
    by: str
    tables: Mapping[str, str]
    lookups: Mapping[str, str]
    pending: Mapping[str, str] | None
    read: Reading
    """What the query and its views read of which tables."""
    stands: bool
    """On another day nothing but what is `pending` need be looked at again."""

    @cached_property
    def reading(self) -> Reading:
        """What is read of which tables, by the query, its views or this declaration."""
        return {table: names | self.telling(table) for table, names in self.read.items()}

    def telling(self, table: str) -> frozenset[str]:
        """The columns by which the declaration tells the scopes of a table's rows."""
        parts = (self.tables, self.pending or {})
        parsed = [parsed_expression(part[table]) for part in parts if table in part]
        names = frozenset(column.name for one in parsed for column in one.find_all(exp.Column))
        if table in self.lookups:
            lookup = reading_of(lookup_query(self.lookups[table], table))
            names |= lookup.get(table, frozenset())
        return names

    @property
    def text(self) -> str:
        """The declaration as text that changes with it."""
        parts = (self.scope, self.by, self.tables, self.lookups, self.pending)
        return repr([sorted(p.items()) if isinstance(p, Mapping) else p for p in parts])

    @property
    def whole(self) -> Reading:
        """What of which tables touches every finding when it changes."""
        apart = self.tables.keys() | self.lookups.keys()
        return {
            table: names
            for table, names in self.reading.items()
            if table not in apart and relations()[table].kind != "reference"
        }


def locality_of_view(library: Library, name: str) -> Locality | None:
    """What a view declares for the conditions over it."""
    view = library.views[name]
    if view.file.local is None:
        return None
    conditions = [
        exp.select(exp.Star()).from_(exp.to_table(name)).where(monitor.logic)
        for monitor in library.monitors.values()
        if monitor.file.view == name
    ]
    below = {name: view.query}
    return _joined(view.file.local, [], store_reading([view.query]), conditions, below)


def locality_of(library: Library, monitor_id: str) -> Locality | None:
    """What holds for the findings of a monitor; None when they cannot be told apart."""
    monitor = library.monitors[monitor_id]
    if monitor.file.view is not None:
        return locality_of_view(library, monitor.file.view)
    if monitor.file.local is None:
        return None
    views = [library.views[name] for name in sorted(monitor.reads & library.views.keys())]
    below = [view.file.local for view in views if view.file.local is not None]
    assert isinstance(monitor.logic, exp.Query)
    queries = {view.name: view.query for view in views}
    read = store_reading([monitor.logic, *queries.values()])
    return _joined(monitor.file.local, below, read, [monitor.logic], queries)


def _joined(
    own: Local,
    below: list[Local],
    read: Reading,
    queries: Sequence[exp.Query],
    views: Mapping[str, exp.Query],
) -> Locality:
    tables: dict[str, str] = {}
    lookups: dict[str, str] = {}
    pending: dict[str, str] = {}
    told = own.pending is not None
    for local in (*(one for one in below if one.scope == own.scope), own):
        tables |= local.tables
        lookups |= local.lookups
        pending |= local.pending or {}
        told = told or local.pending is not None
    conditions = {table: parsed_expression(text) for table, text in pending.items()}
    return Locality(
        own.scope,
        own.by,
        tables,
        lookups,
        pending if told else None,
        read,
        told and stands(queries, views, conditions),
    )


def scope_text(table: str, expression: str) -> str:
    """SQL of the scope of a table's row as text, for comparison with others."""
    parsed = parsed_expression(expression)
    column = relations()[table].columns.get(parsed.name) if isinstance(parsed, exp.Column) else None
    if column is not None and SQL_TYPES[column.type] == "VARCHAR":
        return to_sql(parsed)  # bare, so that the engine can skip what lies outside
    return f"CAST({to_sql(parsed)} AS VARCHAR)"


@lru_cache(maxsize=1024)
def parsed_expression(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, dialect=DIALECT, into=exp.Condition)


@lru_cache(maxsize=256)
def parsed_lookup(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, dialect=DIALECT)


def dated(condition: str, as_of: date) -> str:
    """A `pending` condition as SQL, on a day."""
    return to_sql(bind(parsed_expression(condition), {}, as_of))


def lookup_query(lookup: str, changed: str) -> exp.Query:
    """A lookup with the table of changed rows in place."""

    def replace(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Table) and node.name == CHANGED:
            return exp.to_table(changed, alias=node.alias or CHANGED)
        return node

    query = parsed_lookup(lookup).transform(replace)
    assert isinstance(query, exp.Query)
    return query


def lookup_sql(lookup: str, changed: str) -> str:
    """The same as SQL."""
    return to_sql(lookup_query(lookup, changed))


def renamed(query: exp.Query, names: Mapping[str, str]) -> exp.Query:
    """`query`, changed to read other tables in the place of those named."""
    own = {cte.alias for cte in query.find_all(exp.CTE)}

    def replace(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Table) and node.name in names and node.name not in own:
            return exp.to_table(names[node.name], alias=node.alias or node.name)
        return node

    result = query.transform(replace, copy=False)
    assert isinstance(result, exp.Query)
    return result


def scope_column(by: str) -> exp.Expr:
    """The scope of a row of a result, as one more column."""
    return exp.alias_(exp.cast(parsed_expression(by).copy(), "VARCHAR"), SCOPE)


def with_scope(query: exp.Query, by: str) -> exp.Query:
    """`query` with the scope of each row beside its columns."""
    return exp.select(exp.Star(), scope_column(by)).from_(query.subquery("whole_"))


def base_of(table: str) -> str:
    """The standard table whose versions a table holds, or the table itself."""
    return table.removesuffix("_version")
