"""Every monitor and view file: law, logic, wording, examples, and each condition needed."""

import random
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from mingjian.monitor import load_library, run_round
from mingjian.monitor import test_monitor as trial
from mingjian.monitor.checks import check_library, check_view
from mingjian.monitor.compile import compile_monitor, output_columns
from mingjian.monitor.query import to_sql
from mingjian.monitor.reading import read_monitor
from mingjian.monitor.run import run_monitors
from mingjian.standards import load_standard
from mingjian.store import memory_reader

LIBRARY = load_library()


@pytest.mark.parametrize("name", LIBRARY.views)
def test_view_is_sound(name):
    assert "\n".join(map(str, check_view(LIBRARY.views[name]))) == ""


@pytest.mark.parametrize("name", LIBRARY.monitors)
def test_monitor_is_sound_and_every_condition_has_an_example_that_needs_it(name):
    report = trial(LIBRARY.monitors[name], LIBRARY)
    assert report.passed, report.summary()


def test_the_library_as_a_whole_is_sound():
    assert "\n".join(map(str, check_library())) == ""


@pytest.mark.parametrize("seed", range(4))
def test_the_fused_round_equals_single_runs_on_random_records(seed):
    day = date(2025, 6, 30)
    with memory_reader(random_records(random.Random(seed))) as reader:
        run = run_monitors(reader, LIBRARY, day, with_requirements=False)
        again = run_monitors(reader, LIBRARY, day, with_requirements=False)
        assert [outcome.message for outcome in run.failed] == []
        for outcome in run.outcomes:
            if outcome.status != "ran":
                continue
            monitor = LIBRARY.monitors[outcome.monitor_id]
            names = output_columns(monitor)
            rows = reader.rows(to_sql(compile_monitor(LIBRARY, monitor, day)))
            assert shown(rows, names) == shown(run.table(monitor.id).to_pylist(), names)
            assert run.table(monitor.id).sort_by("unit_id") == again.table(monitor.id).sort_by(
                "unit_id"
            )


def test_the_round_says_why_a_monitor_did_not_run():
    with memory_reader({}) as reader:
        run = run_round(reader, LIBRARY, date(2025, 6, 30))
    assert {outcome.monitor_id for outcome in run.outcomes} == set(LIBRARY.monitors)
    assert all(outcome.message for outcome in run.outcomes if outcome.status != "ran")


def shown(rows, names) -> list[str]:
    return sorted(str([str(row[name]) for name in names]) for row in rows)


def random_records(dice: random.Random) -> dict[str, list[dict]]:
    """Forty rows a table with few distinct ids, so that records refer to each other."""
    records = {}
    for name, table in load_standard().tables.items():
        rows = {}
        for _ in range(40):
            row = {
                field_name: random_value(dice, field_name, field)
                for field_name, field in table.fields.items()
                if field.required or dice.random() < 0.8
            }
            rows[tuple(row[part] for part in table.key)] = row
        records[name] = list(rows.values())
    return records


def random_value(dice: random.Random, name: str, field):
    if field.type in ("code", "code_list"):
        return dice.choice(list(load_standard().codes[field.codes].codes))
    day = date(2024, 6, 1) + timedelta(days=dice.randrange(400))
    makers = {
        "date": lambda: day,
        "timestamp": lambda: datetime(day.year, day.month, day.day, dice.randrange(24)),
        "money": lambda: Decimal(dice.choice([0, 100, 200, 201, 3000, 3001, 60000, 99999])),
        "integer": lambda: dice.randrange(6),
        "decimal": lambda: round(dice.random() * 2, 3),
        "boolean": lambda: dice.random() < 0.5,
        "text": lambda: f"{name.split('_')[0]}{dice.randrange(12)}",
    }
    return makers[field.type]()


def test_the_example_in_the_guide_is_sound(tmp_path):
    guide = Path(__file__).parents[2] / "docs" / "writing-a-monitor.md"
    text = re.search(r"```yaml\n(code:.+?)```", guide.read_text(encoding="utf-8"), re.DOTALL)[1]
    path = tmp_path / "case_idle.yaml"
    path.write_text(text, encoding="utf-8")
    report = trial(read_monitor(path), LIBRARY)
    assert report.passed, report.summary()
