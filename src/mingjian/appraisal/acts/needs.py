"""Training needs: proposed in the night round, decided by people, looked back at in the end."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.models import Agency, User
from mingjian.appraisal.acts.exams import close_expired
from mingjian.appraisal.acts.step import Step, checked_reason
from mingjian.appraisal.acts.telling import tell_of_the_night
from mingjian.appraisal.courses import load_training
from mingjian.appraisal.models import Enrolment, TrainingNeed, TrainingPlan
from mingjian.appraisal.places import is_organiser
from mingjian.appraisal.training_models import NeedProblem
from mingjian.appraisal.training_queries import look_back, needs
from mingjian.supervision.confirmed import ConfirmedProblem, confirmed_between

FLOW = "training"


@dataclass
class TrainingNight:
    """What one night did."""

    proposed: int
    looked_back: int
    expired: int
    told: int

    def summary(self) -> str:
        return (
            f"培训：提出需求 {self.proposed:,} 项，回头看 {self.looked_back:,} 项，"
            f"超时收卷 {self.expired:,} 份，告知 {self.told:,} 人次"
        )


def run_training_night(today: date, now: datetime | None = None) -> TrainingNight:
    """Everything of training that a night does; the second time it changes nothing."""
    return TrainingNight(
        proposed=propose_needs(today),
        looked_back=look_back_due(today),
        expired=close_expired(now or timezone.now()),
        told=tell_of_the_night(today),
    )


def propose_needs(today: date) -> int:
    """Propose a need where one monitor's problem was confirmed often enough in one agency.

    A problem that stands behind a need already, whatever became of it, counts no more: so the
    same problems are never proposed twice, and a declined need comes back only with new ones.
    """
    rule = load_training().need
    start = today - timedelta(days=rule.days)
    found = confirmed_between(Agency.objects.filter(is_listed=True), start, today)
    by_cause: dict[tuple[str, str], list[ConfirmedProblem]] = defaultdict(list)
    spent = set(NeedProblem.objects.values_list("alert_id", "confirmed_on"))
    for problem in found:
        if (problem.alert_id, problem.on) not in spent:
            by_cause[problem.agency_id, problem.monitor_id].append(problem)
    waiting = set(
        TrainingNeed.objects.filter(state="proposed").values_list("agency_id", "monitor_id")
    )
    made = 0
    for cause, problems in sorted(by_cause.items()):
        if len(problems) >= rule.problems and cause not in waiting:
            _propose(problems, today)
            made += 1
    return made


def _propose(problems: list[ConfirmedProblem], today: date) -> None:
    first = problems[-1]  # the newest: a monitor may have been renamed meanwhile
    with transaction.atomic():
        need = TrainingNeed.objects.create(
            agency_id=first.agency_id,
            monitor_id=first.monitor_id,
            monitor_code=first.monitor_code,
            monitor_name=first.monitor_name,
            point=load_training().point_of(first.monitor_code),
            state="proposed",
            proposed_on=today,
        )
        # Judged twice on one day it is one problem.
        keys = sorted({(problem.alert_id, problem.on) for problem in problems})
        NeedProblem.objects.bulk_create(
            NeedProblem(need=need, alert_id=alert, confirmed_on=on) for alert, on in keys
        )
        audit.record(None, "training.propose", need, problems=len(keys), agency=first.agency_id)


def look_back_due(today: date) -> int:
    """回头看: keep the counts of before and after, of every need whose time has come."""
    due = TrainingNeed.objects.filter(state="trained", look_back_on__lte=today).order_by("pk")
    for need in list(due):
        seen = look_back(need, today)
        assert seen is not None
        counts = {"before_count": seen.before, "after_count": seen.after}
        values = {**counts, "looked_back_on": today}
        # The counts stand in the line of the log as well.
        rows = TrainingNeed.objects.all()
        Step(FLOW, "look_back", None, rows, values, detail=dict(counts)).do(need.pk)
    return len(due)


def accept(
    by: User, need_id: int, *, today: date, version: int | None = None, ip: str | None = None
) -> TrainingNeed:
    """采纳."""
    values = {"decided_by": by, "decided_on": today}
    return Step(FLOW, "accept", by, needs(by), values, version, ip).do(need_id)


def decline(
    by: User,
    need_id: int,
    *,
    reason: str,
    today: date,
    version: int | None = None,
    ip: str | None = None,
) -> TrainingNeed:
    """不采纳, with the reason."""
    values = {"decided_by": by, "decided_on": today, "reason": checked_reason(reason)}
    return Step(FLOW, "decline", by, needs(by), values, version, ip).do(need_id)


def plan(
    by: User,
    need_id: int,
    *,
    plan: TrainingPlan,
    today: date,
    version: int | None = None,
    ip: str | None = None,
) -> TrainingNeed:
    """列入计划 of the person's own place that is not over."""

    def check(_need: TrainingNeed) -> None:
        if not is_organiser(by, plan.region_id):
            raise NotPossible("这个计划不是您所在的监督机构制定的。")
        if plan.end_on < today:
            raise NotPossible(f"计划已于 {plan.end_on} 结束，请另选一个或者新建计划。")

    return Step(FLOW, "plan", by, needs(by), {"plan": plan}, version, ip, check).do(need_id)


def complete(
    by: User, need_id: int, *, today: date, version: int | None = None, ip: str | None = None
) -> TrainingNeed:
    """培训完成: somebody of the agency attended a course on the point; the look back starts."""
    look_back_on = today + timedelta(days=load_training().look_back_days)
    values = {"trained_on": today, "look_back_on": look_back_on}

    def check(need: TrainingNeed) -> None:
        courses = load_training().courses
        fitting = [code for code, course in courses.items() if need.point in course.points]
        attended = Enrolment.objects.filter(
            session__plan_id=need.plan_id,
            session__state="finished",
            session__course__in=fitting,
            agency_id=need.agency_id,
            attended=True,
        )
        if not attended.exists():
            raise NotPossible("计划里讲这个知识点的班次还没有结课，或者本单位没有人到课。")

    return Step(FLOW, "complete", by, needs(by), values, version, ip, check).do(need_id)
