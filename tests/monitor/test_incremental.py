"""A round that recalls an earlier one finds what a round over everything finds."""

import random
import sys
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mingjian.monitor import Library, Recall, differences, load_library
from mingjian.monitor.run import Run, run_monitors

sys.path.insert(0, str(Path(__file__).parent))
from histories import FIRST_DAY, History, example_rows, random_rows

LIBRARY = load_library()


def judged(history: History, library: Library, day: date, earlier: Run | None) -> Run:
    """A round on all that has come so far, from where an earlier one left off."""
    with history.reader() as reader:
        before = None if earlier is None else earlier.remembered
        recall = Recall(reader, library, day, before)
        assert earlier is None or recall.earlier is not None, recall.why
        names = [m.id for m in library.monitors.values() if m.status in ("shadow", "production")]
        return run_monitors(
            reader, library, day, only=names, with_requirements=False, recall=recall
        )


def agree_at_every_step(library: Library, seed: int, moves: list[int]) -> int:
    """Let a history pass and compare at each step; the number of findings compared."""
    dice = random.Random(seed)
    days = [FIRST_DAY + timedelta(sum(moves[: i + 1])) for i in range(len(moves))]
    arriving = example_rows(library, dice, days)
    history, earlier, count = History(), None, 0
    for number, day in enumerate(days):
        for step, rows in arriving:
            if step == number:
                history.add(rows)
        history.add(random_rows(dice, days))
        whole = judged(history, library, day, None)
        if earlier is not None:
            part = judged(history, library, day, earlier)
            differing = differences(whole, part)
            assert differing == [], (number, day, differing)
            earlier = part
        else:
            earlier = whole
        count += sum(outcome.count for outcome in whole.outcomes)
    return count


@settings(
    max_examples=2,
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
