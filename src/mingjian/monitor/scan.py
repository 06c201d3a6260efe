"""Answers many monitors with as few passes over the records as there are views."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from time import perf_counter
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from mingjian.monitor.compile import IDENTITY, bound_views, compile_monitor, output_columns
from mingjian.monitor.fold import folded
from mingjian.monitor.fuse import by_view, fused_query, hits
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.local import SCOPE, Locality, renamed, with_scope
from mingjian.monitor.query import to_sql, with_views
from mingjian.monitor.recall import Recall
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


@dataclass(frozen=True)
class _Scene:
    """What all queries of one scan share."""

    reader: Reader
    library: Library
    as_of: date
    recall: Recall | None

    def locality(self, monitor: Monitor) -> Locality | None:
        """How the findings of a monitor fall apart, when that is of use."""
        return None if self.recall is None else self.recall.locality(monitor)

    def rows(self, query: exp.Query, locality: Locality | None, *, near: bool) -> pa.Table:
        """The rows of a query, which is used up: over all records, or those to look at again."""
        if near and locality is not None and self.recall is not None:
            query = renamed(query, self.recall.near(locality))
        return self.reader.arrow(to_sql(folded(self.reader, query), keep=False))

    def settled(self, monitor: Monitor, table: pa.Table, seconds: float, *, near: bool) -> Answer:
        """The answer made of what was found now and, after a partial look, what was before."""
        if self.recall is None:
            return checked(monitor, table, seconds)
        if near:
            table = self.recall.joined(monitor, plain_types(table))
        answer = checked(monitor, table, seconds)
        if answer.table is None:
            return answer
        self.recall.note(monitor, answer.table)
        return replace(answer, table=answer.table.select(output_columns(monitor)))


class _Runner(Protocol):
    """Runs some monitors over the records, all or near ones."""

    def __call__(self, group: Sequence[Monitor], *, near: bool) -> Iterator[Answer]: ...


def scan(
    reader: Reader,
    library: Library,
    monitors: Sequence[Monitor],
    as_of: date,
    say: Callable[[str], None],
    recall: Recall | None = None,
) -> Iterator[Answer]:
    """One answer for each monitor: conditions fused view by view, then the whole queries.

    With a `recall` of an earlier round, only what changed since is looked at where that is enough.
    """
    scene = _Scene(reader, library, as_of, recall)
    groups, alone = by_view(monitors)
    for view, group in groups.items():
        say(f"{library.views[view].file.title}：{len(group)} 个模型合并扫描")
        yield from _in_turn(scene, group, partial(_fused, scene, view))
    for number, monitor in enumerate(alone, 1):
        say(f"{monitor.code} {monitor.name}（{number}/{len(alone)}）")
        yield from _in_turn(scene, [monitor], partial(_alone, scene))


def _in_turn(scene: _Scene, group: Sequence[Monitor], run: _Runner) -> Iterator[Answer]:
    """The cheapest sound way for each of a group; what fails on a part is run on the whole."""
    waiting = {monitor.id: monitor for monitor in group}
    if scene.recall is not None:
        start = perf_counter()
        ways = {monitor.id: scene.recall.way(monitor) for monitor in group}
        for monitor in group:
            if ways[monitor.id] == "same":
                found = scene.recall.unchanged(monitor)
                yield Answer(monitor.id, found, perf_counter() - start)
                del waiting[monitor.id]
        near = [monitor for monitor in waiting.values() if ways[monitor.id] == "near"]
        for answer in run(near, near=True) if near else ():
            if not answer.error:
                yield answer
                del waiting[answer.monitor_id]
    if waiting:
        yield from run(list(waiting.values()), near=False)


def _fused(scene: _Scene, view: str, group: Sequence[Monitor], *, near: bool) -> Iterator[Answer]:
    """The group in one scan; if that fails, its halves, until the faulty monitor stands alone."""
    start = perf_counter()
    locality = scene.locality(group[0])
    try:
        by = None if locality is None else locality.by
        query = fused_query(view, group, scene.as_of, by)
        views = bound_views(scene.library, frozenset([view]), scene.as_of)
        found = hits(scene.rows(with_views(query, views), locality, near=near), group)
        spent = perf_counter() - start
        answers = [
            scene.settled(monitor, found[monitor.id], spent / len(group), near=near)
            for monitor in group
        ]
    except FAULTS as error:
        if len(group) == 1:
            yield Answer(group[0].id, None, perf_counter() - start, _said(error))
            return
        middle = len(group) // 2
        for half in (group[:middle], group[middle:]):
            yield from _fused(scene, view, half, near=near)
        return
    yield from answers


def _alone(scene: _Scene, group: Sequence[Monitor], *, near: bool) -> Iterator[Answer]:
    for monitor in group:
        start = perf_counter()
        locality = scene.locality(monitor)
        try:
            query = compile_monitor(scene.library, monitor, scene.as_of)
            if locality is not None:
                query = with_scope(query, locality.by)
            table = scene.rows(query, locality, near=near)
            shown = [*output_columns(monitor), *([SCOPE] if locality is not None else [])]
            yield scene.settled(monitor, table.select(shown), perf_counter() - start, near=near)
        except FAULTS as error:
            yield Answer(monitor.id, None, perf_counter() - start, _said(error))


def checked(monitor: Monitor, table: pa.Table, seconds: float) -> Answer:
    """The answer, unless a unit has no id or several rows: then nobody could follow it up."""
    units = pc.cast(table["unit_id"], pa.string())
    if units.null_count:
        return Answer(monitor.id, None, seconds, f"{units.null_count} 行没有对象标识（unit_id）")
    distinct = pc.count_distinct(units).as_py()
    if distinct < table.num_rows:
        surplus = table.num_rows - distinct
        return Answer(monitor.id, None, seconds, f"同一对象返回了多行（多出 {surplus} 行）")
    return Answer(monitor.id, plain_types(table), seconds)


def plain_types(table: pa.Table) -> pa.Table:
    """Ids as text, and whole numbers that the engine widened (sums) as integers again."""
    for index, field in enumerate(table.schema):
        kind = field.type
        if field.name in (*IDENTITY, SCOPE):
            kind = pa.string()
        elif pa.types.is_decimal(kind) and kind.scale == 0:
            kind = pa.int64()
        if kind != field.type:
            table = table.set_column(index, field.name, pc.cast(table[field.name], kind))
    return table


def _said(error: Exception) -> str:
    return f"运行出错：{error}"
