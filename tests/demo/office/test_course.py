"""The course of the demonstration: every state is there, by real acts, in the order of its days."""

from datetime import date, timedelta
from typing import Any

import pytest

from alert_runs import DAY
from confirmed_city import MARKET
from mingjian.access.flow import NotPossible
from mingjian.access.models import AuditLine
from mingjian.appraisal import run_training_night
from mingjian.appraisal.models import (
    Appraisal,
    Enrolment,
    OffDutyProposal,
    Sitting,
    TrainingNeed,
    TrainingSession,
)
from mingjian.demo.office import alerts, course, learning, matters
from mingjian.demo.office.agenda import Agenda
from mingjian.demo.office.campaigns import campaign
from mingjian.demo.office.cast import Cast, find_cast
from mingjian.demo.office_file import load_office
from mingjian.documents.models import Paper
from mingjian.standards import load_calendar
from mingjian.supervision.acts import run_clock
from mingjian.supervision.models import Alert, AlertEvent, Campaign, Matter

pytestmark = pytest.mark.django_db
UNTIL = DAY + timedelta(days=84)


def night(day: date) -> None:
    run_clock(day)
    run_training_night(day)


def test_deeds_are_done_in_the_order_of_their_days_each_with_its_night() -> None:
    done: list[str] = []
    agenda = Agenda(UNTIL, lambda day: done.append(f"night {day}"))
    friday = date(2025, 11, 7)

    def refuse(day: date) -> None:
        raise NotPossible("不行")

    agenda.on(friday + timedelta(days=1), lambda day: done.append(f"on {day}"))  # a Saturday
    agenda.steps(DAY, [(1, lambda day: done.append(f"a {day}")), (2, refuse), (3, refuse)])
    agenda.on(UNTIL, lambda _: done.append("too late"))
    agenda.run()
    assert done == [
        "a 2025-11-04",
        "night 2025-11-04",
        "night 2025-11-05",
        "on 2025-11-10",
        "night 2025-11-10",
    ]
    assert agenda.refused == ["2025-11-05 不行"]  # the step after a refused one is not tried


def test_alerts_stand_in_every_state(cast: Cast, raised: Any) -> None:
    found = raised(MARKET, len(alerts.RUNNING))
    agenda = Agenda(UNTIL, night)
    alerts.follow_ways(agenda, cast, found, alerts.RUNNING)
    agenda.run()
    assert agenda.refused == []
    states = set(Alert.objects.values_list("state", flat=True))
    wanted = {"new", "signed", "verified", "rectifying", "rectified", "suspended", "closed"}
    assert states == wanted
    assert AlertEvent.objects.filter(act="escalate").exists()  # some are overdue, and it was said
    acts = AuditLine.objects.filter(act__startswith="alert.", user__isnull=False)
    assert acts.count() == AlertEvent.objects.filter(by__isnull=False).count()


def test_matters_have_papers_of_each_kind_up_to_a_decision(cast: Cast, raised: Any) -> None:
    found = raised(MARKET, 8)
    agenda = Agenda(UNTIL, night)
    ways = (matters.TO_DECISION, matters.UPHELD, matters.REPORTED, matters.CLOSED)
    for number, way in enumerate(ways):
        matters.from_alerts(agenda, cast, found[number::4], way, DAY + timedelta(days=2))
    matters.from_elsewhere(agenda, cast)
    agenda.run()
    assert agenda.refused == []
    kinds = set(Paper.objects.values_list("template", flat=True))
    assert kinds == {
        "decision_proposal",
        "objection_reply",
        "supervision_decision",
        "supervision_opinion",
        "urging_letter",
    }
    states = set(Paper.objects.values_list("state", flat=True))
    assert {"draft", "reviewing", "signing", "petitioning", "approved", "issued"} < states
    decided = Paper.objects.get(template="supervision_decision", served_on__isnull=False)
    assert decided.signer == load_office().signers["government"]
    reached = set(Matter.objects.values_list("state", flat=True))
    assert {"clue", "open", "refused", "suspended", "papers", "reported", "closed"} < reached


def test_a_need_is_taught_examined_and_looked_back_at(cast: Cast, raised: Any) -> None:
    found = raised(MARKET, 5)
    until = DAY + timedelta(days=300)
    agenda = Agenda(until, night)
    alerts.follow_ways(agenda, cast, found, alerts.CLOSED)
    learning.teach(agenda, cast, load_calendar().add_working_days(DAY, 40), whole=True)
    agenda.on(until - timedelta(days=20), lambda _: None)
    agenda.run()
    assert agenda.refused == []
    assert TrainingNeed.objects.get().state == "looked_back"
    results = dict(Enrolment.objects.values_list("user__username", "result"))
    assert results == {"liaison": "passed", "reviewer": "passed", "officer": "failed"}
    assert OffDutyProposal.objects.get().state == "adopted"


def test_the_assessment_is_published_and_the_next_is_objected_to(cast: Cast, raised: Any) -> None:
    until = date(2026, 2, 20)
    agenda = Agenda(until, night)
    alerts.follow_ways(agenda, cast, raised(MARKET, 10), alerts.RUNNING)
    agenda.run()
    learning.assess(cast, until)
    assert set(Appraisal.objects.values_list("state", flat=True)) == {"published", "drawn"}


def test_a_campaign_runs_over_the_alerts(cast: Cast, raised: Any) -> None:
    agenda = Agenda(UNTIL, night)
    found = raised(MARKET, 3)
    campaign(agenda, cast, found, DAY + timedelta(days=7))
    agenda.run()
    assert agenda.refused == []
    assert sorted(Campaign.objects.values_list("state", flat=True)) == ["planned", "running"]
    assert AlertEvent.objects.filter(act="join_campaign").count() == len(found)


def test_nothing_is_made_where_somebody_works_or_the_city_is_real(
    raised: Any, tmp_path: Any
) -> None:
    assert not course.is_demo()  # no simulated files in this home
    (tmp_path / "demo").mkdir()
    assert course.is_demo()
    raised(MARKET, 1)
    assert not course.is_demo()


def test_without_the_accounts_there_is_no_cast() -> None:
    assert find_cast() is None


def test_every_clue_goes_a_way_that_there_is() -> None:
    assert {clue.way for clue in load_office().clues} == set(matters.WAYS)


def test_without_a_need_there_is_still_a_session_to_be_seen(cast: Cast) -> None:
    agenda = Agenda(UNTIL, night)
    learning.teach(agenda, cast, DAY, whole=False)
    agenda.run()
    assert agenda.refused == []
    states = sorted(TrainingSession.objects.values_list("state", flat=True))
    assert states == ["held", "open"]
    assert Sitting.objects.count() == 2
