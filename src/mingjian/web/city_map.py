"""The districts coloured by a figure: five steps of one neutral hue, hatched where none came."""

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.urls import reverse

from mingjian.access.models import Agency, User
from mingjian.indicators import Indicator
from mingjian.indicators import load_indicators as _load
from mingjian.standards import load_reference
from mingjian.supervision import queries
from mingjian.web.district_map import DistrictMap, Shape, district_map
from mingjian.web.figure_lines import Amount, KeptFigures, number_and_unit
from mingjian.web.overview_file import load_overview
from mingjian.web.periods import Period

ALERT_RATE = "alerts"
STEPS = 5
LABEL_HEIGHT = 18.0
LABEL_WIDTH = 40.0
_DISTRICT_DIGITS = 6


@dataclass(frozen=True)
class Place:
    """One district on the map and in the table beside it."""

    code: str
    name: str
    amount: Amount | None
    step: int  # 1 lightest … 5 darkest, 0: not reported
    href: str
    shape: Shape
    label_y: float


@dataclass(frozen=True)
class CityMap:
    """What the template draws."""

    drawing: DistrictMap
    places: list[Place]
    others: list[Shape]  # districts of the same city without an agency in sight
    legend: list[tuple[int, str]]
    title: str
    unit: str
    note: str


def alert_rate() -> Indicator:
    """Open alerts for every ten thousand acts: a figure of this page, not of the library."""
    names = "、".join(_load()[code].name for code in load_overview().acts)
    first = _load()[load_overview().acts[0]]
    return first.model_copy(
        update={
            "code": ALERT_RATE,
            "name": "每万件执法行为的未办结预警",
            "unit": "条",
            "definition": f"现在未办结的预警数，除以时段内执法行为数（{names}），乘以一万。",
            "denominator": first.numerator,
        }
    )


def alert_rates(
    user: User | AnonymousUser,
    kept: KeptFigures,
    agencies: frozenset[str] | None,
    period: Period,
    place_of: dict[str, str],
) -> dict[str, Amount]:
    """Open alerts of each district against its acts."""
    acts: dict[str, float] = {}
    for agency, count in kept.acts_by_agency(agencies, period).items():
        if agency in place_of:
            acts[place_of[agency]] = acts.get(place_of[agency], 0.0) + count
    open_alerts = queries.visible(user).exclude(state="closed").order_by()
    alerts: dict[str, int] = {}
    for agency, count in open_alerts.values_list("agency_id").annotate(n=Count("pk")):
        if agency in place_of:
            alerts[place_of[agency]] = alerts.get(place_of[agency], 0) + count
    indicator = alert_rate()
    return {
        code: Amount(
            indicator,
            alerts.get(code, 0) / whole * 10_000 if whole else None,
            alerts.get(code, 0),
            whole,
        )
        for code, whole in acts.items()
    }


def district_names(agencies: frozenset[str] | None) -> dict[str, str]:
    """The district of each agency that belongs to one (市级 agencies do not)."""
    rows = Agency.objects.filter(region__isnull=False).exclude(tier="city")
    found = {a: str(code)[:_DISTRICT_DIGITS] for a, code in rows.values_list("pk", "region_id")}
    return found if agencies is None else {a: c for a, c in found.items() if a in agencies}


def coloured_map(
    districts: dict[str, str], amounts: dict[str, Amount], asked: dict[str, str]
) -> CityMap:
    """Place every district, coloured by where its value stands among the others."""
    drawing = district_map(neighbours(districts))
    values = sorted(a.value for a in amounts.values() if a.value is not None)
    bounds = _bounds(values)
    seen = [shape for shape in drawing.shapes if shape.code in districts]
    heights = label_heights(seen)
    places: list[Place] = []
    for shape in seen:
        item = amounts.get(shape.code)
        places.append(
            Place(
                code=shape.code,
                name=districts[shape.code],
                amount=item,
                step=_step(item, bounds),
                href=_address(shape.code, asked),
                shape=shape,
                label_y=heights[shape.code],
            )
        )
    indicator = next((a.indicator for a in amounts.values()), None)
    indicator = indicator or (alert_rate() if asked["map"] == ALERT_RATE else _load()[asked["map"]])
    return CityMap(
        drawing,
        places,
        [shape for shape in drawing.shapes if shape.code not in districts],
        _legend(bounds, indicator.unit),
        indicator.name,
        indicator.unit,
        indicator.definition,
    )


