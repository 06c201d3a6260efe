"""数据要求: is there enough data for a monitor to judge, so that silence means "nothing wrong"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mingjian.monitor.library import Monitor
from mingjian.monitor.relations import relations
from mingjian.store import Fill, Reader


@dataclass(frozen=True)
class Readiness:
    """Whether a monitor may run; `message` says what is missing and how much, in Chinese."""

    ready: bool
    message: str


def measure(
    reader: Reader, monitors: Iterable[Monitor], known: Mapping[str, Fill] | None = None
) -> dict[str, Fill]:
    """Fill of every table and field the monitors name, in one pass a table.

    Fields asked for with `any` are measured too: people want to see them, nothing hangs on them.
    Tables `known` need not be counted again.
    """
    asked: dict[str, set[str]] = {}
    for monitor in monitors:
        for table, fields in monitor.file.requires.items():
            asked.setdefault(table, set()).update(fields)
    fills = dict(known or {})
    for table, names in asked.items():
        if table not in fills or not names <= fills[table].filled.keys():
            fills[table] = _fill(reader, table, sorted(names))
    return {table: fills[table] for table in asked}


def readiness(monitor: Monitor, fills: Mapping[str, Fill]) -> Readiness:
    """Judge the fills against the monitor's `requires`.

    A table of which a share is required must have rows at all; one with only `any` may be empty.
    """
    lacking: list[str] = []
    incomplete: list[str] = []
    for table, fields in monitor.file.requires.items():
        shares = {name: float(share) for name, share in fields.items() if share != "any"}
        fill = fills[table]
        if shares and not fill.rows:
            lacking.append(f"{relations()[table].title}没有数据")
            continue
        for name, share in shares.items():
            missing = fill.rows - fill.filled[name]
            text = _said(table, name, fill.rows, missing)
            if fill.filled[name] < share * fill.rows:
                lacking.append(f"{text}，要求 {share:.1%}")
            elif missing:
                incomplete.append(text)
    if lacking:
        return Readiness(False, "数据不足，停跑：" + "；".join(lacking))
    return Readiness(True, "；".join(incomplete))


def _said(table: str, name: str, rows: int, missing: int) -> str:
    relation = relations()[table]
    title = relation.columns[name].title
    share = _floored_share(rows - missing, rows)
    return f"{relation.title}“{title}”填报率 {share}（{rows:,} 行缺 {missing:,} 行）"


def _floored_share(part: int, whole: int) -> str:
    """A percentage that says 100% only when it is."""
    return f"{part * 1000 // whole / 10:.1f}%"


def _fill(reader: Reader, table: str, fields: list[str]) -> Fill:
    # A record without its key is never accepted, and keys are the dearest columns to read.
    keys = set(relations()[table].key)
    fill = reader.fill(table, [name for name in fields if name not in keys])
    return Fill(fill.rows, {name: fill.filled.get(name, fill.rows) for name in fields})
