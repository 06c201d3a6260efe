"""Values that depend on reference tables alone: the same for every row, so asked for once.

An engine that is told such a value beforehand can prepare for it: a pattern put together of all
phrases of a table is compiled once, not once a row.
"""

from sqlglot import exp

from mingjian.monitor.query import scalar_literal, to_sql
from mingjian.monitor.relations import relations
from mingjian.store import Reader

# What takes the rows of a subquery, not a value.
_ROWS = (exp.From, exp.Join, exp.In, exp.SubqueryPredicate, exp.SetOperation)


def folded(reader: Reader, query: exp.Query) -> exp.Query:
    """`query`, changed to hold the value of each subquery that reads reference tables alone."""
    for node in list(query.find_all(exp.Subquery)):
        if _is_value(node) and _is_constant(node):
            rows = reader.rows(f"SELECT {to_sql(node)} AS v")
            node.replace(scalar_literal(rows[0]["v"]))
    return query


def _is_value(node: exp.Subquery) -> bool:
    """Whether a subquery stands where a value does, not where rows do."""
    return not isinstance(node.parent, _ROWS)


def _is_constant(node: exp.Subquery) -> bool:
    tables = list(node.find_all(exp.Table))
    reads = [relations().get(table.name) for table in tables]
    own = {table.alias_or_name for table in tables}
    return (
        all(relation is not None and relation.kind == "reference" for relation in reads)
        and not node.find(exp.CTE)
        and all(column.table in own for column in node.find_all(exp.Column))
    )
