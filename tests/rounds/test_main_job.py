"""The main job: a small city's files go in, a night passes, alerts come out, numbers hold."""

import json
import sqlite3
from pathlib import Path

import pytest

from made_city import UNTIL, make_city, mingjian
from mingjian.indicators import load_figures
from mingjian.intake import load_quality


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deployment with one simulated city and one night passed."""
    folder = make_city(tmp_path_factory.mktemp("city"), scale="0.01", seed="11")
    done = mingjian(folder, "round", "--as-of", UNTIL)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def alerts(home: Path) -> list[tuple[str, str, str, str]]:
    """Straight from the office database, by none of our own code."""
    with sqlite3.connect(home / "office.sqlite3") as office:
        found = office.execute(
            "SELECT monitor_code, unit_id, message, evidence FROM supervision_alert"
        )
        return found.fetchall()


def test_alerts_come_out_with_their_evidence(home: Path) -> None:
    found = alerts(home)
    assert len({code for code, *_ in found}) >= 15
    assert len({(code, unit) for code, unit, *_ in found}) == len(found)
    for _, unit, message, evidence in found:
        assert unit
        assert message
        assert json.loads(evidence)


def test_a_second_night_on_the_same_day_changes_nothing(home: Path) -> None:
    before = alerts(home)
    again = mingjian(home, "round", "--as-of", UNTIL)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "新增 0 条" in again.stdout
    assert "不再命中 0 条" in again.stdout
    assert sorted(alerts(home)) == sorted(before)


def test_quality_and_figures_are_kept_for_the_pages(home: Path) -> None:
    quality = load_quality(home / "quality")
    figures = load_figures(home / "indicators")
    assert quality is not None
    assert figures is not None
    assert str(quality.as_of) == str(figures.as_of) == UNTIL
    assert {row.aspect for row in quality.rows} == {
        "completeness",
        "validity",
        "timeliness",
        "consistency",
    }
    assert figures.table.num_rows > 100


def test_planted_problems_are_found(home: Path) -> None:
    done = mingjian(home, "evaluate", "--as-of", UNTIL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PT-01" in done.stdout
