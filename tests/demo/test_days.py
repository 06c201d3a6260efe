"""Working days over columns are the working days of the calendar."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mingjian.demo.days import work_days
from mingjian.demo.deliver.chinese import chinese_amount
from mingjian.standards import load_calendar, parse_amount

DAYS = st.dates(np.datetime64("2023-01-01").item(), np.datetime64("2026-12-31").item())


@given(DAYS, st.integers(0, 60))
def test_limits_are_those_of_the_calendar(day, count):  # type: ignore[no-untyped-def]
    column = np.array([day], "datetime64[D]")
    calendar, columns = load_calendar(), work_days()
    assert columns.add(column, count)[0].item() == calendar.add_working_days(day, count)
    assert columns.add_natural(column, count)[0].item() == calendar.add_days(day, count)
    assert columns.roll(column)[0].item() == calendar.next_workday(day)
    assert bool(columns.is_workday(column)[0]) == calendar.is_workday(day)


@given(DAYS, DAYS)
def test_days_between_are_those_of_the_calendar(start, end):  # type: ignore[no-untyped-def]
    found = work_days().between(
        np.array([start], "datetime64[D]"), np.array([end], "datetime64[D]")
    )
    assert int(found[0]) == load_calendar().working_days_between(start, end)


def test_nothing_stays_nothing() -> None:
    nothing = np.array(["NaT"], "datetime64[D]")
    assert np.isnat(work_days().add(nothing, 5)[0])
    assert np.isnat(work_days().roll(nothing)[0])


@given(st.integers(1, 99_999_999))
def test_chinese_amounts_can_be_read(yuan: int) -> None:
    assert parse_amount(chinese_amount(yuan)) == yuan
