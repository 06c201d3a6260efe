"""Chicago's food inspections and inspectors' visits: repeats, and groups that differ."""

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

LAST_DAY = date(2014, 12, 31)
KEY = ["License", "Inspection_Date", "Inspection_Purpose", "inspector_group"]


@pytest.fixture(scope="module")
def food(shared_data: Path) -> pd.DataFrame:
    raw = shared_data / "inspections" / "chicago_food_inspections_part.csv.gz"
    return pd.read_csv(raw, dtype=str)


@pytest.fixture(scope="module")
def visits(shared_data: Path) -> pd.DataFrame:
    raw = shared_data / "inspections" / "chicago_inspector_visits_part.csv.gz"
    return pd.read_csv(raw, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def foods(module_desk: Any, shared_data: Path) -> Any:
    file = shared_data / "inspections" / "chicago_food_inspections_part.csv.gz"
    submission = module_desk.take("chicago-food", file)
    assert (submission.accepted_count, submission.rejected_count) == (7750, 0)
    assert submission.signals == ()
    return module_desk


def repeats(raw: pd.DataFrame, by: list[str]) -> int:
    """Inspections at most thirty days after the one before of the same group."""
    days = pd.to_datetime(raw["Inspection_Date"])
    ordered = raw.assign(day=days).sort_values("day", kind="stable")
    gaps = ordered.groupby(by)["day"].diff().dt.days
    return int((gaps <= 30).sum())


def test_results_and_problems(foods: Any, food: pd.DataFrame) -> None:
    got = foods.rows(
        "SELECT result, COUNT(*) AS n, SUM(problem_count) AS p FROM inspection GROUP BY 1"
    )
    names = {"Pass": "pass", "Pass w/ Conditions": "conditional", "Fail": "fail"}
    assert {row["result"]: row["n"] for row in got} == {
        names[name]: n for name, n in food["Results"].value_counts().items()
    }
    assert sum(row["p"] for row in got) == food["minorCount"].astype(int).sum()
    serious = foods.one("SELECT COUNT(*) FROM inspection WHERE is_serious")
    assert serious == (food["criticalCount"] != "0").sum() == 1062


def test_the_same_licence_again_within_thirty_days(foods: Any, food: pd.DataFrame) -> None:
    found = foods.one(
        "SELECT COUNT(*) FROM (SELECT DATE_DIFF('day', LAG(started_at) OVER "
        "(PARTITION BY party_id ORDER BY started_at, inspection_id), started_at) AS days "
        "FROM inspection) WHERE days <= 30"
    )
    assert found == repeats(food, ["License"]) == 27
    monitored = foods.find("JC-03", LAST_DAY, in_force=date(2011, 1, 1))
    assert len(monitored) == repeats(food[food["Inspection_Date"] <= "2014-12-31"], ["License"])


def test_groups_of_inspectors_differ_in_strictness(foods: Any, food: pd.DataFrame) -> None:
    """Pearson's chi-square of group by failed or not; inspections without a group are left out."""
    counts = food.dropna(subset=["inspector_group"])
    table: dict[str, Counter[bool]] = defaultdict(Counter)
    for group, result in zip(counts["inspector_group"], counts["Results"], strict=True):
        table[group][result == "Fail"] += 1
    total = sum(sum(cells.values()) for cells in table.values())
    failed = sum(cells[True] for cells in table.values())
    statistic = 0.0
    for cells in table.values():
        size = sum(cells.values())
        for side, share in ((True, failed / total), (False, 1 - failed / total)):
            expected = size * share
            statistic += (cells[side] - expected) ** 2 / expected
    got = foods.rows(
        "SELECT inspector_group, COUNT(*) AS n, "
        "SUM(CASE WHEN result = 'fail' THEN 1 ELSE 0 END) AS failed FROM inspection "
        "WHERE inspector_group IS NOT NULL GROUP BY 1"
    )
    assert {r["inspector_group"]: (r["n"], r["failed"]) for r in got} == {
        group: (sum(cells.values()), cells[True]) for group, cells in table.items()
    }
    stored = foods.one(
        """WITH g AS (SELECT inspector_group, COUNT(*) * 1.0 AS n,
             SUM(CASE WHEN result = 'fail' THEN 1.0 ELSE 0.0 END) AS f FROM inspection
             WHERE inspector_group IS NOT NULL GROUP BY 1),
           t AS (SELECT SUM(n) AS n, SUM(f) AS f FROM g)
           SELECT SUM(POWER(g.f - g.n * t.f / t.n, 2) / (g.n * t.f / t.n * (1 - t.f / t.n)))
           FROM g, t"""
    )
    assert float(stored) == pytest.approx(statistic, abs=1e-9)
    assert statistic > 20.5  # one in a thousand at five degrees of freedom: they do differ


def test_visits_without_numbers_of_their_own(
    desk: Any, visits: pd.DataFrame, shared_data: Path
) -> None:
    """What is alike in licence, day, purpose and group is one visit; its last row counts."""
    file = shared_data / "inspections" / "chicago_inspector_visits_part.csv.gz"
    submission = desk.take("chicago-visits", file)
    assert (submission.accepted_count, submission.rejected_count) == (len(visits), 0)
    assert len(visits) == 17406
    distinct = visits.drop_duplicates(KEY, keep="last")
    assert submission.new_count == len(distinct) == 17344
    assert desk.one("SELECT COUNT(*) FROM inspection") == len(distinct)
    before: dict[tuple[str, ...], list[str]] = {}
    changed = 0
    for row in visits.to_dict("records"):
        key = tuple(row[column] for column in KEY)
        cells = [cell.strip() for cell in row.values()]
        changed += before.get(key, cells) != cells
        before[key] = cells
    assert submission.changed_count == changed
    assert submission.unchanged_count == len(visits) - len(distinct) - changed
    rechecks = distinct["Inspection_Purpose"].str.contains("Re-[Ii]nspection")
    assert desk.one("SELECT COUNT(*) FROM inspection WHERE is_recheck") == rechecks.sum()
    found = desk.find("JC-03", LAST_DAY, in_force=date(2011, 1, 1))
    known = distinct[distinct["Inspection_Date"] <= "2014-12-31"]
    rows = known.sort_values("Inspection_Date", kind="stable")
    gaps = pd.to_datetime(rows["Inspection_Date"])
    gaps = gaps.groupby([rows["License"], rows["Inspection_Purpose"]]).diff().dt.days
    again = rows["Inspection_Purpose"].str.contains("Re-[Ii]nspection")
    assert len(found) == int(((gaps <= 30) & ~again).sum()) > 0
