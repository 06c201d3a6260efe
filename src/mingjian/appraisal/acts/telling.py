"""What people are told of training and assessment: by the night round, each thing once.

Derived from how things stand, of the last days only, so that a first night tells nobody of years
ago; no personal data and no scores, because a notice may leave the platform.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from mingjian.access.models import Agency, User
from mingjian.appraisal.acts.exams import exam_of, last_day
from mingjian.appraisal.models import (
    AgencySheet,
    Enrolment,
    TrainingPlan,
    TrainingSession,
)
from mingjian.standards import load_calendar
from mingjian.supervision.models import Notice
from mingjian.supervision.notices import tell
from mingjian.supervision.people import roles_with

WINDOW = timedelta(days=7)
EXAM_SOON = 3  # working days before the last day of an exam
KIND = "training"


@dataclass(frozen=True)
class Word:
    """One thing to tell one person; `key` says what about."""

    user: User
    key: str
    title: str
    text: str
    path: str


def tell_of_the_night(today: date) -> int:
    """Everything that is to be told and was not; how many were told."""
    words = [*_plans(today), *_sessions(today), *_exams(today), *_results(today), *_sheets(today)]
    keys = {word.key for word in words}
    known = set(Notice.objects.filter(key__in=keys).values_list("user_id", "key"))
    fresh = [word for word in words if (word.user.pk, word.key) not in known]
    for word in fresh:
        tell(
            [word.user],
            key=word.key,
            kind=KIND,
            title=word.title,
            text=word.text,
            path=word.path,
        )
    return len(fresh)


def _plans(today: date) -> Iterator[Word]:
    """A plan that was opened: to the clerks of the agencies in whose need it lies."""
    for plan in TrainingPlan.objects.filter(made_on__gt=today - WINDOW, made_on__lte=today):
        agencies = Agency.objects.filter(pk__in=plan.needs.values("agency"))
        for user in _clerks(agencies, "training.read"):
            span = f"{plan.start_on} 至 {plan.end_on}"
            path = reverse("training:plan", args=[plan.pk])
            yield Word(user, f"plan:{plan.pk}", f"培训计划：{plan}", span, path)


def _sessions(today: date) -> Iterator[Word]:
    """Who is enrolled in a session still to come."""
    coming = TrainingSession.objects.filter(state="open", held_on__gte=today)
    for one in _with_accounts(session__in=coming):
        session = one.session
        text = f"{session.held_on}　{session.place}"
        key = f"session:{session.pk}:{session.held_on}"
        yield Word(one.user, key, f"已报名培训：{session.course_name}", text, _mine())


def _exams(today: date) -> Iterator[Word]:
    """Who came, has no result, and of whose exam only a few days are left."""
    calendar = load_calendar()
    for one in _with_accounts(session__state="held", attended=True, result=""):
        exam = exam_of(one.session)
        until = last_day(one.session, exam) if exam is not None else None
        if until is None or until < today:
            continue
        if calendar.working_days_between(today, until) <= EXAM_SOON:
            title = f"考试期限将到：{one.session.course_name}"
            yield Word(one.user, f"exam:{one.pk}:{until}", title, f"最晚 {until} 考完", _mine())


def _results(today: date) -> Iterator[Word]:
    """The result of course and exam; which it is stands on the page."""
    for one in _with_accounts(result_on__gt=today - WINDOW, result_on__lte=today):
        title = f"培训结果已出：{one.session.course_name}"
        yield Word(one.user, f"result:{one.pk}", title, "请到“我的培训”查看。", _mine())


def _sheets(today: date) -> Iterator[Word]:
    """An assessment drawn up, to which may be objected, or published."""
    start = today - WINDOW
    for state, day, words in (
        ("drawn", "drawn_on", "考核已测算，可以提出异议"),
        ("published", "published_on", "考核结果已发布"),
    ):
        recent = {f"appraisal__{day}__gt": start, f"appraisal__{day}__lte": today}
        sheets = AgencySheet.objects.filter(appraisal__state=state, **recent)
        for sheet in sheets.select_related("appraisal"):
            appraisal = sheet.appraisal
            path = reverse("appraisal:sheet", args=[appraisal.pk, sheet.agency_id])
            for user in _clerks(Agency.objects.filter(pk=sheet.agency_id), "appraisal.read"):
                key = f"appraisal:{appraisal.pk}:{state}"
                yield Word(user, key, f"{appraisal}：{words}", "", path)


def _with_accounts(**conditions: object) -> Iterable[Enrolment]:
    rows = Enrolment.objects.filter(user__is_active=True, **conditions)
    return rows.select_related("session", "user").order_by("pk")


def _clerks(agencies: object, permission: str) -> Iterable[User]:
    """The accounts of these agencies that act for them."""
    roles = [name for name in roles_with(permission) if name in roles_with("matter.answer")]
    return User.objects.filter(
        is_active=True, scope="agency", agency__in=agencies, role__in=roles
    ).order_by("pk")


def _mine() -> str:
    return reverse("training:mine")
