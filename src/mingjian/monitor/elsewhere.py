"""The same monitors on another engine: the statements of a round in its dialect.

Files keep to a portable subset, so that sqlglot can write them for Spark and others. The tables
there must bear the names and columns of the standard, reference tables and calendar included.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from sqlglot import exp

from mingjian.monitor.compile import bound_views, compile_monitor, output_columns
from mingjian.monitor.fuse import by_view, fused_query, hits
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.query import with_views
from mingjian.monitor.scan import plain_types

DIALECTS = ("spark", "trino", "starrocks", "doris", "clickhouse", "postgres", "duckdb")
"""What sqlglot can be asked for. Only Spark is tested; see docs/moving-to-another-engine.md."""


@dataclass(frozen=True)
class Statement:
    """One query of a round and the monitors that it answers: those of a view together."""

    monitors: tuple[Monitor, ...]
    query: exp.Query

    @property
    def tables(self) -> set[str]:
        """Names of the tables that the statement reads."""
        own = {cte.alias for cte in self.query.find_all(exp.CTE)}
        return {table.name for table in self.query.find_all(exp.Table)} - own

    def sql(self, dialect: str, *, pretty: bool = False) -> str:
        """Its text for an engine; ValueError where the dialect is not among DIALECTS."""
        if dialect not in DIALECTS:
            raise ValueError(f"不认识的方言“{dialect}”，可用：{'、'.join(DIALECTS)}")
        return self.query.sql(dialect, pretty=pretty, comments=False)

    def findings(self, answered: pa.Table) -> Mapping[str, pa.Table]:
        """What each monitor found, by id, from the rows that the engine answered with."""
        if self.monitors[0].file.view is None:
            found = {self.monitors[0].id: answered.select(output_columns(self.monitors[0]))}
        else:
            found = hits(answered, self.monitors)
        return {name: plain_types(table) for name, table in found.items()}


def statements(library: Library, as_of: date, only: Iterable[str] | None = None) -> list[Statement]:
    """A round's statements: one for all monitors of a view, one for each whole query.

    `only` names monitors by id or code; otherwise those in production and shadow.
    """
    if only is None:
        chosen = [m for m in library.monitors.values() if m.status in ("production", "shadow")]
    else:
        chosen = [library.monitor(name) for name in only]
    groups, alone = by_view(chosen)
    found = [Statement((one,), compile_monitor(library, one, as_of)) for one in alone]
    for view, group in groups.items():
        views = bound_views(library, frozenset([view]), as_of)
        query = with_views(fused_query(view, group, as_of), views)
        found.append(Statement(tuple(group), query))
    return found
