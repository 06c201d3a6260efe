"""整改, 验收, 延期, 中止, 并入: the ways an alert may go after it was found to be right."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from alert_runs import DAY, OVERDUE, SERVICE
from mingjian.access.flow import NotPossible
from mingjian.access.models import AuditLine
from mingjian.monitor import Library, Run
from mingjian.standards import load_calendar
from mingjian.supervision import acts
from mingjian.supervision.acts import raise_alerts
from mingjian.supervision.acts.engine import Overtaken
from mingjian.supervision.flow import load_flow
from mingjian.supervision.handled import OutsideTheFlow, moving
from mingjian.supervision.models import ActKey, Alert, AlertEvent, Extension
from mingjian.supervision.precision import precision_of
from mingjian.supervision.rerun import Rerun
from office import City

MakeRun = Callable[..., Run]
RIGHT = {"verdict": "confirmed", "reason": "查明超期", "today": DAY}
PROBLEMS = "超期未作出决定\n没有告知当事人"
LATER = DAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def outcome(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What the rerun says."""

    def say(outcome: str) -> None:
        found = Rerun(outcome, "复算过。")
        monkeypatch.setattr(
            "mingjian.supervision.acts.rectifying.rerun", lambda _alert, _today: found
        )

    say("clear")
    return say


@pytest.fixture
def rectifying(alert: Alert, city: City) -> Alert:
    acts.sign(alert.pk, by=city.liaison, today=DAY)
    acts.feed_back(alert.pk, by=city.liaison, **RIGHT)
    return acts.order_rectification(alert.pk, by=city.right, problems=PROBLEMS, **RIGHT)


def report(alert: Alert, city: City, **more: object) -> Alert:
    measures = {1: "已作出决定", 2: "已送达告知书"}
    given = {"by": city.liaison, "measures": measures, "reason": "已改", "today": DAY} | more
    return acts.report_rectified(alert.pk, **given)


def test_ordered_reported_sent_back_reported_accepted(
    rectifying: Alert, city: City, outcome: Callable[[str], None]
) -> None:
    due = load_flow().due_on("rectifying", "red", DAY)
    assert (rectifying.state, rectifying.due_on, rectifying.rectify_by) == ("rectifying", due, due)
    assert [p.text for p in rectifying.problems.all()] == PROBLEMS.split("\n")
    assert report(rectifying, city).state == "rectified"
    back = acts.send_back(rectifying.pk, by=city.right, reason="缺送达回证", today=LATER)
    assert (back.state, back.sent_back_count, back.rectified_on) == ("rectifying", 1, None)
    report(rectifying, city, today=LATER)
    closed = acts.accept(rectifying.pk, by=city.right, reason="看过卷宗", today=LATER)
    assert (closed.state, closed.closed_on, closed.verdict) == ("closed", LATER, "confirmed")
    assert closed.events.get(act="accept").detail["rerun"] == "clear"
    assert precision_of(closed.monitor_id).counts == {"confirmed": 1}


def test_every_problem_needs_a_measure(rectifying: Alert, city: City) -> None:
    with pytest.raises(NotPossible, match="第 2 个问题没有写措施"):
        report(rectifying, city, measures={1: "已改", 2: " "})
    rectifying.refresh_from_db()
    assert rectifying.state == "rectifying"
    assert not rectifying.problems.exclude(measure="").exists()


def test_who_rectified_does_not_accept(
    rectifying: Alert, city: City, outcome: Callable[[str], None]
) -> None:
    report(rectifying, city)
    with pytest.raises(PermissionDenied):
        acts.accept(rectifying.pk, by=city.liaison, reason="自己验收", today=DAY)
    # Also not when the same person has changed sides meanwhile.
    city.liaison.role, city.liaison.scope, city.liaison.region_id = "supervisor", "region", "110105"
    city.liaison.save()
    with pytest.raises(NotPossible, match="是您自己办的，“验收通过”须由另一个人办"):
        acts.accept(rectifying.pk, by=city.liaison, reason="自己验收", today=DAY)


