"""培训: from problems that come again, over course and exam, to the look back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from alert_runs import DAY, OVERDUE
from confirmed_city import MARKET, close_confirmed, overturn
from mingjian.access.flow import NotPossible
from mingjian.access.models import AuditLine
from mingjian.appraisal import training_queries as queries
from mingjian.appraisal.acts import exams, needs, sessions
from mingjian.appraisal.models import (
    Enrolment,
    OffDutyProposal,
    Sitting,
    TrainingNeed,
    TrainingPlan,
    TrainingSession,
)
from office import City

COURSE_DAY = DAY + timedelta(days=20)
NOON = datetime(2025, 11, 24, 4, tzinfo=UTC)  # noon in Beijing, the day after the course


@pytest.fixture
def need(city: City, raised: Any) -> TrainingNeed:
    """Three confirmed problems of one monitor in the market bureau."""
    close_confirmed(raised(MARKET, 3), city)
    needs.run_training_night(DAY)
    return TrainingNeed.objects.get()


@pytest.fixture
def plan(city: City, district_head: Any) -> TrainingPlan:
    return sessions.make_plan(
        city.right, title="示例计划", start_on=DAY, end_on=date(2026, 6, 30), today=DAY
    )


@pytest.fixture
def session(city: City, plan: TrainingPlan) -> TrainingSession:
    """Held, with the clerk and the officer there and the reviewer not."""
    made = sessions.arrange(
        city.right, plan.pk, course="penalty_procedure", held_on=COURSE_DAY, place="示例教室"
    )
    people = [city.liaison, city.officer, city.reviewer]
    sessions.enrol(city.right, made.pk, people=people)
    came = made.enrolments.filter(user__in=people[:2]).values_list("pk", flat=True)
    return sessions.hold(city.right, made.pk, attended=list(came), today=COURSE_DAY)


def of(session: TrainingSession, person: Any) -> Enrolment:
    return session.enrolments.get(user=person)


def answers(sitting: Sitting, right: bool = True) -> dict[str, list[str]]:
    return {q["id"]: q["answer"] if right else [] for q in sitting.questions}


def sit(person: Any, enrolment: Enrolment, now: datetime, right: bool) -> Sitting:
    sitting = exams.start(person, enrolment.pk, now=now)
    return exams.submit(person, sitting.pk, answers(sitting, right), now=now)


def test_the_same_problem_again_and_again_becomes_a_need_once(need: TrainingNeed) -> None:
    assert (need.agency_id, need.monitor_id, need.state) == (MARKET, OVERDUE, "proposed")
    assert need.point == "limits"
    assert need.problems.count() == 3
    again = needs.run_training_night(DAY + timedelta(days=1))
    assert again.proposed == 0
    assert AuditLine.objects.filter(act="training.propose").count() == 1


def test_two_are_too_few_and_what_was_overturned_counts_not(city: City, raised: Any) -> None:
    alerts = raised(MARKET, 5)
    close_confirmed(alerts[:2], city)
    overturn(alerts[2:], city)
    assert needs.propose_needs(DAY) == 0


def test_problems_of_long_ago_make_no_need(city: City, raised: Any) -> None:
    close_confirmed(raised(MARKET, 3), city)
    assert needs.propose_needs(DAY + timedelta(days=366)) == 0
    assert needs.propose_needs(DAY + timedelta(days=365)) == 1


def test_a_declined_need_comes_back_only_with_new_problems(
    city: City, need: TrainingNeed, raised: Any
) -> None:
    with pytest.raises(NotPossible, match="没有写理由"):
        needs.decline(city.right, need.pk, reason=" ", today=DAY)
    needs.decline(city.right, need.pk, reason="已内部培训", today=DAY)
    close_confirmed(raised(MARKET, 2, DAY, first=10), city)
    assert needs.propose_needs(DAY) == 0
    close_confirmed(raised(MARKET, 1, DAY, first=20), city)
    assert needs.propose_needs(DAY) == 1
    assert TrainingNeed.objects.get(state="proposed").problems.count() == 3


def test_who_decides_about_a_need(city: City, need: TrainingNeed, plan: TrainingPlan) -> None:
    assert not queries.needs(city.liaison).exists()  # not before it is decided
    with pytest.raises(Http404):
        needs.accept(city.other, need.pk, today=DAY)
    with pytest.raises(Http404):
        needs.accept(city.liaison, need.pk, today=DAY)
    needs.accept(city.right, need.pk, today=DAY, version=0)
    with pytest.raises(NotPossible, match="别人办理过"):
        needs.plan(city.right, need.pk, plan=plan, today=DAY, version=0)
    assert queries.needs(city.liaison).get() == need
    with pytest.raises(PermissionDenied):
        needs.plan(city.liaison, need.pk, plan=plan, today=DAY)
    with pytest.raises(NotPossible, match="不是您所在的"):
        needs.plan(city.supervisor, need.pk, plan=plan, today=DAY)
    with pytest.raises(NotPossible, match="已于"):
        needs.plan(city.right, need.pk, plan=plan, today=date(2026, 7, 1))
    needs.plan(city.right, need.pk, plan=plan, today=DAY)
    assert list(queries.plans(city.liaison)) == [plan]
    assert not queries.plans(city.other).exists()


def test_after_the_training_it_is_seen_whether_the_problem_came_again(
    city: City, need: TrainingNeed, plan: TrainingPlan, session: TrainingSession, raised: Any
) -> None:
    needs.accept(city.right, need.pk, today=DAY)
    needs.plan(city.right, need.pk, plan=plan, today=DAY)
    with pytest.raises(NotPossible, match="还没有结课"):
        needs.complete(city.right, need.pk, today=COURSE_DAY)
    for person in (city.liaison, city.officer):
        sit(person, of(session, person), NOON, right=True)
    sessions.finish(city.right, session.pk, today=COURSE_DAY)
    needs.complete(city.right, need.pk, today=COURSE_DAY)
    back = COURSE_DAY + timedelta(days=30)
    close_confirmed(raised(MARKET, 1, back, first=50), city, back)
    assert needs.look_back_due(COURSE_DAY + timedelta(days=179)) == 0
    due = COURSE_DAY + timedelta(days=180)
    assert needs.run_training_night(due).looked_back == 1
    assert needs.run_training_night(due).looked_back == 0
    need.refresh_from_db()
    assert (need.before_count, need.after_count, need.state) == (3, 1, "looked_back")
    line = AuditLine.objects.get(act="training.look_back")
    assert line.detail["after_count"] == 1


def test_only_people_in_scope_are_enrolled_and_each_once(city: City, plan: TrainingPlan) -> None:
    made = sessions.arrange(
        city.right, plan.pk, course="penalty_procedure", held_on=COURSE_DAY, place="示例"
    )
    for _ in range(2):
        sessions.enrol(city.right, made.pk, people=[city.liaison])
    assert made.enrolments.count() == 1
    for stranger in (city.right, city.auditor):
        with pytest.raises(NotPossible, match="不在您范围内"):
            sessions.enrol(city.right, made.pk, people=[stranger])
    with pytest.raises(Http404):  # a session of another district
        sessions.enrol(city.other, made.pk, people=[city.liaison])
    with pytest.raises(NotPossible, match="才授课"):
        sessions.hold(city.right, made.pk, attended=[], today=DAY)
    with pytest.raises(NotPossible, match="计划的期间内"):
        sessions.arrange(
            city.right, plan.pk, course="penalty_procedure", held_on=date(2027, 1, 1), place="x"
        )


def test_who_was_not_there_or_has_passed_takes_no_exam(
    city: City, session: TrainingSession
) -> None:
    with pytest.raises(NotPossible, match="没有到课"):
        exams.start(city.reviewer, of(session, city.reviewer).pk, now=NOON)
    with pytest.raises(Http404):
        exams.start(city.officer, of(session, city.liaison).pk, now=NOON)
    sit(city.officer, of(session, city.officer), NOON, right=True)
    assert of(session, city.officer).result == "passed"
    with pytest.raises(NotPossible, match="达标"):
        exams.start(city.officer, of(session, city.officer).pk, now=NOON)
    assert queries.hours_of(city.officer, 2025) == 8
    assert queries.hours_of(city.reviewer, 2025) == 0


def test_an_exam_goes_on_where_it_was_and_is_handed_in_once(
    city: City, session: TrainingSession
) -> None:
    mine = of(session, city.officer)
    first = exams.start(city.officer, mine.pk, now=NOON)
    again = exams.start(city.officer, mine.pk, now=NOON + timedelta(minutes=20))
    assert again.pk == first.pk
    with pytest.raises(Http404):
        exams.submit(city.liaison, first.pk, answers(first), now=NOON)
    exams.submit(city.officer, first.pk, answers(first), now=NOON)
    with pytest.raises(NotPossible, match="已经交过"):
        exams.submit(city.officer, first.pk, {}, now=NOON)
    first.refresh_from_db()
    assert first.score == 100


def test_after_time_and_grace_nothing_counts(city: City, session: TrainingSession) -> None:
    in_grace = exams.start(city.officer, of(session, city.officer).pk, now=NOON)
    done = exams.submit(
        city.officer, in_grace.pk, answers(in_grace), now=in_grace.ends_at + timedelta(seconds=60)
    )
    assert (done.score, done.is_late) == (100, False)
    late = exams.start(city.liaison, of(session, city.liaison).pk, now=NOON)
    done = exams.submit(
        city.liaison, late.pk, answers(late), now=late.ends_at + timedelta(seconds=61)
    )
    assert (done.score, done.is_late) == (0, True)


def test_a_paper_never_handed_in_is_closed_by_the_night_once(
    city: City, session: TrainingSession
) -> None:
    sitting = exams.start(city.officer, of(session, city.officer).pk, now=NOON)
    assert exams.close_expired(sitting.ends_at) == 0
    later = sitting.ends_at + timedelta(hours=1)
    assert [exams.close_expired(later), exams.close_expired(later)] == [1, 0]
    sitting.refresh_from_db()
    assert (sitting.score, sitting.is_late) == (0, True)


def test_when_all_attempts_failed_a_person_decides(city: City, session: TrainingSession) -> None:
    mine = of(session, city.officer)
    sit(city.officer, mine, NOON, right=False)
    assert of(session, city.officer).result == ""
    with pytest.raises(NotPossible, match="补考须在"):
        exams.start(city.officer, mine.pk, now=NOON)
    sit(city.officer, mine, NOON + timedelta(days=1), right=False)
    assert of(session, city.officer).result == "failed"
    proposal = OffDutyProposal.objects.get()
    assert proposal.state == "proposed"
    assert not queries.proposals(city.liaison).exists()
    given = {"outcome": "adopt", "reason": "两次不达标", "today": DAY}
    with pytest.raises(PermissionDenied):
        sessions.decide(city.right, proposal.pk, **given)
    with pytest.raises(Http404):
        sessions.decide(city.liaison, proposal.pk, **given)
    sessions.decide(city.district_head, proposal.pk, **given)
    with pytest.raises(NotPossible, match="已采纳"):
        sessions.decide(city.district_head, proposal.pk, **given)
    assert queries.proposals(city.liaison).get() == proposal
    city.officer.refresh_from_db()
    assert city.officer.is_active  # the platform touches nobody's standing


def test_the_course_ends_when_all_have_a_result_or_the_time_is_over(
    city: City, session: TrainingSession
) -> None:
    sit(city.officer, of(session, city.officer), NOON, right=True)
    with pytest.raises(NotPossible, match="liaison 某"):
        sessions.finish(city.right, session.pk, today=COURSE_DAY)
    over = COURSE_DAY + timedelta(days=31)
    with pytest.raises(NotPossible, match="已经过了"):
        exams.start(city.liaison, of(session, city.liaison).pk, now=NOON + timedelta(days=40))
    sessions.finish(city.right, session.pk, today=over)
    assert of(session, city.liaison).result == "failed"
    assert not OffDutyProposal.objects.exists()  # who never sat it used up no attempts


def test_nobody_sits_an_exam_for_another(city: City, session: TrainingSession) -> None:
    person = city.officer
    person.acting_for = city.liaison
    with pytest.raises(NotPossible, match="本人"):
        exams.start(person, of(session, city.officer).pk, now=NOON)
