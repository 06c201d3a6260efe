"""The case's time line as a drawing: milestones on an axis, legal limits as bars below it.

Only geometry, in the units of an SVG 1000 wide; the template draws it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

WIDTH = 1000
SIDE = 70  # room for half a label at either end
ROW = 34  # height of a row of labels
LANE = 44  # height of a limit: a line of text and its bar
BAR = 10
CHARACTER = 13.5
LABEL_GAP = 8
# A gap longer than this, and than twice all shorter ones together, is drawn shortened and broken.
SHORTEN_FROM_DAYS = 90


@dataclass(frozen=True)
class Milestone:
    """Something that happened on a day."""

    title: str
    day: date


@dataclass(frozen=True)
class Limit:
    """A legal time limit: runs from `start` to `end`, and was met on `met` or not yet."""

    title: str
    start: date
    end: date
    met: date | None
    basis: str


@dataclass(frozen=True)
class Mark:
    """A milestone drawn: a dot on the axis at x, its label in a row above."""

    x: float
    label_x: float
    label_y: float
    title: str
    day: date


@dataclass(frozen=True)
class Span:
    """A limit drawn. `over` is the part beyond the limit, or None."""

    y: float
    x: float
    width: float
    over_x: float | None
    over_width: float
    met_x: float | None
    text: str
    verdict: str
    is_late: bool


@dataclass(frozen=True)
class Drawing:
    """Everything the template needs."""

    height: float
    axis_y: float
    today_x: float | None
    today: date
    marks: list[Mark] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    breaks: list[float] = field(default_factory=list)
    width: int = WIDTH

    @property
    def bottom(self) -> float:
        return self.height - 4


def draw(milestones: Sequence[Milestone], limits: Sequence[Limit], as_of: date) -> Drawing | None:
    """The time line as of a day; None when nothing has a date."""
    is_open = any(limit.met is None for limit in limits)
    days = {m.day for m in milestones}
    for limit in limits:
        days |= {limit.start, limit.end, *([limit.met] if limit.met else [])}
    if not days:
        return None
    if is_open:
        days.add(as_of)
    scale, breaks = _scale(sorted(days))
    marks, rows = _marks(milestones, scale)
    axis_y = 16 + rows * ROW
    spans = [_span(limit, scale, as_of, axis_y + 26 + i * LANE) for i, limit in enumerate(limits)]
    return Drawing(
        height=axis_y + 30 + len(limits) * LANE,
        axis_y=axis_y,
        today_x=scale[as_of] if is_open else None,
        today=as_of,
        marks=marks,
        spans=spans,
        breaks=breaks,
    )


def _scale(days: Sequence[date]) -> tuple[dict[date, float], list[float]]:
    """Where each day lies on the axis, and where the axis is broken."""
    gaps = [(second - first).days for first, second in pairwise(days)]
    drawn = dict(enumerate(gaps))
    shorter = 0.0
    for i in sorted(drawn, key=lambda i: gaps[i]):
        drawn[i] = min(gaps[i], int(max(SHORTEN_FROM_DAYS, 2 * shorter)))
        shorter += drawn[i]
    unit = (WIDTH - 2 * SIDE) / (shorter or 1)
    place, x = {days[0]: float(SIDE)}, float(SIDE)
    breaks = []
    for i, day in enumerate(days[1:]):
        if drawn[i] < gaps[i]:
            breaks.append(round(x + drawn[i] * unit / 2, 1))
        x += drawn[i] * unit
        place[day] = round(x, 1)
    return place, breaks


def _marks(milestones: Sequence[Milestone], scale: dict[date, float]) -> tuple[list[Mark], int]:
    """Labels in as few rows as do not overlap; the row nearest the axis is filled first."""
    ends: list[float] = []
    placed = []
    for milestone in sorted(milestones, key=lambda m: m.day):
        x = scale[milestone.day]
        half = max(len(milestone.title) * CHARACTER, 5.5 * CHARACTER) / 2
        label_x = min(max(x, half), WIDTH - half)
        row = next((i for i, end in enumerate(ends) if end <= label_x - half), len(ends))
        if row == len(ends):
            ends.append(0)
        ends[row] = label_x + half + LABEL_GAP
        placed.append((milestone, x, label_x, row))
    rows = len(ends)
    marks = [
        Mark(x, label_x, 14 + (rows - 1 - row) * ROW, milestone.title, milestone.day)
        for milestone, x, label_x, row in placed
    ]
    return marks, rows


def _span(limit: Limit, scale: dict[date, float], as_of: date, y: float) -> Span:
    start, end = scale[limit.start], scale[limit.end]
    until = limit.met or as_of
    is_late = until > limit.end
    return Span(
        y=y,
        x=min(start, end),
        width=max(abs(end - start), 2),
        over_x=end if is_late else None,
        over_width=round(scale[until] - end, 1) if is_late else 0,
        met_x=scale[limit.met] if limit.met else None,
        text=f"{limit.title}：{limit.start} 起，{limit.end} 届满（{limit.basis}）",
        verdict=_verdict(limit, as_of),
        is_late=is_late,
    )


def _verdict(limit: Limit, as_of: date) -> str:
    if limit.met is None:
        late = (as_of - limit.end).days
        if late > 0:
            return f"至 {as_of} 未完成，已超 {late} 日"
        return "今日届满" if late == 0 else f"还剩 {-late} 日"
    late = (limit.met - limit.end).days
    return f"{limit.met} 完成，超 {late} 日" if late > 0 else f"{limit.met} 完成，未超期"
