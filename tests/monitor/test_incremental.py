"""A round that recalls an earlier one finds what a round over everything finds."""

import random
import sys
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mingjian.monitor import Library, Recall, differences, load_library
from mingjian.monitor.local import base_of, locality_of
from mingjian.monitor.readiness import measure
from mingjian.monitor.run import Run, run_monitors

sys.path.insert(0, str(Path(__file__).parent))
from histories import FIRST_DAY, History, corrections, example_rows, random_rows

LIBRARY = load_library()


def judged(
    history: History,
    library: Library,
    day: date,
    earlier: Run | None,
    ways: dict[str, set[str]] | None = None,
) -> Run:
    """A round on all that has come so far, from where an earlier one left off.

    Adds to `ways`, for each way of answering, the monitors that were answered so.
    """
    with history.reader() as reader:
        before = None if earlier is None else earlier.remembered
        recall = Recall(reader, library, day, before)
        assert earlier is None or recall.earlier is not None, recall.why
        names = [m.id for m in library.monitors.values() if m.status in ("shadow", "production")]
        for name in names if ways is not None else ():
            ways[recall.way(library.monitors[name])].add(name)
        return run_monitors(
            reader, library, day, only=names, with_requirements=False, recall=recall
        )


def whole_tables(library: Library) -> set[str]:
    """Tables of which a change makes some monitor look at everything."""
    localities = [locality_of(library, name) for name in library.monitors]
    return {base_of(table) for one in localities if one is not None for table in one.whole}


def agree_at_every_step(
    library: Library, seed: int, moves: list[int], ways: dict[str, set[str]] | None = None
) -> int:
    """Let a history pass and compare at each step; the number of findings compared."""
    dice = random.Random(seed)
    early = whole_tables(library) if dice.random() < 0.8 else set()
    days = [FIRST_DAY + timedelta(sum(moves[: i + 1])) for i in range(len(moves))]
    arriving = example_rows(library, dice, days, early)
    history, earlier, count = History(), None, 0
    for number, day in enumerate(days):
        for step, rows in arriving:
            if step == number:
                history.add(rows)
        history.add(random_rows(dice, days, early if number else set()))
        whole = judged(history, library, day, None)
        if earlier is not None:
            part = judged(history, library, day, earlier, ways)
            differing = differences(whole, part)
            assert differing == [], (number, day, differing)
            earlier = part
        else:
            earlier = whole
        count += sum(outcome.count for outcome in whole.outcomes)
    return count


def test_what_is_filled_is_counted_on_from_before():
    monitors = list(LIBRARY.monitors.values())
    for seed in range(3):
        dice, history, earlier = random.Random(seed), History(), None
        days = [FIRST_DAY] * 4
        arriving = example_rows(LIBRARY, dice, days, set())
        for number, day in enumerate(days):
            for step, rows in arriving:
                if step == number:
                    history.add(rows)
            history.add(random_rows(dice, days, set()))
            with history.reader() as reader:
                recall = Recall(reader, LIBRARY, day, earlier)
                known = recall.known_fills()
                fills = measure(reader, monitors, known)
                assert fills == measure(reader, monitors), (seed, number)
                if earlier is not None:
                    assert known.keys() >= {"penalty_case", "complaint", "inspection"}
                earlier = recall.remembered(fills)


def test_every_declaration_is_used_and_sound():
    ways: dict[str, set[str]] = defaultdict(set)
    for seed in (1,):
        assert agree_at_every_step(LIBRARY, seed, [0, 0, 1], ways) > 300
    running = [m for m in LIBRARY.monitors.values() if m.status in ("shadow", "production")]
    assert {m.id for m in running if locality_of(LIBRARY, m.id) is not None} <= ways["near"]


def test_a_correction_touches_only_who_reads_the_corrected_column():
    dice, history = random.Random(7), History()
    days = [FIRST_DAY, FIRST_DAY]
    for _, rows in example_rows(LIBRARY, dice, days, set()):
        history.add(rows)
    earlier = judged(history, LIBRARY, FIRST_DAY, None)
    same, changed, count = 0, 0, 6
    for _ in range(count):
        history.add(corrections(history, dice, days))
        ways: dict[str, set[str]] = defaultdict(set)
        part = judged(history, LIBRARY, FIRST_DAY, earlier, ways)
        whole = judged(history, LIBRARY, FIRST_DAY, None)
        assert differences(whole, part) == []
        changed += bool(differences(earlier, whole))
        same += len(ways["same"])
        earlier = part
    assert changed, "no correction changed a finding"
    assert same > count * 100, "corrections of a few columns should leave most monitors alone"


@settings(
    max_examples=1,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 10**6),
    moves=st.lists(st.sampled_from([0, 1, 1, 3, 8, 40, 130]), min_size=2, max_size=3),
)
def test_any_history_is_judged_alike(seed, moves):
    assert agree_at_every_step(LIBRARY, seed, [0, *moves]) > 300
