"""总览：figures with their definitions, the trend of one, and the districts on the map."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from mingjian.access.models import Agency
from mingjian.indicators import Indicator, load_indicators
from mingjian.standards import load_standard
from mingjian.supervision import queries
from mingjian.web.city_map import ALERT_RATE, alert_rates, coloured_map, district_names
from mingjian.web.figure_lines import KeptFigures, grouped, kept_figures
from mingjian.web.overview_file import load_overview
from mingjian.web.pages.guard import agencies_seen, needs, person
from mingjian.web.periods import CHOICES, Period, period_of
from mingjian.web.trend import trend_of


class OverviewFilter(forms.Form):
    period = forms.ChoiceField(label="时段", choices=CHOICES, required=False)
    field = forms.ChoiceField(label="执法领域", required=False)
    trend = forms.ChoiceField(label="趋势看", required=False)
    map = forms.ChoiceField(label="地图看", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = load_standard().codes["field"].codes
        named = [(code, item.name) for code, item in load_indicators().items()]
        self._offer("field", [("", "全部"), *((code, e.title) for code, e in fields.items())])
        self._offer("trend", named)
        self._offer("map", [(ALERT_RATE, "未办结预警（每万件执法行为）"), *named])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices


@needs("indicator.read")
def overview_page(request: HttpRequest) -> HttpResponse:
    kept = kept_figures()
    if kept is None:
        return render(request, "web/overview/empty.html")
    asked = asked_of(request)
    period = period_of(asked["period"], kept.figures.as_of)
    agencies = selected_agencies(request, asked["field"])
    indicators = load_indicators()
    form = OverviewFilter(initial=asked)
    shown_map = _map(request, kept, agencies, period, asked)
    if shown_map is None:
        del form.fields["map"]
    context = {
        "form": form,
        "asked": asked,
        "as_of": kept.figures.as_of,
        "period": period,
        "groups": _groups(kept, agencies, period, asked),
        "alerts": _alerts(request),
        "trend": trend_of(kept, indicators[asked["trend"]], agencies, period),
        "trend_href": _address(indicators[asked["trend"]], asked),
        "map": shown_map,
    }
    return render(request, "web/overview/overview.html", context)


def asked_of(request: HttpRequest) -> dict[str, str]:
    """The selection in the address, with what stands there when nothing was chosen."""
    form = OverviewFilter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    return {
        "period": given.get("period") or "12",
        "field": given.get("field") or "",
        "trend": given.get("trend") or load_overview().trend,
        "map": given.get("map") or ALERT_RATE,
    }


def selected_agencies(request: HttpRequest, field: str) -> frozenset[str] | None:
    """The agencies in scope, of one field of enforcement when one was chosen."""
    seen = agencies_seen(request)
    if not field:
        return seen
    found = frozenset(Agency.objects.filter(field=field).values_list("agency_id", flat=True))
    return found if seen is None else found & seen


def _groups(
    kept: KeptFigures, agencies: frozenset[str] | None, period: Period, asked: dict[str, str]
) -> list[dict[str, Any]]:
    """Every indicator with its value now and in the same months a year before."""
    order = load_overview().groups
    titles = dict.fromkeys([*order, *(item.group for item in load_indicators().values())])
    before = period.year_before()
    groups = []
    for title in titles:
        lines = [
            {
                "amount": kept.amount(item, agencies, period),
                "before": kept.amount(item, agencies, before),
                "href": _address(item, asked),
            }
            for item in load_indicators().values()
            if item.group == title
        ]
        if lines:
            groups.append({"title": title, "lines": lines})
    return groups


def _address(indicator: Indicator, asked: dict[str, str]) -> str:
    chosen = {name: asked[name] for name in ("period", "field") if asked[name]}
    return f"{reverse('web:indicator', args=[indicator.code])}?{urlencode(chosen)}"


def _alerts(request: HttpRequest) -> list[dict[str, Any]]:
    """Open alerts of each level in scope."""
    counts = queries.level_counts(request.user, {}, timezone.localdate())
    levels = load_standard().codes["alert_level"].codes
    return [{"level": code, "count": counts.get(code, 0)} for code in levels]


def _map(
    request: HttpRequest,
    kept: KeptFigures,
    agencies: frozenset[str] | None,
    period: Period,
    asked: dict[str, str],
) -> Any:
    """The districts coloured by the chosen figure; none for those who see a single district."""
    districts = dict(queries.districts_of(person(request)))
    if len(districts) < 2:
        return None
    place_of = district_names(agencies)
    if asked["map"] == ALERT_RATE:
        amounts = alert_rates(request.user, kept, agencies, period, place_of)
    else:
        indicator = load_indicators()[asked["map"]]
        amounts = grouped(kept.by_agency(indicator, agencies, period), place_of)
    return coloured_map(districts, amounts, asked)
