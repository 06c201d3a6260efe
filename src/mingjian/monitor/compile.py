"""One monitor as one whole query over the tables of a reader."""

from collections.abc import Mapping
from datetime import date

from sqlglot import exp

from mingjian.monitor.library import Library, Monitor, View
from mingjian.monitor.query import bind, with_views

IDENTITY = ("unit_id", "agency_id")


def compile_monitor(library: Library, monitor: Monitor, as_of: date) -> exp.Query:
    """The query that finds what `monitor` finds as of a day, run by itself."""
    return compile_logic(library, monitor, monitor.logic, as_of)


def compile_logic(library: Library, monitor: Monitor, logic: exp.Expr, as_of: date) -> exp.Query:
    """As compile_monitor, with a `logic` that may differ from the file's (a mutant)."""
    bound = bind(logic, monitor.parameters, as_of)
    if monitor.file.view is None:
        query = bound
    else:
        columns = [exp.column(name) for name in output_columns(monitor)]
        query = exp.select(*columns).from_(exp.to_table(monitor.file.view)).where(bound)
    assert isinstance(query, exp.Query)
    return with_views(query, bound_views(library, monitor.reads, as_of))


def output_columns(monitor: Monitor) -> list[str]:
    """Columns a finding needs: identity first, then the evidence in the order of the file."""
    return list(dict.fromkeys([*IDENTITY, *monitor.file.evidence]))


def bound_views(library: Library, names: frozenset[str], as_of: date) -> Mapping[str, exp.Query]:
    """The queries of those of `names` that are views, with `:as_of` filled in."""
    return {
        name: bound_view(library.views[name], as_of) for name in sorted(names & set(library.views))
    }


def bound_view(view: View, as_of: date) -> exp.Query:
    bound = bind(view.query, {}, as_of)
    assert isinstance(bound, exp.Query)
    return bound
