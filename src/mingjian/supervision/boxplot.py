"""Where a unit stands among its peers, as a box plot; geometry only, 780 wide."""

from dataclasses import dataclass
from typing import Any

from mingjian.monitor import PeerStanding
from mingjian.supervision.values import shown

WIDTH = 780
SIDE = 110
AXIS_Y = 46
FIRST_ROW_Y = 80
ROW = 18
CHARACTER = 11.5


@dataclass(frozen=True)
class Tick:
    x: float
    y: int
    text: str


@dataclass(frozen=True)
class BoxPlot:
    """The quartile box, the median, the unit itself, and the sentence that says the same."""

    box_x: float
    box_width: float
    median_x: float
    value_x: float
    value_text: str
    ticks: list[Tick]
    sentence: str
    width: int = WIDTH
    y: int = AXIS_Y

    @property
    def height(self) -> int:
        return max((tick.y for tick in self.ticks), default=FIRST_ROW_Y) + 12


def box_plot(peers: PeerStanding, column: str, table: str) -> BoxPlot | None:
    """The plot; None where there are too few peers to speak of quartiles."""
    if peers.size < 4:
        return None
    numbers = [float(v) for v in (peers.lower_quartile, peers.median, peers.upper_quartile)]
    value = float(peers.value)
    low, high = min([value, *numbers]), max([value, *numbers])
    unit = (WIDTH - 2 * SIDE) / ((high - low) or 1)

    def place(number: float) -> float:
        return round(SIDE + (number - low) * unit, 1)

    lower, median, upper = numbers
    counted, own = ("个单位", "本单位") if table == "agency" else ("件", "本件")
    return BoxPlot(
        box_x=place(lower),
        box_width=max(place(upper) - place(lower), 2),
        median_x=place(median),
        value_x=place(value),
        value_text=f"{own} {_text(table, column, peers.value)}",
        ticks=_ticks([(place(n), _text(table, column, n)) for n in numbers]),
        sentence=(
            f"{peers.title}：同组 {peers.size} {counted}，{own}由高到低第 {peers.rank} 位；"
            f"一半在 {_text(table, column, lower)} 至 {_text(table, column, upper)} 之间，"
            f"中位数 {_text(table, column, median)}。"
        ),
    )


def _ticks(places: list[tuple[float, str]]) -> list[Tick]:
    """Labels of the three quartiles; those at one place share one, neighbours stand lower."""
    titles: dict[float, list[str]] = {}
    texts = {}
    for (x, text), title in zip(places, ("下四分位", "中位数", "上四分位"), strict=True):
        titles.setdefault(x, []).append(title)
        texts[x] = text
    ticks: list[Tick] = []
    ends: list[float] = []
    for x, names in sorted(titles.items()):
        text = f"{'、'.join(names)} {texts[x]}"
        half = len(text) * CHARACTER / 2
        row = next((i for i, end in enumerate(ends) if end <= x - half), len(ends))
        ends[row : row + 1] = [x + half]
        ticks.append(Tick(x, FIRST_ROW_Y + row * ROW, text))
    return ticks


def _text(table: str, column: str, value: Any) -> str:
    return shown(table, column, value)
