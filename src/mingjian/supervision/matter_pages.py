"""Pages of matters: the list, the sheet, registering a clue, and the acts."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjian.access.flow import NotPossible
from mingjian.access.login import client_address
from mingjian.access.roles import permits, require
from mingjian.supervision import matter_queries as queries
from mingjian.supervision.act_forms import ActForm
from mingjian.supervision.act_pages import do_act
from mingjian.supervision.acts import campaign_lists, matter_outcomes, matter_papers, matters
from mingjian.supervision.flow import load_matter_flow
from mingjian.supervision.matter_forms import ClueForm, MatterFilterForm
from mingjian.supervision.models import Matter
from mingjian.supervision.pages import act_forms

PAGE_SIZE = 50
_DOING: dict[str, Callable[..., Any]] = {
    "open": matters.open_matter,
    "refuse": matters.refuse,
    "ask_material": matters.ask_material,
    "give_material": matters.give_material,
    "extend_investigation": matters.extend_investigation,
    "find": matters.find,
    "issue": matter_papers.issue,
    "propose": matter_papers.propose,
    "draft_decision": matter_papers.draft_decision,
    "correct_at_once": matter_outcomes.correct_at_once,
    "no_paper": matter_outcomes.no_paper,
    "tell_superior": matter_outcomes.tell_superior,
    "superior_answered": matter_outcomes.superior_answered,
    "conclude": matter_outcomes.conclude,
    "report": matter_outcomes.report,
    "pass": matter_outcomes.pass_review,
    "send_back": matter_outcomes.send_back,
    "ask_extension": matter_outcomes.ask_extension,
    "grant_extension": matter_outcomes.grant_extension,
    "refuse_extension": matter_outcomes.refuse_extension,
    "object": matter_papers.raise_objection,
    "draft_reply": matter_papers.draft_reply,
    "answer_objection": matter_papers.answer_objection,
    "suspend": matter_outcomes.suspend,
    "resume": matter_outcomes.resume,
    "join_campaign": campaign_lists.join_matter,
    "leave_campaign": campaign_lists.drop_matter,
    "look_back": matter_outcomes.look_back,
    "add_note": matter_outcomes.note,
}


def matters_page(request: HttpRequest) -> HttpResponse:
    """The list, the pressing first."""
    require(request.user, "matter.read")
    today = timezone.localdate()
    form = MatterFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = queries.matter_list(request.user, wanted, today)
    context = {
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "today": today,
        "may_register": permits(request.user, "matter.handle"),
    }
    return render(request, "supervision/matters.html", context)


def matter_page(request: HttpRequest, matter_id: int) -> HttpResponse:
    """One matter: course, alerts, papers, clocks, acts."""
    return _show(request, _matter_or_404(request, matter_id))


def register_page(request: HttpRequest) -> HttpResponse:
    """登记线索."""
    require(request.user, load_matter_flow().permission_for("register"))
    form = ClueForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            matter = matters.register(
                by=request.user,
                today=timezone.localdate(),
                ip=client_address(request),
                **form.cleaned_data,
            )
            return redirect("supervision:matter", matter_id=matter.pk)
        except NotPossible as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(request, "supervision/register.html", {"form": form}, status=status)


@require_POST
def matter_act_page(request: HttpRequest, matter_id: int, act: str) -> HttpResponse:
    """Do one act of the flow on the matter."""
    matter = _matter_or_404(request, matter_id)
    form, status = do_act(request, load_matter_flow(), matter, act, _DOING)
    if form is not None:
        return _show(request, matter, refused=form, status=status)
    if act == "draft_reply":  # the person goes on writing where the draft is
        drafted = matter.papers.filter(kind="reply").order_by("-pk").first()
        if drafted is not None:
            return redirect("documents:edit", paper_id=drafted.paper_id)
    return redirect("supervision:matter", matter_id=matter.pk)


def _matter_or_404(request: HttpRequest, matter_id: int) -> Matter:
    require(request.user, "matter.read")
    rows = queries.visible(request.user).select_related(
        "agency__region__parent", "assignee", "campaign"
    )
    matter = rows.filter(pk=matter_id).first()
    if matter is None:
        raise Http404("没有这件监督事项，或者它不在您的范围内。")
    return matter


def _show(
    request: HttpRequest, matter: Matter, *, refused: ActForm | None = None, status: int = 200
) -> HttpResponse:
    sheet = queries.matter_sheet(matter, request.user)
    flow = load_matter_flow().file
    context = {
        "sheet": sheet,
        "matter": matter,
        "today": timezone.localdate(),
        "clue_kind": flow.clue_kinds[matter.clue_kind],
        "form_title": flow.forms.get(matter.form, ""),
        "finding": flow.findings.get(matter.finding),
        "outcomes": flow.objection.outcomes,
        **act_forms(request, sheet.acts, matter, refused),
    }
    return render(request, "supervision/matter.html", context, status=status)