def test_still_hit_although_reported_fixed_is_asked(
    rectifying: Alert, city: City, outcome: Callable[[str], None]
) -> None:
    report(rectifying, city)
    outcome("hit")
    with pytest.raises(NotPossible, match="记录上没有改"):
        acts.accept(rectifying.pk, by=city.right, reason="看过", today=DAY)
    rectifying.refresh_from_db()
    assert rectifying.state == "rectified"
    closed = acts.accept(
        rectifying.pk, by=city.right, reason="超期无法消除", despite_hit=True, today=DAY
    )
    assert closed.events.get(act="accept").detail["rerun"] == "hit"


def test_what_returns_after_it_was_put_right_is_a_relapse(
    rectifying: Alert,
    city: City,
    run_of: MakeRun,
    library: Library,
    outcome: Callable[[str], None],
) -> None:
    report(rectifying, city)
    acts.accept(rectifying.pk, by=city.right, reason="看过", today=DAY)
    raise_alerts(run_of({}, LATER), library)
    raise_alerts(run_of({OVERDUE: [("31", "110105-SCJG")]}, LATER + timedelta(1)), library)
    back = Alert.objects.get()
    assert (back.state, back.relapse_count, back.returned_count) == ("new", 1, 1)
    assert (back.rectified_on, back.verdict) == (None, "")


def test_rectification_is_ordered_only_for_what_is_right(alert: Alert, city: City) -> None:
    given = {"verdict": "unfounded", "reason": "x", "problems": "y", "today": DAY}
    with pytest.raises(NotPossible, match=r"“不属实”不在可选值之内（属实、部分属实）"):
        acts.order_rectification(alert.pk, by=city.right, **given)


def test_an_extension_is_asked_for_once_and_moves_the_limit(rectifying: Alert, city: City) -> None:
    asked = {"by": city.liaison, "reason": "鉴定未回", "today": DAY}
    with pytest.raises(NotPossible, match="1 至 30 日"):
        acts.ask_extension(rectifying.pk, days=31, **asked)
    acts.ask_extension(rectifying.pk, days=10, **asked)
    with pytest.raises(NotPossible, match="还没有答复"):
        acts.ask_extension(rectifying.pk, days=5, **asked)
    before = rectifying.due_on
    assert before is not None
    granted = acts.grant_extension(rectifying.pk, by=city.right, reason="同意", today=DAY)
    assert granted.due_on == load_calendar().add_days(before, 10)
    with pytest.raises(NotPossible, match="没有待答复"):
        acts.refuse_extension(rectifying.pk, by=city.right, reason="不", today=DAY)


def test_a_refused_extension_leaves_the_limit_and_an_unanswered_one_lapses(
    rectifying: Alert, city: City
) -> None:
    due = rectifying.due_on
    acts.ask_extension(rectifying.pk, by=city.liaison, days=5, reason="忙", today=DAY)
    assert acts.refuse_extension(rectifying.pk, by=city.right, reason="不", today=DAY).due_on == due
    acts.ask_extension(rectifying.pk, by=city.liaison, days=5, reason="还忙", today=DAY)
    report(rectifying, city)
    assert list(Extension.objects.values_list("answer", flat=True)) == ["refused", "lapsed"]


def test_the_limit_stands_still_while_before_a_court(rectifying: Alert, city: City) -> None:
    calendar, due = load_calendar(), rectifying.due_on
    assert due is not None
    left = calendar.working_days_between(DAY, due)
    given = {"by": city.right, "reason": "（2025）京01行初1号", "today": DAY}
    out = acts.suspend(rectifying.pk, ground="litigation", **given)
    assert (out.state, out.due_on, out.paused_left) == ("suspended", None, left)
    again = date(2026, 3, 2)
    back = acts.resume(rectifying.pk, by=city.right, reason="判决驳回", today=again)
    assert (back.state, back.due_on) == ("rectifying", calendar.add_working_days(again, left))
    with pytest.raises(NotPossible, match="事由"):
        acts.suspend(rectifying.pk, ground="holiday", **given)


