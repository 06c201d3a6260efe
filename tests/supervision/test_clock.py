"""The clock: warned before, escalated after, told once; a second run on the day changes nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from alert_runs import DAY, OVERDUE, SERVICE
from mingjian.access import audit
from mingjian.access.audit_chain import verify
from mingjian.access.models import AuditLine, User
from mingjian.monitor import Library, Run
from mingjian.standards import load_calendar
from mingjian.supervision import acts, channels
from mingjian.supervision.acts import raise_alerts, run_clock, striking
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import Alert, AlertEvent, Delivery, Matter, Notice
from office import City

MakeRun = Callable[..., Run]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))


def everything() -> tuple[Any, ...]:
    alerts = list(Alert.objects.order_by("pk").values())
    return alerts, AlertEvent.objects.count(), AuditLine.objects.count(), Notice.objects.count()


def day_after_due(alert: Alert, days: int = 1) -> date:
    assert alert.due_on is not None
    return alert.due_on + timedelta(days=days)


def test_warned_before_and_escalated_after_each_once(
    alert: Alert, city: City, district_head: User
) -> None:
    run_clock(DAY)
    alert.refresh_from_db()
    assert alert.warned_for == alert.due_on
    assert alert.events.get(act="warn").detail["told"] == ["liaison"]
    late = day_after_due(alert)
    report = run_clock(late)
    assert report.escalated == 1
    event = alert.events.get(act="escalate")
    assert event.detail["step"] == 1
    assert {"liaison", "right", "district_head", "supervisor", "head"} <= set(event.detail["told"])
    assert "other" not in event.detail["told"]
    assert AuditLine.objects.get(act="alert.escalate").username == "夜间作业"
    before = everything()
    assert run_clock(late).escalated == 0
    assert everything() == before


def test_the_next_step_goes_to_the_line(alert: Alert, city: City) -> None:
    run_clock(day_after_due(alert))
    run_clock(day_after_due(alert, 4))
    assert alert.events.filter(act="escalate").count() == 1
    run_clock(day_after_due(alert, 5))
    last = alert.events.filter(act="escalate").last()
    assert last is not None
    assert (last.detail["step"], last.detail["to"]) == (2, ["line", "above"])
    assert "line" in last.detail["told"]


def test_nights_that_were_missed_are_made_up_for_in_one(alert: Alert, city: City) -> None:
    run_clock(day_after_due(alert, 30))
    event = alert.events.get(act="escalate")
    assert event.detail["step"] == 2
    assert {"liaison", "line"} <= set(event.detail["told"])


def test_a_new_limit_begins_anew(alert: Alert, city: City) -> None:
    late = day_after_due(alert)
    run_clock(late)
    acts.sign(alert.pk, by=city.liaison, today=late)
    alert.refresh_from_db()
    run_clock(day_after_due(alert))
    assert alert.events.filter(act="escalate").count() == 2


def test_what_rests_or_is_closed_is_not_escalated(alert: Alert, city: City) -> None:
    far = DAY + timedelta(days=200)
    given: dict[str, Any] = {"by": city.right, "reason": "x", "today": DAY}
    acts.suspend(alert.pk, ground="litigation", **given)
    assert run_clock(far).escalated == 0
    acts.resume(alert.pk, **given)
    acts.give_verdict(alert.pk, verdict="confirmed", **given)
    assert run_clock(far).escalated == 0


def test_one_notice_a_person_however_many_alerts(
    city: City, run_of: MakeRun, library: Library
) -> None:
    rows = [(str(i), "110105-SCJG") for i in range(40)]
    raise_alerts(run_of({OVERDUE: rows}), library)
    first = Alert.objects.first()
    assert first is not None
    run_clock(day_after_due(first))
    notice = Notice.objects.get(user=city.liaison, kind="escalate")
    assert notice.title == "40 件预警超期"
    assert not Notice.objects.filter(user=city.neighbour).exists()


@pytest.fixture
def many(city: City, run_of: MakeRun, library: Library) -> list[Alert]:
    """More than a piece of overdue alerts of one agency."""
    rows = [(str(i), "110105-SCJG") for i in range(striking.PIECE + 50)]
    raise_alerts(run_of({OVERDUE: rows}), library)
    return list(Alert.objects.all())


def test_a_night_that_was_stopped_half_way_is_finished_by_the_next_and_tells_nobody_twice(
    many: list[Alert], city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = day_after_due(many[0])
    pieces: list[int] = []
    record_many = audit.record_many

    def stopped(*given: Any) -> int:
        pieces.append(1)
        if len(pieces) == 2:
            raise KeyboardInterrupt
        return record_many(*given)

    monkeypatch.setattr(audit, "record_many", stopped)
    with pytest.raises(KeyboardInterrupt):
        run_clock(late)
    assert AlertEvent.objects.filter(act="escalate").count() == striking.PIECE
    assert not Notice.objects.filter(kind="escalate").exists()
    said: list[str] = []
    assert run_clock(late, said.append).escalated == 50
    assert AlertEvent.objects.filter(act="escalate").values("alert").distinct().count() == len(many)
    assert AuditLine.objects.filter(act="alert.escalate").count() == len(many)
    notice = Notice.objects.get(user=city.liaison, kind="escalate")
    assert notice.title == f"{len(many)} 件预警超期"
    assert "期限：预警超期升级 50／50 件" in said
    assert verify().holds


def test_a_night_costs_so_many_questions_however_many_alerts_are_over(
    many: list[Alert], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(150):
        run_clock(day_after_due(many[0]))


def test_the_clock_overtakes_nobody(alert: Alert, city: City) -> None:
    seen = alert.version
    run_clock(day_after_due(alert))
    acts.sign(alert.pk, by=city.liaison, today=DAY, version=seen)


def test_priority_is_severity_times_over_times_often(
    city: City, run_of: MakeRun, library: Library
) -> None:
    raise_alerts(
        run_of({OVERDUE: [("1", "110105-SCJG")], SERVICE: [("1", "110101-SCJG")]}), library
    )
    run_clock(DAY)
    red, orange = Alert.objects.get(level="red"), Alert.objects.get(level="orange")
    assert (red.priority, orange.priority) == (800, 400)
    assert red.due_on is not None
    run_clock(red.due_on + timedelta(days=7))
    red.refresh_from_db()
    assert red.priority == 1600
    acts.give_verdict(red.pk, by=city.right, verdict="confirmed", reason="属实", today=DAY)
    run_clock(red.due_on + timedelta(days=8))
    red.refresh_from_db()
    assert red.priority == 0


def test_whose_turn_it_is_is_told_but_not_the_side_that_acted(alert: Alert, city: City) -> None:
    acts.sign(alert.pk, by=city.liaison, today=DAY)
    assert not Notice.objects.filter(user=city.liaison).exists()
    acts.feed_back(alert.pk, by=city.liaison, verdict="confirmed", reason="属实", today=DAY)
    assert Notice.objects.filter(user=city.right).count() == 1
    given: dict[str, Any] = {"verdict": "confirmed", "reason": "属实", "problems": "a"}
    acts.order_rectification(alert.pk, by=city.right, today=DAY, **given)
    notice = Notice.objects.get(user=city.liaison)
    assert "整改中" in notice.title
    assert notice.path == f"/alerts/{alert.pk}/"


def closed_matters(city: City, count: int, day: date) -> list[Matter]:
    """Closed as rectified, to be looked back at on the day."""
    rows = [
        Matter(
            title=f"事项{n}",
            clue_kind="media",
            clue="x",
            agency=city.agencies["110105-SCJG"],
            registered_on=DAY,
            closed_on=DAY,
            look_back_on=day,
            state="closed",
            level="yellow",
        )
        for n in range(count)
    ]
    return Matter.objects.bulk_create(rows)


def test_looking_back_is_one_notice_a_person_and_each_matter_once(city: City) -> None:
    closed_matters(city, 30, DAY)
    for _ in range(2):
        run_clock(DAY)
    notice = Notice.objects.get(user=city.right, kind="look_back")
    assert notice.title == "30 件监督事项 该回头看了"
    (one,) = closed_matters(city, 1, DAY + timedelta(days=1))
    for day in (1, 2):
        run_clock(DAY + timedelta(days=day))
    titles = [n.title for n in Notice.objects.filter(user=city.right, kind="look_back")]
    assert titles == [f"{one.number} 该回头看了", "30 件监督事项 该回头看了"]


class Broken:
    """A channel whose other side is away."""

    def reaches(self, user: User) -> bool:
        return user.username == "right"

    def send(self, _notice: Notice) -> None:
        raise channels.ChannelDown("连接被拒绝")


@pytest.fixture
def fed(alert: Alert, city: City, settings: Settings) -> Alert:
    """`right` has an address, and something to be told."""
    User.objects.filter(pk=city.right.pk).update(email="right@example.cn")
    settings.NOTICE_CHANNELS = {"email": "mingjian.supervision.channels.EmailChannel"}
    acts.sign(alert.pk, by=city.liaison, today=DAY)
    acts.feed_back(alert.pk, by=city.liaison, verdict="confirmed", reason="属实", today=DAY)
    return alert


def test_a_notice_goes_out_by_mail_to_who_has_an_address(fed: Alert, mailoutbox: list[Any]) -> None:
    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.WAITING
    assert channels.deliver.call(delivery.pk) == Delivery.DONE
    assert channels.deliver.call(delivery.pk) == "已由别的进程处理"
    assert [mail.to for mail in mailoutbox] == [["right@example.cn"]]
    assert fed.number in mailoutbox[0].subject


def silent_for_an_hour() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    Delivery.objects.filter(state=Delivery.RUNNING).update(seen_at=long_ago)


def test_what_a_killed_worker_left_is_sent_after_all(fed: Alert, mailoutbox: list[Any]) -> None:
    Delivery.objects.update(state=Delivery.RUNNING)
    silent_for_an_hour()
    assert channels.WORK.reap() == 1
    assert channels.WORK.reap() == 0
    channels.deliver.call(Delivery.objects.get().pk)
    assert len(mailoutbox) == 1


def test_a_channel_that_is_down_is_tried_again_then_said_so(fed: Alert, settings: Settings) -> None:
    settings.NOTICE_CHANNELS = {"email": f"{__name__}.Broken"}
    delivery = Delivery.objects.get()
    for _ in range(channels.WORK.attempts_allowed):
        assert channels.deliver.call(delivery.pk) == "连接被拒绝"
        silent_for_an_hour()
        assert channels.WORK.reap() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.message) == (Delivery.FAILED, channels.WORK.killed)


def test_the_limits_are_those_of_the_calendar(alert: Alert) -> None:
    limit = load_flow().file.limits["new"]["red"].working_days
    assert limit is not None
    assert alert.due_on == load_calendar().add_working_days(DAY, limit)