def _bounds(values: list[float]) -> list[float]:
    """Ends of equal steps with round numbers, the lowest first.

    Equal steps, not equal numbers of districts: those that hardly differ must look alike.
    """
    if not values:
        return []
    low, high = min(values), max(values)
    if low == high:
        return [low, high]
    for width in _round_widths((high - low) / STEPS):
        first = math.floor(low / width) * width
        ends = [first + width * i for i in range(STEPS + 1)]
        if ends[-1] >= high:
            break
    count = next(i for i, end in enumerate(ends) if end >= high)
    return ends[: count + 1]


def _round_widths(least: float) -> Iterator[float]:
    """1, 2, 2.5 or 5 times a power of ten, from the first that is no less than `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    for factor in (1, 2, 2.5, 5, 10, 20, 25, 50):
        if factor * power >= least:
            yield factor * power


def _step(item: Amount | None, bounds: list[float]) -> int:
    """Which step a value stands in, 1 to STEPS; 0 when there is no value."""
    if item is None or item.value is None:
        return 0
    value = item.value
    at = next((i for i, end in enumerate(bounds[1:]) if value <= end), 0)
    return _shade(at, len(bounds) - 1)


def _shade(at: int, count: int) -> int:
    """Spread few steps over all shades."""
    return STEPS if count <= 1 else 1 + round(at * (STEPS - 1) / (count - 1))


def _legend(bounds: list[float], unit: str) -> list[tuple[int, str]]:
    steps = []
    for i, (low, high) in enumerate(itertools.pairwise(bounds)):
        first, last = number_and_unit(low, unit)[0], number_and_unit(high, unit)[0]
        shown = first if low == high else f"{first}–{last}"
        steps.append((_shade(i, len(bounds) - 1), f"{shown} {number_and_unit(high, unit)[1]}"))
    return steps


def neighbours(districts: Iterable[str]) -> set[str]:
    """The districts and all others of the same city, so that the map is whole."""
    listed = set(districts)
    rows = load_reference()["region"].rows
    cities = {row["parent_code"] for row in rows if row["region_code"] in listed}
    return listed | {
        str(row["region_code"])
        for row in rows
        if row["parent_code"] in cities and row["tier"] == "district"
    }


def label_heights(shapes: Iterable[Shape]) -> dict[str, float]:
    """Where each label stands so that none covers another: the small inner districts crowd.

    The larger a district, the nearer its label stays to its middle.
    """
    placed: list[tuple[float, float]] = []
    heights: dict[str, float] = {}
    for shape in sorted(shapes, key=lambda shape: -shape.area):
        shifts = sorted(range(-6, 7), key=lambda n: (abs(n), n))
        tries = [shape.label_y + shift * LABEL_HEIGHT / 2 for shift in shifts]
        y = next((y for y in tries if _is_free(shape.label_x, y, placed)), shape.label_y)
        placed.append((shape.label_x, y))
        heights[shape.code] = y
    return heights


def _is_free(x: float, y: float, placed: list[tuple[float, float]]) -> bool:
    return not any(abs(px - x) < LABEL_WIDTH and abs(py - y) < LABEL_HEIGHT for px, py in placed)


def _address(district: str, asked: dict[str, str]) -> str:
    """The list behind a district: its alerts, or the indicator in it."""
    if asked["map"] == ALERT_RATE:
        return f"{reverse('supervision:alerts')}?{urlencode({'district': district})}"
    chosen: dict[str, Any] = {"district": district, "period": asked["period"]}
    if asked["field"]:
        chosen["field"] = asked["field"]
    return f"{reverse('web:indicator', args=[asked['map']])}?{urlencode(chosen)}"
