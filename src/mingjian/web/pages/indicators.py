"""One indicator: its definition, where it stands by place and agency, and the rows it counts."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mingjian.access.models import Agency
from mingjian.indicators import Indicator, drill, drill_count, load_indicators
from mingjian.standards import load_standard
from mingjian.store import open_store
from mingjian.supervision import queries
from mingjian.web.agency_choices import agency_choices
from mingjian.web.cells import list_columns
from mingjian.web.city_map import district_names
from mingjian.web.figure_lines import Amount, KeptFigures, grouped, kept_figures
from mingjian.web.pages.guard import needs, not_found, person
from mingjian.web.pages.overview import selected_agencies
from mingjian.web.pages.paging import PAGE_SIZE, Pager
from mingjian.web.pages.records import shown_rows
from mingjian.web.periods import CHOICES, Period, period_of
from mingjian.web.trend import trend_of

ROWS_LISTED = 10_000
PART_TITLES = {"numerator": "分子", "denominator": "分母"}


class IndicatorFilter(forms.Form):
    period = forms.ChoiceField(label="时段", choices=CHOICES, required=False)
    field = forms.ChoiceField(label="执法领域", required=False)
    district = forms.ChoiceField(label="区", required=False)
    agency = forms.ChoiceField(label="单位", required=False)


@needs("indicator.read")
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    indicator = load_indicators().get(code)
    if indicator is None:
        raise not_found()
    kept = kept_figures()
    if kept is None:
        return render(request, "web/overview/empty.html")
    form = _form(request)
    asked = form.cleaned_data if form.is_valid() else {}
    period = period_of(asked.get("period", ""), kept.figures.as_of)
    agencies = _agencies(request, asked)
    context = {
        "indicator": indicator,
        "form": form,
        "as_of": kept.figures.as_of,
        "period": period,
        "amount": kept.amount(indicator, agencies, period),
        "trend": trend_of(kept, indicator, agencies, period),
        **_breakdown(request, kept, indicator, agencies, period, asked),
        **_rows(request, kept, indicator, agencies, period),
    }
    return render(request, "web/overview/indicator.html", context)


def _form(request: HttpRequest) -> IndicatorFilter:
    form = IndicatorFilter(request.GET)
    fields = load_standard().codes["field"].codes
    user = person(request)
    choices: dict[str, list[Any]] = {
        "field": [("", "全部"), *((code, entry.title) for code, entry in fields.items())],
        "district": [("", "全部"), *queries.districts_of(user)],
        "agency": agency_choices(user),
    }
    for name, offered in choices.items():
        form.fields[name].choices = offered
    if len(choices["district"]) <= 2:  # whoever sees a single district has nothing to choose
        del form.fields["district"]
    return form


def _agencies(request: HttpRequest, asked: dict[str, str]) -> frozenset[str] | None:
    """The agencies in scope that fit the field, the district and the agency chosen."""
    agencies = selected_agencies(request, asked.get("field", ""))
    if asked.get("district"):
        places = district_names(agencies)
        agencies = frozenset(a for a, place in places.items() if place == asked["district"])
    if asked.get("agency"):
        chosen = frozenset([asked["agency"]])
        agencies = chosen if agencies is None else agencies & chosen
    return agencies


def _breakdown(
    request: HttpRequest,
    kept: KeptFigures,
    indicator: Indicator,
    agencies: frozenset[str] | None,
    period: Period,
    asked: dict[str, str],
) -> dict[str, Any]:
    """By district while several are in sight, by agency otherwise; never sorted by the value."""
    amounts = kept.by_agency(indicator, agencies, period)
    districts = dict(queries.districts_of(person(request)))
    if len(districts) > 1 and not asked.get("district") and not asked.get("agency"):
        places = district_names(agencies)
        by_place = grouped(amounts, places)
        lines = [
            _line(request, name, by_place.get(code), "district", code)
            for code, name in districts.items()
        ]
        others = {a: "city" for a in amounts if a not in places}
        if others:
            city = grouped(amounts, others)["city"]
            lines.insert(0, {"name": "市级各单位", "amount": city, "href": ""})
        return {"breakdown": "区", "lines": lines}
    names = Agency.objects.in_bulk(list(amounts))
    lines = [
        _line(request, str(names.get(agency, agency)), item, "agency", agency)
        for agency, item in amounts.items()
    ]
    return {"breakdown": "单位", "lines": lines}


def _line(
    request: HttpRequest, name: str, amount: Amount | None, key: str, value: str
) -> dict[str, Any]:
    chosen = {k: v for k, v in request.GET.items() if v and k not in ("page", "part")}
    return {"name": name, "amount": amount, "href": f"?{urlencode(chosen | {key: value})}"}


def _rows(
    request: HttpRequest,
    kept: KeptFigures,
    indicator: Indicator,
    agencies: frozenset[str] | None,
    period: Period,
) -> dict[str, Any]:
    """The rows behind the numerator or the denominator, a page at a time."""
    part = request.GET.get("part", "numerator")
    if part not in indicator.parts:
        part = "numerator"
    table = load_standard().tables[indicator.parts[part].table]
    last = min(period.last_day, kept.figures.as_of)
    chosen: dict[str, Any] = {"agencies": agencies, "start": period.start, "end": last}
    with open_store().reader() as reader:
        count = drill_count(reader, indicator, part, **chosen)
        pager = Pager.of(request, count, limit=ROWS_LISTED)
        offset = PAGE_SIZE * (pager.number - 1)
        rows = drill(reader, indicator, part, **chosen, limit=PAGE_SIZE, offset=offset)
        is_newer = reader.snapshot != kept.figures.snapshot
    return {
        "part": part,
        "parts": [
            {"name": name, "title": PART_TITLES[name], "what": item.title}
            for name, item in indicator.parts.items()
        ],
        "columns": list_columns(table, rows),
        "rows": shown_rows(table, rows),
        "count": count,
        "pager": pager,
        "is_newer": is_newer,
    }
