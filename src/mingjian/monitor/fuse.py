"""Many conditions, one scan: every `when` over one view is answered in a single pass."""

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from mingjian.monitor.compile import output_columns
from mingjian.monitor.library import Monitor
from mingjian.monitor.local import SCOPE, scope_column
from mingjian.monitor.query import bind


def fused_query(
    view: str, monitors: Sequence[Monitor], as_of: date, scope: str | None = None
) -> exp.Select:
    """Rows of `view` that at least one monitor hits, with one flag a monitor.

    Only the columns that some finding shows are selected, so that the engine reads no others.
    `scope` is what tells the scope of a row.
    """
    conditions = [bind(monitor.logic, monitor.parameters, as_of) for monitor in monitors]
    columns = dict.fromkeys(name for monitor in monitors for name in output_columns(monitor))
    flags = [exp.alias_(exp.paren(c), _flag(i)) for i, c in enumerate(conditions)]
    anyone = exp.or_(*(exp.paren(condition) for condition in conditions), copy=True)
    shown: list[exp.Expr] = [exp.column(name) for name in columns]
    if scope is not None:
        shown.append(scope_column(scope))
    return exp.select(*shown, *flags).from_(exp.to_table(view)).where(anyone)


def by_view(monitors: Iterable[Monitor]) -> tuple[dict[str, list[Monitor]], list[Monitor]]:
    """The monitors that are conditions, by their view, and those that are queries of their own."""
    groups: dict[str, list[Monitor]] = {}
    alone = []
    for monitor in monitors:
        if monitor.file.view is None:
            alone.append(monitor)
        else:
            groups.setdefault(monitor.file.view, []).append(monitor)
    return groups, alone


def hits(scanned: pa.Table, monitors: Sequence[Monitor]) -> dict[str, pa.Table]:
    """The rows of each monitor, by id, with the columns its findings show, and the scope if any."""
    scope = [SCOPE] if SCOPE in scanned.column_names else []
    return {
        monitor.id: scanned.filter(pc.fill_null(scanned[_flag(i)], False)).select(
            [*output_columns(monitor), *scope]
        )
        for i, monitor in enumerate(monitors)
    }


def _flag(index: int) -> str:
    return f"hit_{index}"
