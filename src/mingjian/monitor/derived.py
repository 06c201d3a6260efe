"""What a monitor asks of a view beyond its columns: how a row stands among peers, how it recurs.

The answer is one more view, worked out of the first: its rows and columns, with those asked for
beside them. Everything that reads a view reads this one in the same way.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from mingjian.monitor.file import MonitorFile, Peers, Recurs, ViewFile
from mingjian.monitor.query import DIALECT, to_sql, with_views

Fault = tuple[tuple[str, ...], str]
Types = Mapping[str, str]

NUMBERS = ("BIGINT", "INT", "DECIMAL", "DOUBLE")
DAYS = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class Comparison:
    """The `peers` and `recurs` of a monitor's file."""

    peers: Peers | None = None
    recurs: Recurs | None = None


def comparison_of(file: MonitorFile) -> Comparison | None:
    """What the file asks for; None when it is content with the columns of its view."""
    if file.peers is None and file.recurs is None:
        return None
    return Comparison(file.peers, file.recurs)


def derived_name(view: str, asked: Comparison) -> str:
    """The same for all monitors that ask the same of a view: they share one scan."""
    digest = hashlib.sha256(repr(asked).encode()).hexdigest()
    return f"{view}_{digest[:8]}"


def dated_by(view: ViewFile, on: str) -> str:
    """The column that dates a row: the one named, or the first milestone; empty without any."""
    return on or (view.milestones[0].on if view.milestones else "")


def median_column(value: str) -> str:
    """House rule: money columns end in `_yuan`."""
    return "peer_median_yuan" if value.endswith("_yuan") else "peer_median"


def added_columns(asked: Comparison) -> dict[str, str]:
    """The columns beside those of the view, with their Chinese titles."""
    found: dict[str, str] = {}
    if asked.peers is not None:
        found |= {"peer_count": "同组件数", median_column(asked.peers.value): "同组中位数"}
        found |= {"peer_ratio": "与同组中位数之比"}
    if asked.recurs is not None:
        days = asked.recurs.days
        within = "历来" if days is None else f"{days}日之内"
        found |= {"recur_no": f"{within}的次数（含本次）", "recur_previous_on": "上一次日期"}
        found |= {"recur_previous_id": "上一次的标识"}
    return found


def told_columns(view: ViewFile, asked: Comparison) -> dict[str, str]:
    """The added columns as a sentence says them when it speaks of them first: who the peers are."""
    found: dict[str, str] = {}
    if asked.peers is not None:
        among = f"同组（{peers_in_words(view, asked.peers)}）"
        peers = added_columns(Comparison(peers=asked.peers))
        found |= {name: title.replace("同组", among) for name, title in peers.items()}
    if asked.recurs is not None:
        count = added_columns(asked)["recur_no"]
        found["recur_no"] = f"{recurs_in_words(view, asked.recurs)}{count}"
    return found


def peers_in_words(view: ViewFile, peers: Peers) -> str:
    """执法领域、适用程序相同，回看365日."""
    same = f"{_titles(view, peers.group)}相同"
    return same if peers.days is None else f"{same}，回看{peers.days}日"


def recurs_in_words(view: ViewFile, recurs: Recurs) -> str:
    return f"同一{_titles(view, recurs.same)}"


def _titles(view: ViewFile, columns: list[str]) -> str:
    return "、".join(view.columns[name] for name in columns)


def faults(view: ViewFile, types: Types, asked: Comparison) -> Iterator[Fault]:
    """What cannot be asked of a view: where in the monitor's file, and why."""
    for name in added_columns(asked):
        if name in view.columns:
            key = "recurs" if name.startswith("recur") else "peers"
            yield (key,), f"视图 {view.name} 已有 {name} 这一列，不必再写 {key}"
    if asked.peers is not None:
        value = asked.peers.value
        yield from _column_faults(view, ("peers", "group"), asked.peers.group)
        yield from _column_faults(view, ("peers", "value"), [value])
        if value in types and not types[value].startswith(NUMBERS):
            yield ("peers", "value"), f"“{value}”不是数字，不能求中位数"
        if asked.peers.days is not None or asked.peers.on:
            yield from _date_faults(view, types, "peers", asked.peers.on)
    if asked.recurs is not None:
        yield from _column_faults(view, ("recurs", "same"), asked.recurs.same)
        yield from _date_faults(view, types, "recurs", asked.recurs.on)


def _column_faults(
    view: ViewFile, location: tuple[str, ...], columns: list[str]
) -> Iterator[Fault]:
    for number, name in enumerate(columns):
        if name not in view.columns:
            yield location, f"视图 {view.name} 没有“{name}”这一列"
        elif name in columns[:number]:
            yield location, f"“{name}”写了两次"


def _date_faults(view: ViewFile, types: Types, key: str, on: str) -> Iterator[Fault]:
    column = dated_by(view, on)
    if not column:
        yield (key,), f"视图 {view.name} 没有 milestones，分不出先后：写明 on（按哪个日期）"
    elif column not in view.columns:
        yield (key, "on"), f"视图 {view.name} 没有“{column}”这一列"
    elif not types[column].startswith(DAYS):
        yield (key, "on"), f"“{column}”不是日期"


