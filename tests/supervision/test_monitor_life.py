"""The life of a monitor: who moves it, what the round makes of it, values for a district."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from alert_runs import DAY, OVERDUE, SERVICE
from mingjian.access.flow import NotPossible
from mingjian.access.models import AuditLine, User
from mingjian.monitor import Library, Run, fingerprint_of
from mingjian.supervision import acts
from mingjian.supervision.models import (
    Alert,
    AlertEvent,
    MonitorEvent,
    MonitorRound,
    MonitorState,
    MonitorVersion,
    ParameterOverride,
    ShadowFinding,
)
from mingjian.supervision.monitor_flow import check_life, load_life
from mingjian.supervision.monitor_life import (
    BadValue,
    as_for,
    effective_library,
    parsed_value,
    variants,
)
from mingjian.supervision.precision import Precision, by_version, proposals, since_day
from mingjian.supervision.sheet import alert_sheet
from office import PASSWORD, City


@pytest.fixture
def district_admin(city: City) -> User:
    user = User(
        username="district_admin",
        display_name="区模型管理员",
        role="model_admin",
        scope="region",
        region_id="110105",
    )
    user.set_password(PASSWORD)
    user.full_clean()
    user.save()
    return user


def move(act: str, by: User, name: str = OVERDUE, reason: str = "误报太多") -> MonitorEvent:
    return acts.change_status(name, act, by=by, reason=reason, today=DAY)


def adjustable() -> tuple[str, str, Any]:
    """A monitor of the library with a parameter that has both bounds, and the parameter."""
    for monitor in effective_library().monitors.values():
        for name, entry in monitor.parameters.items():
            if entry.kind == "integer" and entry.min is not None and entry.max is not None:
                return monitor.id, name, entry
    raise AssertionError("no monitor has an adjustable number")


def test_the_flow_file_is_in_order() -> None:
    assert check_life() == []
    assert load_life().precision.min_judged == 20


def test_a_monitor_is_moved_with_reason_version_and_audit(city: City) -> None:
    event = move("to_shadow", city.model_admin)
    library = effective_library()
    assert library.monitors[OVERDUE].status == "shadow"
    assert library.monitors[SERVICE].status == "production"
    assert (event.before, event.after, event.by) == ("production", "shadow", city.model_admin)
    assert event.fingerprint == fingerprint_of(library, library.monitors[OVERDUE])
    version = MonitorVersion.objects.get(monitor_id=OVERDUE)
    assert "code: PT-01" in version.text
    line = AuditLine.objects.first()
    assert line is not None
    assert (line.act, line.object_id) == ("monitor.to_shadow", OVERDUE)
    assert line.detail["reason"] == "误报太多"
    move("to_production", city.model_admin, reason="已改")
    move("retire", city.model_admin, reason="并入他模型")
    assert effective_library().monitors[OVERDUE].status == "retired"
    move("revive", city.model_admin, reason="重新需要")
    assert [e.act for e in MonitorEvent.objects.all()] == [
        "revive",
        "retire",
        "to_production",
        "to_shadow",
    ]


@pytest.mark.parametrize(
    ("act", "reason", "said"),
    [
        ("to_production", "好", "不能“转正式”"),
        ("to_shadow", "  ", "没有写理由"),
        ("to_shadow", "长" * 2001, "请精简"),
    ],
)
def test_what_is_not_possible_is_said(city: City, act: str, reason: str, said: str) -> None:
    with pytest.raises(NotPossible, match=said):
        move(act, city.model_admin, reason=reason)
    assert not MonitorEvent.objects.exists()


@pytest.mark.parametrize("name", ["supervisor", "head", "right", "liaison", "data_admin"])
def test_only_the_model_administrator_moves_monitors(city: City, name: str) -> None:
    with pytest.raises(PermissionDenied, match="管理模型"):
        move("to_shadow", getattr(city, name))
    assert not MonitorState.objects.exists()


def test_a_district_administrator_adjusts_the_own_district_only(
    city: City, district_admin: User
) -> None:
    with pytest.raises(PermissionDenied, match="市级"):
        move("to_shadow", district_admin)
    monitor_id, name, entry = adjustable()

    def adjust(region: str) -> None:
        acts.set_value(
            monitor_id, name, region, str(entry.max), by=district_admin, reason="本区", today=DAY
        )

    adjust("110105")
    with pytest.raises(Http404):
        adjust("110101")
    with pytest.raises(PermissionDenied, match="全市"):
        adjust("")
    assert ParameterOverride.objects.count() == 1


def test_an_unknown_monitor_or_act_is_not_found(city: City) -> None:
    with pytest.raises(Http404):
        move("to_shadow", city.model_admin, "no.such")
    with pytest.raises(Http404):
        move("fly", city.model_admin)


def test_values_for_the_city_and_for_a_district(city: City) -> None:
    monitor_id, name, entry = adjustable()
    low, high = entry.min, entry.max

    def adjust(region: str, value: Any) -> ParameterOverride:
        return acts.set_value(
            monitor_id, name, region, str(value), by=city.model_admin, reason="试", today=DAY
        )

    adjust("", low)
    district = adjust("110105", high)
    library = effective_library()
    monitor = library.monitors[monitor_id]
    assert monitor.parameters[name].value == low
    (variant,) = variants(library)
    assert variant.values == {name: high}
    assert variant.agencies == {"110105-SCJG", "110105-CG", "110105-JT"}
    inside, outside = city.agencies["110105-JT"], city.agencies["110101-SCJG"]
    assert as_for(monitor, inside).parameters[name].value == high
    assert as_for(monitor, outside).parameters[name].value == low
    assert as_for(monitor, None).parameters[name].value == low
    adjust("110105", low)  # replaces the former one
    district.refresh_from_db()
    assert district.ended_at is not None
    now = ParameterOverride.objects.get(region_id="110105", ended_at__isnull=True)
    acts.end_value(now.pk, by=city.model_admin, reason="不再需要", today=DAY)
    assert variants(effective_library()) == []
    with pytest.raises(NotPossible, match="已经结束"):
        acts.end_value(now.pk, by=city.model_admin, reason="再来", today=DAY)
    assert AuditLine.objects.filter(act="monitor.adjust").count() == 3


def test_two_districts_with_the_same_values_are_one_variant(city: City) -> None:
    monitor_id, name, entry = adjustable()
    for region in ("110101", "110105"):
        acts.set_value(
            monitor_id, name, region, str(entry.max), by=city.model_admin, reason="试", today=DAY
        )
    (variant,) = variants(effective_library())
    assert "110101-SCJG" in variant.agencies
    assert "110105-CG" in variant.agencies


@pytest.mark.parametrize("step", [-1, 1])
def test_out_of_bounds_is_refused_in_words(city: City, step: int) -> None:
    monitor_id, name, entry = adjustable()
    beyond = entry.min - 1 if step < 0 else entry.max + 1
    with pytest.raises(NotPossible, match="超出允许的范围"):
        acts.set_value(
            monitor_id, name, "", str(beyond), by=city.model_admin, reason="试", today=DAY
        )
    assert not ParameterOverride.objects.exists()


def test_a_number_of_the_statute_cannot_be_moved(city: City) -> None:
    with pytest.raises(NotPossible, match="没有规定可调整的范围"):
        acts.set_value(
            OVERDUE, "in_force", "", "2020-01-01", by=city.model_admin, reason="试", today=DAY
        )


@pytest.mark.parametrize(
    ("kind", "low", "high", "good", "value", "bad"),
    [
        ("integer", 1, 90, "90", 90, "9.5"),
        ("decimal", 0.5, 3.0, "2.5", 2.5, "NaN"),
        ("money", 1, 900, "100.5", 100.5, "100.555"),
        ("date", date(2024, 1, 1), date(2026, 1, 1), "2025-03-01", date(2025, 3, 1), "三月"),
    ],
)
def test_values_are_typed_and_bounded(
    kind: str, low: Any, high: Any, good: str, value: Any, bad: str
) -> None:
    from mingjian.monitor.file import Parameter

    parameter = Parameter(value=low, meaning="界", basis="设计", min=low, max=high, type=kind)  # type: ignore[arg-type]
    assert parsed_value(parameter, good) == value
    with pytest.raises(BadValue, match="不是"):
        parsed_value(parameter, bad)


def test_a_value_out_of_narrowed_bounds_is_not_used(city: City) -> None:
    monitor_id, name, entry = adjustable()
    acts.set_value(
        monitor_id, name, "", str(entry.max), by=city.model_admin, reason="试", today=DAY
    )
    ParameterOverride.objects.update(value=entry.max + 1)
    assert effective_library().monitors[monitor_id].parameters[name].value == entry.value


def test_a_monitor_on_trial_keeps_findings_and_alerts_nobody(
    city: City, run_of: Callable[..., Run], library: Library
) -> None:
    move("to_shadow", city.model_admin)
    used = effective_library(library)

    def night(rows: list[Any], day: date) -> None:
        run = run_of({OVERDUE: rows}, as_of=day, within=used)
        acts.raise_alerts(run, used)
        acts.keep_round(run, used)

    night([("1", "110105-SCJG"), ("2", "110101-SCJG")], DAY)
    night([("1", "110105-SCJG"), ("3", None)], date(2025, 11, 4))
    night([("1", "110105-SCJG"), ("3", None)], date(2025, 11, 4))
    assert not Alert.objects.exists()
    found = {
        f.unit_id: (f.first_found_on.day, f.last_found_on.day) for f in ShadowFinding.objects.all()
    }
    assert found == {"1": (3, 4), "2": (3, 3), "3": (4, 4)}
    assert MonitorRound.objects.get(pk=OVERDUE).status == "shadow"
    move("to_production", city.model_admin, reason="看过三条都对")
    used = effective_library(library)
    acts.raise_alerts(
        run_of({OVERDUE: [("1", "110105-SCJG")]}, as_of=date(2025, 11, 5), within=used), used
    )
    assert Alert.objects.get().unit_id == "1"


def test_the_round_keeps_versions_once(
    city: City, run_of: Callable[..., Run], library: Library
) -> None:
    run = run_of({OVERDUE: []})
    acts.raise_alerts(run, library)
    acts.keep_round(run, library)
    acts.keep_round(run, library)
    assert MonitorVersion.objects.filter(monitor_id=OVERDUE).count() == 1


def verdicts(alert: Alert, by: User, *given: str, on: date = DAY, version: str = "") -> None:
    for verdict in given:
        AlertEvent.objects.create(
            alert=alert,
            on=on,
            by=by,
            act="give_verdict",
            before="new",
            after="closed",
            verdict=verdict,
            detail={"fingerprint": version or alert.fingerprint},
        )


def test_a_verdict_notes_the_version_it_judged(city: City, alert: Alert) -> None:
    acts.give_verdict(alert.pk, by=city.right, verdict="confirmed", reason="已查", today=DAY)
    Alert.objects.update(fingerprint="f" * 64)  # found again by a later version
    found = by_version(OVERDUE, date(2025, 1, 1))
    assert list(found) == [alert.fingerprint]
    assert found[alert.fingerprint].share == 1


def test_precision_counts_the_window_by_version(city: City, alert: Alert) -> None:
    verdicts(alert, city.right, "confirmed", "unfounded", "partly_confirmed", "data_error")
    verdicts(alert, city.right, "confirmed", on=date(2024, 11, 2))
    verdicts(alert, city.right, "unfounded", version="0" * 64)
    found = by_version(OVERDUE, since_day(DAY))
    assert (found[alert.fingerprint].judged, found[alert.fingerprint].right) == (4, 2)
    assert found["0" * 64].share == 0


def test_the_window_begins_months_ago_on_a_real_day() -> None:
    assert since_day(date(2025, 11, 3)) == date(2024, 11, 3)
    assert since_day(date(2028, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0)],
)
def test_the_interval_is_wilsons(right: int, judged: int, low: float, high: float) -> None:
    interval = Precision({"confirmed": right, "unfounded": judged - right}).interval
    assert interval is not None
    assert interval == pytest.approx((low, high), abs=0.0002)
    assert Precision({}).interval is None


def test_a_monitor_that_is_often_wrong_is_proposed_and_a_person_decides(
    city: City, alert: Alert
) -> None:
    verdicts(alert, city.right, *["unfounded"] * 14, *["confirmed"] * 5)
    assert proposals(effective_library(), DAY) == []  # nineteen say too little
    verdicts(alert, city.right, "unfounded")
    (proposal,) = proposals(effective_library(), DAY)
    assert (proposal.monitor.id, proposal.precision.judged) == (OVERDUE, 20)
    assert effective_library().monitors[OVERDUE].status == "production"
    move("keep", city.model_admin, reason="误报集中在一个已改正的数据源")
    assert proposals(effective_library(), DAY) == []
    verdicts(alert, city.right, *["unfounded"] * 19)
    assert proposals(effective_library(), DAY) == []
    verdicts(alert, city.right, "unfounded")
    assert len(proposals(effective_library(), DAY)) == 1
    move("to_shadow", city.model_admin)
    assert proposals(effective_library(), DAY) == []


def test_at_the_bound_nothing_is_proposed(city: City, alert: Alert) -> None:
    verdicts(alert, city.right, *["unfounded"] * 14, *["confirmed"] * 6)  # 30 % exactly
    assert proposals(effective_library(), DAY) == []


def test_a_mended_monitor_begins_anew(city: City, alert: Alert) -> None:
    verdicts(alert, city.right, *["unfounded"] * 30, version="0" * 64)
    assert proposals(effective_library(), DAY) == []


def test_a_file_that_is_retired_cannot_be_revived_here(
    city: City, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mingjian.monitor.file import Retirement

    monitor = library.monitors[OVERDUE]
    retired = Retirement(on=DAY, reason="并入")
    file = monitor.file.model_copy(update={"status": "retired", "retired": retired})
    gone = library.with_monitors(replace(monitor, file=file))
    MonitorState.objects.create(pk=OVERDUE, status="production")
    assert effective_library(gone).monitors[OVERDUE].status == "retired"
    monkeypatch.setattr(
        "mingjian.supervision.acts.monitors.effective_library", lambda: effective_library(gone)
    )
    with pytest.raises(NotPossible, match="说明书已写明停用"):
        move("revive", city.model_admin)


def test_an_alert_found_with_a_districts_value_is_not_shown_as_outdated(
    city: City, alert: Alert
) -> None:
    monitor_id, name, entry = adjustable()
    acts.set_value(
        monitor_id, name, "110105", str(entry.max), by=city.model_admin, reason="试", today=DAY
    )
    library = effective_library()
    used = as_for(library.monitors[monitor_id], city.agencies["110105-SCJG"])
    Alert.objects.update(monitor_id=monitor_id, fingerprint=fingerprint_of(library, used))
    alert.refresh_from_db()
    assert not alert_sheet(alert, city.right, DAY, with_records=False).is_monitor_changed
    ParameterOverride.objects.update(value=entry.min)
    assert alert_sheet(alert, city.right, DAY, with_records=False).is_monitor_changed
