"""Pages for who is trained: the own courses and hours, the exam, its result."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mingjian.access.flow import NotPossible
from mingjian.access.login import client_address
from mingjian.access.roles import require
from mingjian.appraisal import exam_paper
from mingjian.appraisal import training_queries as queries
from mingjian.appraisal.acts import exams
from mingjian.appraisal.courses import load_training, materials_of
from mingjian.appraisal.models import Sitting


def mine_page(request: HttpRequest) -> HttpResponse:
    """我的培训."""
    require(request.user, "training.attend")
    today = timezone.localdate()
    rows = []
    for enrolment in queries.own(request.user):
        exam = exams.exam_of(enrolment.session)
        may_sit = (
            exam is not None
            and bool(enrolment.attended)
            and not enrolment.result
            and enrolment.session.state == "held"
            and today <= exams.last_day(enrolment.session, exam)
        )
        rows.append((enrolment, exam, may_sit, list(enrolment.sittings.all())))
    context = {
        "rows": rows,
        "hours": queries.hours_of(request.user, today.year),
        "wanted": load_training().yearly_hours,
        "year": today.year,
    }
    return render(request, "appraisal/mine.html", context)


def material_page(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """What the course asks to read."""
    require(request.user, "training.attend")
    enrolment = queries.own(request.user).filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Http404("您没有报这个班，或者没有这个班。")
    session = enrolment.session
    context = {"session": session, "materials": materials_of(session.course)}
    return render(request, "appraisal/material.html", context)


@require_POST
def start_page(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """开始考试, or go on with the one that is open."""
    require(request.user, "training.attend")
    try:
        sitting = exams.start(
            request.user, enrolment_id, now=timezone.now(), ip=client_address(request)
        )
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("training:mine")
    return redirect("training:exam", sitting_id=sitting.pk)


@never_cache
def exam_page(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """The paper while it is open; afterwards the result."""
    require(request.user, "training.attend")
    sitting = queries.own_sittings(request.user).filter(pk=sitting_id).first()
    if sitting is None:
        raise Http404("没有这场考试，或者它不是您的。")
    if request.method == "POST":
        return _hand_in(request, sitting)
    if sitting.submitted_at is not None:
        return _result(request, sitting)
    left = max(sitting.ends_at - timezone.now(), timedelta())
    context = {
        "sitting": sitting,
        "questions": exam_paper.shown(sitting.questions),
        "seconds_left": int(left.total_seconds()),
    }
    return render(request, "appraisal/exam.html", context)


def _hand_in(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    answers = {
        question["id"]: request.POST.getlist(f"q{no}")
        for no, question in enumerate(sitting.questions, 1)
    }
    try:
        done = exams.submit(
            request.user, sitting.pk, answers, now=timezone.now(), ip=client_address(request)
        )
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"已交卷，得分 {done.score}。")
    return redirect("training:exam", sitting_id=sitting.pk)


def _result(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    exam = exams.exam_of(sitting.enrolment.session)
    with_answers = exams.is_last(sitting)
    context = {
        "sitting": sitting,
        "exam": exam,
        "with_answers": with_answers,
        "has_passed": exam is not None and (sitting.score or 0) >= exam.pass_score,
        "lines": exam_paper.reviewed(sitting.questions, sitting.answers, with_answers=with_answers),
    }
    return render(request, "appraisal/result.html", context)