def derived_file(view: ViewFile, query: exp.Query, asked: Comparison) -> ViewFile:
    """The file that the derived view would have if somebody had written it."""
    peers = asked.peers
    if peers is not None:
        title = f"{peers_in_words(view, peers)}的{view.columns[peers.value]}"
        on = dated_by(view, peers.on)
        peers = peers.model_copy(update={"title": peers.title or title, "on": on})
    changes = {
        "name": derived_name(view.name, asked),
        "columns": view.columns | added_columns(asked),
        "peers": peers or view.peers,
        "local": None,  # a row rests on others than those of its own scope
        "sql": to_sql(query, pretty=True),
    }
    return view.model_copy(update=changes)


def derived_query(view: ViewFile, query: exp.Query, types: Types, asked: Comparison) -> exp.Query:
    """The rows of a view with the columns asked for; steps keep to the portable subset."""
    steps: list[str] = []
    shown = [f"b.{name}" for name in view.columns]
    joins = ""
    if asked.peers is not None:
        steps += _peer_steps(view, asked.peers, types[asked.peers.value])
        shown += [f"s.{name}" for name in added_columns(Comparison(peers=asked.peers))]
        joins += " LEFT JOIN standing s ON s.unit_id = b.unit_id"
    if asked.recurs is not None:
        steps += _recur_steps(view, asked.recurs)
        shown += [
            "r.recur_no",
            "CASE WHEN r.recur_no > 1 THEN r.previous_on_ END AS recur_previous_on",
            "CASE WHEN r.recur_no > 1 THEN r.previous_id_ END AS recur_previous_id",
        ]
        joins += " LEFT JOIN recurring r ON r.unit_id = b.unit_id"
    text = f"WITH {', '.join(steps)} SELECT {', '.join(shown)} FROM {view.name} b{joins}"
    whole = sqlglot.parse_one(text, dialect=DIALECT)
    assert isinstance(whole, exp.Query)
    return with_views(whole, {view.name: query.copy()})


def among_peers(view: ViewFile, peers: Peers) -> str:
    """The condition under which a row counts among the peers of its group, itself included."""
    parts = [f"{name} IS NOT NULL" for name in dict.fromkeys([*peers.group, peers.value])]
    if peers.days is not None:
        day = f"CAST({dated_by(view, peers.on)} AS DATE)"
        parts += [f"{day} <= :as_of", f"DATE_DIFF('day', {day}, :as_of) < {peers.days}"]
    return " AND ".join(parts)


def _peer_steps(view: ViewFile, peers: Peers, kind: str) -> list[str]:
    group = ", ".join(peers.group)
    same = " AND ".join(f"a.{name} = c.{name}" for name in peers.group)
    number = "DECIMAL(18, 2)" if kind.startswith("DECIMAL") else "DOUBLE"
    median = median_column(peers.value)
    ratio = f"CAST(c.own_ AS DOUBLE) / NULLIF(CAST(a.{median} AS DOUBLE), 0)"
    return [
        f"""compared AS (  -- 算在同组之内的
          SELECT unit_id, {group}, {peers.value} AS own_
          FROM {view.name} WHERE {among_peers(view, peers)})""",
        f"""alike AS (  -- 每一组的件数与中位数
          SELECT {group}, COUNT(*) AS peer_count, CAST(MEDIAN(own_) AS {number}) AS {median}
          FROM compared GROUP BY {group})""",
        f"""standing AS (  -- 每一件与它的同组
          SELECT c.unit_id, a.peer_count, a.{median}, {ratio} AS peer_ratio
          FROM compared c JOIN alike a ON {same})""",
    ]


def _recur_steps(view: ViewFile, recurs: Recurs) -> list[str]:
    same = ", ".join(recurs.same)
    day = f"CAST({dated_by(view, recurs.on)} AS DATE)"
    filled = " AND ".join(f"{name} IS NOT NULL" for name in recurs.same)
    order = f"PARTITION BY {same} ORDER BY day_no_, unit_id"
    number = "place_"
    if recurs.days is not None:
        near = f"RANGE BETWEEN {recurs.days - 1} PRECEDING AND CURRENT ROW"
        number = f"place_ - (MIN(place_) OVER (PARTITION BY {same} ORDER BY day_no_ {near})) + 1"
    return [
        f"""dated AS (  -- 要相同的都填了、判断日及以前的
          SELECT unit_id, {same}, {day} AS happened_on_,
                 DATE_DIFF('day', CAST('2000-01-01' AS DATE), {day}) AS day_no_
          FROM {view.name} WHERE {filled} AND {day} <= :as_of)""",
        f"""placed AS (  -- 同样的按日期排先后
          SELECT unit_id, {same}, day_no_, ROW_NUMBER() OVER ({order}) AS place_,
                 LAG(happened_on_) OVER ({order}) AS previous_on_,
                 LAG(unit_id) OVER ({order}) AS previous_id_
          FROM dated)""",
        f"""recurring AS (  -- 是第几次
          SELECT unit_id, CAST({number} AS BIGINT) AS recur_no, previous_on_, previous_id_
          FROM placed)""",
    ]
