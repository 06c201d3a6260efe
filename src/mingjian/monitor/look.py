"""A first look at a condition on real records: how many it finds, some of them, near misses."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from mingjian.monitor.compile import bound_views, output_columns
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.query import bind, date_literal, to_sql, with_views
from mingjian.monitor.words import conditions_in_words
from mingjian.store import Reader

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class NearMiss:
    """A row that fails exactly one of the conditions, and which one."""

    row: dict[str, Any]
    missed: int  # counts from 1
    sentence: str


@dataclass(frozen=True)
class FirstLook:
    """What a condition finds as of a day. `year_count` are those of the year before it.

    `dated_by` is the column that dates a unit, the first milestone of its view; without one
    `year_count` is None. `near` has rows that fail one condition only, some for each condition.
    """

    as_of: date
    count: int
    year_count: int | None
    dated_by: str
    hits: list[dict[str, Any]]
    near: list[NearMiss]
    near_counts: list[int]


def first_look(
    reader: Reader,
    library: Library,
    monitor: Monitor,
    as_of: date,
    *,
    samples: int = 20,
    agencies: frozenset[str] | None = None,
) -> FirstLook:
    """Look at a `when` monitor on the records of a reader; `agencies` limits what is looked at."""
    parts = conditions(monitor)
    rows = _flagged(library, monitor, parts, as_of, agencies)
    reader.create("looked_at", to_sql(rows))
    dated_by = _dated_by(library, monitor)
    since = exp.GT(this=exp.column("dated_"), expression=date_literal(as_of - YEAR))
    hit = "missed_ = 0"
    counted = reader.rows(
        f"SELECT COUNT(*) AS found, COUNT(*) FILTER (WHERE {to_sql(since)}) AS of_year "
        f"FROM looked_at WHERE {hit}"
    )[0]
    near_counts = reader.rows(
        "SELECT which_, COUNT(*) AS n FROM looked_at WHERE missed_ = 1 GROUP BY which_"
    )
    counts = {row["which_"]: row["n"] for row in near_counts}
    sentences = conditions_in_words(monitor, library)
    shown = ", ".join(f'"{name}"' for name in output_columns(monitor))
    hits = reader.rows(
        f"SELECT {shown} FROM looked_at WHERE {hit} ORDER BY unit_id LIMIT {samples}"
    )
    each = max(2, samples // max(1, len(parts)))
    near = reader.rows(
        f"SELECT {shown}, which_ FROM looked_at WHERE missed_ = 1 QUALIFY "
        f"ROW_NUMBER() OVER (PARTITION BY which_ ORDER BY unit_id) <= {each} ORDER BY which_"
    )
    return FirstLook(
        as_of,
        counted["found"],
        counted["of_year"] if dated_by else None,
        library.views[str(monitor.file.view)].file.columns.get(dated_by, ""),
        hits,
        [
            NearMiss(_without_which(row), row["which_"], sentences[row["which_"] - 1])
            for row in near
        ],
        [counts.get(number, 0) for number in range(1, len(parts) + 1)],
    )


def conditions(monitor: Monitor) -> list[exp.Expr]:
    """The AND-ed conditions of a `when`, as its sentences are counted."""
    found: list[exp.Expr] = []
    waiting = [monitor.logic]
    while waiting:
        node = waiting.pop()
        inner = node.unnest() if isinstance(node, exp.Paren) else node
        if isinstance(inner, exp.And):
            waiting += [inner.right, inner.left]
        else:
            found.append(node)
    return found


def _flagged(
    library: Library,
    monitor: Monitor,
    parts: list[exp.Expr],
    as_of: date,
    agencies: frozenset[str] | None,
) -> exp.Query:
    """Rows of the view that fail at most one condition, with how many and which they fail."""
    view = str(monitor.file.view)
    failed = [
        exp.case().when(bind(part, monitor.parameters, as_of), "0").else_("1") for part in parts
    ]
    total: exp.Expr = exp.Literal.number(0)
    which: exp.Expr = exp.Literal.number(0)
    for number, flag in enumerate(failed, 1):
        total = exp.Add(this=total, expression=flag)
        weighed = exp.Mul(this=exp.Literal.number(number), expression=flag.copy())
        which = exp.Add(this=which, expression=weighed)
    dated_by = _dated_by(library, monitor)
    dated = exp.column(dated_by) if dated_by else exp.null()
    columns = [exp.column(name) for name in output_columns(monitor)]
    flagged = exp.select(
        *columns,
        exp.alias_(exp.cast(dated, "DATE"), "dated_"),
        exp.alias_(total, "missed_"),
        exp.alias_(which, "which_"),
    ).from_(exp.to_table(view))
    if agencies is not None:
        # An empty IN is no SQL; no agency has an empty id.
        names = [exp.Literal.string(name) for name in sorted(agencies) or [""]]
        flagged = flagged.where(exp.In(this=exp.column("agency_id"), expressions=names))
    query = exp.select("*").from_(flagged.subquery("flagged")).where("missed_ <= 1")
    return with_views(query, bound_views(library, monitor.reads, as_of))


def _dated_by(library: Library, monitor: Monitor) -> str:
    milestones = library.views[str(monitor.file.view)].file.milestones
    return milestones[0].on if milestones else ""


def _without_which(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "which_"}