def test_a_duplicate_follows_its_main_alert(city: City, run_of: MakeRun, library: Library) -> None:
    found = [("31", "110105-SCJG")]
    raise_alerts(
        run_of({OVERDUE: [*found, ("9", "110101-SCJG")], SERVICE: [*found, ("32", "110105-SCJG")]}),
        library,
    )
    main = Alert.objects.get(monitor_id=OVERDUE, unit_id="31")
    other = Alert.objects.get(monitor_id=SERVICE, unit_id="31")
    third = Alert.objects.get(unit_id="32")
    far = Alert.objects.get(unit_id="9")
    given = {"by": city.supervisor, "reason": "同一案件", "today": DAY}
    with pytest.raises(NotPossible, match="不是同一个单位"):
        acts.merge(other.pk, main=far.pk, **given)
    with pytest.raises(NotPossible, match="自己"):
        acts.merge(other.pk, main=other.pk, **given)
    merged = acts.merge(other.pk, main=main.pk, **given)
    assert (merged.state, merged.main, merged.due_on) == ("merged", main, None)
    with pytest.raises(NotPossible, match="别的预警并在这条里"):
        acts.merge(main.pk, main=third.pk, **given)
    with pytest.raises(NotPossible, match="已并入别的预警"):
        acts.merge(third.pk, main=other.pk, **given)
    assert acts.unmerge(other.pk, **given).state == "new"
    acts.merge(other.pk, main=main.pk, **given)
    acts.give_verdict(main.pk, by=city.right, **RIGHT)
    other.refresh_from_db()
    assert (other.state, other.verdict, other.closed_on) == ("closed", "confirmed", DAY)
    assert AuditLine.objects.filter(act="alert.follow", object_id=str(other.pk)).exists()
    assert precision_of(SERVICE).judged == 0  # a duplicate says nothing of its monitor


