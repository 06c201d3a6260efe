"""The districts coloured by a figure: five steps of one neutral hue, hatched where none came."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.urls import reverse

from mingjian.access.models import Agency, User
from mingjian.indicators import Indicator
from mingjian.indicators import load_indicators as _load
from mingjian.supervision import queries
from mingjian.web.district_map import DistrictMap, Shape, district_map
from mingjian.web.figure_lines import Amount, KeptFigures, number_and_unit
from mingjian.web.overview_file import load_overview
from mingjian.web.periods import Period

ALERT_RATE = "alerts"
STEPS = 5
LABEL_HEIGHT = 14.0
LABEL_WIDTH = 34.0
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
    drawing = district_map(districts)
    values = sorted(a.value for a in amounts.values() if a.value is not None)
    bounds = _bounds(values)
    places: list[Place] = []
    for shape in drawing.shapes:
        item = amounts.get(shape.code)
        places.append(
            Place(
                code=shape.code,
                name=districts[shape.code],
                amount=item,
                step=_step(item, bounds),
                href=_address(shape.code, asked),
                shape=shape,
                label_y=_free_height(shape, places),
            )
        )
    indicator = next((a.indicator for a in amounts.values()), None)
    indicator = indicator or (alert_rate() if asked["map"] == ALERT_RATE else _load()[asked["map"]])
    return CityMap(
        drawing,
        places,
        _legend(bounds, indicator.unit),
        indicator.name,
        indicator.unit,
        indicator.definition,
    )


def _bounds(values: list[float]) -> list[float]:
    """Upper ends of the steps, so that about as many districts stand in each."""
    if not values:
        return []
    ends = [values[min(len(values) - 1, (i + 1) * len(values) // STEPS)] for i in range(STEPS - 1)]
    return sorted({*ends, values[-1]})


def _step(item: Amount | None, bounds: list[float]) -> int:
    if item is None or item.value is None:
        return 0
    at = next(i for i, end in enumerate(bounds) if item.value <= end)
    return 1 if len(bounds) == 1 else 1 + round(at * (STEPS - 1) / (len(bounds) - 1))


def _legend(bounds: list[float], unit: str) -> list[tuple[int, str]]:
    steps = []
    for i, end in enumerate(bounds):
        step = 1 if len(bounds) == 1 else 1 + round(i * (STEPS - 1) / (len(bounds) - 1))
        number, shown_unit = number_and_unit(end, unit)
        steps.append((step, f"≤ {number} {shown_unit}"))
    return steps


def _free_height(shape: Shape, placed: list[Place]) -> float:
    """Where the label stands so that it covers no other: the small inner districts crowd."""
    y = shape.label_y
    for _ in range(len(placed) + 1):
        crossing = [
            p
            for p in placed
            if abs(p.shape.label_x - shape.label_x) < LABEL_WIDTH
            and abs(p.label_y - y) < LABEL_HEIGHT
        ]
        if not crossing:
            break
        y = max(p.label_y for p in crossing) + LABEL_HEIGHT
    return y


def _address(district: str, asked: dict[str, str]) -> str:
    """The list behind a district: its alerts, or the indicator in it."""
    if asked["map"] == ALERT_RATE:
        return f"{reverse('supervision:alerts')}?{urlencode({'district': district})}"
    chosen: dict[str, Any] = {"district": district, "period": asked["period"]}
    if asked["field"]:
        chosen["field"] = asked["field"]
    return f"{reverse('web:indicator', args=[asked['map']])}?{urlencode(chosen)}"
