"""Which columns of which tables a query reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from mingjian.monitor.relations import relations

ALL_COLUMNS = "*"
Reading = Mapping[str, frozenset[str]]
"""By table or view, the names of the columns that are read of it, or `*` for all."""


def reading_of(query: exp.Query) -> Reading:
    """What a query reads; a column that cannot be traced counts as one of every table."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    anywhere: set[str] = set()
    for scope in traverse_scope(query):
        marks = list(scope.find_all(exp.Star, exp.Join))
        # `SELECT *` or `SELECT t.*`, not COUNT(*)
        every = any(
            isinstance(mark, exp.Star) and isinstance(mark.parent, exp.Select | exp.Column)
            for mark in marks
        )
        for _, source in scope.selected_sources.values():
            if isinstance(source, exp.Table):
                found[source.name] |= {ALL_COLUMNS} if every else set()
        for column in scope.columns:
            origin = source_of(column, scope)
            if origin is None:
                anywhere.add(column.name)
            elif isinstance(origin, exp.Table):
                found[origin.name].add(column.name)
        for mark in marks:
            anywhere |= {part.name for part in mark.args.get("using") or ()}
    return {table: frozenset(names | anywhere) for table, names in found.items()}


def store_reading(queries: Iterable[exp.Query]) -> Reading:
    """What queries together read of the tables of the store; views among them are left out."""
    read, known = together(*map(reading_of, queries)), relations()
    return {table: names for table, names in read.items() if table in known}


def together(*readings: Reading) -> Reading:
    """What several queries read."""
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for reading in readings:
        for table, names in reading.items():
            found[table] |= names
    return dict(found)


def columns_among(table: str, names: frozenset[str]) -> frozenset[str]:
    """The columns of a table that are among names which may be of several tables, or `*`."""
    known = frozenset(relations()[table].columns)
    return known if ALL_COLUMNS in names else known & names


def source_of(column: exp.Column, scope: Scope) -> Scope | exp.Table | None:
    """Where a column comes from, here or, in a correlated query, outside."""
    if not column.table:
        return _only_source(column, scope)
    where: Scope | None = scope
    while where is not None:
        if column.table in where.selected_sources:
            return where.selected_sources[column.table][1]
        where = where.parent
    return None


def _only_source(column: exp.Column, scope: Scope) -> Scope | exp.Table | None:
    """The one source of a query, when it has a column of this name."""
    if len(scope.selected_sources) != 1:
        return None
    _, source = next(iter(scope.selected_sources.values()))
    if isinstance(source, Scope):
        query = source.expression
        known_names = query.named_selects if isinstance(query, exp.Query) else []
        return source if column.name in known_names else None
    known = relations().get(source.name)
    return source if known is not None and column.name in known.columns else None
