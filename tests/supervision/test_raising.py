"""A run's findings become alerts, once each, and nothing is ever lost."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connections
from django.forms.models import model_to_dict
from pytest_django import DjangoAssertNumQueries

from alert_runs import DAY, OVERDUE, SERVICE, shadowed
from mingjian.access.models import Agency, AuditLine
from mingjian.monitor import Library, Run
from mingjian.standards import load_calendar
from mingjian.supervision.acts import give_verdict, raise_alerts, sign
from mingjian.supervision.models import Alert, AlertEvent, MonitorRound
from office import City, make_city

TUESDAY = DAY + timedelta(days=1)
WEDNESDAY = DAY + timedelta(days=2)
MakeRun = Callable[..., Run]


def state() -> tuple[list[dict[str, object]], int, list[dict[str, object]]]:
    alerts = [model_to_dict(alert) for alert in Alert.objects.order_by("pk")]
    rounds = [model_to_dict(entry) for entry in MonitorRound.objects.order_by("pk")]
    return alerts, AlertEvent.objects.count() + AuditLine.objects.count(), rounds


def test_a_finding_becomes_an_alert_with_its_evidence(
    city: City, run_of: MakeRun, library: Library
) -> None:
    run = run_of({OVERDUE: [("31", "110105-SCJG")]})
    raised = raise_alerts(run, library)
    alert = Alert.objects.get()
    finding = next(run.findings())
    assert (alert.monitor_id, alert.unit, alert.unit_id) == (OVERDUE, "penalty_case", "31")
    assert (alert.level, alert.level_rank, alert.state) == ("red", 1, "new")
    assert (alert.message, alert.evidence) == (finding.message, finding.evidence)
    assert alert.evidence["filed_on"] == "2025-01-02"
    assert alert.parameters == finding.parameters
    assert (alert.fingerprint, alert.snapshot) == (finding.fingerprint, 7)
    assert alert.due_on == load_calendar().add_working_days(DAY, 1)
    assert (raised.total("new"), raised.total("found")) == (1, 1)
    assert "新增 1 条" in raised.summary()


def test_the_same_run_twice_changes_nothing(city: City, run_of: MakeRun, library: Library) -> None:
    run = run_of({OVERDUE: [("1", "110105-SCJG"), ("2", "110101-SCJG")], SERVICE: [("1", None)]})
    raise_alerts(run, library)
    before = state()
    again = raise_alerts(run, library)
    assert state() == before
    assert [again.total(name) for name in ("new", "still", "gone", "returned")] == [0, 3, 0, 0]


def test_the_same_unit_under_another_monitor_is_another_alert(
    city: City, run_of: MakeRun, library: Library
) -> None:
    raise_alerts(run_of({OVERDUE: [("1", None)], SERVICE: [("1", None)]}), library)
    assert Alert.objects.count() == 2


def test_still_there_follows_the_facts_but_keeps_the_first_snapshot(
    city: City, run_of: MakeRun, library: Library
) -> None:
    def run(days: int, day: date) -> Run:
        evidence = {"decision_overdue_days": days}
        return run_of({OVERDUE: [("1", "110105-SCJG", evidence)]}, day)

    raise_alerts(run(1, DAY), library)
    first = Alert.objects.get()
    raised = raise_alerts(run(2, TUESDAY), library)
    alert = Alert.objects.get()
    assert raised.total("still") == 1
    assert alert.evidence == first.evidence
    assert alert.message == first.message
    assert alert.latest_evidence["decision_overdue_days"] == 2
    assert alert.latest_message != first.message
    assert (alert.first_found_on, alert.last_found_on) == (DAY, TUESDAY)


def test_a_case_handed_over_follows_to_the_new_agency(
    city: City, run_of: MakeRun, library: Library
) -> None:
    raise_alerts(run_of({OVERDUE: [("1", "110105-SCJG")]}), library)
    raise_alerts(run_of({OVERDUE: [("1", "110101-SCJG")]}, TUESDAY), library)
    assert Alert.objects.get().agency_id == "110101-SCJG"


def test_what_is_gone_is_marked_and_kept(city: City, run_of: MakeRun, library: Library) -> None:
    raise_alerts(run_of({OVERDUE: [("1", None), ("2", None)]}), library)
    raised = raise_alerts(run_of({OVERDUE: [("2", None)]}, TUESDAY), library)
    gone = Alert.objects.get(unit_id="1")
    assert raised.total("gone") == 1
    assert (gone.gone_on, gone.state, gone.last_found_on) == (TUESDAY, "new", DAY)
    assert gone.events.get().act == "gone"
    assert Alert.objects.get(unit_id="2").gone_on is None


def test_what_comes_back_is_an_alert_again_with_a_new_snapshot(
    city: City, run_of: MakeRun, library: Library
) -> None:
    raise_alerts(run_of({OVERDUE: [("1", None, {"decision_overdue_days": 3})]}), library)
    raise_alerts(run_of({}, TUESDAY), library)
    raised = raise_alerts(
        run_of({OVERDUE: [("1", None, {"decision_overdue_days": 5})]}, WEDNESDAY), library
    )
    alert = Alert.objects.get()
    assert raised.total("returned") == 1
    assert (alert.gone_on, alert.returned_count, alert.state) == (None, 1, "new")
    assert alert.evidence["decision_overdue_days"] == 5
    assert (alert.first_found_on, alert.found_on) == (DAY, WEDNESDAY)
    event = alert.events.get(act="return")
    assert event.detail["former_evidence"]["decision_overdue_days"] == 3


def test_a_closed_alert_that_comes_back_is_opened_again(
    alert: Alert, city: City, run_of: MakeRun, library: Library
) -> None:
    give_verdict(alert.pk, by=city.right, verdict="confirmed", reason="属实", today=DAY)
    raise_alerts(run_of({}, TUESDAY), library)
    raise_alerts(run_of({OVERDUE: [("31", "110105-SCJG")]}, WEDNESDAY), library)
    alert.refresh_from_db()
    assert (alert.state, alert.verdict, alert.closed_on) == ("new", "", None)
    assert alert.due_on == load_calendar().add_working_days(WEDNESDAY, 1)
    assert [event.act for event in alert.events.all()] == ["give_verdict", "gone", "reopen"]


def test_a_closed_alert_still_found_stays_closed(
    alert: Alert, city: City, run_of: MakeRun, library: Library
) -> None:
    give_verdict(alert.pk, by=city.right, verdict="unfounded", reason="已决定", today=DAY)
    raise_alerts(run_of({OVERDUE: [("31", "110105-SCJG")]}, TUESDAY), library)
    alert.refresh_from_db()
    assert (alert.state, alert.last_found_on) == ("closed", TUESDAY)


def test_a_signed_alert_keeps_its_state_over_the_night(
    alert: Alert, city: City, run_of: MakeRun, library: Library
) -> None:
    due = sign(alert.pk, by=city.liaison, today=DAY).due_on
    raise_alerts(run_of({OVERDUE: [("31", "110105-SCJG")]}, TUESDAY), library)
    alert.refresh_from_db()
    assert (alert.state, alert.due_on) == ("signed", due)


def test_a_shadow_monitor_alerts_nobody(city: City, run_of: MakeRun, library: Library) -> None:
    within = shadowed(library, OVERDUE)
    raised = raise_alerts(run_of({OVERDUE: [("1", None)]}, within=within), within)
    assert not Alert.objects.exists()
    assert "试运行" in raised.silent[OVERDUE]
    assert MonitorRound.objects.get(pk=OVERDUE).finding_count == 1


def test_a_monitor_sent_back_to_shadow_proves_nothing_gone(
    city: City, run_of: MakeRun, library: Library
) -> None:
    raise_alerts(run_of({OVERDUE: [("1", None)]}), library)
    within = shadowed(library, OVERDUE)
    raise_alerts(run_of({}, TUESDAY, within=within), within)
    assert Alert.objects.get().gone_on is None


def test_a_monitor_that_lacked_data_proves_nothing_gone(
    city: City, run_of: MakeRun, library: Library
) -> None:
    raise_alerts(run_of({OVERDUE: [("1", None)]}), library)
    raised = raise_alerts(run_of({}, TUESDAY, lacking=[OVERDUE]), library)
    assert Alert.objects.get().gone_on is None
    assert raised.silent[OVERDUE] == "决定日期填报率不足"
    assert MonitorRound.objects.get(pk=OVERDUE).status == "insufficient"


def test_an_older_round_does_not_undo_a_newer_one(
    city: City, run_of: MakeRun, library: Library
) -> None:
    raise_alerts(run_of({OVERDUE: [("1", None)]}, TUESDAY), library)
    raised = raise_alerts(run_of({}, DAY), library)
    assert Alert.objects.get().gone_on is None
    assert "较早的一轮" in raised.silent[OVERDUE]


def test_an_agency_outside_the_register_is_kept_for_the_city_to_see(
    city: City, run_of: MakeRun, library: Library
) -> None:
    raise_alerts(run_of({OVERDUE: [("1", "999999-XX")]}), library)
    agency = Agency.objects.get(pk="999999-XX")
    assert not agency.is_listed
    assert Alert.objects.get().agency == agency


def test_a_round_with_changes_leaves_one_audit_line_a_monitor(
    city: City, run_of: MakeRun, library: Library
) -> None:
    raise_alerts(run_of({OVERDUE: [("1", None), ("2", None)]}), library)
    line = AuditLine.objects.get(act="alert.raise")
    assert (line.username, line.object_id, line.detail["new"]) == ("夜间作业", OVERDUE, 2)


def test_the_work_grows_in_batches_not_in_rows(
    city: City,
    run_of: MakeRun,
    library: Library,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    few, many = 20, 600
    raise_alerts(run_of({OVERDUE: [(f"a{i}", "110105-SCJG") for i in range(few)]}), library)
    rows = [(f"a{i}", "110105-SCJG", {"decision_overdue_days": i}) for i in range(many)]
    with django_assert_max_num_queries(120):
        raise_alerts(run_of({OVERDUE: rows}, TUESDAY), library)
    assert Alert.objects.count() == many


@pytest.mark.parametrize("repeated", [1, 2])
def test_a_unit_named_twice_by_a_monitor_is_one_alert(
    city: City, run_of: MakeRun, library: Library, repeated: int
) -> None:
    raise_alerts(run_of({OVERDUE: [("1", None)] * repeated}), library)
    assert Alert.objects.count() == 1


def test_all_is_found_again_after_the_logic_of_a_monitor_changed(
    city: City, run_of: MakeRun, library: Library
) -> None:
    """The fingerprint of the first finding stays with the snapshot it made."""
    raise_alerts(run_of({OVERDUE: [("1", None)]}), library)
    first = Alert.objects.get().fingerprint
    monitor = library.monitors[OVERDUE]
    other = dict(monitor.parameters)
    other.pop("in_force", None)
    changed = replace(monitor, file=monitor.file.model_copy(update={"parameters": other}))
    within = Library({**library.monitors, OVERDUE: changed}, library.views)
    raise_alerts(run_of({OVERDUE: [("1", None)]}, TUESDAY, within=within), within)
    assert Alert.objects.get().fingerprint == first


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_take_turns(run_of: MakeRun, library: Library) -> None:
    make_city()
    run = run_of({OVERDUE: [(f"u{i}", "110105-SCJG") for i in range(50)], SERVICE: [("x", None)]})
    failures: list[Exception] = []

    def raise_all() -> None:
        try:
            raise_alerts(run, library)
        except Exception as error:  # noqa: BLE001 - handed to the test's own thread below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=raise_all) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Alert.objects.count() == 51
    assert MonitorRound.objects.get(pk=OVERDUE).new_count == 50
    assert not AlertEvent.objects.exists()