def test_a_claim_not_drawn_is_taken_on_trust_and_does_not_count(
    alert: Alert, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts.sign(alert.pk, by=city.liaison, today=DAY)
    wrong = {"verdict": "unfounded", "reason": "已延期审批", "today": DAY}
    drawn = acts.feed_back(alert.pk, by=city.liaison, **wrong)
    assert drawn.is_drawn  # of red ones all are looked into
    with pytest.raises(NotPossible, match="抽中复核"):
        acts.accept_claim(alert.pk, by=city.right, today=DAY)
    acts.check_again(alert.pk, by=city.right, reason="没有附审批表", today=DAY)
    monkeypatch.setattr("mingjian.supervision.acts.handling._is_drawn", lambda _alert: False)
    acts.feed_back(alert.pk, by=city.liaison, **wrong)
    closed = acts.accept_claim(alert.pk, by=city.right, today=DAY)
    assert (closed.state, closed.verdict) == ("closed", "unfounded")
    assert precision_of(alert.monitor_id).judged == 0


def test_evidence_is_checked_kept_once_and_named_in_the_history(
    alert: Alert, city: City, own_home: Path
) -> None:
    acts.sign(alert.pk, by=city.liaison, today=DAY)
    bad = SimpleUploadedFile("run.exe", b"MZ")
    with pytest.raises(NotPossible, match="类型不收"):
        acts.feed_back(alert.pk, by=city.liaison, files=[bad], **RIGHT)
    empty = SimpleUploadedFile("a.pdf", b"")
    with pytest.raises(NotPossible, match="空文件"):
        acts.feed_back(alert.pk, by=city.liaison, files=[empty], **RIGHT)
    good = [SimpleUploadedFile("../../卷宗.pdf", b"%PDF"), SimpleUploadedFile("b.pdf", b"%PDF")]
    acts.feed_back(alert.pk, by=city.liaison, files=good, **RIGHT)
    kept = list(alert.attachments.all())
    assert [a.name for a in kept] == ["卷宗.pdf", "b.pdf"]
    assert kept[0].path == kept[1].path
    assert kept[0].path.read_bytes() == b"%PDF"
    assert len([p for p in (own_home / "attachments").rglob("*") if p.is_file()]) == 1


def test_assigned_to_somebody_who_can_do_it(alert: Alert, city: City) -> None:
    for name, words in (("liaison", "不是监督机构"), ("other", "不在 other 某 的范围内")):
        with pytest.raises(NotPossible, match=words):
            acts.assign(alert.pk, assignee=city.people[name], by=city.right, today=DAY)
    done = acts.assign(alert.pk, assignee=city.right, by=city.right, today=DAY)
    assert done.assignee == city.right


def test_the_same_form_sent_again_has_one_effect(alert: Alert, city: City) -> None:
    for _ in range(3):
        given = {"by": city.right, "today": DAY, "key": "form-1", "version": alert.version}
        acts.give_verdict(alert.pk, verdict="confirmed", reason="属实", **given)
    assert AlertEvent.objects.filter(act="give_verdict").count() == 1
    assert AuditLine.objects.filter(act="alert.give_verdict").count() == 1
    assert ActKey.objects.count() == 1


def test_a_refused_act_does_not_use_up_its_form(alert: Alert, city: City) -> None:
    given = {"by": city.liaison, "today": DAY, "key": "form-1"}
    with pytest.raises(NotPossible):
        acts.feed_back(alert.pk, verdict="confirmed", reason="早了", **given)
    acts.sign(alert.pk, by=city.liaison, today=DAY)
    fed = acts.feed_back(alert.pk, verdict="confirmed", reason="好了", **given)
    assert fed.state == "verified"


def test_who_comes_second_is_told_who_was_first(alert: Alert, city: City) -> None:
    seen = alert.version
    acts.assign(alert.pk, assignee=city.right, by=city.supervisor, today=DAY)
    with pytest.raises(Overtaken, match=r"supervisor 某：分办.*“认定结论”没有做成"):
        acts.give_verdict(alert.pk, by=city.right, version=seen, **RIGHT)
    alert.refresh_from_db()
    assert alert.state == "new"
    acts.add_note(alert.pk, by=city.supervisor, reason="已电话催办", today=DAY)
    alert.refresh_from_db()
    assert acts.give_verdict(alert.pk, by=city.right, version=alert.version, **RIGHT).is_closed


def test_nothing_changes_state_outside_the_engine(alert: Alert) -> None:
    for write in (
        lambda: Alert.objects.filter(pk=alert.pk).update(state="closed"),
        lambda: Alert.objects.update(due_on=None),
        lambda: Alert.objects.bulk_update([alert], ["state"]),
    ):
        with pytest.raises(OutsideTheFlow):
            write()
    alert.state = "signed"
    with pytest.raises(OutsideTheFlow):
        alert.save()
    alert.refresh_from_db()
    assert alert.state == "new"
    alert.message = "别的字段可以改"
    alert.save()
    with moving():
        Alert.objects.update(due_on=DAY)


def test_the_nights_acts_are_nobodys(alert: Alert) -> None:
    for act in ("raise", "escalate", "reopen", "follow"):
        with pytest.raises(NotPossible, match="不能由人办"):
            load_flow().permission_for(act)


@pytest.mark.django_db(transaction=True)
def test_of_one_form_sent_twice_at_once_there_is_one_effect(alert: Alert, city: City) -> None:
    start = threading.Barrier(2)
    said: list[str] = []

    def send() -> None:
        try:
            start.wait()
            given = {"by": city.right, "today": DAY, "key": "double-click", "version": 0}
            acts.give_verdict(alert.pk, verdict="confirmed", reason="属实", **given)
            said.append("done")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["done", "done"]
    assert AlertEvent.objects.filter(act="give_verdict").count() == 1
    assert AuditLine.objects.filter(act="alert.give_verdict").count() == 1
