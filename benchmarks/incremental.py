"""What a round costs after a delivery that changes 1 % of the cases, against a round over all.

    python benchmarks/incremental.py 1000000 --folder /where/cities/are/kept

A synthetic city is made and judged once. Then a delivery comes: `recent` corrects the fines of the
newest cases of a third of the agencies, `random` those of cases from all years, both with the names
of their evidence; `new` brings as many new cases, like the newest, with their evidence and steps.
Each is judged over everything and from where the last round left off, on the same day and on the
day after.
Prints wall and processor seconds of both and their ratio; fails when the findings differ.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import pyarrow as pa
import pyarrow.compute as pc

from mingjian.monitor import Library, Recall, Remembered, Run, differences, load_library, run_round
from mingjian.standards import load_standard
from mingjian.store import Store, SubmissionHeader, open_store

sys.path.insert(0, str(Path(__file__).parent))
import synthetic

AS_OF = date(2025, 6, 30)
NEWEST = "CAST(substr(agency_id, 2) AS INT) % 3 = 0 ORDER BY filed_on DESC, case_id"
CHOSEN = {"recent": NEWEST, "random": "hash(case_id) % 100 = 7 ORDER BY case_id", "new": NEWEST}


@dataclass(frozen=True)
class Cost:
    """One round and what it took."""

    run: Run
    seconds: float
    processor: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int, nargs="*", default=[100_000])
    parser.add_argument("--folder", type=Path, help="keep the cities here and use them again")
    parser.add_argument("--each", action="store_true", help="also print the dearest monitors")
    given = parser.parse_args()
    failed = False
    for cases in given.cases:
        with tempfile.TemporaryDirectory() as scratch:
            failed |= measure(cases, given.folder or Path(scratch), each=given.each)
    return int(failed)


def measure(cases: int, folder: Path, *, each: bool) -> bool:
    """One size; whether some round found otherwise than the round over everything."""
    home = folder / f"city-{cases}"
    store = open_store(home)
    if store.submission("synthetic-alert") is None:
        synthetic.fill(store, cases, home)
        store.maintain()
    library = production()
    first = judge(store, library, AS_OF, None)
    print(f"\n{cases:,} cases; the first round {first.seconds:.2f} s")
    print(
        f"{'delivery':22}{'cases':>9}{'whole s':>10}{'CPU':>8}{'part s':>9}{'CPU':>8}{'ratio':>8}"
    )
    differ, before = False, first.run.remembered
    for title in CHOSEN:
        count = deliver(store, title, cases // 100)
        for day in (AS_OF, AS_OF + timedelta(1)):
            whole = judge(store, library, day, None)
            part = judge(store, library, day, before)
            differ |= report(f"{title}, {day}", count, whole, part)
            if each:
                dearest(part.run)
        before = judge(store, library, AS_OF, None).run.remembered
    return differ


def report(title: str, count: int, whole: Cost, part: Cost) -> bool:
    """Print one line; whether the findings differ."""
    numbers = f"{whole.seconds:>10.2f}{whole.processor:>8.2f}{part.seconds:>9.2f}"
    share = part.seconds / whole.seconds
    print(f"{title:22}{count:>9,}{numbers}{part.processor:>8.2f}{share:>8.1%}")
    differing = differences(whole.run, part.run)
    if differing:
        print("the two rounds differ in:", *differing)
    return bool(differing)


def judge(store: Store, library: Library, day: date, before: Remembered | None) -> Cost:
    start, spent = perf_counter(), process_time()
    with store.reader(many=True) as reader:
        run = run_round(reader, library, day, recall=Recall(reader, library, day, before))
        return Cost(run, perf_counter() - start, process_time() - spent)


def dearest(run: Run) -> None:
    """The ten monitors on which most time went."""
    for outcome in sorted(run.outcomes, key=lambda one: -one.seconds)[:10]:
        print(f"    {outcome.seconds:6.3f} {outcome.monitor_id}")


def deliver(store: Store, title: str, count: int) -> int:
    """Commit one delivery; returns how many cases it has."""
    with store.reader() as reader:
        chosen = f"SELECT case_id FROM penalty_case WHERE {CHOSEN[title]} LIMIT {count}"
        names = ["penalty_case", "case_evidence", *(["case_step"] if title == "new" else [])]
        tables = {name: rows_of(reader.arrow, name, chosen) for name in names}
        number = reader.snapshot + 1
    if title == "new":
        tables = {name: renumbered(rows, f"N{number}-") for name, rows in tables.items()}
    else:
        cases, evidence = tables["penalty_case"], tables["case_evidence"]
        dearer = pc.cast(pc.add(cases["fine_yuan"], 100), cases.schema.field("fine_yuan").type)
        named = pa.array([f"补正{number}"] * evidence.num_rows)
        tables["penalty_case"] = replaced(cases, "fine_yuan", dearer)
        tables["case_evidence"] = replaced(evidence, "name", named)
    header = SubmissionHeader(
        submission_id=f"delivery-{number}",
        source_code="synthetic",
        agency_id=None,
        file_name=f"{title}.parquet",
        file_sha256=f"{title}-{number}",
        submitted_by="benchmark",
        received_at=datetime(2025, 6, 30),
        rows_in=sum(rows.num_rows for rows in tables.values()),
    )
    store.commit(header, tables, None)
    return tables["penalty_case"].num_rows


def renumbered(table: pa.Table, mark: str) -> pa.Table:
    """The same rows as those of other cases."""
    for column in {"case_id", "case_no", "decision_no"} & set(table.column_names):
        table = replaced(table, column, pc.binary_join_element_wise(mark, table[column], ""))
    return table


def rows_of(arrow, table: str, chosen: str) -> pa.Table:
    fields = ", ".join(load_standard().tables[table].fields)
    return arrow(
        f"SELECT {fields}, row_number() OVER () AS row_no FROM {table} WHERE case_id IN ({chosen})"
    )


def replaced(table: pa.Table, column: str, values) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)


def production() -> Library:
    library = load_library()
    chosen = {k: m for k, m in library.monitors.items() if m.status == "production"}
    return Library(chosen, library.views)


if __name__ == "__main__":
    sys.exit(main())
