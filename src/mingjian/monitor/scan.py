"""Answers many monitors with as few passes over the records as there are views."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import pyarrow as pa
import pyarrow.compute as pc

from mingjian.monitor.compile import IDENTITY, bound_views, compile_monitor, output_columns
from mingjian.monitor.fuse import fused_query, hits
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.query import to_sql, with_views
from mingjian.store import Reader, StoreError

# What one monitor may do wrong without stopping the others; anything else is a fault of ours.
FAULTS = (StoreError, pa.ArrowException, KeyError)


@dataclass(frozen=True)
class Answer:
    """What one monitor found, or the error that stopped it."""

    monitor_id: str
    table: pa.Table | None
    seconds: float
    error: str = ""


def scan(
    reader: Reader,
    library: Library,
    monitors: Sequence[Monitor],
    as_of: date,
    say: Callable[[str], None],
) -> Iterator[Answer]:
    """One answer for each monitor: conditions fused view by view, then the whole queries."""
    groups: dict[str, list[Monitor]] = {}
    for monitor in monitors:
        if monitor.file.view is not None:
            groups.setdefault(monitor.file.view, []).append(monitor)
    for view, group in groups.items():
        say(f"{library.views[view].file.title}：{len(group)} 个模型合并扫描")
        yield from _fused(reader, library, view, group, as_of)
    alone = [monitor for monitor in monitors if monitor.file.view is None]
    for number, monitor in enumerate(alone, 1):
        say(f"{monitor.code} {monitor.name}（{number}/{len(alone)}）")
        yield _alone(reader, library, monitor, as_of)


def _fused(
    reader: Reader, library: Library, view: str, group: Sequence[Monitor], as_of: date
) -> Iterator[Answer]:
    """The group in one scan; if that fails, its halves, until the faulty monitor stands alone."""
    start = perf_counter()
    try:
        query = fused_query(view, group, as_of)
        views = bound_views(library, frozenset([view]), as_of)
        found = hits(reader.arrow(to_sql(with_views(query, views))), group)
    except FAULTS as error:
        if len(group) == 1:
            yield Answer(group[0].id, None, perf_counter() - start, _said(error))
            return
        middle = len(group) // 2
        for half in (group[:middle], group[middle:]):
            yield from _fused(reader, library, view, half, as_of)
        return
    seconds = (perf_counter() - start) / len(group)
    for monitor in group:
        yield checked(monitor, found[monitor.id], seconds)


def _alone(reader: Reader, library: Library, monitor: Monitor, as_of: date) -> Answer:
    start = perf_counter()
    try:
        table = reader.arrow(to_sql(compile_monitor(library, monitor, as_of)))
        table = table.select(output_columns(monitor))
    except FAULTS as error:
        return Answer(monitor.id, None, perf_counter() - start, _said(error))
    return checked(monitor, table, perf_counter() - start)


def checked(monitor: Monitor, table: pa.Table, seconds: float) -> Answer:
    """The answer, unless a unit has no id or several rows: then nobody could follow it up."""
    units = pc.cast(table["unit_id"], pa.string())
    if units.null_count:
        return Answer(monitor.id, None, seconds, f"{units.null_count} 行没有对象标识（unit_id）")
    distinct = pc.count_distinct(units).as_py()
    if distinct < table.num_rows:
        surplus = table.num_rows - distinct
        return Answer(monitor.id, None, seconds, f"同一对象返回了多行（多出 {surplus} 行）")
    return Answer(monitor.id, _plain_types(table), seconds)


def _plain_types(table: pa.Table) -> pa.Table:
    """Ids as text, and whole numbers that the engine widened (sums) as integers again."""
    for index, field in enumerate(table.schema):
        kind = field.type
        if field.name in IDENTITY:
            kind = pa.string()
        elif pa.types.is_decimal(kind) and kind.scale == 0:
            kind = pa.int64()
        if kind != field.type:
            table = table.set_column(index, field.name, pc.cast(table[field.name], kind))
    return table


def _said(error: Exception) -> str:
    return f"运行出错：{error}"
