"""How long a round of all production monitors takes, against two yardsticks of the same run.

    python benchmarks/round.py 1000000 5000000

For each size (penalty cases) a synthetic city is made, committed to a store of its own, and then,
each in a fresh process: the fused round; the same monitors one query each; one pass over just the
columns the monitors touch. Prints seconds, peak memory and the two ratios.
`MINGJIAN_MEMORY` (4GB unless set) bounds the engine; what does not fit goes to the disk.
"""

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Self

from sqlglot import exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.scope import traverse_scope

from mingjian.monitor import Library, load_library, run_round
from mingjian.monitor.analysis import analyse
from mingjian.monitor.compile import bound_views, compile_monitor
from mingjian.monitor.fold import folded
from mingjian.monitor.fuse import by_view, fused_query
from mingjian.monitor.query import to_sql, with_views
from mingjian.monitor.readiness import measure as measure_fills
from mingjian.monitor.readiness import readiness
from mingjian.monitor.relations import relations
from mingjian.store import open_store

sys.path.insert(0, str(Path(__file__).parent))
import synthetic

AS_OF = date(2025, 6, 30)


@dataclass
class Watch:
    """Wall and processor time of a block."""

    seconds: float = 0.0
    processor: float = 0.0

    def __enter__(self) -> Self:
        self.seconds, self.processor = perf_counter(), process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = perf_counter() - self.seconds
        self.processor = process_time() - self.processor


Answered = dict[str, tuple[float, int, str]]
"""By monitor: seconds, findings, and what went wrong."""
Phase = Callable[..., tuple[Watch, int, Answered]]


@dataclass(frozen=True)
class Measured:
    """One phase: wall and processor time, peak memory of its process, and what it counted.

    Processor time is the steadier of the two where other work shares the machine.
    """

    seconds: float
    processor: float
    peak_mb: float
    count: int
    each: Answered


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--folder", type=Path, help="keep the cities here and use them again")
    parser.add_argument("--repeat", type=int, default=3, help="runs of a phase; quickest counts")
    parser.add_argument("--each", action="store_true", help="also print every monitor's own time")
    parser.add_argument("--not-alone", action="store_true", help="leave out one query each: long")
    given = parser.parse_args()
    failed = False
    for cases in given.cases:
        with tempfile.TemporaryDirectory() as scratch:
            failed |= measure(cases, given.folder or Path(scratch), given)
    return int(failed)


def measure(cases: int, folder: Path, given: argparse.Namespace) -> bool:
    """One size, from making the city to the printed table; whether a monitor failed."""
    home = folder / f"city-{cases}"
    made = isolated(make, 1, cases, home)
    print(f"\n{cases:,} cases, {made.count:,} rows in all; made in {made.seconds:.0f} s")
    phases = {"scan": touch, "fused": fused, "alone": alone}
    if given.not_alone:
        del phases["alone"]
    results = {name: isolated(run, given.repeat, home) for name, run in phases.items()}
    print(f"{'phase':8}{'seconds':>10}{'CPU s':>10}{'peak MB':>10}{'count':>14}")
    for name, one in results.items():
        times = f"{one.seconds:>10.2f}{one.processor:>10.2f}"
        print(f"{name:8}{times}{one.peak_mb:>10.0f}{one.count:>14,}")
    ratio("scan", results["fused"], results["scan"])
    problems = [f"{name}: {said}" for name, (_, _, said) in results["fused"].each.items() if said]
    print("\n".join(problems) or "every monitor ran")
    if given.not_alone:
        return bool(problems)
    ratio("one query each", results["fused"], results["alone"])
    share_of_conditions(results["fused"].each, results["alone"].each)
    if given.each:
        dearest(results["alone"].each)
    if results["fused"].count != results["alone"].count:
        print("the two ways found different numbers")
        return True
    return bool(problems)


def ratio(title: str, fused: Measured, other: Measured) -> None:
    wall, processor = fused.seconds / other.seconds, fused.processor / other.processor
    print(f"fused / {title}: {wall:.2f} in seconds, {processor:.2f} in CPU seconds")


