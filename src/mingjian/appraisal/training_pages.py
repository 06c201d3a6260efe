"""Pages of training needs and of proposals of off-duty education."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjian.access.login import client_address
from mingjian.access.roles import permits, require
from mingjian.access.scope import for_user
from mingjian.appraisal import training_queries as queries
from mingjian.appraisal.acts import needs, sessions
from mingjian.appraisal.courses import load_training
from mingjian.appraisal.exam_pages import mine_page
from mingjian.appraisal.flow import load_flow
from mingjian.appraisal.forms import DecideForm, PlanChoiceForm, ReasonForm, VersionForm
from mingjian.appraisal.models import TrainingNeed
from mingjian.appraisal.sending import act_items, faults, send
from mingjian.appraisal.training_models import NeedProblem
from mingjian.supervision.models import Alert

PAGE_SIZE = 50
_DOING: dict[str, Any] = {
    "accept": needs.accept,
    "decline": needs.decline,
    "plan": needs.plan,
    "complete": needs.complete,
}


def needs_page(request: HttpRequest) -> HttpResponse:
    """The needs in scope; who only attends comes to his own training."""
    if permits(request.user, "training.attend") and not permits(request.user, "training.read"):
        return mine_page(request)
    require(request.user, "training.read")
    flow = load_flow("training")
    state = request.GET.get("state", "")
    state = state if state in flow.file.states else ""
    counts = queries.need_counts(request.user)
    context = {
        "page": Paginator(queries.need_list(request.user, state), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "state": state,
        "states": [(name, s.title, counts.get(name, 0)) for name, s in flow.file.states.items()],
        "total": sum(counts.values()),
        "rule": load_training().need,
    }
    return render(request, "appraisal/needs.html", context)


def need_page(request: HttpRequest, need_id: int) -> HttpResponse:
    return _show(request, _need_or_404(request, need_id))


@require_POST
def need_act_page(request: HttpRequest, need_id: int, act: str) -> HttpResponse:
    """Decide, plan, complete."""
    need = _need_or_404(request, need_id)
    if act not in _DOING:
        raise Http404("没有这个办理动作。")
    form = _form(request, act, request.POST)
    given = {"today": timezone.localdate(), "ip": client_address(request)}

    def run(**values: Any) -> None:
        _DOING[act](request.user, need.pk, **values, **given)

    if send(request, form, run, f"已{load_flow('training').act_title(act)}。"):
        return redirect("training:need", need_id=need.pk)
    return _show(request, need, (act, form), status=422)


def proposals_page(request: HttpRequest) -> HttpResponse:
    """离岗教育建议."""
    require(request.user, "training.read")
    return _show_proposals(request)


@require_POST
def decide_page(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Adopt or decline a proposal."""
    require(request.user, "training.read")
    form = DecideForm(request.POST, auto_id=False)
    given = {"today": timezone.localdate(), "ip": client_address(request)}

    def run(**values: Any) -> None:
        sessions.decide(request.user, proposal_id, **values, **given)

    if send(request, form, run, "已决定。"):
        return redirect("training:proposals")
    return _show_proposals(request, (proposal_id, form), status=422)


def _show_proposals(
    request: HttpRequest, refused: tuple[int, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    may_decide = permits(request.user, "training.decide")
    rows = []
    for proposal in queries.proposals(request.user):
        form = None
        if may_decide and proposal.state == "proposed":
            seen = {"version": proposal.version}
            is_refused = refused is not None and refused[0] == proposal.pk
            form = refused[1] if is_refused and refused else DecideForm(initial=seen, auto_id=False)
        rows.append((proposal, load_flow("off_duty").file.states[proposal.state], form))
    return render(request, "appraisal/proposals.html", {"rows": rows}, status=status)


def _need_or_404(request: HttpRequest, need_id: int) -> TrainingNeed:
    require(request.user, "training.read")
    rows = queries.needs(request.user).select_related("agency__region__parent", "plan")
    need: TrainingNeed | None = rows.filter(pk=need_id).first()
    if need is None:
        raise Http404("没有这项培训需求，或者它不在您的范围内。")
    return need


def _form(request: HttpRequest, act: str, data: Any = None, **more: Any) -> Any:
    if act == "decline":
        return ReasonForm(data, **more)
    if act == "plan":
        return PlanChoiceForm(request.user, timezone.localdate(), data, **more)
    return VersionForm(data, **more)


def _show(
    request: HttpRequest, need: TrainingNeed, refused: Any = None, *, status: int = 200
) -> HttpResponse:
    flow = load_flow("training")
    seen = {"version": need.version}
    made = {act: (lambda act=act: _form(request, act, initial=seen)) for act in _DOING}
    context = {
        "need": need,
        "state": flow.file.states[need.state],
        "point": load_training().points[need.point].title,
        "problems": _problems(request, need),
        "look_back": queries.look_back(need, timezone.localdate()),
        "sessions": need.plan.sessions.exclude(state="cancelled") if need.plan else [],
        "forms": act_items(
            flow.open_to(request.user, need.state),
            made,
            lambda act: reverse("training:need_act", args=[need.pk, act]),
            refused,
        ),
        "refused_act": refused[0] if refused else "",
        "faults": faults(refused[1] if refused else None),
    }
    return render(request, "appraisal/need.html", context, status=status)


def _problems(request: HttpRequest, need: TrainingNeed) -> list[NeedProblem]:
    """The confirmed problems behind the need; an alert out of scope stays out."""
    seen = for_user(Alert.objects, request.user).order_by().values("pk")
    return list(need.problems.filter(alert__in=seen).select_related("alert"))
