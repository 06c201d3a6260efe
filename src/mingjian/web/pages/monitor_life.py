"""Acts on a monitor from its page: along its life, values for a place; and what a trial found."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjian.access.flow import NotPossible
from mingjian.access.login import client_address
from mingjian.supervision import acts
from mingjian.supervision.models import ParameterOverride
from mingjian.supervision.monitor_flow import load_life
from mingjian.supervision.monitor_life import effective_library
from mingjian.supervision.wording import masked_sentence
from mingjian.web.monitor_sheet import shadow_findings, unit_address
from mingjian.web.pages.guard import needs, not_found, person

ROWS = 50


class ReasonForm(forms.Form):
    """The reason every act needs."""

    reason = forms.CharField(
        label="理由",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "没有写理由。请写明依据什么。"},
    )


class ValueForm(ReasonForm):
    """Another value of a parameter, for the city or a district."""

    region = forms.CharField(label="适用于", required=False, max_length=12)
    value = forms.CharField(
        label="取值", max_length=60, error_messages={"required": "没有写取值。"}
    )


@require_POST
@needs("monitor.manage")
def life_act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """One act of content/flows/monitor_life.yaml on the monitor."""
    monitor_id = _monitor_id(code)
    form = ReasonForm(request.POST)
    title = load_life().acts[act].title if act in load_life().acts else ""

    def do(reason: str) -> str:
        acts.change_status(
            monitor_id,
            act,
            by=person(request),
            reason=reason,
            today=timezone.localdate(),
            ip=client_address(request),
        )
        return f"{code} 已{title}，夜间作业照此运行。"

    return _done(request, code, form, do)


@require_POST
@needs("monitor.adjust")
def set_value(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Give the city or a district another value of a parameter."""
    monitor_id = _monitor_id(code)
    form = ValueForm(request.POST)

    def do(reason: str) -> str:
        acts.set_value(
            monitor_id,
            name,
            form.cleaned_data["region"],
            form.cleaned_data["value"],
            by=person(request),
            reason=reason,
            today=timezone.localdate(),
            ip=client_address(request),
        )
        return "参数已调整，下一轮起按新值运行。"

    return _done(request, code, form, do)


@require_POST
@needs("monitor.adjust")
def end_value(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Let the value above hold again."""
    if not ParameterOverride.objects.filter(pk=number, monitor_id=_monitor_id(code)).exists():
        raise not_found()

    def do(reason: str) -> str:
        acts.end_value(
            number,
            by=person(request),
            reason=reason,
            today=timezone.localdate(),
            ip=client_address(request),
        )
        return "调整已结束，下一轮起恢复原值。"

    return _done(request, code, ReasonForm(request.POST), do)


@needs("monitor.read")
def shadow_page(request: HttpRequest, code: str) -> HttpResponse:
    """What the monitor found while on trial, in the person's scope."""
    library = effective_library()
    monitor = library.by_code.get(code)
    if monitor is None:
        raise not_found()
    rows = shadow_findings(person(request), monitor.id).select_related("agency")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    lines = [
        {
            "found": row,
            "sentence": masked_sentence(row.message, row.unit, row.evidence),
            "href": unit_address(library, monitor, row.unit_id),
        }
        for row in page
    ]
    context = {"monitor": monitor, "page": page, "lines": lines, "count": page.paginator.count}
    return render(request, "web/monitors/shadow.html", context)


def _done(request: HttpRequest, code: str, form: Any, do: Any) -> HttpResponse:
    """Do the act and say what came of it on the monitor's page."""
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect("web:monitor", code)
    try:
        messages.success(request, do(form.cleaned_data["reason"]))
    except NotPossible as error:
        messages.error(request, str(error))
    return redirect("web:monitor", code)


def _monitor_id(code: str) -> str:
    monitor = effective_library().by_code.get(code)
    if monitor is None:
        raise not_found()
    return monitor.id
