"""Quality by agency and table: shares with numerator and denominator, and the rows behind them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from mingjian.intake import QualityRow, Source, arrivals, quality_report, quality_rows, take
from mingjian.standards import load_calendar
from mingjian.store import Store

from .conftest import AT, CASES, case_file, case_line

Send = Callable[..., Path]
Declare = Callable[[str], Source]


def report(store: Store, *sources: Source, as_of: date | None = None) -> list[QualityRow]:
    with store.reader() as reader:
        declared = {source.code: source for source in sources}
        return quality_report(reader, as_of or AT.date(), declared)


def one(rows: list[QualityRow], aspect: str, check: str = "") -> QualityRow:
    (found,) = [
        row for row in rows if (row.table, row.aspect, row.check) == ("penalty_case", aspect, check)
    ]
    return found


def behind(store: Store, row: QualityRow) -> list[object]:
    with store.reader() as reader:
        found = quality_rows(reader, row, AT.date())
    return [line.get("case_id", line.get("row_no")) for line in found]


def test_shares_and_the_rows_behind(store: Store, cases: Source, send: Send) -> None:
    in_time = str(AT.date() - timedelta(days=2))
    late, filed = (str(AT.date() - timedelta(days=n)) for n in (60, 50))
    lines = [
        case_line(1, 决定时间=in_time),
        case_line(2, 决定时间=late, 立案时间=filed),  # late, and before its filing
        case_line(3, 决定时间=in_time, 案号=""),
        case_line(4, 立案时间="昨天"),
    ]
    take(store, cases, send(case_file(*lines)), by="李工", at=AT)
    rows = report(store, cases)
    assert {row.agency_id for row in rows} == {"A1"}

    valid = one(rows, "validity")
    assert (valid.good_count, valid.row_count, valid.fault_count) == (3, 4, 1)
    assert behind(store, valid) == [5]

    number = one(rows, "completeness", "case_no")
    assert (number.good_count, number.row_count) == (2, 3)
    assert behind(store, number) == ["C3"]

    timely = one(rows, "timeliness")
    assert (timely.good_count, timely.row_count) == (2, 3)
    assert behind(store, timely) == ["C2"]

    order = next(row for row in rows if row.title == "决定日期早于立案日期")
    assert (order.good_count, order.row_count, order.share) == (2, 3, 2 / 3)
    assert behind(store, order) == ["C2"]

    unknown = one(rows, "consistency", "case_agency_unknown")
    assert unknown.good_count == 0
    total = one(rows, "consistency")
    parts = [row for row in rows if row.aspect == "consistency" and row.check]
    assert total.row_count == sum(row.row_count for row in parts)
    assert total.good_count == sum(row.good_count for row in parts)
    assert set(behind(store, total)) == {"C1", "C2", "C3"}


def test_timeliness_counts_working_days(store: Store, cases: Source, send: Send) -> None:
    """Eight calendar days over the National Day holiday are two working days."""
    received = datetime(2025, 10, 9, 9, 0)
    done = take(
        store, cases, send(case_file(case_line(1, 决定时间="2025-09-30"))), by="x", at=received
    )
    assert done.accepted_count == 1
    row = one(report(store, cases, as_of=received.date()), "timeliness")
    assert (row.good_count, row.row_count) == (1, 1)


def test_zero_is_not_silence(store: Store, declare: Declare, send: Send) -> None:
    due = 'due: {every: day, by: "08:00", working_days_only: true}\n'
    reporting = declare(CASES + due)
    silent = reporting.model_copy(update={"code": "silent", "agency": "A2"})
    never_due = reporting.model_copy(update={"code": "free", "agency": "A3", "due": None})
    take(store, reporting, send(case_file()), by="x", at=AT)
    rows = report(store, reporting, silent, never_due)
    assert {row.agency_id: row.state for row in rows} == {
        "A1": "no_rows",
        "A2": "not_reported",
        "A3": "no_rows",
    }
    with store.reader() as reader:
        found = arrivals(reader, [reporting, silent, never_due], AT.date())
    assert [(arrival.source_code, arrival.is_missing) for arrival in found] == [
        ("scjg-cf", False),
        ("silent", True),
    ]


@pytest.mark.parametrize(
    ("due", "now", "begun", "due_at"),
    [
        ("every: day, by: '08:00'", "2025-11-24 08:00", "2025-11-24", "2025-11-24 08:00"),
        ("every: day, by: '08:00'", "2025-11-24 07:59", "2025-11-23", "2025-11-23 08:00"),
        (
            "every: day, by: '08:00', working_days_only: true",
            "2025-11-24 07:59",
            "2025-11-21",
            "2025-11-21 08:00",
        ),
        ("every: week, by: '24:00'", "2025-11-25 00:00", "2025-11-24", "2025-11-25 00:00"),
        (
            "every: month, by: '10:00', working_days_only: true",
            "2025-10-09 10:00",
            "2025-10-01",
            "2025-10-09 10:00",
        ),
        ("every: quarter, by: '10:00'", "2025-11-24 00:00", "2025-10-01", "2025-10-01 10:00"),
        ("every: year, by: '10:00'", "2025-11-24 00:00", "2025-01-01", "2025-01-01 10:00"),
    ],
)
def test_when_a_report_is_due(
    declare: Declare, due: str, now: str, begun: str, due_at: str
) -> None:
    from mingjian.intake.due import last_period

    source = declare(CASES + f"due: {{{due}}}\n")
    assert source.due is not None
    found = last_period(source.due, datetime.fromisoformat(now), load_calendar())
    assert found == (datetime.fromisoformat(begun), datetime.fromisoformat(due_at))
