"""模型库：the list of monitors by group, and each monitor as a page that a jurist can read."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mingjian.access.roles import permits
from mingjian.monitor import (
    STATUS_TITLES,
    Library,
    Monitor,
    fingerprint_of,
    load_library,
    logic_in_words,
    relations,
)
from mingjian.standards import load_standard
from mingjian.supervision import precision, queries
from mingjian.supervision.models import MonitorRound
from mingjian.supervision.monitor_flow import load_life
from mingjian.supervision.monitor_life import effective_library
from mingjian.web import monitor_sheet
from mingjian.web.coverage import power_choices, powers_of
from mingjian.web.monitor_words import examples_in_words, law_address, requirements_in_words
from mingjian.web.pages.guard import needs, not_found, person

ALERTS_SHOWN = 8
FINE = "fine"  # whatever came of the round, it was not for want of data
ROUND_TITLES = {
    "ran": "已运行",
    "shadow": "试运行",
    "insufficient": "数据不足",
    "failed": "出错",
    "skipped": "未参加",
}


class MonitorFilter(forms.Form):
    text = forms.CharField(label="编号、名称、法条", required=False, max_length=60)
    group = forms.ChoiceField(label="组", required=False)
    level = forms.ChoiceField(label="等级", required=False)
    power = forms.ChoiceField(label="职权类型", required=False)
    status = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *STATUS_TITLES.items()]
    )
    round = forms.ChoiceField(
        label="最近一轮",
        required=False,
        choices=[("", "全部"), (FINE, "数据够"), *ROUND_TITLES.items()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, codes in (("group", "monitor_group"), ("level", "alert_level")):
            entries = load_standard().codes[codes].codes
            titles = [(code, entry.title) for code, entry in entries.items()]
            self.fields[name].choices = [("", "全部"), *titles]
        self.fields["power"].choices = [("", "全部"), *power_choices()]


@needs("monitor.read")
def monitors_page(request: HttpRequest) -> HttpResponse:
    form = MonitorFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rounds = MonitorRound.objects.in_bulk()
    library = effective_library()
    counts = _alert_counts(request)
    judged = precision.precisions()
    lines = [
        {
            "monitor": monitor,
            "group": monitor.code.split("-")[0],
            "status": STATUS_TITLES[monitor.status],
            "counts": counts.get(monitor.code, {"open": 0, "all": 0}),
            "precision": judged.get(monitor.id),
            "round": rounds.get(monitor.id),
            "round_title": _round_title(rounds.get(monitor.id)),
            "round_note": _round_note(rounds.get(monitor.id)),
        }
        for monitor in sorted(library.monitors.values(), key=lambda m: m.code)
    ]
    shown = [line for line in lines if _fits(line, asked)]
    groups = [
        {"title": entry.title, "code": code, "lines": [x for x in shown if x["group"] == code]}
        for code, entry in load_standard().codes["monitor_group"].codes.items()
    ]
    context = {
        "form": form,
        "groups": [group for group in groups if group["lines"]],
        "count": len(shown),
        "all_count": len(lines),
        "by_status": [
            (title, sum(1 for line in lines if line["monitor"].status == status))
            for status, title in STATUS_TITLES.items()
        ],
        "lacking": [
            line
            for line in lines
            if line["round"] and line["round"].status not in ("ran", "shadow")
        ],
        "as_of": queries.latest_round(),
        "proposals": precision.proposals(library, timezone.localdate()),
        "rule": load_life().precision,
    }
    return render(request, "web/monitors/list.html", context)


@needs("monitor.read")
def monitor_page(request: HttpRequest, code: str) -> HttpResponse:
    library = effective_library()
    monitor = library.by_code.get(code)
    if monitor is None:
        raise not_found()
    file = monitor.file
    view = library.views[file.view] if file.view else None
    alerts = queries.visible(request.user).filter(monitor_code=code)
    context = {
        "monitor": monitor,
        "file": file,
        "group": load_standard().codes["monitor_group"].title_of(code.split("-")[0]),
        "status": STATUS_TITLES[monitor.status],
        "unit": relations()[monitor.unit].title,
        "view": view.file if view else None,
        "logic": logic_in_words(monitor, library),
        "laws": [{"basis": basis, "href": law_address(basis)} for basis in file.legal_basis],
        "requirements": requirements_in_words(monitor),
        "examples": examples_in_words(monitor),
        "round": (last := MonitorRound.objects.filter(pk=monitor.id).first()),
        "round_title": _round_title(last),
        "precision": precision.precision_of(monitor.id),
        "verdicts": load_standard().codes["verdict"].codes,
        "alerts": alerts.select_related("agency").order_by("-found_on", "-id")[:ALERTS_SHOWN],
        "open_count": alerts.exclude(state="closed").count(),
        "alert_count": alerts.count(),
        "text": monitor.document.path.read_text(encoding="utf-8"),
        "path": monitor.document.name,
        "fingerprint": fingerprint_of(library, monitor),
        **_life(request, library, monitor, last),
    }
    return render(request, "web/monitors/monitor.html", context)


def _life(
    request: HttpRequest, library: Library, monitor: Monitor, last: MonitorRound | None
) -> dict[str, Any]:
    """The parts of the page that people change: status, values, what verdicts say."""
    user, today = person(request), timezone.localdate()
    own = load_library().monitors[monitor.id]
    may_move = user.scope == "city" and monitor.file.retired is None
    return {
        "acts": load_life().open_to(user, monitor.status) if may_move else [],
        "is_moved": monitor.status != own.status,
        "file_status": STATUS_TITLES[own.status],
        "parameters": monitor_sheet.parameter_rows(own, monitor),
        "places": monitor_sheet.places_for(user),
        "fills": monitor_sheet.fill_rows(monitor, last),
        "versions": monitor_sheet.version_rows(library, monitor, today),
        "since": precision.since_day(today),
        "history": monitor_sheet.history(monitor),
        "shadow_count": monitor_sheet.shadow_findings(user, monitor.id).count(),
        "is_proposed": any(
            proposal.monitor.id == monitor.id
            for proposal in (
                precision.proposals(library, today) if permits(user, "monitor.manage") else []
            )
        ),
        "rule": load_life().precision,
    }


def _alert_counts(request: HttpRequest) -> dict[str, dict[str, int]]:
    """Open and all alerts of each monitor, in the person's scope."""
    rows = (
        queries.visible(request.user)
        .order_by()
        .values("monitor_code")
        .annotate(all=Count("pk"), open=Count("pk", filter=~Q(state="closed")))
    )
    return {row["monitor_code"]: row for row in rows}


def _round_title(found: MonitorRound | None) -> str:
    return ROUND_TITLES[found.status] if found else "还没有跑过"


def _round_note(found: MonitorRound | None) -> str:
    """What the round said, without repeating the title that stands beside it."""
    return found.message.removeprefix("数据不足，停跑：") if found else ""


def _fits(line: dict[str, Any], asked: dict[str, str]) -> bool:
    monitor: Monitor = line["monitor"]
    last = line["round"].status if line["round"] else ""
    wanted = {
        "group": line["group"],
        "level": monitor.level,
        "status": monitor.status,
        "power": asked.get("power") if asked.get("power") in powers_of(monitor) else "",
        "round": FINE if asked.get("round") == FINE and last != "insufficient" else last,
    }
    if any(asked.get(name) and asked[name] != value for name, value in wanted.items()):
        return False
    words = [monitor.code, monitor.name, monitor.id, *monitor.file.alias]
    words += [f"{basis.law}{basis.article}" for basis in monitor.file.legal_basis]
    return all(any(part in word for word in words) for part in (asked.get("text") or "").split())
