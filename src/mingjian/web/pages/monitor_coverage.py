"""覆盖情况：groups of monitors by kinds of power; every number leads to its list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mingjian.standards import load_standard
from mingjian.supervision import queries
from mingjian.supervision.models import MonitorRound
from mingjian.supervision.monitor_life import effective_library
from mingjian.web.coverage import Cell, count, coverage, power_titles, unwatched
from mingjian.web.pages.guard import needs

KINDS = {
    "production": "正式",
    "shadow": "试运行",
    "lacking": "数据不足",
    "resting": "起草或停用",
    "unwatched": "目录有、还没有模型",
}


@needs("monitor.read")
def coverage_page(request: HttpRequest) -> HttpResponse:
    library = effective_library()
    rounds = MonitorRound.objects.in_bulk()
    powers, groups = coverage(library, rounds)
    titles = power_titles()
    names = load_standard().codes["monitor_group"].codes
    every = [cell for _, cells in groups for cell in cells]
    context = {
        "powers": [(power, titles[power]) for power in powers],
        "rows": [
            {
                "group": group,
                "title": names[group].title,
                "cells": cells,
                "totals": _totals(cells),
            }
            for group, cells in groups
        ],
        "totals": _totals(every),
        "by_power": [_totals([c for c in every if c.power == power]) for power in powers],
        "bare": [cell for cell in every if cell.is_bare],
        "kinds": KINDS,
        "as_of": queries.latest_round(),
        "lacking": [
            (monitor, rounds[monitor.id])
            for monitor in sorted(library.monitors.values(), key=lambda m: m.code)
            if monitor.id in rounds and rounds[monitor.id].status == "insufficient"
        ],
    }
    return render(request, "web/monitors/coverage.html", context)


@needs("monitor.read")
def gaps_page(request: HttpRequest) -> HttpResponse:
    """What the catalogue names and nobody watches yet, in one cell or altogether."""
    library = effective_library()
    _, groups = coverage(library, MonitorRound.objects.in_bulk())
    group, power = request.GET.get("group", ""), request.GET.get("power", "")
    wanted = unwatched(library)
    codes = {
        code
        for name, cells in groups
        for cell in cells
        if (not group or name == group) and (not power or cell.power == power)
        for code in cell.unwatched
    }
    names = load_standard().codes["monitor_group"].codes
    context = {
        "lines": [
            {"code": code, "wanted": wanted[code], "group": names[code.split("-")[0]].title}
            for code in wanted
            if code in codes
        ],
        "group": names[group].title if group in names else "",
        "power": power_titles().get(power, ""),
    }
    return render(request, "web/monitors/gaps.html", context)


def _totals(cells: list[Cell]) -> dict[str, int]:
    return {kind: count(cells, kind) for kind in KINDS}
