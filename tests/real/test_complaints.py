"""Chicago's sanitation complaints and Boston's 311 requests: overdue, and places that recur."""

from collections import defaultdict
from datetime import date, timedelta
from math import cos, floor, pi
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

BOSTON_DAY = date(2017, 3, 31)
CHICAGO_DAY = date(2014, 12, 31)


@pytest.fixture(scope="module")
def boston(shared_data: Path) -> pd.DataFrame:
    raw = pd.read_csv(
        shared_data / "complaints_311" / "boston_311_animal_pest_2016.csv.gz", dtype=str
    )
    for column in ("open_dt", "sla_target_dt", "closed_dt"):
        raw[column] = pd.to_datetime(raw[column])
    return raw


@pytest.fixture(scope="module")
def chicago(shared_data: Path) -> pd.DataFrame:
    """The raw rows; `day` is that of the complaint."""
    raw = pd.read_csv(shared_data / "complaints_311" / "chicago_sanitation_part.csv.gz", dtype=str)
    raw["day"] = pd.to_datetime(raw["Creation_Date"]).dt.date
    return raw


@pytest.fixture(scope="module")
def complaints(module_desk: Any, shared_data: Path) -> Any:
    folder = shared_data / "complaints_311"
    boston = module_desk.take("boston-311", folder / "boston_311_animal_pest_2016.csv.gz")
    assert (boston.accepted_count, boston.rejected_count, boston.signals) == (7494, 0, ())
    chicago = module_desk.take("chicago-sanitation", folder / "chicago_sanitation_part.csv.gz")
    assert (chicago.accepted_count, chicago.rejected_count) == (20897, 0)
    food = shared_data / "inspections" / "chicago_food_inspections_part.csv.gz"
    assert module_desk.take("chicago-food", food).rejected_count == 0
    return module_desk


def test_a_request_number_that_stands_twice_is_one_record(
    complaints: Any, chicago: pd.DataFrame
) -> None:
    """Both rows are kept as versions; the last one counts (here: the later completion)."""
    repeated = chicago["Service_Request_Number"].duplicated()
    sql = "SELECT COUNT(*) FROM {} WHERE agency_id = 'US-CHI-DSS'"
    assert complaints.one(sql.format("complaint")) == (~repeated).sum() == 20797
    assert complaints.one(sql.format("complaint_version")) == len(chicago) == 20897
    last = chicago.drop_duplicates("Service_Request_Number", keep="last")
    closed = complaints.rows(
        "SELECT complaint_id, closed_at FROM complaint WHERE agency_id = 'US-CHI-DSS' "
        "AND closed_at IS NOT NULL"
    )
    expected = last.dropna(subset=["Completion_Date"]).set_index("Service_Request_Number")
    assert {r["complaint_id"]: f"{r['closed_at']:%Y-%m-%d}" for r in closed} == dict(
        expected["Completion_Date"]
    )
    duplicates = complaints.one(f"{sql.format('complaint')} AND is_duplicate")
    assert duplicates == last["Status"].str.endswith("Dup").sum()


def test_overdue_requests_are_those_that_boston_itself_marks(
    complaints: Any, boston: pd.DataFrame
) -> None:
    """By the second: answered after the target, or never answered though there was a target."""
    found = complaints.rows(
        "SELECT complaint_id FROM complaint WHERE agency_id = 'US-BOS-311' "
        "AND (replied_at > due_at OR (replied_at IS NULL AND due_at IS NOT NULL))"
    )
    marked = set(boston.loc[boston["on_time"] == "OVERDUE", "case_enquiry_id"])
    assert {row["complaint_id"] for row in found} == marked
    assert len(marked) == 659
    late = (boston["closed_dt"] > boston["sla_target_dt"]).sum()
    answered = (
        "SELECT COUNT(*) FROM complaint WHERE agency_id = 'US-BOS-311' AND replied_at > due_at"
    )
    assert complaints.one(answered) == late == 103


def test_the_monitor_of_overdue_complaints(complaints: Any, boston: pd.DataFrame) -> None:
    """TS-02 counts whole days, and what happened after the day of judgement did not happen yet."""
    due, closed = boston["sla_target_dt"].dt.date, boston["closed_dt"].dt.date
    known = closed.where(closed.map(lambda day: pd.notna(day) and day <= BOSTON_DAY))
    days = {
        case: ((until if pd.notna(until) else BOSTON_DAY) - target).days
        for case, target, until in zip(boston["case_enquiry_id"], due, known, strict=True)
        if pd.notna(target)
    }
    expected = {case: count for case, count in days.items() if count > 0}
    with pytest.raises(AssertionError, match=r"“办理时限”填报率 15\.8%"):  # 4,483 of 28,291
        complaints.find("TS-02", BOSTON_DAY, in_force=date(2016, 1, 1))
    found = complaints.find("TS-02", BOSTON_DAY, as_filled=True, in_force=date(2016, 1, 1))
    assert {row["unit_id"]: row["overdue_days"] for row in found} == expected
    assert 0 < len(expected) < 659


