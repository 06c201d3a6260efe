"""Reads of training; every one begins with what the user may see."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet, Sum

from mingjian.access.models import Agency, User
from mingjian.access.roles import load_roles, permits
from mingjian.access.scope import for_user
from mingjian.appraisal.models import (
    Enrolment,
    OffDutyProposal,
    Sitting,
    TrainingNeed,
    TrainingPlan,
    TrainingSession,
)
from mingjian.supervision.confirmed import confirmed_between

INTERNAL_STATES = ("proposed", "declined")


@dataclass(frozen=True)
class LookBack:
    """Confirmed problems of the monitor in the agency, as long before the training as after."""

    before_start: date
    trained_on: date
    after_end: date
    before: int
    after: int
    is_over: bool


def needs(user: User | AnonymousUser) -> QuerySet[TrainingNeed]:
    """To the agency only what was decided that it needs."""
    if not isinstance(user, User) or not permits(user, "training.read"):
        return TrainingNeed.objects.none()
    rows: QuerySet[TrainingNeed] = for_user(TrainingNeed.objects, user)
    return rows.exclude(state__in=INTERNAL_STATES) if user.scope == "agency" else rows


def need_list(user: User | AnonymousUser, state: str = "") -> QuerySet[TrainingNeed]:
    rows = needs(user).select_related("agency__region__parent", "plan")
    return rows.filter(state=state) if state else rows


def need_counts(user: User | AnonymousUser) -> dict[str, int]:
    return dict(needs(user).order_by().values_list("state").annotate(count=Count("pk")))


def plans(user: User | AnonymousUser) -> QuerySet[TrainingPlan]:
    """Those of the person's own place, and those that people or needs in scope belong to."""
    if not isinstance(user, User) or not permits(user, "training.read"):
        return TrainingPlan.objects.none()
    if user.scope == "city":
        return TrainingPlan.objects.all()
    enrolled = for_user(Enrolment.objects, user).order_by().values("session__plan")
    touched = Q(pk__in=needs(user).order_by().values("plan")) | Q(pk__in=enrolled)
    if user.scope == "region":
        touched |= Q(region_id=user.region_id)
    return TrainingPlan.objects.filter(touched)


def plan_list(user: User | AnonymousUser) -> QuerySet[TrainingPlan]:
    counted = plans(user).select_related("region")
    return counted.annotate(
        need_count=Count("needs", distinct=True), session_count=Count("sessions", distinct=True)
    )


def sessions(user: User | AnonymousUser) -> QuerySet[TrainingSession]:
    return TrainingSession.objects.filter(plan__in=plans(user).order_by().values("pk"))


def enrolments(user: User | AnonymousUser, session: TrainingSession) -> list[Enrolment]:
    """The people of a session in the user's scope, with their sittings and proposals."""
    rows = for_user(session.enrolments, user).select_related("user", "agency", "proposal")
    return list(rows.prefetch_related("sittings"))


def may_attend(user: User) -> QuerySet[User]:
    """Accounts of agencies in the user's scope that may attend training."""
    roles = load_roles().roles
    held = [name for name, role in roles.items() if "training.attend" in role.permissions]
    people = User.objects.filter(is_active=True, role__in=held, agency__isnull=False)
    rows: QuerySet[User] = for_user(people, user)
    return rows.select_related("agency").order_by("agency_id", "username")


def own(user: User) -> QuerySet[Enrolment]:
    """The person's own enrolments, the newest first."""
    rows = Enrolment.objects.filter(user=user).exclude(session__state="cancelled")
    rows = rows.select_related("session__plan", "proposal").prefetch_related("sittings")
    return rows.order_by("-session__held_on", "-pk")


def own_sittings(user: User) -> QuerySet[Sitting]:
    return Sitting.objects.filter(enrolment__user=user).select_related("enrolment__session")


def hours_of(user: User, year: int) -> int:
    """Hours attended in a year."""
    attended = own(user).filter(attended=True, session__held_on__year=year)
    total: int | None = attended.order_by().aggregate(hours=Sum("session__hours"))["hours"]
    return total or 0


def proposals(user: User | AnonymousUser) -> QuerySet[OffDutyProposal]:
    """Proposals about people in scope; to agencies only those that were adopted."""
    if not isinstance(user, User) or not permits(user, "training.read"):
        return OffDutyProposal.objects.none()
    rows: QuerySet[OffDutyProposal] = for_user(OffDutyProposal.objects, user, "enrolment__agency")
    rows = rows.select_related("enrolment__user", "enrolment__agency", "enrolment__session")
    return rows.filter(state="adopted") if user.scope == "agency" else rows


def look_back(need: TrainingNeed, today: date) -> LookBack | None:
    """The comparison so far; None before the training. Counted anew, not taken from the row."""
    if need.trained_on is None or need.look_back_on is None:
        return None
    span = need.look_back_on - need.trained_on
    start = need.trained_on - span + timedelta(days=1)
    end = min(need.look_back_on, today)
    return LookBack(
        before_start=start,
        trained_on=need.trained_on,
        after_end=end,
        before=_count(need, start, need.trained_on),
        after=_count(need, need.trained_on + timedelta(days=1), end),
        is_over=today >= need.look_back_on,
    )


def _count(need: TrainingNeed, start: date, end: date) -> int:
    agencies = Agency.objects.filter(pk=need.agency_id)
    found: list[Any] = confirmed_between(agencies, start, end)
    return sum(problem.monitor_id == need.monitor_id for problem in found)
