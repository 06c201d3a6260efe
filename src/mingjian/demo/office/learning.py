"""Assessment and training: needs, plans, sessions, exams, the look back; scores and objections."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.appraisal.acts import appraising, exams, needs, sessions
from mingjian.appraisal.courses import load_training
from mingjian.appraisal.models import (
    Deduction,
    OffDutyProposal,
    TrainingNeed,
    TrainingPlan,
    TrainingSession,
)
from mingjian.demo.office.agenda import Agenda
from mingjian.demo.office.cast import Cast, say
from mingjian.standards import load_calendar

NINE = time(9, 0)
PLACE = "区司法局一层教室"
QUARTER = 3  # months


def teach(agenda: Agenda, cast: Cast, day: date, *, whole: bool) -> None:
    """A plan for what is needed on that day; `whole`: held, examined, finished, to be looked back
    at. Otherwise one session is held and half examined, another open."""
    taught: list[TrainingSession] = []

    def begin(today: date) -> None:
        needed = list(TrainingNeed.objects.filter(state="proposed", agency=cast.agency))
        if whole and not needed:
            raise NotPossible("没有培训需求：同一问题确认得不够多。")
        plan = sessions.make_plan(
            cast.supervisor,
            title=f"{today.year}年{today.month}月起行政执法培训计划",
            start_on=today,
            end_on=today + timedelta(days=120),
            today=today,
        )
        for need in needed[:2]:
            needs.accept(cast.supervisor, need.pk, today=today)
            needs.plan(cast.supervisor, need.pk, plan=plan, today=today)
        for need in needed[2:3]:
            needs.decline(cast.supervisor, need.pk, reason=say("declined"), today=today)
        held_on = load_calendar().next_workday(today + timedelta(days=10))
        course = _course_for(needed[0]) if needed else next(iter(load_training().courses))
        session = _arranged(cast, plan, course, held_on)
        taught.append(session)
        agenda.on(session.held_on, hold)
        if not whole:
            later = load_calendar().next_workday(today + timedelta(days=45))
            _arranged(cast, plan, "coercion_and_licence", later)

    def hold(today: date) -> None:
        (session,) = taught
        came = session.enrolments.exclude(user=cast.reviewer) if not whole else session.enrolments
        ids = list(came.values_list("pk", flat=True))
        sessions.hold(cast.supervisor, session.pk, attended=ids, today=today)
        agenda.steps(today, [(1, lambda d: _sit(session, cast.liaison, d, right=True))])
        if whole:
            _twice(agenda, session, cast.officer, today)
            agenda.steps(today, [(2, lambda d: _sit(session, cast.reviewer, d, right=True))])
            agenda.steps(today, [(9, finish)])
        else:
            agenda.steps(today, [(2, lambda d: _sit(session, cast.officer, d, right=False))])

    def finish(today: date) -> None:
        sessions.finish(cast.supervisor, taught[0].pk, today=today)
        for proposal in OffDutyProposal.objects.filter(state="proposed"):
            sessions.decide(
                cast.head, proposal.pk, outcome="adopt", reason=say("off_duty"), today=today
            )
        planned = TrainingNeed.objects.filter(state="planned", plan=taught[0].plan)
        courses = load_training().courses
        for need in planned:
            if need.point in courses[taught[0].course].points:
                needs.complete(cast.supervisor, need.pk, today=today)

    agenda.on(day, begin)


def assess(cast: Cast, until: date) -> None:
    """The last whole quarters, published; and the time since, drawn up and objected to."""
    end = _quarter_end(until - timedelta(days=40))
    start = date(end.year - 1, end.month, 1) + timedelta(days=32)
    first = appraising.draw_up(
        cast.supervisor,
        "law_based",
        (start.replace(day=1), end),
        today=end + timedelta(days=8),
    )
    assert first.due_on is not None
    deductions = _deductions(cast, first.pk)
    for number, pk in enumerate(deductions[:2]):
        day = end + timedelta(days=11 + number)
        appraising.raise_objection(cast.liaison, pk, reason=say("appraisal_objection"), today=day)
        outcome, words = (("upheld", "appraisal_kept"), ("struck", "appraisal_struck"))[number]
        later = day + timedelta(days=4)
        appraising.settle(cast.supervisor, pk, outcome=outcome, reason=say(words), today=later)
    appraising.publish(cast.head, first.pk, today=first.due_on + timedelta(days=3))
    since = end + timedelta(days=1), until - timedelta(days=6)
    second = appraising.draw_up(
        cast.supervisor, "law_based", since, today=until - timedelta(days=4)
    )
    for pk in _deductions(cast, second.pk)[:1]:
        day = until - timedelta(days=2)
        appraising.raise_objection(cast.liaison, pk, reason=say("appraisal_objection"), today=day)


def _arranged(cast: Cast, plan: TrainingPlan, course: str, day: date) -> TrainingSession:
    session = sessions.arrange(cast.supervisor, plan.pk, course=course, held_on=day, place=PLACE)
    return sessions.enrol(cast.supervisor, session.pk, people=cast.learners)


def _course_for(need: TrainingNeed) -> str:
    """The first course on the point that is needed."""
    courses = load_training().courses.items()
    return next(code for code, course in courses if need.point in course.points)


def _twice(agenda: Agenda, session: TrainingSession, person: User, day: date) -> None:
    """Failed, and failed again."""
    for gap in (1, 4):
        agenda.steps(day, [(gap, lambda d: _sit(session, person, d, right=False))])


def _sit(session: TrainingSession, person: User, day: date, *, right: bool) -> None:
    enrolment = session.enrolments.get(user=person)
    begun = timezone.make_aware(datetime.combine(day, NINE))
    sitting = exams.start(person, enrolment.pk, now=begun)
    answers = {
        question["id"]: question["answer"] if right or number % 2 else []
        for number, question in enumerate(sitting.questions)
    }
    exams.submit(person, sitting.pk, answers, now=begun + timedelta(minutes=17))


def _deductions(cast: Cast, appraisal: int) -> list[int]:
    rows = Deduction.objects.filter(sheet__appraisal_id=appraisal, sheet__agency=cast.agency)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _quarter_end(day: date) -> date:
    """The last day of the last quarter that is over on the day."""
    first = date(day.year, (day.month - 1) // QUARTER * QUARTER + 1, 1)
    return first - timedelta(days=1)
