"""The same rules on the real logs with this project and with pm4py: seconds, ratio, same cases.

    python benchmarks/process.py FOLDER-OF-LOGS [--pm4py …/site-packages] [--times 3]

pm4py is licensed under the AGPL and therefore no dependency of the project. Install it into an
environment of its own (`python -m venv /tmp/pm4py && /tmp/pm4py/bin/pip install pm4py`) and name
its site-packages with `--pm4py`, or install it beside the project for as long as the comparison
takes. Without it only our own seconds are printed.

What corresponds: order is DECLARE precedence, response and chain response; obligatory is existence;
at_most is the log skeleton's frequency of an activity; four_eyes is pm4py's LTL filter (which looks
only at the last second step of a case); a limit of plain days between steps is the
temporal profile with mean 0 and a deviation of that many days. pm4py looks at every pair of events,
ours at the first start and the first end after it, and pm4py counts seconds where ours counts days:
where the two differ, the numbers say so. absent_after has no counterpart among pm4py's templates.
Both read the file themselves, ours with opening its engine; the best of `--times` runs counts.
`--copies` repeats the CSV logs under new case numbers, to see how both grow.
"""

import argparse
import csv
import gzip
import sys
import tempfile
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from mingjian.process import (
    Checked,
    FileBench,
    LogColumns,
    Procedure,
    check,
    load_csv,
    load_xes,
    read_procedure,
)
from mingjian.process.procedure import (
    AtMost,
    FourEyes,
    Limit,
    Obligatory,
    Order,
    Rule,
    listed,
)
from mingjian.store import Workbench

