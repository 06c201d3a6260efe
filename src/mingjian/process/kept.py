"""What the night found about the platform's own cases, kept so that pages need not judge.

Each procedure has a folder of Parquet files under a name of its own and a small file that points
to it, replaced at once: a page sees the old result or the new one, never half of each.
"""

import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from mingjian.process.bench import Bench, StoreBench
from mingjian.process.check import DEVIATING, UNCLEAR, Checked, check
from mingjian.process.log import load_steps
from mingjian.process.procedure import KINDS, Procedure
from mingjian.process.reading import load_procedures
from mingjian.process.rules import steps_of
from mingjian.store import Reader


@dataclass(frozen=True)
class KeptRule:
    """A rule as it was when the cases were judged."""

    number: int
    code: str
    title: str
    level: str
    kind: str
    reason: str
    steps: list[str]


@dataclass(frozen=True)
class KeptCheck:
    """A kept result: which procedure, as of which day, and where its files are."""

    name: str
    title: str
    meaning: str
    as_of: date
    case_table: str
    rules: tuple[KeptRule, ...]
    folder: Path

    def rule(self, code: str) -> KeptRule | None:
        return next((rule for rule in self.rules if rule.code == code), None)


def keep_checks(reader: Reader, as_of: date, folder: Path) -> list[Checked]:
    """Judge every case of every procedure that names its cases, and keep what was found."""
    done = []
    for procedure in load_procedures().values():
        if procedure.cases is None:
            continue
        bench = StoreBench(reader)
        checked = check(bench, procedure, load_steps(bench, procedure), as_of)
        _save(bench, checked, folder)
        done.append(checked)
    return done


def load_check(folder: Path, name: str) -> KeptCheck | None:
    """The kept result of a procedure; None before the first round."""
    path = folder / f"{name}.json"
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return KeptCheck(
        name,
        data["title"],
        data["meaning"],
        date.fromisoformat(data["as_of"]),
        data["case_table"],
        tuple(KeptRule(**rule) for rule in data["rules"]),
        folder / data["files"],
    )


def _save(bench: Bench, checked: Checked, folder: Path) -> None:
    procedure = checked.procedure
    files = f"{procedure.name}-{uuid.uuid4().hex}"
    target = folder / files
    target.mkdir(parents=True)
    for name, query in _queries(bench, len(procedure.rules)).items():
        pq.write_table(bench.arrow(query), target / f"{name}.parquet")
    pointer = folder / f"{procedure.name}.json"
    before = json.loads(pointer.read_text(encoding="utf-8"))["files"] if pointer.is_file() else ""
    draft = pointer.with_suffix(f".{os.getpid()}.new")
    draft.write_text(
        json.dumps(_described(checked, procedure) | {"files": files}, ensure_ascii=False),
        encoding="utf-8",
    )
    os.replace(draft, pointer)
    # A page may still be reading the result before this one; those before that are gone.
    for old in folder.glob(f"{procedure.name}-*"):
        if old.name not in (files, before):
            shutil.rmtree(old)


def _described(checked: Checked, procedure: Procedure) -> dict[str, Any]:
    assert procedure.cases is not None
    rules = [
        KeptRule(i, r.code, r.title, r.level, KINDS[r.kind], r.reason, steps_of(r))
        for i, r in enumerate(procedure.rules)
    ]
    return {
        "title": procedure.title,
        "meaning": procedure.meaning,
        "as_of": checked.as_of.isoformat(),
        "case_table": procedure.cases.table,
        "rules": [asdict(rule) for rule in rules],
    }


def _queries(bench: Bench, rules: int) -> dict[str, str]:
    """One query a file, all over the tables that judging left in the session."""
    bench.keep(
        "flow_way",
        "SELECT way, ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, MIN(case_id)) AS way_no "
        "FROM flow_judged GROUP BY way",
    )
    bench.keep(
        "flow_kept",
        "SELECT ROW_NUMBER() OVER (ORDER BY j.case_id) AS case_no, w.way_no, j.* EXCLUDE (way) "
        "FROM flow_judged j JOIN flow_way w ON w.way = j.way",
    )
    bench.keep(
        "flow_pair",
        "SELECT label, next_label, ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, label, next_label) "
        "AS pair_no FROM flow_event WHERE next_label IS NOT NULL GROUP BY label, next_label",
    )
    bench.keep(
        "flow_gap",
        "SELECT p.pair_no, k.case_no, k.agency_id, CAST(DATE_DIFF('day', "
        "CAST(e.moment AS DATE), CAST(e.next_moment AS DATE)) AS INTEGER) AS days "
        "FROM flow_event e JOIN flow_pair p ON p.label = e.label AND p.next_label = e.next_label "
        "JOIN flow_kept k ON k.case_id = e.case_id",
    )
    any_bad = " OR ".join(f"state_{i} = {DEVIATING}" for i in range(rules))
    return {
        "cases": "SELECT * FROM flow_kept ORDER BY case_no",
        "rules": _by_rule(rules),
        "totals": "SELECT agency_id, COUNT(*) AS cases, SUM(event_count) AS events, "
        f"COUNT(*) FILTER (WHERE {any_bad}) AS deviating FROM flow_kept GROUP BY agency_id",
        "ways": "SELECT way_no, ANY_VALUE(w.way) AS way, k.agency_id, COUNT(*) AS cases "
        "FROM flow_kept k JOIN flow_way w USING (way_no) GROUP BY way_no, k.agency_id",
        "pairs": "SELECT pair_no, label, next_label FROM flow_pair ORDER BY pair_no",
        "gaps": "SELECT pair_no, case_no, days FROM flow_gap ORDER BY pair_no, days DESC, case_no",
        "gap_days": "SELECT pair_no, agency_id, days, COUNT(*) AS n FROM flow_gap "
        "GROUP BY pair_no, agency_id, days ORDER BY pair_no, days",
    }


def _by_rule(rules: int) -> str:
    """Cases checked, deviating and unclear, by rule and agency."""
    parts = [
        f"SELECT {i} AS rule_no, agency_id, COUNT(state_{i}) AS checked, "
        f"COUNT(*) FILTER (WHERE state_{i} = {DEVIATING}) AS deviating, "
        f"COUNT(*) FILTER (WHERE state_{i} = {UNCLEAR}) AS unclear "
        "FROM flow_kept GROUP BY agency_id"
        for i in range(rules)
    ]
    return " UNION ALL ".join(parts)
