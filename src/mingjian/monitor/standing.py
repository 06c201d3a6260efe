"""Whether what was found stands when nothing but the day of judgement moves on.

A query may use the day only to leave out what has not happened by then (`decided_on <= :as_of`),
or in the place of a date that is not known yet (`COALESCE(replied_on, :as_of)`). Then its findings
change with the rows whose dates are still to come or unknown, and where the `pending` of its
`local` names all those, nothing else need be looked at again on another day. A finding that counts
days up to the day of judgement changes every day.
"""

from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from mingjian.monitor.columns import source_of
from mingjian.monitor.query import AS_OF

Queries = Mapping[str, exp.Query]
Conditions = Mapping[str, exp.Expr]

_COMPARISONS = (exp.LT, exp.LTE, exp.GT, exp.GTE)
# What gives one of the dates it is given, or none.
_CHOOSING = (exp.Cast, exp.Coalesce, exp.Greatest, exp.Least, exp.Max, exp.Min, exp.Paren)


def stands(queries: Iterable[exp.Query], views: Queries, pending: Conditions) -> bool:
    """Whether `pending`, by table, tells all rows by which another day may change a finding.

    `views` are the queries behind the names that are no tables. A use of `:as_of` that cannot be
    traced to columns of tables counts as one that may change any finding.
    """
    return all(
        _is_told(use, scope, views, pending)
        for query in [*queries, *views.values()]
        for scope in traverse_scope(query)
        for use in scope.find_all(exp.Placeholder)
        if use.name == AS_OF
    )


def _is_told(use: exp.Expr, scope: Scope, views: Queries, pending: Conditions) -> bool:
    """Whether the rows on which one use of the day depends are pending."""
    around = use.parent
    if isinstance(around, _COMPARISONS):
        others = [around.right if around.left is use else around.left]
    elif isinstance(around, exp.Coalesce | exp.Least):
        others = [part for part in (around.this, *around.expressions) if part is not use]
    else:
        return False
    dates = [date for other in others for date in _dates(other, scope, views)]
    columns = {(date.table, date.name) for date in dates if date is not None}
    if None in dates or not all(_is_dated(*column, pending) for column in columns):
        return False
    return not isinstance(around, exp.Coalesce) or _is_open(columns, pending)


def _is_dated(table: str, name: str, pending: Conditions) -> bool:
    """Whether a row is pending when this date of it is still to come, whatever else it says."""
    return table in pending and any(
        isinstance(part, exp.GTE) and name in _latest_of(part.this)
        for part in _alternatives(pending[table])
    )


def _latest_of(node: exp.Expr) -> set[str]:
    """The columns of which an expression gives the latest."""
    if isinstance(node, exp.Column):
        return {node.name}
    if isinstance(node, exp.Greatest | exp.Cast):
        return set[str]().union(*map(_latest_of, (node.this, *node.expressions)))
    return set()


def _is_open(columns: set[tuple[str, str]], pending: Conditions) -> bool:
    """Whether a row of which all these columns are empty is pending for that alone."""
    for table, condition in pending.items():
        for part in _alternatives(condition):
            if isinstance(part, exp.Is) and isinstance(part.expression, exp.Null):
                empty = {(table, one.name) for one in part.this.find_all(exp.Column)}
                if empty and empty <= columns:
                    return True
    return False


def _alternatives(condition: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.Or | exp.Paren):
        for part in condition.iter_expressions():
            yield from _alternatives(part)
    else:
        yield condition


def _dates(node: exp.Expr, scope: Scope, views: Queries) -> Iterator[exp.Column | None]:
    """The columns of tables that a date may come from, None for what is made otherwise."""
    if isinstance(node, exp.Column):
        yield from _origins(node, scope, views)
    elif isinstance(node, exp.Case):
        for branch in node.args["ifs"]:
            yield from _dates(branch.args["true"], scope, views)
        if node.args.get("default") is not None:
            yield from _dates(node.args["default"], scope, views)
    elif isinstance(node, _CHOOSING):
        for part in (node.this, *node.expressions):
            yield from _dates(part, scope, views)
    elif not isinstance(node, exp.Null) and not (
        isinstance(node, exp.Placeholder) and node.name == AS_OF
    ):
        yield None


def _origins(column: exp.Column, scope: Scope, views: Queries) -> Iterator[exp.Column | None]:
    source = source_of(column, scope)
    if isinstance(source, exp.Table) and source.name in views:
        source = traverse_scope(views[source.name])[-1]
    if isinstance(source, exp.Table):
        yield exp.column(column.name, table=source.name)
    elif source is None:
        yield None
    else:
        yield from _selected(column.name, source, views)


def _selected(name: str, source: Scope, views: Queries) -> Iterator[exp.Column | None]:
    """The dates behind a column that a query gives."""
    names = _query(source).named_selects
    if name not in names:
        yield None
        return
    place = names.index(name)
    for one in _branches(source):
        yield from _dates(_query(one).selects[place].unalias(), one, views)


def _query(scope: Scope) -> exp.Query:
    assert isinstance(scope.expression, exp.Query)
    return scope.expression


def _branches(scope: Scope) -> Iterator[Scope]:
    """The parts of a UNION, or the query itself."""
    if not scope.set_operation_scopes:
        yield scope
    for one in scope.set_operation_scopes:
        yield from _branches(one)
