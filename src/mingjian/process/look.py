"""Looking into a kept result: counts in a person's scope, and the cases behind each of them."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mingjian.process.bench import text, texts
from mingjian.process.check import DEVIATING, UNCLEAR
from mingjian.process.kept import KeptCheck, KeptRule
from mingjian.store import Workbench

_FILES = ("cases", "rules", "totals", "ways", "pairs", "gaps", "gap_days")
STATES = {"checked": None, "deviating": DEVIATING, "unclear": UNCLEAR}


@dataclass(frozen=True)
class Wanted:
    """Which cases: all of them, or those of a rule in a state, of a way, or of a pair of steps."""

    rule: KeptRule | None = None
    state: str = ""
    way_no: int | None = None
    pair_no: int | None = None


class Look:
    """A session over the files of one kept result. `agencies` None means the whole city."""

    def __init__(self, kept: KeptCheck, agencies: Collection[str] | None, spill: Path) -> None:
        self.kept = kept
        self._bench = Workbench(spill)
        for name in _FILES:
            self._bench.scan_parquet(name, kept.folder / f"{name}.parquet")
        self._scope = "TRUE"
        if agencies is not None:
            listed = texts(sorted(agencies))
            self._scope = f"agency_id IN ({listed})" if listed else "FALSE"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bench.close()

    def totals(self) -> dict[str, int]:
        """Cases, events and cases that deviate from some rule."""
        row = self._rows(
            "SELECT SUM(cases) AS cases, SUM(events) AS events, SUM(deviating) AS deviating "
            f"FROM totals WHERE {self._scope}"
        )[0]
        return {name: int(value or 0) for name, value in row.items()}

    def rules(self) -> list[dict[str, Any]]:
        """Every rule with its counts; a rule that concerned no case has zeros."""
        found = self._rows(
            "SELECT rule_no, SUM(checked) AS checked, SUM(deviating) AS deviating, "
            f"SUM(unclear) AS unclear FROM rules WHERE {self._scope} GROUP BY rule_no"
        )
        by_number = {row["rule_no"]: row for row in found}
        lines = []
        for rule in self.kept.rules:
            row = by_number.get(rule.number, {})
            counts = {name: int(row.get(name) or 0) for name in STATES}
            share = counts["deviating"] / counts["checked"] if counts["checked"] else None
            lines.append({"rule": rule, "share": share} | counts)
        return lines

    def ways(self, limit: int) -> list[dict[str, Any]]:
        """The most frequent ways through."""
        return self._rows(
            "SELECT way_no, ANY_VALUE(way) AS way, CAST(SUM(cases) AS BIGINT) AS cases FROM ways "
            f"WHERE {self._scope} GROUP BY way_no ORDER BY cases DESC, way_no LIMIT {int(limit)}"
        )

    def gaps(self, limit: int) -> list[dict[str, Any]]:
        """Days between steps that follow each other: how often, the median, nine out of ten."""
        return self._rows(
            "WITH summed AS (SELECT pair_no, days, SUM(n) AS n FROM gap_days "
            f"WHERE {self._scope} GROUP BY pair_no, days), "
            "run AS (SELECT pair_no, days, n, SUM(n) OVER (PARTITION BY pair_no ORDER BY days) "
            "AS upto, SUM(n) OVER (PARTITION BY pair_no) AS whole FROM summed) "
            "SELECT r.pair_no, ANY_VALUE(p.label) AS before, ANY_VALUE(p.next_label) AS after, "
            "CAST(MAX(r.whole) AS BIGINT) AS count, "
            "MIN(r.days) FILTER (WHERE r.upto * 2 >= r.whole) AS median, "
            "MIN(r.days) FILTER (WHERE r.upto * 10 >= r.whole * 9) AS p90 "
            "FROM run r JOIN pairs p USING (pair_no) GROUP BY r.pair_no "
            f"ORDER BY count DESC, r.pair_no LIMIT {int(limit)}"
        )

    def way(self, way_no: int) -> list[str] | None:
        """The steps of one way, if a case in scope went it."""
        rows = self._rows(f"SELECT way FROM ways WHERE way_no = {int(way_no)} AND {self._scope}")
        return rows[0]["way"] if rows else None

    def pair(self, pair_no: int) -> tuple[str, str] | None:
        """The two steps of a pair."""
        rows = self._rows(f"SELECT label, next_label FROM pairs WHERE pair_no = {int(pair_no)}")
        return (rows[0]["label"], rows[0]["next_label"]) if rows else None

    def count(self, wanted: Wanted) -> int:
        """How many cases there are of this kind in scope."""
        return int(self._rows(f"SELECT COUNT(*) AS n {self._from(wanted)}")[0]["n"])

    def cases(self, wanted: Wanted, limit: int, offset: int) -> list[dict[str, Any]]:
        """One page of them, the longest time or the newest case first."""
        days, due, order = "NULL", "NULL", "started_at DESC"
        if wanted.rule is not None:
            days, due = f"days_{wanted.rule.number}", f"due_{wanted.rule.number}"
            order = f"{days} DESC NULLS LAST, {order}"
        if wanted.pair_no is not None:
            days, order = "days", f"days DESC, {order}"
        return self._rows(
            f"SELECT case_id, agency_id, started_at, ended_at, event_count, {days} AS days, "
            f"{due} AS due_on {self._from(wanted)} ORDER BY {order}, case_id "
            f"LIMIT {int(limit)} OFFSET {int(offset)}"
        )

    def case(self, case_id: str) -> dict[str, Any] | None:
        """What was found about one case, if it is in scope."""
        rows = self._rows(f"SELECT * FROM cases WHERE case_id = {text(case_id)} AND {self._scope}")
        return rows[0] if rows else None

    def _from(self, wanted: Wanted) -> str:
        relation, conditions = "cases", [self._scope]
        if wanted.rule is not None:
            column, number = f"state_{wanted.rule.number}", STATES[wanted.state or "checked"]
            conditions.append(f"{column} IS NOT NULL" if number is None else f"{column} = {number}")
        elif wanted.state == "deviating":
            states = (f"state_{rule.number} = {DEVIATING}" for rule in self.kept.rules)
            conditions.append(f"({' OR '.join(states)})")
        if wanted.way_no is not None:
            conditions.append(f"way_no = {int(wanted.way_no)}")
        if wanted.pair_no is not None:
            relation = (
                f"(SELECT case_no, MAX(days) AS days FROM gaps WHERE pair_no = "
                f"{int(wanted.pair_no)} GROUP BY case_no) g JOIN cases USING (case_no)"
            )
        return f"FROM {relation} WHERE {' AND '.join(conditions)}"

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._bench.arrow(sql).to_pylist()
        return rows
