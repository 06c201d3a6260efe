"""What people are told of training and assessment: by the night, each once, without scores."""

from datetime import date, timedelta
from typing import Any

import pytest

from alert_runs import DAY
from confirmed_city import MARKET, close_confirmed
from mingjian.access.models import Agency, Region
from mingjian.appraisal.acts import needs, sessions
from mingjian.appraisal.models import AgencySheet, Appraisal, TrainingNeed, TrainingSession
from mingjian.supervision.models import Notice
from office import City

COURSE_DAY = DAY + timedelta(days=20)


def told(person: Any) -> list[str]:
    rows = Notice.objects.filter(user=person, kind="training").order_by("pk")
    return [notice.title for notice in rows]


@pytest.fixture
def session(city: City, district_head: Any) -> TrainingSession:
    plan = sessions.make_plan(
        city.right, title="示例计划", start_on=DAY, end_on=date(2026, 6, 30), today=DAY
    )
    made = sessions.arrange(
        city.right, plan.pk, course="penalty_procedure", held_on=COURSE_DAY, place="示例教室"
    )
    return sessions.enrol(city.right, made.pk, people=[city.officer, city.reviewer])


def night(day: date) -> int:
    return needs.run_training_night(day).told


def test_a_plan_is_told_to_the_clerks_whose_need_it_is(city: City, raised: Any) -> None:
    close_confirmed(raised(MARKET, 3), city)
    needs.run_training_night(DAY)
    need = TrainingNeed.objects.get()
    plan = sessions.make_plan(
        city.right, title="示例计划", start_on=DAY, end_on=date(2026, 6, 30), today=DAY
    )
    needs.accept(city.right, need.pk, today=DAY)
    needs.plan(city.right, need.pk, plan=plan, today=DAY)
    for _ in range(2):
        night(DAY + timedelta(days=1))
    assert told(city.liaison) == ["培训计划：示例计划"]
    assert told(city.neighbour) == []


def test_from_enrolment_to_result_each_is_told_once(city: City, session: TrainingSession) -> None:
    for _ in range(2):
        night(DAY)
    assert told(city.officer) == [f"已报名培训：{session.course_name}"]
    came = session.enrolments.filter(user=city.officer).values_list("pk", flat=True)
    sessions.hold(city.right, session.pk, attended=list(came), today=COURSE_DAY)
    until = COURSE_DAY + timedelta(days=session.exam["within_days"])
    night(COURSE_DAY)
    assert len(told(city.officer)) == 1  # the exam is far yet
    for day in (until - timedelta(days=1), until):
        night(day)
    assert told(city.officer)[1:] == [f"考试期限将到：{session.course_name}"]
    session.enrolments.filter(user=city.officer).update(result="failed", result_on=until)
    night(until + timedelta(days=1))
    assert told(city.officer)[2:] == [f"培训结果已出：{session.course_name}"]
    assert told(city.reviewer) == [f"已报名培训：{session.course_name}"]
    assert not Notice.objects.filter(text__contains="不达标").exists()


def test_an_assessment_is_told_to_the_clerks_of_its_agencies(city: City) -> None:
    appraisal = Appraisal.objects.create(
        scheme="x",
        scheme_name="依法行政考核",
        rules={},
        region=Region.objects.get(pk="110105"),
        start_on=DAY,
        end_on=DAY,
        state="drawn",
        drawn_by=city.right,
        drawn_on=DAY,
    )
    AgencySheet.objects.create(
        appraisal=appraisal,
        agency=Agency.objects.get(pk=MARKET),
        is_reported=False,
        confirmed=0,
        deducted=0,
    )
    night(DAY)
    night(DAY + timedelta(days=1))
    assert [title.partition("：")[2] for title in told(city.liaison)] == [
        "考核已测算，可以提出异议"
    ]
    assert told(city.neighbour) == []


def test_a_first_night_tells_nobody_of_long_ago(city: City, session: TrainingSession) -> None:
    session.enrolments.update(attended=True, result="passed", result_on=DAY)
    assert night(COURSE_DAY + timedelta(days=400)) == 0
