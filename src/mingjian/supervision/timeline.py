"""The case's time line as a drawing: milestones on an axis, legal limits as bars below it.

Only geometry, in the units of an SVG 780 wide; the template draws it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

WIDTH = 780
SIDE = 46  # room for half a label at either end
ROW = 36  # height of a row of labels
LANE = 58  # height of a limit: a line of text, its bar, its legal basis
CHARACTER = 13
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
    is_waiting: bool = False  # the act on `met` may only follow `end`


@dataclass(frozen=True)
class Mark:
    """A milestone drawn: a dot on the axis at x, its label in a row above."""

    x: float
    label_x: float
    label_y: float
    title: str
    day: date

    @property
    def foot(self) -> float:
        """Where the label's leader line ends."""
        return self.label_y + 18


@dataclass(frozen=True)
class Span:
    """A limit drawn. `over` is what was done beyond a deadline, or cut off a waiting period."""

    y: float
    x: float
    width: float
    over_x: float | None
    over_width: float
    met_x: float | None
    text: str
    basis: str
    verdict: str
    is_broken: bool
    end_x: float
    end: date

    @property
    def bar_y(self) -> int:
        return int(self.y) + 7


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
    if limit.is_waiting:
        is_broken = limit.met is not None and limit.met <= limit.end
    else:
        is_broken = until > limit.end
    first, last = sorted((end, scale.get(until, end)))
    return Span(
        y=y,
        x=min(start, end),
        width=max(abs(end - start), 2),
        over_x=first if is_broken else None,
        over_width=round(last - first, 1) if is_broken else 0,
        met_x=scale[limit.met] if limit.met else None,
        text=f"{limit.title}：{limit.start} 起，{limit.end} 届满",
        basis=limit.basis,
        verdict=_waited(limit) if limit.is_waiting else _kept(limit, as_of),
        is_broken=is_broken,
        end_x=end,
        end=limit.end,
    )


def _kept(limit: Limit, as_of: date) -> str:
    """How a deadline stands, in words."""
    if limit.met is None:
        late = (as_of - limit.end).days
        if late > 0:
            return f"至 {as_of} 未完成，已超 {late} 日"
        return "今日届满，未完成" if late == 0 else f"还剩 {-late} 日"
    late = (limit.met - limit.end).days
    return f"{limit.met} 完成，超 {late} 日" if late > 0 else f"{limit.met} 完成，未超期"


def _waited(limit: Limit) -> str:
    """Whether a waiting period was respected, in words."""
    if limit.met is None:
        return "尚未作出"
    early = (limit.end - limit.met).days
    return f"{limit.met} 作出，期限未满" if early >= 0 else f"{limit.met} 作出，期限已满"
