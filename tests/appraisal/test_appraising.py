"""考核: only what people confirmed costs marks; every mark leads to its alert."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from alert_runs import DAY, OVERDUE
from confirmed_city import AFTER, MARKET, URBAN, YEAR, close_confirmed, confirm, nights, overturn
from mingjian.access.flow import NotPossible
from mingjian.access.models import Agency, AuditLine
from mingjian.appraisal import queries
from mingjian.appraisal.acts import appraising
from mingjian.appraisal.models import AgencySheet, Appraisal, Deduction
from mingjian.supervision import acts
from office import City

LATER = AFTER + timedelta(days=30)  # the time for objections is over


def drawn(by: Any, **more: Any) -> Appraisal:
    return appraising.draw_up(by, "law_based", YEAR, today=AFTER, **more)


def sheet_of(appraisal: Appraisal, agency: str = MARKET) -> AgencySheet:
    return appraisal.sheets.get(agency_id=agency)


def late_ones(raised: Any, city: City, count: int = 1) -> None:
    """Confirmed, and over the limit without a report."""
    confirm(raised(MARKET, count), city)
    nights(DAY, DAY + timedelta(days=40))


def test_alerts_that_nobody_confirmed_cost_nothing(grouped: City, raised: Any) -> None:
    waiting = raised(MARKET, 4)
    overturn(waiting[:2], grouped, DAY + timedelta(days=9))
    nights(DAY, DAY + timedelta(days=40))  # all four were over their limits
    sheet = sheet_of(drawn(grouped.supervisor))
    assert (sheet.confirmed, sheet.score, sheet.deductions.count()) == (0, Decimal(100), 0)


def test_signing_late_counts_only_once_the_alert_is_confirmed(grouped: City, raised: Any) -> None:
    late, other = raised(MARKET, 2)
    nights(DAY, DAY + timedelta(days=5))
    close_confirmed([late], grouped, DAY + timedelta(days=6))
    overturn([other], grouped, DAY + timedelta(days=6))
    rows = Deduction.objects.filter(sheet=sheet_of(drawn(grouped.supervisor)))
    assert [(row.item, row.alert_id) for row in rows] == [("signed_late", late.pk)]


def test_every_mark_leads_to_its_alert_and_items_are_capped(grouped: City, raised: Any) -> None:
    late_ones(raised, grouped, 12)
    sheet = sheet_of(drawn(grouped.supervisor))
    late = sheet.deductions.filter(item="rectified_late")
    assert {row.alert_id for row in late} == {a.pk for a in grouped.agencies[MARKET].alerts.all()}
    assert sheet.items["rectified_late"] == {"rows": 12, "deducted": "30.0"}  # 36, capped
    assert sheet.items["still_open"] == {"rows": 12, "deducted": "20.0"}  # all of them
    assert sheet.score == Decimal(50)
    items = {item.item.code: item for item in queries.sheet_items(sheet)}
    assert items["rectified_late"].is_capped
    assert not items["still_open"].is_capped


def test_what_was_put_right_in_time_costs_nothing(grouped: City, raised: Any) -> None:
    (alert,) = raised(MARKET, 1)
    confirm([alert], grouped)
    day = DAY + timedelta(days=3)
    acts.report_rectified(
        alert.pk, measures={1: "已办"}, by=grouped.liaison, today=day, reason="已改"
    )
    nights(day, DAY + timedelta(days=90))  # the supervisor lets it lie: not the agency's fault
    sheet = sheet_of(drawn(grouped.supervisor))
    assert (sheet.confirmed, sheet.score) == (1, Decimal(100))


def test_a_relapse_counts_when_it_is_confirmed_again(
    grouped: City, raised: Any, run_of: Any, library: Any
) -> None:
    (alert,) = raised(MARKET, 1)
    close_confirmed([alert], grouped)
    acts.raise_alerts(run_of({OVERDUE: []}, as_of=DAY + timedelta(days=1)), library)
    back = DAY + timedelta(days=2)
    acts.raise_alerts(run_of({OVERDUE: [("1", MARKET)]}, as_of=back), library)
    first = drawn(grouped.supervisor)
    assert not sheet_of(first).deductions.filter(item="relapsed").exists()
    appraising.discard(grouped.head, first.pk, reason="重算")
    close_confirmed([alert], grouped, back)
    again = sheet_of(drawn(grouped.supervisor)).deductions.get(item="relapsed")
    assert again.alert_id == alert.pk


def test_never_reported_is_no_zero_and_has_no_place(grouped: City) -> None:
    Agency.objects.filter(pk=URBAN).update(peer_group="示例组")
    appraisal = drawn(grouped.supervisor)
    never = sheet_of(appraisal, URBAN)
    assert (never.is_reported, never.score, never.rank) == (False, None, None)
    assert sheet_of(appraisal).score == Decimal(100)


def test_places_are_within_the_group_and_only_where_enough_are_compared(
    grouped: City, raised: Any
) -> None:
    late_ones(raised, grouped)
    appraisal = drawn(grouped.supervisor)
    places = {sheet.agency_id: sheet.rank for sheet in appraisal.sheets.all()}
    assert places == {
        MARKET: 3,
        "110105-JT": 1,
        "110101-SCJG": 1,
        "110000-SCJG": None,  # in no group
        URBAN: None,
    }
    table = {group.name: group for group in queries.groups(appraisal, grouped.right)}
    assert table["示例组"].is_ranked
    assert not table[queries.NO_GROUP].is_ranked
    # The district sees its own two of the three, with the places they have among all three.
    assert {sheet.agency_id for sheet in table["示例组"].sheets} == {MARKET, "110105-JT"}
    assert table["示例组"].size == 3


def test_two_are_too_few_to_rank(city: City) -> None:
    Agency.objects.filter(pk__in=[MARKET, "110105-JT"]).update(peer_group="两家")
    appraisal = drawn(city.supervisor)
    assert set(appraisal.sheets.values_list("rank", flat=True)) == {None}


def test_an_agency_sees_its_own_sheet_alone(grouped: City) -> None:
    appraisal = drawn(grouped.supervisor)
    own = queries.sheets(grouped.liaison).filter(appraisal=appraisal)
    assert list(own.values_list("agency_id", flat=True)) == [MARKET]
    assert not queries.sheets(grouped.officer).exists()
    assert queries.visible(grouped.other).exists()
    district = drawn(grouped.right)
    assert not queries.visible(grouped.other).filter(pk=district.pk).exists()
    assert set(district.sheets.values_list("agency_id", flat=True)) == {MARKET, URBAN, "110105-JT"}


def test_who_may_not_and_what_may_not_be_drawn_up(grouped: City) -> None:
    with pytest.raises(PermissionDenied):
        drawn(grouped.liaison)
    with pytest.raises(NotPossible, match="本级行政执法监督机构"):
        drawn(grouped.line)
    with pytest.raises(NotPossible, match="今天之前"):
        appraising.draw_up(grouped.right, "law_based", (DAY, AFTER), today=AFTER)
    with pytest.raises(NotPossible, match="没有这个考核方案"):
        appraising.draw_up(grouped.right, "fines", YEAR, today=AFTER)
    drawn(grouped.right)
    with pytest.raises(NotPossible, match="已经测算过"):
        drawn(grouped.right)
    assert Appraisal.objects.count() == 1


def test_an_objection_that_is_right_strikes_the_deduction(grouped: City, raised: Any) -> None:
    late_ones(raised, grouped)
    appraisal = drawn(grouped.right)
    sheet = sheet_of(appraisal)
    before = sheet.score
    row = sheet.deductions.get(item="rectified_late")
    with pytest.raises(Http404):
        appraising.raise_objection(grouped.neighbour, row.pk, reason="x", today=AFTER)
    appraising.raise_objection(grouped.liaison, row.pk, reason="期限另有批准", today=AFTER)
    with pytest.raises(NotPossible, match="已经提过"):
        appraising.raise_objection(grouped.liaison, row.pk, reason="再说", today=AFTER)
    with pytest.raises(NotPossible, match="没有答复"):
        appraising.publish(grouped.district_head, appraisal.pk, today=LATER)
    with pytest.raises(PermissionDenied):
        appraising.settle(grouped.liaison, row.pk, outcome="struck", reason="x", today=AFTER)
    with pytest.raises(Http404):
        appraising.settle(grouped.other, row.pk, outcome="struck", reason="x", today=AFTER)
    appraising.settle(grouped.right, row.pk, outcome="struck", reason="确有批准", today=AFTER)
    sheet.refresh_from_db()
    assert before is not None
    assert sheet.score == before + 3
    assert sheet.items["rectified_late"]["rows"] == 0
    with pytest.raises(NotPossible, match="没有待答复"):
        appraising.settle(grouped.right, row.pk, outcome="upheld", reason="x", today=AFTER)
    assert list(
        AuditLine.objects.filter(act__startswith="appraisal.")
        .order_by("pk")
        .values_list("act", flat=True)
    ) == ["appraisal.draw_up", "appraisal.object", "appraisal.settle"]


def test_objections_come_in_time_and_publishing_waits_for_it(grouped: City, raised: Any) -> None:
    late_ones(raised, grouped)
    appraisal = drawn(grouped.right)
    row = sheet_of(appraisal).deductions.get(item="rectified_late")
    with pytest.raises(NotPossible, match="届满之后"):
        appraising.publish(grouped.district_head, appraisal.pk, today=AFTER)
    with pytest.raises(NotPossible, match="异议期已于"):
        appraising.raise_objection(grouped.liaison, row.pk, reason="晚了", today=LATER)
    with pytest.raises(PermissionDenied):
        appraising.publish(grouped.right, appraisal.pk, today=LATER)


def test_what_is_published_stays_and_a_change_behind_it_shows(grouped: City, raised: Any) -> None:
    late_ones(raised, grouped)
    appraisal = drawn(grouped.right)
    with pytest.raises(NotPossible, match="别人办理过"):
        appraising.publish(grouped.district_head, appraisal.pk, today=LATER, version=7)
    published = appraising.publish(grouped.district_head, appraisal.pk, today=LATER, version=0)
    assert published.state == "published"
    assert appraising.is_intact(Appraisal.objects.get(pk=appraisal.pk))
    row = sheet_of(appraisal).deductions.first()
    assert row is not None
    for act in (
        lambda: appraising.raise_objection(grouped.liaison, row.pk, reason="x", today=AFTER),
        lambda: appraising.discard(grouped.district_head, appraisal.pk, reason="x"),
        lambda: appraising.publish(grouped.district_head, appraisal.pk, today=LATER),
    ):
        with pytest.raises(NotPossible, match="已发布"):
            act()
    Deduction.objects.filter(pk=row.pk).update(points=Decimal("0.1"))
    assert not appraising.is_intact(Appraisal.objects.get(pk=appraisal.pk))


def test_without_any_figures_nobody_can_tell_zero_from_silence(
    grouped: City, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "empty"))
    with pytest.raises(NotPossible, match="未报送"):
        drawn(grouped.right)


def test_a_deduction_points_to_exactly_one_thing(grouped: City) -> None:
    sheet = sheet_of(drawn(grouped.right))
    with pytest.raises(IntegrityError), transaction.atomic():
        Deduction.objects.create(
            sheet=sheet, item="sent_back", points=1, on=date(2025, 5, 1), words="无出处"
        )


def test_a_share_of_few_costs_nothing(grouped: City, raised: Any) -> None:
    late_ones(raised, grouped, 4)
    sheet = sheet_of(drawn(grouped.supervisor))
    assert sheet.items["still_open"] == {"rows": 4, "deducted": "0.0"}
