"""What people may do with an alert, and what happens when two do it at once."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404

from alert_runs import DAY
from mingjian.access.flow import NotPossible
from mingjian.access.models import AuditLine
from mingjian.standards import load_calendar
from mingjian.supervision.acts import add_note, feed_back, give_verdict, sign
from mingjian.supervision.flow import load_flow
from mingjian.supervision.handled import moving
from mingjian.supervision.models import Alert, AlertEvent
from mingjian.supervision.precision import precision_of, precisions
from office import City

WORDS = {"verdict": "confirmed", "reason": "经核查属实，已责令改正", "today": DAY}


def test_the_way_of_an_alert_from_new_to_closed(alert: Alert, city: City) -> None:
    calendar = load_calendar()
    signed = sign(alert.pk, by=city.liaison, today=DAY)
    assert (signed.state, signed.signed_on) == ("signed", DAY)
    assert signed.due_on == calendar.add_working_days(DAY, 5)
    fed = feed_back(alert.pk, by=city.liaison, verdict="unfounded", reason="已决定", today=DAY)
    assert (fed.state, fed.claimed_verdict, fed.verdict) == ("verified", "unfounded", "")
    closed = give_verdict(alert.pk, by=city.right, **WORDS)
    assert (closed.state, closed.verdict, closed.claimed_verdict) == (
        "closed",
        "confirmed",
        "unfounded",
    )
    assert closed.due_on is None
    acts = list(AlertEvent.objects.order_by("id").values_list("act", "before", "after", "by"))
    assert acts == [
        ("sign", "new", "signed", city.liaison.pk),
        ("feed_back", "signed", "verified", city.liaison.pk),
        ("give_verdict", "verified", "closed", city.right.pk),
    ]


def test_every_act_leaves_an_audit_line(alert: Alert, city: City) -> None:
    sign(alert.pk, by=city.liaison, today=DAY, ip="10.0.0.7")
    add_note(alert.pk, by=city.right, reason="已电话催办", today=DAY)
    give_verdict(alert.pk, by=city.right, **WORDS)
    lines = AuditLine.objects.filter(object_kind="Alert", object_id=str(alert.pk))
    assert list(lines.order_by("id").values_list("act", "username")) == [
        ("alert.sign", "liaison"),
        ("alert.add_note", "right"),
        ("alert.give_verdict", "right"),
    ]
    assert lines.get(act="alert.sign").ip == "10.0.0.7"
    assert lines.get(act="alert.give_verdict").detail["verdict"] == "confirmed"


@pytest.mark.parametrize("name", ["other", "neighbour", "street"])
def test_who_may_not_see_it_is_told_that_there_is_none(alert: Alert, city: City, name: str) -> None:
    person = city.people[name]
    for act in (
        lambda: sign(alert.pk, by=person, today=DAY),
        lambda: give_verdict(alert.pk, by=person, **WORDS),
        lambda: add_note(alert.pk, by=person, reason="x", today=DAY),
    ):
        with pytest.raises(Http404):
            act()
    assert not AlertEvent.objects.exists()


@pytest.mark.parametrize("name", ["system_admin", "auditor"])
def test_who_sees_no_business_data_does_nothing(alert: Alert, city: City, name: str) -> None:
    with pytest.raises(Http404):
        give_verdict(alert.pk, by=city.people[name], **WORDS)


@pytest.mark.parametrize("name", ["liaison", "model_admin", "data_admin"])
def test_only_supervisors_give_verdicts(alert: Alert, city: City, name: str) -> None:
    with pytest.raises(PermissionDenied):
        give_verdict(alert.pk, by=city.people[name], **WORDS)
    alert.refresh_from_db()
    assert alert.state == "new"


def test_the_supervisor_does_not_sign_for_the_agency(alert: Alert, city: City) -> None:
    with pytest.raises(PermissionDenied):
        sign(alert.pk, by=city.right, today=DAY)


def test_an_act_that_the_flow_does_not_know_is_refused_in_words(alert: Alert, city: City) -> None:
    with pytest.raises(NotPossible, match="现在是“待签收”，不能“反馈核查结果”"):
        feed_back(alert.pk, by=city.liaison, **WORDS)
    give_verdict(alert.pk, by=city.right, **WORDS)
    with pytest.raises(NotPossible, match="已办结"):
        give_verdict(alert.pk, by=city.right, **WORDS)


@pytest.mark.parametrize("reason", ["", "   ", "字" * 2001])
def test_a_verdict_needs_a_reason_of_fair_length(alert: Alert, city: City, reason: str) -> None:
    with pytest.raises(NotPossible, match="理由"):
        give_verdict(alert.pk, by=city.right, verdict="confirmed", reason=reason, today=DAY)


def test_a_verdict_outside_the_list_is_refused(alert: Alert, city: City) -> None:
    with pytest.raises(NotPossible, match=r"属实、部分属实、不属实、数据错误"):
        give_verdict(alert.pk, by=city.right, verdict="maybe", reason="x", today=DAY)


def test_a_note_changes_nothing_but_the_history(alert: Alert, city: City) -> None:
    add_note(alert.pk, by=city.liaison, reason="卷宗在档案室", today=DAY)
    alert.refresh_from_db()
    assert (alert.state, alert.due_on) == ("new", load_calendar().add_working_days(DAY, 1))
    assert alert.events.get().text == "卷宗在档案室"


def test_precision_counts_verdicts_not_alerts(alert: Alert, city: City) -> None:
    assert precision_of(alert.monitor_id).share is None
    give_verdict(alert.pk, by=city.right, **WORDS)
    found = precision_of(alert.monitor_id)
    assert (found.right, found.judged, found.share) == (1, 1, 1.0)
    with moving():
        Alert.objects.filter(pk=alert.pk).update(state="new", verdict="", closed_on=None)
    give_verdict(alert.pk, by=city.right, verdict="data_error", reason="录错", today=DAY)
    found = precisions()[alert.monitor_id]
    assert (found.right, found.judged, found.share) == (1, 2, 0.5)
    assert found.counts == {"confirmed": 1, "data_error": 1}


def test_what_the_agency_claims_is_not_a_verdict(alert: Alert, city: City) -> None:
    sign(alert.pk, by=city.liaison, today=DAY)
    feed_back(alert.pk, by=city.liaison, verdict="unfounded", reason="不是", today=DAY)
    assert precision_of(alert.monitor_id).judged == 0


@pytest.mark.parametrize(
    ("state", "level", "start", "due"),
    [
        ("new", "red", date(2025, 9, 30), date(2025, 10, 9)),  # over the National Day holidays
        ("new", "orange", date(2025, 11, 7), date(2025, 11, 11)),  # over a weekend
        ("new", "blue", date(2025, 11, 7), None),
        ("signed", "orange", date(2025, 11, 3), date(2025, 11, 17)),
        ("signed", "blue", date(2025, 9, 4), date(2025, 10, 9)),  # last day on a holiday moves on
        ("closed", "red", date(2025, 11, 3), None),
    ],
)
def test_time_limits(state: str, level: str, start: date, due: date | None) -> None:
    assert load_flow().due_on(state, level, start) == due


@pytest.mark.django_db(transaction=True)
def test_of_two_verdicts_at_once_one_counts_and_the_other_is_told(alert: Alert, city: City) -> None:
    start = threading.Barrier(2)
    done: list[str] = []

    def decide(name: str, verdict: str) -> None:
        try:
            start.wait()
            give_verdict(alert.pk, by=city.people[name], verdict=verdict, reason=name, today=DAY)
            done.append("ok")
        except NotPossible as error:
            done.append(str(error))
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=decide, args=pair)
        for pair in (("right", "confirmed"), ("supervisor", "unfounded"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(word == "ok" for word in done) == [False, True]
    alert.refresh_from_db()
    event = AlertEvent.objects.get(act="give_verdict")
    assert (alert.verdict, alert.verdict_reason) == (event.verdict, event.text)
    assert AuditLine.objects.filter(act="alert.give_verdict").count() == 1
