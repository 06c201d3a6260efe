"""回溯: what one monitor would have found on past days, with what was known on each of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pyarrow.compute as pc

from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.reading import load_library
from mingjian.monitor.run import OutcomeStatus, Run, run_round
from mingjian.store import Reader, Store

Readers = Callable[[datetime | None], Reader]


@dataclass(frozen=True)
class BacktestStep:
    """One past day. Units are new, continuing or gone against the step before.

    `as_known` is False when nothing had been received by that day: then the records of today are
    judged as of that day, and `message` says so.
    """

    as_of: date
    status: OutcomeStatus
    as_known: bool
    message: str
    new: list[str]
    continuing: list[str]
    gone: list[str]

    @property
    def count(self) -> int:
        return len(self.new) + len(self.continuing)

    @property
    def new_count(self) -> int:
        return len(self.new)

    @property
    def continuing_count(self) -> int:
        return len(self.continuing)

    @property
    def gone_count(self) -> int:
        return len(self.gone)


def backtest(
    records: Store | Readers,
    monitor: Monitor,
    start: date,
    end: date,
    step_days: int,
    *,
    library: Library | None = None,
) -> Iterator[BacktestStep]:
    """Judge every `step_days` from `start` to `end`; raises ValueError for an empty period."""
    if step_days < 1 or end < start:
        raise ValueError("回溯的起日不得晚于止日，间隔至少一天")
    readers = records.reader if isinstance(records, Store) else records
    library = library or load_library()
    before: set[str] = set()
    day = start
    while day <= end:
        step, found = _step(readers, library, monitor, day, before)
        yield step
        before = found
        day += timedelta(days=step_days)


def judged_on(
    readers: Readers, library: Library, only: Iterable[str], day: date
) -> tuple[Run, bool]:
    """A round as of a past day on what was known then; on today's records if nothing was.

    The second value says whether anything was known.
    """
    names = list(only)
    with readers(datetime.combine(day, time.max)) as reader:
        if reader.rows("SELECT 1 AS known FROM submission LIMIT 1"):
            return run_round(reader, library, day, only=names), True
    with readers(None) as reader:
        return run_round(reader, library, day, only=names), False


def _step(
    readers: Readers, library: Library, monitor: Monitor, day: date, before: set[str]
) -> tuple[BacktestStep, set[str]]:
    run, known = judged_on(readers, library, [monitor.id], day)
    outcome = run.outcomes[0]
    found: set[str] = set()
    if outcome.status == "ran":
        found = set(pc.unique(run.table(monitor.id)["unit_id"]).to_pylist())
    notes = [] if known else ["当日尚未归集数据，按现有数据推算"]
    step = BacktestStep(
        as_of=day,
        status=outcome.status,
        as_known=known,
        message="；".join([*notes, *([outcome.message] if outcome.message else [])]),
        new=sorted(found - before),
        continuing=sorted(found & before),
        gone=sorted(before - found),
    )
    return step, found
