"""Indicators: figures add up to the rows that a click shows."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from mingjian.indicators import (
    Figures,
    check_indicators,
    compute_all,
    drill,
    drill_count,
    load_figures,
    load_indicators,
    save_figures,
)
from mingjian.store import Reader, memory_reader

MARCH = date(2025, 3, 1)
APRIL = date(2025, 4, 1)


def case(number: int, agency: str, decided: date, **values: object) -> dict[str, object]:
    return {
        "case_id": str(number),
        "agency_id": agency,
        "procedure": "ordinary",
        "filed_on": date(2025, 1, 2),
        "decided_on": decided,
        "decision_result": "penalty",
    } | values


@pytest.fixture
def reader() -> Reader:
    return memory_reader(
        {
            "penalty_case": [
                case(1, "A", date(2025, 3, 3), fine_yuan=Decimal("200.50")),
                case(2, "A", date(2025, 3, 31), procedure="summary", fine_yuan=Decimal("100")),
                case(3, "A", date(2025, 4, 1), decision_result="no_penalty"),
                case(4, "B", date(2025, 4, 2), fine_yuan=Decimal("7")),
                case(5, "B", date(2025, 5, 9)),
            ],
            "complaint": [
                {
                    "complaint_id": "1",
                    "agency_id": "B",
                    "received_at": datetime(2025, 4, 30, 23, 59),
                    "is_resolved": False,
                }
            ],
        }
    )


@pytest.fixture
def figures(reader: Reader) -> Figures:
    as_of = date(2025, 4, 30)
    return Figures(compute_all(reader, load_indicators().values(), as_of), as_of, 1)


def test_every_shipped_indicator_is_sound() -> None:
    assert check_indicators() == []
    assert len(load_indicators()) >= 14


def test_sums_and_shares_by_agency_and_month(figures: Figures) -> None:
    indicators = load_indicators()
    assert figures.total(indicators["ZB-01"]) == 3
    assert figures.total(indicators["ZB-03"], agencies={"A"}) == 300.5
    assert figures.total(indicators["ZB-11"], start=MARCH, end=MARCH) == 50
    months = figures.by(indicators["ZB-21"], "month")
    assert months == {MARCH: (0, 0, 2), APRIL: (50, 1, 2)}


def test_days_after_as_of_do_not_count(figures: Figures) -> None:
    assert figures.total(load_indicators()["ZB-01"], start=date(2025, 5, 1)) == 0


def test_a_share_of_nothing_is_not_zero(figures: Figures) -> None:
    share = load_indicators()["ZB-31"]
    assert figures.total(share) == 0
    assert figures.total(share, agencies={"A"}) is None


def test_a_click_lists_exactly_the_rows_of_the_figure(reader: Reader, figures: Figures) -> None:
    for indicator in load_indicators().values():
        for part in indicator.parts:
            scope = {"agencies": {"A", "B"}, "start": MARCH, "end": date(2025, 4, 30)}
            rows = drill(reader, indicator, part, **scope)
            counted = [
                row["row_count"]
                for row in figures.table.to_pylist()
                if row["indicator_code"] == indicator.code
                and row["part"] == part
                and row["month"] >= MARCH
            ]
            assert len(rows) == sum(counted) == drill_count(reader, indicator, part, **scope)


def test_nobody_in_scope_sees_no_rows(reader: Reader) -> None:
    indicator = load_indicators()["ZB-01"]
    day = {"start": MARCH, "end": APRIL}
    assert drill(reader, indicator, "numerator", agencies=set(), **day) == []


def test_kept_figures_come_back_as_they_were(figures: Figures, tmp_path: Path) -> None:
    assert load_figures(tmp_path) is None
    save_figures(figures, tmp_path)
    kept = load_figures(tmp_path)
    assert kept is not None
    assert (kept.as_of, kept.snapshot) == (figures.as_of, 1)
    assert kept.table.to_pylist() == figures.table.to_pylist()
