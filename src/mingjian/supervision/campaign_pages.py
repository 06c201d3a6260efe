"""Pages of campaigns: the list, the plan, the analysis with its ways down, the acts, the report."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.login import client_address
from mingjian.access.roles import permits, require
from mingjian.access.superiors import office_region
from mingjian.standards import load_standard
from mingjian.supervision import batch, campaign_sheet
from mingjian.supervision import campaign_queries as queries
from mingjian.supervision import queries as alert_queries
from mingjian.supervision.act_forms import ActForm
from mingjian.supervision.act_pages import do_act
from mingjian.supervision.acts import campaigns
from mingjian.supervision.campaign_forms import CampaignFilterForm, PlanForm, stages_form
from mingjian.supervision.campaign_workbook import write_report
from mingjian.supervision.flow import load_campaign_flow
from mingjian.supervision.models import Campaign
from mingjian.supervision.pages import act_forms

PAGE_SIZE = 50
MATTERS_SHOWN = 100
_DOING: dict[str, Callable[..., Any]] = {
    "start": campaigns.start,
    "extend": campaigns.extend,
    "finish": campaigns.finish,
    "call_off": campaigns.call_off,
    "add_note": campaigns.note,
}


def campaigns_page(request: HttpRequest) -> HttpResponse:
    """The list, the running ones first."""
    require(request.user, "matter.read")
    form = CampaignFilterForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = queries.campaign_list(request.user, state)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    counts = queries.member_counts(request.user, page.object_list)
    lines = [
        {
            "campaign": campaign,
            "kind": campaign_sheet.kind_title(campaign),
            "stage": campaign_sheet.stage_on(campaign, today),
            "count": counts.get(campaign.pk, 0),
        }
        for campaign in page.object_list
    ]
    context = {"form": form, "page": page, "lines": lines, "today": today}
    context["may_plan"] = _may_plan(request)
    return render(request, "supervision/campaigns.html", context)


def plan_page(request: HttpRequest) -> HttpResponse:
    """拟定方案."""
    require(request.user, load_campaign_flow().permission_for("plan"))
    return _planned(request, None, lambda given, sent: campaigns.plan(given, **sent))


def change_page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """修改方案, until it is started."""
    campaign = _campaign_or_404(request, campaign_id)
    require(request.user, load_campaign_flow().permission_for("change"))
    if campaign.state not in load_campaign_flow().file.acts["change"].from_:
        messages.error(request, "专项启动之后，方案不能再改；止日可以延长。")
        return redirect("supervision:campaign", campaign_id=campaign.pk)
    return _planned(
        request, campaign, lambda given, sent: campaigns.change(campaign.pk, given, **sent)
    )


def campaign_page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One campaign: its plan, numbers, stages, weeks, matters, course and acts."""
    return _show(request, _campaign_or_404(request, campaign_id))


@require_POST
def campaign_act_page(request: HttpRequest, campaign_id: int, act: str) -> HttpResponse:
    """Do one act of the flow on the campaign."""
    campaign = _campaign_or_404(request, campaign_id)
    form, status = do_act(request, load_campaign_flow(), campaign, act, _DOING)
    if form is not None:
        return _show(request, campaign, refused=form, status=status)
    return redirect("supervision:campaign", campaign_id=campaign.pk)


