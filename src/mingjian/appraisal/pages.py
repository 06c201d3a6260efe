"""Pages of assessment: the list, a scheme in words, the table, one agency's sheet, the export."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjian.access import audit
from mingjian.access.login import client_address
from mingjian.access.roles import permits, require
from mingjian.appraisal import queries
from mingjian.appraisal.acts import appraising
from mingjian.appraisal.flow import load_flow
from mingjian.appraisal.forms import DrawForm, ReasonForm, SettleForm, VersionForm
from mingjian.appraisal.models import Appraisal, Deduction
from mingjian.appraisal.places import is_organiser
from mingjian.appraisal.scheme import Scheme, load_schemes
from mingjian.appraisal.sending import act_items, faults, send
from mingjian.appraisal.workbook import write_workbook
from mingjian.supervision.confirmed import KINDS


def appraisals_page(request: HttpRequest) -> HttpResponse:
    """The assessments in scope, the schemes, and drawing one up."""
    require(request.user, "appraisal.read")
    today = timezone.localdate()
    form = DrawForm(today, request.POST or None)
    made: list[Appraisal] = []

    def draw(scheme: str, start_on: date, end_on: date) -> None:
        given = {"today": today, "ip": client_address(request)}
        made.append(appraising.draw_up(request.user, scheme, (start_on, end_on), **given))

    if request.method == "POST" and send(request, form, draw, "已测算，异议期开始。"):
        return redirect("appraisal:appraisal", appraisal_id=made[0].pk)
    context = {
        "appraisals": queries.appraisal_list(request.user),
        "schemes": load_schemes().values(),
        "may_draw": permits(request.user, "appraisal.manage") and request.user.scope != "line",
        "form": form,
        "flow": load_flow("appraisal"),
    }
    return render(request, "appraisal/appraisals.html", context, status=422 if form.errors else 200)


def scheme_page(request: HttpRequest, code: str) -> HttpResponse:
    """A scheme in words: what counts, what it costs, what it rests on, what never counts."""
    require(request.user, "appraisal.read")
    scheme = load_schemes().get(code)
    if scheme is None:
        raise Http404("没有这个考核方案。")
    return render(request, "appraisal/scheme.html", {"scheme": scheme, "items": _items(scheme)})


def appraisal_page(request: HttpRequest, appraisal_id: int) -> HttpResponse:
    """The table by peer group."""
    appraisal = _appraisal_or_404(request, appraisal_id)
    if request.user.scope == "agency":
        sheet = queries.sheets(request.user).filter(appraisal=appraisal).first()
        assert sheet is not None
        return redirect("appraisal:sheet", appraisal_id=appraisal.pk, agency_id=sheet.agency_id)
    return _show(request, appraisal)


@require_POST
def act_page(request: HttpRequest, appraisal_id: int, act: str) -> HttpResponse:
    """Publish or discard."""
    appraisal = _appraisal_or_404(request, appraisal_id)
    given: dict[str, Any] = {"ip": client_address(request)}
    if act == "publish":
        form: Any = VersionForm(request.POST)
        given["today"] = timezone.localdate()
        do: Any = appraising.publish
    elif act == "discard":
        form, do = ReasonForm(request.POST), appraising.discard
    else:
        raise Http404("没有这个办理动作。")

    def run(**values: Any) -> None:
        do(request.user, appraisal.pk, **values, **given)

    said = f"{appraisal} 已{load_flow('appraisal').act_title(act)}。"
    if send(request, form, run, said):
        return redirect("appraisal:appraisal", appraisal_id=appraisal.pk)
    return _show(request, appraisal, (act, form), status=422)


def sheet_page(request: HttpRequest, appraisal_id: int, agency_id: str) -> HttpResponse:
    """One agency with every deduction, down to the alert or matter."""
    return _show_sheet(request, _appraisal_or_404(request, appraisal_id), agency_id)


@require_POST
def deduction_act_page(request: HttpRequest, deduction_id: int, act: str) -> HttpResponse:
    """Object to a deduction, or settle the objection."""
    require(request.user, "appraisal.read")
    rows = Deduction.objects.filter(sheet__in=queries.sheets(request.user).values("pk"))
    deduction = rows.select_related("sheet__appraisal").filter(pk=deduction_id).first()
    doing: dict[str, tuple[Any, Any]] = {
        "object": (ReasonForm, appraising.raise_objection),
        "settle": (SettleForm, appraising.settle),
    }
    if deduction is None or act not in doing:
        raise Http404("没有这条扣分，或者它不在您的范围内。")
    shape, do = doing[act]
    form = shape(request.POST, auto_id=False)

    def run(**values: Any) -> None:
        values.pop("version")  # a deduction is objected to once and settled once
        given = {"today": timezone.localdate(), "ip": client_address(request)}
        do(request.user, deduction.pk, **values, **given)

    sheet = deduction.sheet
    if send(request, form, run, f"已{load_flow('appraisal').act_title(act)}。"):
        address = reverse("appraisal:sheet", args=[sheet.appraisal_id, sheet.agency_id])
        return redirect(f"{address}#d{deduction.pk}")
    refused = (deduction.pk, form)
    return _show_sheet(request, sheet.appraisal, sheet.agency_id, refused, status=422)


def export_page(request: HttpRequest, appraisal_id: int) -> HttpResponseBase:
    """The table and every deduction as a workbook, with the filter printed on it."""
    appraisal = _appraisal_or_404(request, appraisal_id)
    group = request.GET.get("group", "")
    now = timezone.localtime()
    filter_text = f"同组：{group}" if group else "全部"
    tables = queries.groups(appraisal, request.user, group=group)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "appraisal.xlsx"
        count = write_workbook(
            path, appraisal, tables, filter_text=filter_text, user=request.user, at=now
        )
        file = path.open("rb")  # outlives its folder until it is sent
    audit.record(
        request.user,
        "appraisal.export",
        appraisal,
        ip=client_address(request),
        filter=filter_text,
        count=count,
    )
    name = f"{appraisal.scheme_name}_{appraisal.end_on:%Y%m%d}_{now:%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


def _show(
    request: HttpRequest, appraisal: Appraisal, refused: Any = None, *, status: int = 200
) -> HttpResponse:
    flow = load_flow("appraisal")
    acts = flow.open_to(request.user, appraisal.state)
    made: dict[str, Any] = {}
    if is_organiser(request.user, appraisal.region_id):
        seen = {"version": appraisal.version}
        made = {
            "publish": lambda: VersionForm(initial=seen),
            "discard": lambda: ReasonForm(initial=seen),
        }
    group = request.GET.get("group", "")
    is_published = appraisal.state == "published"
    context = {
        "appraisal": appraisal,
        "state": flow.file.states[appraisal.state],
        "scheme": queries.scheme_of(appraisal),
        "groups": queries.groups(appraisal, request.user, group=group),
        "group_names": queries.group_names(appraisal, request.user),
        "group": group,
        "forms": act_items(
            acts, made, lambda act: reverse("appraisal:act", args=[appraisal.pk, act]), refused
        ),
        "refused_act": refused[0] if refused else "",
        "faults": faults(refused[1] if refused else None),
        "is_intact": appraising.is_intact(appraisal) if is_published else True,
    }
    return render(request, "appraisal/appraisal.html", context, status=status)


def _show_sheet(
    request: HttpRequest,
    appraisal: Appraisal,
    agency_id: str,
    refused: tuple[int, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    rows = queries.sheets(request.user).select_related(
        "agency__region__parent", "appraisal__region"
    )
    sheet = rows.filter(appraisal=appraisal, agency_id=agency_id).first()
    if sheet is None:
        raise Http404("没有这张考核表，或者它不在您的范围内。")
    items = queries.sheet_items(sheet)
    is_open = appraisal.state == "drawn"
    in_time = appraisal.due_on is None or timezone.localdate() <= appraisal.due_on
    organises = is_organiser(request.user, appraisal.region_id)
    may_settle = permits(request.user, "appraisal.manage") and organises
    context = {
        "sheet": sheet,
        "appraisal": appraisal,
        "state": load_flow("appraisal").file.states[appraisal.state],
        "items": items,
        "without": [item.item.title for item in items if not item.rows],
        "confirmed": queries.confirmed_of(sheet),
        "may_object": is_open and in_time and permits(request.user, "appraisal.object"),
        "may_settle": is_open and may_settle,
        "object_form": ReasonForm(auto_id=False),
        "settle_form": SettleForm(auto_id=False),
        "refused_id": refused[0] if refused else None,
        "refused_form": refused[1] if refused else None,
        "is_own": request.user.scope == "agency",
    }
    return render(request, "appraisal/sheet.html", context, status=status)


def _appraisal_or_404(request: HttpRequest, appraisal_id: int) -> Appraisal:
    require(request.user, "appraisal.read")
    rows = queries.visible(request.user).select_related("region", "drawn_by")
    appraisal: Appraisal | None = rows.filter(pk=appraisal_id).first()
    if appraisal is None:
        raise Http404("没有这次考核，或者它不在您的范围内。")
    return appraisal


def _items(scheme: Scheme) -> list[tuple[Any, Any]]:
    return [(item, KINDS[item.counts]) for item in scheme.items]