PROCEDURES = Path(__file__).resolve().parents[1] / "tests" / "process" / "procedures"
STANDARD = LogColumns()
FINES = LogColumns("case_id", "activity", "timestamp", "resource")
LOGS = (
    ("traffic_fines_part.csv.gz", "italian_fines", FINES, date(2013, 12, 31)),
    ("roadtraffic100traces.xes.gz", "italian_fines", STANDARD, date(2013, 12, 31)),
    ("receipt_wabo_part.csv.gz", "wabo", STANDARD, date(2012, 12, 31)),
    ("BPIC15_4.xes.gz", "bpi15", STANDARD, date(2016, 12, 31)),
)
TEMPLATES = {"before": "precedence", "after": "response", "directly": "chainresponse"}
KEYS = {
    "activity_key": "concept:name",
    "timestamp_key": "time:timestamp",
    "case_id_key": "case:concept:name",
}
Found = dict[str, set[str]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder with the event logs")
    parser.add_argument("--pm4py", type=Path, help="site-packages that hold pm4py")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--copies", type=int, default=1)
    asked = parser.parse_args()
    if asked.pm4py is not None:
        sys.path.append(str(asked.pm4py))
    try:
        import pm4py
    except ImportError as error:
        print(f"pm4py cannot be imported ({error}): see the head of this file")
        pm4py = None
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory() as scratch:
        run_all(asked, pm4py is not None, Path(scratch))
    return 0


def run_all(asked: argparse.Namespace, has_pm4py: bool, scratch: Path) -> None:
    for file, name, columns, day in LOGS:
        path = copied(asked.folder / file, columns.case, asked.copies, scratch)
        procedure = read_procedure(PROCEDURES / f"{name}.yaml")
        rules = [rule for rule in procedure.rules if template(rule) is not None]
        procedure = procedure.model_copy(update={"rules": rules})
        ours = best(asked.times, lambda p=path, q=procedure, c=columns, d=day: our_way(p, q, c, d))
        print(f"\n{file}: {len(rules)} rules; ours: read {ours[0]:.3f} s, check {ours[1]:.3f} s")
        if not has_pm4py:
            continue
        theirs = best(asked.times, lambda p=path, q=procedure, c=columns: their_way(p, q, c))
        print(f"  pm4py: read {theirs[0]:.3f} s, check {theirs[1]:.3f} s")
        whole = (theirs[0] + theirs[1]) / (ours[0] + ours[1])
        print(f"  ratio pm4py / ours: check {theirs[1] / ours[1]:.2f}, with reading {whole:.2f}")
        for rule in rules:
            compare(rule, ours[2][rule.code], theirs[2][rule.code])


def copied(path: Path, case: str, copies: int, scratch: Path) -> Path:
    """The CSV log so many times over, each time under other case numbers."""
    if copies == 1 or ".csv" not in path.name:
        return path
    target = scratch / path.name.removesuffix(".gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        for number in range(copies):
            writer.writerows(row | {case: f"{row[case]}-{number}"} for row in rows)
    return target


def best(times: int, run: Callable[[], tuple[float, float, Found]]) -> tuple[float, float, Found]:
    """The fastest of several runs, by the sum of reading and checking."""
    return min((run() for _ in range(times)), key=lambda done: done[0] + done[1])


def compare(rule: Rule, ours: set[str], theirs: set[str]) -> None:
    said = "same" if ours == theirs else f"only ours {len(ours - theirs)}, only pm4py's "
    said += "" if ours == theirs else f"{len(theirs - ours)}"
    print(f"  {rule.code} {rule.kind:<10} ours {len(ours):>5}  pm4py {len(theirs):>5}  {said}")


def our_way(
    path: Path, procedure: Procedure, columns: LogColumns, day: date
) -> tuple[float, float, Found]:
    """Seconds to read and to check, and the deviating cases of each rule."""
    begun = perf_counter()
    with tempfile.TemporaryDirectory() as folder, Workbench(Path(folder)) as workbench:
        bench = FileBench(workbench)
        load: Any = load_xes if ".xes" in path.name else load_csv
        loaded = load(bench, path, columns, procedure)
        read = perf_counter()
        checked: Checked = check(bench, procedure, loaded, day)
        found = {rule.code: checked.cases_in(rule) for rule in procedure.rules}
        return read - begun, perf_counter() - read, found


def template(rule: Rule) -> str | None:
    """The DECLARE template that says the same, `other` for its own checks, None for neither.

    pm4py's templates know no choice of several steps and no conditions on the case.
    """
    named = rule.named_steps().values()
    if rule.when is not None or any(len(steps) != 1 for steps in named):
        return None
    match rule:
        case Order():
            return TEMPLATES[rule.how]
        case Obligatory():
            return "existence"
        case AtMost():
            return "other"
        case FourEyes():
            return "other"
        case Limit():
            alike = rule.unit == "plain_day" and rule.unfinished == "left_out"
            return "other" if alike else None
    return None


def their_way(path: Path, procedure: Procedure, columns: LogColumns) -> tuple[float, float, Found]:
    begun = perf_counter()
    log = their_log(path, columns)
    read = perf_counter()
    names = {step: item.aliases[0] for step, item in procedure.activities.items()}
    found: Found = {}
    model: dict[str, dict[Any, Any]] = {}
    declared: dict[tuple[str, Any], str] = {}
    for rule in procedure.rules:
        kind = template(rule)
        steps = [names[listed(item)[0]] for item in rule.named_steps().values()]
        if kind == "other":
            found[rule.code] = their_own(log, rule, steps)
        elif kind is not None:
            key: Any = steps[0] if len(steps) == 1 else tuple(steps)
            model.setdefault(kind, {})[key] = {"support": 1, "confidence": 1}
            declared[kind, key] = rule.code
    found |= their_declare(log, model, declared)
    return read - begun, perf_counter() - read, found


def their_log(path: Path, columns: LogColumns) -> Any:
    import pandas as pd
    import pm4py

    if ".xes" in path.name:
        log = pm4py.read_xes(str(path), show_progress_bar=False)
        # Some of its results come by case in order of the log, some in order of the number.
        return log.sort_values("case:concept:name", kind="stable")
    raw = pd.read_csv(path, dtype=str)
    raw[columns.time] = pd.to_datetime(raw[columns.time], utc=True, format="ISO8601")
    return pm4py.format_dataframe(
        raw.rename(columns={columns.resource: "org:resource"}),
        case_id=columns.case,
        activity_key=columns.activity,
        timestamp_key=columns.time,
    )


def their_declare(log: Any, model: dict[str, Any], declared: dict[tuple[str, Any], str]) -> Found:
    """One call for all templates; a deviation names its template and its activities."""
    import pm4py

    found: Found = {code: set() for code in declared.values()}
    results = pm4py.conformance_declare(log, model, **KEYS)
    cases = list(dict.fromkeys(log["case:concept:name"]))
    if len(results) != len(cases):
        raise RuntimeError(f"{len(results)} results for {len(cases)} cases")
    for case, result in zip(cases, results, strict=True):
        for kind, key in result["deviations"]:
            found[declared[kind, key]].add(case)
    return found


def their_own(log: Any, rule: Rule, steps: list[str]) -> set[str]:
    import pm4py

    if isinstance(rule, FourEyes):
        broken = pm4py.filter_four_eyes_principle(
            log, *steps, keep_violations=True, resource_key="org:resource", **KEYS
        )
        return set(broken["case:concept:name"])
    cases = list(dict.fromkeys(log["case:concept:name"]))
    if isinstance(rule, AtMost):
        return their_frequency(log, cases, steps[0], rule.times)
    assert isinstance(rule, Limit)
    profile = {tuple(steps): (0.0, rule.days * 86_400.0)}
    results = pm4py.conformance_temporal_profile(log, profile, zeta=1.0, **KEYS)
    return {case for case, result in zip(cases, results, strict=True) if result}


def their_frequency(log: Any, cases: list[str], step: str, times: int) -> set[str]:
    from pm4py.algo.conformance.log_skeleton import algorithm

    model = {"activ_freq": {step: set(range(times + 1))}}
    chosen = {"considered_constraints": ["activ_freq"]}
    results = algorithm.apply(log, model, parameters=chosen)
    return {
        case
        for case, result in zip(cases, results, strict=True)
        if any(act == step for _, (act, _) in result["deviations"])
    }


if __name__ == "__main__":
    sys.exit(main())