@require_POST
def join_page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Put every alert that fits on the list, at most so many at a time as a batch takes."""
    campaign = _campaign_or_404(request, campaign_id)
    require(request.user, "matter.handle")
    fitting = alert_queries.visible(request.user).filter(queries.candidates(campaign))
    pks = list(fitting.order_by("pk").values_list("pk", flat=True)[: batch.AT_ONCE + 1])
    try:
        done = batch.do(
            "join_campaign",
            pks[: batch.AT_ONCE],
            {"campaign": str(campaign.pk), "key": request.POST.get("key", "")},
            by=request.user,
            today=timezone.localdate(),
            ip=client_address(request),
        )
    except NotPossible as error:
        messages.error(request, "没有可以列入的预警。" if not pks else str(error))
        return redirect("supervision:campaign", campaign_id=campaign.pk)
    messages.success(request, f"已列入 {len(done.done)} 条。")
    if len(pks) > batch.AT_ONCE:
        messages.info(request, f"一次最多列入 {batch.AT_ONCE} 条，还有没列的，请再按一次。")
    if done.refused:
        messages.error(request, f"{len(done.refused)} 条没有列入。{done.why}")
    return redirect("supervision:campaign", campaign_id=campaign.pk)


def export_page(request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    """The report as a workbook, in the person's scope; audited."""
    campaign = _campaign_or_404(request, campaign_id)
    require(request.user, "alert.export")
    now = timezone.localtime()
    sheet = campaign_sheet.campaign_sheet(campaign, request.user, now.date())
    alerts = queries.members(request.user, campaign)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "campaign.xlsx"
        count = write_report(
            path,
            campaign,
            sheet,
            alerts.select_related("agency__region__parent").order_by("level_rank", "pk"),
            user=request.user,
            at=now.replace(tzinfo=None),
        )
        file = path.open("rb")  # outlives its folder until it is sent
    audit.record(request.user, "campaign.export", campaign, ip=client_address(request), count=count)
    name = f"{campaign.number}_{campaign.name}_{now:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


def _planned(
    request: HttpRequest, campaign: Campaign | None, do: Callable[[Any, Any], Campaign]
) -> HttpResponse:
    """The form of a plan; done, it leads to the campaign."""
    form = PlanForm(request.user, campaign, request.POST or None)
    stages = stages_form(request.POST or None, campaign)
    if request.method == "POST" and form.is_valid() and stages.is_valid():
        sent = {
            "by": request.user,
            "today": timezone.localdate(),
            "ip": client_address(request),
            "key": form.cleaned_data["key"],
            "version": form.cleaned_data["version"] if campaign else None,
        }
        try:
            made = do(form.plan(stages.stages()), sent)
            return redirect("supervision:campaign", campaign_id=made.pk)
        except NotPossible as error:
            form.add_error(None, str(error))
    is_refused = request.method == "POST"
    context = {"form": form, "stages": stages, "campaign": campaign}
    return render(
        request, "supervision/campaign_plan.html", context, status=422 if is_refused else 200
    )


def _may_plan(request: HttpRequest) -> bool:
    return permits(request.user, "matter.handle") and office_region(request.user) is not None


def _campaign_or_404(request: HttpRequest, campaign_id: int) -> Campaign:
    require(request.user, "matter.read")
    campaign = queries.visible(request.user).filter(pk=campaign_id).first()
    if campaign is None:
        raise Http404("没有这次专项，或者它不在您的范围内。")
    return campaign


def _show(
    request: HttpRequest, campaign: Campaign, *, refused: ActForm | None = None, status: int = 200
) -> HttpResponse:
    today, flow = timezone.localdate(), load_campaign_flow()
    region = office_region(request.user)
    organises = region is not None and region.pk == campaign.region_id
    acts = [
        act
        for act in flow.open_to(request.user, campaign.state)
        if act.name in _DOING and (organises or act.name == "add_note")
    ]
    field = load_standard().codes["field"].codes.get(campaign.field)
    matters = queries.matters_of(request.user, campaign)
    context = {
        "campaign": campaign,
        "state": flow.file.states[campaign.state],
        "kind": flow.file.kinds[campaign.kind],
        "field": field.title if field else "全部领域",
        "monitors": campaign_sheet.monitor_titles(campaign),
        "stage": campaign_sheet.stage_on(campaign, today),
        "sheet": (sheet := campaign_sheet.campaign_sheet(campaign, request.user, today)),
        "outcome_titles": [kind.title for kind in sheet.headings],
        "matters": matters[:MATTERS_SHOWN],
        "matter_count": matters.count(),
        "events": campaign.events.select_related("by"),
        "today": today,
        "may_change": organises
        and campaign.state in flow.file.acts["change"].from_
        and permits(request.user, "matter.handle"),
        "may_join": campaign.state == queries.RUNNING and permits(request.user, "matter.handle"),
        "may_export": permits(request.user, "alert.export"),
        **act_forms(request, acts, campaign, refused),
    }
    return render(request, "supervision/campaign.html", context, status=status)
