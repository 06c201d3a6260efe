"""Working days and time limits, against the published holidays and as properties."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.standards import load_calendar

CALENDAR = load_calendar()
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 12, 31))
COUNTS = st.integers(min_value=0, max_value=400)
ONE_DAY = timedelta(days=1)


def test_the_published_holidays(shared_data: Path) -> None:
    for path in sorted((shared_data / "holidays_cn").glob("*.json")):
        published = json.loads(path.read_text(encoding="utf-8"))
        assert published["year"] in CALENDAR.announced_years
        for entry in published["days"]:
            day = date.fromisoformat(entry["date"])
            assert CALENDAR.is_workday(day) is not entry["isOffDay"]
            assert CALENDAR.holiday_name(day) == entry["name"]
        named = {date.fromisoformat(entry["date"]) for entry in published["days"]}
        day = date(published["year"], 1, 1)
        while day.year == published["year"]:
            if day not in named and CALENDAR.holiday_name(day) is None:
                assert CALENDAR.is_workday(day) is (day.weekday() < 5)
            day += ONE_DAY


def test_years_without_a_notice_count_weekends_only_and_are_known_as_such() -> None:
    assert CALENDAR.announced_years == (2023, 2024, 2025, 2026)
    assert CALENDAR.is_workday(date(2029, 10, 1))  # a Monday whose notice is not out yet
    assert not CALENDAR.is_workday(date(2029, 10, 6))


def test_the_first_day_is_not_counted_and_the_last_moves_on() -> None:
    assert CALENDAR.add_days(date(2025, 1, 2), 90) == date(2025, 4, 2)
    assert CALENDAR.add_days(date(2025, 1, 4), 90) == date(2025, 4, 7)  # 4 April is 清明节
    assert CALENDAR.add_working_days(date(2025, 9, 25), 7) == date(
        2025, 10, 11
    )  # a Saturday worked
    assert CALENDAR.working_days_between(date(2025, 8, 20), date(2025, 9, 30)) == 30
    with pytest.raises(ValueError, match="不能是负数"):
        CALENDAR.add_days(date(2025, 1, 2), -1)
    with pytest.raises(ValueError, match="不能是负数"):
        CALENDAR.add_working_days(date(2025, 1, 2), -1)


@given(DAYS, DAYS)
def test_between_counts_the_working_days_one_by_one(a: date, b: date) -> None:
    start, end = sorted((a, b))
    end = min(end, start + timedelta(days=800))
    counted = sum(
        CALENDAR.is_workday(start + n * ONE_DAY) for n in range(1, (end - start).days + 1)
    )
    assert CALENDAR.working_days_between(start, end) == counted
    assert CALENDAR.working_days_between(end, start) == -counted


@given(DAYS, COUNTS)
def test_adding_working_days_and_counting_them_back(start: date, days: int) -> None:
    due = CALENDAR.add_working_days(start, days)
    assert CALENDAR.working_days_between(start, due) == days
    assert days == 0 or CALENDAR.is_workday(due)
    assert CALENDAR.add_working_days(start, days + 1) > due


@given(DAYS, DAYS, COUNTS)
def test_a_later_start_never_ends_earlier(a: date, b: date, days: int) -> None:
    first, second = sorted((a, b))
    assert CALENDAR.add_days(first, days) <= CALENDAR.add_days(second, days)
    assert CALENDAR.add_working_days(first, days) <= CALENDAR.add_working_days(second, days)


@given(DAYS, COUNTS)
def test_a_last_day_is_a_working_day_and_moves_no_further_than_needed(
    start: date, days: int
) -> None:
    plain, due = start + timedelta(days=days), CALENDAR.add_days(start, days)
    assert CALENDAR.is_workday(due)
    assert not any(CALENDAR.is_workday(plain + n * ONE_DAY) for n in range((due - plain).days))


def test_the_rows_of_calendar_day() -> None:
    rows = list(CALENDAR.rows())
    assert rows[0]["day"] == date(2000, 1, 1)
    assert rows[-1]["day"] == date(2030, 12, 31)
    assert len(rows) == (date(2030, 12, 31) - date(2000, 1, 1)).days + 1
    running = 0
    for row in rows:
        running += bool(row["is_workday"])
        assert row["workday_no"] == running
        assert row["is_workday"] is (row["next_workday"] == row["day"])
