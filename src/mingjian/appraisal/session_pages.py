"""Pages of training plans and sessions."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjian.access import audit
from mingjian.access.login import client_address
from mingjian.access.roles import permits, require
from mingjian.appraisal import result_sheet
from mingjian.appraisal import training_queries as queries
from mingjian.appraisal.acts import exams, officers, sessions
from mingjian.appraisal.courses import materials_of
from mingjian.appraisal.flow import load_flow
from mingjian.appraisal.forms import (
    ArrangeForm,
    EnrolForm,
    HoldForm,
    OfficersForm,
    PlanForm,
    ReasonForm,
    ResultsForm,
    VersionForm,
)
from mingjian.appraisal.models import TrainingPlan, TrainingSession
from mingjian.appraisal.officers import officers as records_of
from mingjian.appraisal.places import is_organiser
from mingjian.appraisal.sending import act_items, faults, send

ACTS = ("enrol", "enrol_officers", "hold", "take_results", "finish", "cancel")


def plans_page(request: HttpRequest) -> HttpResponse:
    """The plans in scope, and making one."""
    require(request.user, "training.read")
    may_make = permits(request.user, "training.manage") and request.user.scope != "line"
    form = PlanForm(request.POST or None)
    made: list[TrainingPlan] = []

    def make(**values: Any) -> None:
        given = {"today": timezone.localdate(), "ip": client_address(request)}
        made.append(sessions.make_plan(request.user, **values, **given))

    if request.method == "POST" and send(request, form, make, "已制定计划。"):
        return redirect("training:plan", plan_id=made[0].pk)
    context = {"plans": queries.plan_list(request.user), "form": form, "may_make": may_make}
    return render(request, "appraisal/plans.html", context, status=422 if form.errors else 200)


def plan_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: its needs, its sessions, and arranging one."""
    require(request.user, "training.read")
    plan = queries.plans(request.user).select_related("region").filter(pk=plan_id).first()
    if plan is None:
        raise Http404("没有这个计划，或者它不在您的范围内。")
    form = ArrangeForm(request.POST or None)
    made: list[TrainingSession] = []

    def arrange(**values: Any) -> None:
        ip = client_address(request)
        made.append(sessions.arrange(request.user, plan.pk, **values, ip=ip))

    if request.method == "POST" and send(request, form, arrange, "已安排班次。"):
        return redirect("training:session", session_id=made[0].pk)
    organises = permits(request.user, "training.manage") and is_organiser(
        request.user, plan.region_id
    )
    context = {
        "plan": plan,
        "needs": queries.needs(request.user).filter(plan=plan).select_related("agency"),
        "sessions": [(one, _state(one)) for one in plan.sessions.all()],
        "form": form,
        "may_arrange": organises,
        "need_states": load_flow("training").file.states,
    }
    return render(request, "appraisal/plan.html", context, status=422 if form.errors else 200)


def session_page(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session: material, people, attendance, results."""
    return _show(request, _session_or_404(request, session_id))


@require_POST
def act_page(request: HttpRequest, session_id: int, act: str) -> HttpResponse:
    """Enrol, hold, take results, finish, cancel."""
    session = _session_or_404(request, session_id)
    if act not in ACTS:
        raise Http404("没有这个办理动作。")
    form = _form(request, session, act, request.POST, files=request.FILES)
    ip = client_address(request)

    def run(version: int | None = None, **values: Any) -> None:
        given: dict[str, Any] = {"version": version, "ip": ip}
        today = timezone.localdate()
        if act == "hold":
            ids = [enrolment.pk for enrolment in values["attended"]]
            sessions.hold(request.user, session.pk, attended=ids, today=today, **given)
        elif act == "finish":
            sessions.finish(request.user, session.pk, today=today, **given)
        elif act == "enrol":
            sessions.enrol(request.user, session.pk, people=list(values["people"]), **given)
        elif act == "enrol_officers":
            officers.enrol_officers(request.user, session.pk, codes=values["codes"], **given)
        elif act == "take_results":
            with kept(values["results"]) as sheet:
                officers.take_results(request.user, session.pk, sheet=sheet, today=today, **given)
        else:
            sessions.cancel(request.user, session.pk, reason=values["reason"], **given)

    if send(request, form, run, f"已{load_flow('training_session').act_title(act)}。"):
        return redirect("training:session", session_id=session.pk)
    return _show(request, session, (act, form), status=422)


@require_GET
def sheet_file(request: HttpRequest, session_id: int) -> FileResponse:
    """签到表与成绩表, for the organiser: identity masked. Audited."""
    session = _session_or_404(request, session_id)
    require(request.user, "training.manage")
    people = queries.enrolments(request.user, session)
    known = records_of(request.user, {one.officer_id for one in people if one.officer_id})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        result_sheet.write(path, session, people, known)
        file = path.open("rb")  # outlives its folder until it is sent
    audit.record(
        request.user,
        "training_session.sheet",
        session,
        ip=client_address(request),
        count=len(people),
    )
    return FileResponse(file, as_attachment=True, filename=f"签到表与成绩表 {session}.xlsx")


@contextmanager
def kept(file: UploadedFile) -> Iterator[Path]:
    """An uploaded workbook as a file, for as long as it is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.xlsx"
        path.write_bytes(file.read(result_sheet.LIMITS.workbook_bytes))
        yield path


def _session_or_404(request: HttpRequest, session_id: int) -> TrainingSession:
    require(request.user, "training.read")
    rows = queries.sessions(request.user).select_related("plan__region")
    session: TrainingSession | None = rows.filter(pk=session_id).first()
    if session is None:
        raise Http404("没有这个班次，或者它不在您的范围内。")
    return session


def _form(
    request: HttpRequest,
    session: TrainingSession,
    act: str,
    data: Any = None,
    files: Any = None,
    **more: Any,
) -> Any:
    if act == "take_results":
        return ResultsForm(data, files, **more)
    if act == "enrol_officers":
        return OfficersForm(data, **more)
    if act == "enrol":
        return EnrolForm(request.user, session, data, **more)
    if act == "hold":
        return HoldForm(session, data, **more)
    return (ReasonForm if act == "cancel" else VersionForm)(data, **more)


def _show(
    request: HttpRequest, session: TrainingSession, refused: Any = None, *, status: int = 200
) -> HttpResponse:
    made: dict[str, Any] = {}
    if is_organiser(request.user, session.plan.region_id):
        seen = {"version": session.version}
        made = {a: (lambda a=a: _form(request, session, a, initial=seen)) for a in ACTS}
    exam = exams.exam_of(session)
    context = {
        "session": session,
        "may_manage": bool(made) and permits(request.user, "training.manage"),
        "state": _state(session),
        "materials": materials_of(session.course),
        "exam": exam,
        "exam_until": exams.last_day(session, exam) if exam else None,
        "enrolments": queries.enrolments(request.user, session),
        "forms": act_items(
            load_flow("training_session").open_to(request.user, session.state),
            made,
            lambda act: reverse("training:session_act", args=[session.pk, act]),
            refused,
        ),
        "refused_act": refused[0] if refused else "",
        "faults": faults(refused[1] if refused else None),
    }
    return render(request, "appraisal/session.html", context, status=status)


def _state(session: TrainingSession) -> Any:
    return load_flow("training_session").file.states[session.state]
