"""The overview: figures with their parts, silence apart from zero, scope, the rows behind."""

from datetime import date
from typing import Any

import pytest

from mingjian.indicators import load_indicators
from mingjian.web.figure_lines import kept_figures, number_and_unit
from mingjian.web.periods import Period, add_months, period_of
from site_data import AS_OF, CHAOYANG, DONGCHENG, URBAN, browse, raise_alerts


def text_of(person: Any, page: str) -> str:
    return browse(person).get(page).content.decode()


def test_a_figure_counts_the_scope_and_its_rows_are_listed(site: Any) -> None:
    """20 and 5 decisions were sent in; one of them is dated after the day of the figures."""
    indicator = load_indicators()["ZB-01"]
    kept = kept_figures()
    assert kept is not None
    period = period_of("12", AS_OF)
    whole = kept.amount(indicator, None, period)
    mine = kept.amount(indicator, frozenset([CHAOYANG]), period)
    assert mine.value is not None
    assert whole.value == mine.value + 5
    rows = text_of(site.right, "/overview/ZB-01/")
    assert f"共 <b>{mine.value:.0f}</b> 行" in rows
    assert DONGCHENG not in rows


def test_what_never_came_is_not_zero(site: Any) -> None:
    kept = kept_figures()
    assert kept is not None
    indicators, period = load_indicators(), period_of("12", AS_OF)
    assert not kept.amount(indicators["ZB-04"], None, period).is_reported  # no coercion at all
    earlier = Period(date(2020, 1, 1), date(2020, 3, 1), "")
    zero = kept.amount(indicators["ZB-01"], None, earlier)
    assert (zero.value, zero.is_reported) == (0, True)
    assert not kept.amount(indicators["ZB-01"], frozenset([URBAN]), period).is_reported
    assert '<span class="unreported">未报送</span>' in text_of(site.supervisor, "/overview/")


def test_the_city_sees_a_map_and_a_district_sees_none(site: Any) -> None:
    assert 'class="map"' in text_of(site.supervisor, "/overview/")
    assert 'class="map"' not in text_of(site.right, "/overview/")


@pytest.mark.parametrize(
    "query",
    ["?period=last", "?field=market&map=ZB-01", "?trend=ZB-13", "?period=x&map=y&trend=z&field=w"],
)
def test_every_selection_opens(site: Any, query: str) -> None:
    assert browse(site.supervisor).get(f"/overview/{query}").status_code == 200


def test_the_trend_has_its_table(site: Any) -> None:
    text = text_of(site.supervisor, "/overview/?trend=ZB-01")
    assert "<th>2025-11</th>" in text
    assert "2025-11 尚未过完" in text
    assert 'id="trend-data"' in text


def test_alerts_stand_with_their_levels_and_the_map_with_their_rate(site: Any) -> None:
    raise_alerts()
    text = text_of(site.supervisor, "/overview/")
    assert "每万件执法行为的未办结预警" in text
    assert "不作排名" in text


def test_an_indicator_narrows_by_district_and_agency(site: Any) -> None:
    text = text_of(site.supervisor, "/overview/ZB-01/?district=110101")
    assert "共 <b>5</b> 行" in text
    assert "示例市东城区市场监督管理局" in text
    assert "共 <b>5</b> 行" in text_of(site.supervisor, f"/overview/ZB-01/?agency={DONGCHENG}")
    # A district that is not one's own is no choice: the own scope stays.
    assert DONGCHENG not in text_of(site.right, "/overview/ZB-01/?district=110101")


def test_numerator_and_denominator_have_their_own_rows(site: Any) -> None:
    text = text_of(site.supervisor, "/overview/ZB-13/?part=denominator")
    assert "分母：" in text
    assert browse(site.supervisor).get("/overview/ZB-13/?part=nonsense").status_code == 200
    assert browse(site.supervisor).get("/overview/ZB-99/").status_code == 404


def test_before_the_first_round_the_page_says_what_to_do(
    site: Any, monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    assert "mingjian round" in text_of(site.supervisor, "/overview/")
    assert "mingjian round" in text_of(site.supervisor, "/overview/ZB-01/")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "%", ("—", "")),
        (0.0, "件", ("0", "件")),
        (12345.0, "件", ("12,345", "件")),
        (9999.0, "元", ("9,999", "元")),
        (35816000.0, "元", ("3,581.6", "万元")),
        (99.96, "%", ("99.9", "%")),
        (100.0, "%", ("100", "%")),
        (0.04, "%", ("0", "%")),
        (63.25, "日", ("63.2", "日")),
    ],
)
def test_numbers_as_printed(value: float | None, unit: str, shown: tuple[str, str]) -> None:
    assert number_and_unit(value, unit) == shown


@pytest.mark.parametrize(
    ("choice", "start", "end"),
    [
        ("12", date(2024, 12, 1), date(2025, 11, 1)),
        ("1", date(2025, 11, 1), date(2025, 11, 1)),
        ("last", date(2025, 10, 1), date(2025, 10, 1)),
        ("year", date(2025, 1, 1), date(2025, 11, 1)),
        ("", date(2024, 12, 1), date(2025, 11, 1)),
    ],
)
def test_periods(choice: str, start: date, end: date) -> None:
    period = period_of(choice, AS_OF)
    assert (period.start, period.end) == (start, end)
    assert period.months[0] == start
    assert period.months[-1] == end
    assert period.year_before().start == add_months(start, -12)


def test_months_go_over_the_year() -> None:
    assert add_months(date(2025, 12, 1), 1) == date(2026, 1, 1)
    assert add_months(date(2025, 1, 1), -1) == date(2024, 12, 1)
    assert Period(date(2024, 2, 1), date(2024, 2, 1), "").last_day == date(2024, 2, 29)