def share_of_conditions(fused: Answered, alone: Answered) -> None:
    """What the monitors that are conditions over a view cost, fused, against a query for each."""
    whens = [m.id for m in production().monitors.values() if m.file.view is not None]
    together, apart = (sum(part[name][0] for name in whens) for part in (fused, alone))
    print(
        f"{len(whens)} conditions: fused {together:.2f} s, one query each {apart:.2f} s, "
        f"{together / apart:.2f}"
    )


def dearest(each: Answered) -> None:
    """Every monitor's own time, the dearest first."""
    for name, (took, rows, _) in sorted(each.items(), key=lambda one: -one[1][0]):
        print(f"{took:8.2f} {name:45}{rows:>10,}")


def isolated(run: Phase, repeat: int, *arguments: object) -> Measured:
    """The quickest of some runs of a phase in a fresh process: its peak memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, run, repeat, *arguments).result()


def _measured(run: Phase, repeat: int, *arguments: object) -> Measured:
    runs = [run(*arguments) for _ in range(repeat)]
    watch, count, each = min(runs, key=lambda one: one[0].seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(watch.seconds, watch.processor, peak, count, each)


def make(cases: int, home: Path) -> tuple[Watch, int, Answered]:
    """Make the city, unless it is there from an earlier run."""
    store = open_store(home)
    with Watch() as watch:
        if store.submission("synthetic-alert") is None:
            synthetic.fill(store, cases, home)
            store.maintain()
    with store.reader() as reader:
        rows = reader.rows("SELECT CAST(SUM(accepted_count) AS BIGINT) AS n FROM submission")
    return watch, rows[0]["n"], {}


def fused(home: Path) -> tuple[Watch, int, Answered]:
    """The round as it runs at night."""
    library = production()
    store = open_store(home)
    store.snapshot()  # the engine is up
    with Watch() as watch, store.reader(many=True) as reader:
        run = run_round(reader, library, AS_OF)
    each = {
        o.monitor_id: (o.seconds, o.count, "" if o.status == "ran" else f"{o.status} {o.message}")
        for o in run.outcomes
    }
    return watch, sum(outcome.count for outcome in run.outcomes), each


def alone(home: Path) -> tuple[Watch, int, Answered]:
    """Every monitor as one whole query of its own."""
    library = production()
    each: Answered = {}
    with open_store(home).reader(many=True) as reader, Watch() as watch:
        fills = measure_fills(reader, library.monitors.values())
        for monitor in library.monitors.values():
            if not readiness(monitor, fills).ready:
                continue
            before = perf_counter()
            query = folded(reader, compile_monitor(library, monitor, AS_OF))
            found = reader.arrow(to_sql(query))
            each[monitor.id] = (perf_counter() - before, found.num_rows, "")
    return watch, sum(rows for _, rows, _ in each.values()), each


def touch(home: Path) -> tuple[Watch, int, Answered]:
    """Each column that some monitor touches, read once and folded to one number."""
    wanted = touched(production())
    with open_store(home).reader(many=True) as reader, Watch() as watch:
        for table, columns in wanted.items():
            folded = ", ".join(f"bit_xor(hash({column}))" for column in sorted(columns))
            reader.arrow(f"SELECT {folded} FROM {table}")
    return watch, sum(map(len, wanted.values())), {}


def touched(library: Library) -> dict[str, set[str]]:
    """Columns of standard tables the monitors need, views pruned to what is asked of them."""
    groups, alone = by_view(library.monitors.values())
    queries = [compile_monitor(library, monitor, AS_OF) for monitor in alone]
    for view, group in groups.items():
        views = bound_views(library, frozenset([view]), AS_OF)
        queries.append(with_views(fused_query(view, group, AS_OF), views))
    known = relations()
    found: dict[str, set[str]] = {}
    for query in queries:
        tree = analyse(query, {}).tree
        for scope in traverse_scope(pushdown_projections(tree)):
            for column in scope.columns:
                source = scope.sources.get(column.table)
                if isinstance(source, exp.Table) and known[source.name].kind != "reference":
                    found.setdefault(source.name, set()).add(column.name)
    return found


def production() -> Library:
    library = load_library()
    chosen = {k: m for k, m in library.monitors.items() if m.status == "production"}
    return Library(chosen, library.views)


if __name__ == "__main__":
    sys.exit(main())
