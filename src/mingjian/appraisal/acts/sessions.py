"""Plans and sessions of training, and what a person decides about a proposal to suspend."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.appraisal.acts.exams import close_expired, exam_of, last_day
from mingjian.appraisal.acts.step import Step, checked_reason
from mingjian.appraisal.courses import load_training
from mingjian.appraisal.flow import load_flow
from mingjian.appraisal.models import (
    Enrolment,
    OffDutyProposal,
    TrainingPlan,
    TrainingSession,
)
from mingjian.appraisal.places import is_organiser, place_of
from mingjian.appraisal.training_queries import may_attend, plans, proposals, sessions

FLOW = "training_session"


def make_plan(
    by: User, *, title: str, start_on: date, end_on: date, today: date, ip: str | None = None
) -> TrainingPlan:
    """制定计划 for the person's own place."""
    require(by, "training.manage")
    if start_on > end_on:
        raise NotPossible("计划的止日早于起日。")
    plan = TrainingPlan(
        title=title.strip(),
        region=place_of(by),
        start_on=start_on,
        end_on=end_on,
        made_by=by,
        made_on=today,
    )
    try:
        with transaction.atomic():
            plan.save()
            audit.record(by, "training.make_plan", plan, ip=ip, title=plan.title)
    except IntegrityError as error:
        raise NotPossible("已经有同名的计划，请换一个名称。") from error
    return plan


def arrange(
    by: User, plan_id: int, *, course: str, held_on: date, place: str, ip: str | None = None
) -> TrainingSession:
    """安排班次 of a course, within the plan's time; the exam's rules are kept as they now are."""
    require(by, load_flow(FLOW).permission_for("arrange"))
    plan = plans(by).filter(pk=plan_id).first()
    if plan is None:
        raise Http404("没有这个计划，或者它不在您的范围内。")
    _refuse_others(by, plan)
    taught = load_training().courses.get(course)
    if taught is None:
        raise NotPossible("没有这门课程。")
    if not plan.start_on <= held_on <= plan.end_on:
        raise NotPossible(f"授课日期须在计划的期间内（{plan.start_on} 至 {plan.end_on}）。")
    with transaction.atomic():
        session = TrainingSession.objects.create(
            plan=plan,
            course=course,
            course_name=taught.title,
            hours=taught.hours,
            held_on=held_on,
            place=place.strip(),
            exam=taught.exam.model_dump(mode="json") if taught.exam else {},
            state="open",
        )
        audit.record(by, f"{FLOW}.arrange", session, ip=ip, course=course, plan=plan.pk)
    return session


def enrol(
    by: User,
    session_id: int,
    *,
    people: Collection[User],
    version: int | None = None,
    ip: str | None = None,
) -> TrainingSession:
    """报名: accounts of agencies in the person's scope; who is enrolled already stays so once."""

    def check(_session: TrainingSession) -> None:
        allowed = set(may_attend(by).values_list("pk", flat=True))
        if not people:
            raise NotPossible("没有选人。")
        if any(person.pk not in allowed for person in people):
            raise NotPossible("选的人里有不在您范围内的，或者账号已停用。")

    def then(session: TrainingSession) -> dict[str, Any]:
        there = set(session.enrolments.values_list("user_id", flat=True))
        new = [person for person in people if person.pk not in there]
        Enrolment.objects.bulk_create(
            Enrolment(session=session, user=person, agency_id=person.agency_id) for person in new
        )
        return {"people": [person.username for person in new]}

    return session_step("enrol", by, session_id, {}, version, ip, check, then)


def hold(
    by: User,
    session_id: int,
    *,
    attended: Collection[int],
    today: date,
    version: int | None = None,
    ip: str | None = None,
) -> TrainingSession:
    """登记出勤: the ids of the enrolments that came; without an exam attendance is the result."""

    def check(session: TrainingSession) -> None:
        if today < session.held_on:
            raise NotPossible(f"{session.held_on} 才授课，还不能登记出勤。")
        if not session.enrolments.exists():
            raise NotPossible("还没有人报名。")

    def then(session: TrainingSession) -> dict[str, Any]:
        came = session.enrolments.filter(pk__in=attended)
        session.enrolments.exclude(pk__in=attended).update(attended=False)
        count = came.update(attended=True)
        if not session.exam:
            session.enrolments.filter(attended=True).update(result="passed", result_on=today)
        return {"attended": count}

    return session_step("hold", by, session_id, {}, version, ip, check=check, then=then)


def finish(
    by: User, session_id: int, *, today: date, version: int | None = None, ip: str | None = None
) -> TrainingSession:
    """结课: everybody who came has a result, or the time of the exam is over."""
    close_expired(timezone.now())

    def waiting(session: TrainingSession) -> list[Enrolment]:
        rows = session.enrolments.filter(attended=True, result="").select_related("user")
        return list(rows)

    def check(session: TrainingSession) -> None:
        left = waiting(session)
        exam = exam_of(session)
        if left and exam is not None and today <= last_day(session, exam):
            names = "、".join(enrolment.who for enrolment in left[:5])
            until = last_day(session, exam)
            raise NotPossible(f"还有 {len(left)} 人没有考试结果（{names}），考试期限到 {until}。")

    def then(session: TrainingSession) -> dict[str, Any]:
        left = waiting(session)
        session.enrolments.filter(pk__in=[one.pk for one in left]).update(
            result="failed", result_on=today
        )
        return {"without_exam": len(left)}

    return session_step("finish", by, session_id, {}, version, ip, check=check, then=then)


def cancel(
    by: User, session_id: int, *, reason: str, version: int | None = None, ip: str | None = None
) -> TrainingSession:
    """取消."""
    return session_step("cancel", by, session_id, {"reason": checked_reason(reason)}, version, ip)


def decide(
    by: User,
    proposal_id: int,
    *,
    outcome: str,
    reason: str,
    today: date,
    version: int | None = None,
    ip: str | None = None,
) -> OffDutyProposal:
    """采纳 or 不采纳 a proposal of off-duty education; the platform touches no qualification."""
    if outcome not in ("adopt", "decline"):
        raise NotPossible("决定不在可选值之内。")
    values = {"reason": checked_reason(reason), "decided_by": by, "decided_on": today}
    rows = OffDutyProposal.objects.filter(pk__in=proposals(by).order_by().values("pk"))
    return Step("off_duty", outcome, by, rows, values, version, ip).do(proposal_id)


def session_step(
    act: str,
    by: User,
    session_id: int,
    values: dict[str, Any],
    version: int | None,
    ip: str | None,
    check: Callable[[TrainingSession], None] | None = None,
    then: Callable[[TrainingSession], dict[str, Any]] | None = None,
) -> TrainingSession:
    """An act on a session by who organises it."""

    def organised(session: TrainingSession) -> None:
        _refuse_others(by, session.plan)
        if check is not None:
            check(session)

    return Step(FLOW, act, by, sessions(by), values, version, ip, organised, then).do(session_id)


def _refuse_others(by: User, plan: TrainingPlan) -> None:
    if not is_organiser(by, plan.region_id):
        raise NotPossible(f"这个计划由{plan.region}的监督机构组织。")