def test_an_address_with_three_complaints_in_thirty_days(
    complaints: Any, chicago: pd.DataFrame
) -> None:
    last = chicago.drop_duplicates("Service_Request_Number", keep="last")
    recurring = set()
    for address, days in last.groupby("Street_Address")["day"]:
        ordered = sorted(days)
        if any((c - a).days <= 30 for a, c in zip(ordered, ordered[2:], strict=False)):
            recurring.add(address)
    found = complaints.rows(
        "SELECT DISTINCT address FROM (SELECT address, DATE_DIFF('day', CAST(LAG(received_at, 2) "
        "OVER (PARTITION BY address ORDER BY received_at) AS DATE), CAST(received_at AS DATE)) "
        "AS days FROM complaint WHERE agency_id = 'US-CHI-DSS') WHERE days <= 30"
    )
    assert {row["address"] for row in found} == recurring
    assert len(recurring) == 456


@pytest.mark.parametrize("day", [date(2012, 12, 31), CHICAGO_DAY])
def test_the_monitor_of_recurring_places_beside_real_inspections(
    complaints: Any, chicago: pd.DataFrame, shared_data: Path, day: date
) -> None:
    """TS-01: three complaints of one kind at one address within thirty days, no inspection near.

    The city's own duplicates are left out. Near is two hundred metres on a plane of 111.32 km a
    degree, from the first complaint of the last such stretch on. Two years are looked back on.
    """
    raw = chicago.drop_duplicates("Service_Request_Number", keep="last")
    stretches = last_stretches(raw[raw["day"] <= day])
    visits = visits_by_square(shared_data)
    expected = {
        place: count
        for place, (first, final, count, where) in stretches.items()
        if 15 < (day - final).days <= 730 and not near(visits, where, first, day)
    }
    found = complaints.find("TS-01", day, in_force=date(2010, 1, 1))
    chicagos = [row for row in found if row["agency_id"] == "US-CHI-DSS"]
    assert {row["unit_id"]: row["complaint_count"] for row in chicagos} == expected
    assert len(stretches) > len(expected) > 0


Stretch = tuple[date, date, int, tuple[float, float]]


def last_stretches(raw: pd.DataFrame) -> dict[str, Stretch]:
    """Per address: first day, last day, number and place of its last three in thirty days."""
    groups: dict[tuple[str, str], list[tuple[date, str, tuple[float, float]]]] = defaultdict(list)
    columns = ["Street_Address", "What_is_the_Nature_of_this_Code_Violation", "day"]
    columns += ["Service_Request_Number", "Latitude", "Longitude"]
    kept = raw[~raw["Status"].str.endswith("Dup")]
    for address, kind, day, number, lat, lon in zip(*(kept[c] for c in columns), strict=True):
        groups[address, str(kind)].append((day, number, (float(lat), float(lon))))
    found: dict[str, list[tuple[date, str, int, date, tuple[float, float]]]] = defaultdict(list)
    for (address, _), rows in groups.items():
        rows.sort()
        days = [day for day, _, _ in rows]
        for i in range(2, len(days)):
            if (days[i] - days[i - 2]).days < 30:
                within = [day for day in days if timedelta(0) <= days[i] - day < timedelta(30)]
                _, number, where = rows[i]
                found[address].append((days[i], number, len(within), within[0], where))
    latest = {address: max(ends) for address, ends in found.items()}
    return {
        address: (first, final, count, where)
        for address, (final, _, count, first, where) in latest.items()
    }


Visits = dict[tuple[int, int], list[tuple[float, float, date]]]


def visits_by_square(shared_data: Path) -> Visits:
    """Places and days of inspections by squares of a hundredth of a degree."""
    raw = pd.read_csv(
        shared_data / "inspections" / "chicago_food_inspections_part.csv.gz", dtype=str
    ).dropna(subset=["Latitude"])
    squares: Visits = defaultdict(list)
    for lat, lon, day in zip(
        raw["Latitude"], raw["Longitude"], raw["Inspection_Date"], strict=True
    ):
        square = floor(float(lat) * 100), floor(float(lon) * 100)
        squares[square].append((float(lat), float(lon), date.fromisoformat(day)))
    return squares


def near(visits: Visits, where: tuple[float, float], since: date, until: date) -> bool:
    lat, lon = where
    row, column = floor(lat * 100), floor(lon * 100)
    around = [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return any(
        since <= day <= until
        and ((a - lat) * 111.32) ** 2 + ((b - lon) * 111.32 * cos(lat * pi / 180)) ** 2 <= 0.04
        for square in around
        for a, b, day in visits.get(square, [])
    )
