"""Checking: every rule of a procedure on a whole log, in three statements over the events.

First the events are ordered within their cases (one window), then added up by case (one GROUP BY
for all rules), then judged (one row a case). What comes out of it are counts; the cases and events
behind each of them stay in the session until it is closed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.process.bench import Bench, text, texts
from mingjian.process.log import Loaded
from mingjian.process.procedure import Procedure, Rule
from mingjian.process.rules import Plan, plan, state, steps_of

_ORDER = "PARTITION BY case_id ORDER BY moment, row_no"
DEVIATING, UNCLEAR = 1, 2


@dataclass(frozen=True)
class RuleResult:
    """What became of one rule. `unclear` cases are among the checked ones, and not deviating."""

    rule: Rule
    checked: int
    deviating: int
    unclear: int

    @property
    def share(self) -> float | None:
        return self.deviating / self.checked if self.checked else None


@dataclass(frozen=True)
class Variant:
    """One way through, as the names of its steps, and how many cases went it."""

    steps: tuple[str, ...]
    cases: int
    example: str


@dataclass(frozen=True)
class Gap:
    """How long it took from one step to the next, in days."""

    before: str
    after: str
    count: int
    median: float
    p90: float


@dataclass(frozen=True)
class Checked:
    """A log judged by a procedure on a day. `unmatched`: names that are no step of it."""

    procedure: Procedure
    as_of: date
    loaded: Loaded
    events: int
    cases: int
    deviating: int
    rules: tuple[RuleResult, ...]
    unmatched: tuple[tuple[str, int], ...]
    bench: Bench

    def variants(self, limit: int = 20) -> list[Variant]:
        """The most frequent ways through."""
        rows = self.bench.arrow(
            "SELECT way, COUNT(*) AS cases, MIN(case_id) AS example FROM flow_judged "
            f"GROUP BY way ORDER BY cases DESC, example LIMIT {int(limit)}"
        ).to_pylist()
        return [Variant(tuple(row["way"]), row["cases"], row["example"]) for row in rows]

    def gaps(self, limit: int = 20) -> list[Gap]:
        """Times between steps that follow each other, the most frequent pairs first."""
        days = "(EPOCH(next_moment) - EPOCH(moment)) / 86400.0"
        rows = self.bench.arrow(
            "SELECT label AS before, next_label AS after, COUNT(*) AS count, "
            f"MEDIAN({days}) AS median, QUANTILE_CONT({days}, 0.9) AS p90 FROM flow_event "
            "WHERE next_label IS NOT NULL GROUP BY label, next_label "
            f"ORDER BY count DESC, before, after LIMIT {int(limit)}"
        ).to_pylist()
        return [Gap(**row) for row in rows]

    def deviations(
        self, rule: Rule | None = None, limit: int | None = None
    ) -> list[dict[str, Any]]:
        """Deviating cases, each with the events that prove it, rule by rule."""
        rules = self.procedure.rules
        chosen = [i for i, item in enumerate(rules) if rule is None or item.code == rule.code]
        parts = " UNION ALL ".join(_proof(rules[i], i) for i in chosen)
        bound = "" if limit is None else f" LIMIT {int(limit)}"
        query = f"SELECT * FROM ({parts}) ORDER BY rule_no, days DESC NULLS LAST, case_id{bound}"
        found: list[dict[str, Any]] = self.bench.arrow(query).to_pylist() if chosen else []
        return found

    def cases_in(self, rule: Rule, number: int = DEVIATING) -> set[str]:
        """The ids of the cases of which the rule says this."""
        index = [item.code for item in self.procedure.rules].index(rule.code)
        query = f"SELECT case_id FROM flow_judged WHERE state_{index} = {int(number)}"
        return set(self.bench.arrow(query)["case_id"].to_pylist())


def check(bench: Bench, procedure: Procedure, loaded: Loaded, as_of: date) -> Checked:
    """Judge what stands in `flow_log`; what happened after `as_of` is not known yet."""
    made = plan(procedure, as_of)
    states = [
        state(rule, verdict, made)
        for rule, verdict in zip(procedure.rules, made.verdicts, strict=True)
    ]
    _order_events(bench, procedure, made)
    _add_up(bench, procedure, made)
    _judge(bench, made, states)
    counts = bench.arrow(_counts(len(states))).to_pylist()[0]
    rules = tuple(
        RuleResult(rule, *(int(counts[f"{what}_{i}"]) for what in ("checked", "bad", "unclear")))
        for i, rule in enumerate(procedure.rules)
    )
    unmatched = bench.arrow(
        "SELECT activity, COUNT(*) AS n FROM flow_event WHERE step IS NULL "
        "GROUP BY activity ORDER BY n DESC, activity"
    ).to_pylist()
    return Checked(
        procedure,
        as_of,
        loaded,
        int(counts["events"] or 0),
        int(counts["cases"]),
        int(counts["deviating"]),
        rules,
        tuple((row["activity"], row["n"]) for row in unmatched),
        bench,
    )


def _order_events(bench: Bench, procedure: Procedure, made: Plan) -> None:
    """`flow_event`: names matched, numbered within the case, with what comes next."""
    names = ", ".join(
        f"({text(name)}, {text(step)}, {text(procedure.activities[step].title)})"
        for name, step in procedure.names()
    )
    bench.keep("flow_name", f"SELECT * FROM (VALUES {names}) AS n(name, step, title)")
    windows = "".join(
        f", {expression} OVER ({_ORDER} ROWS UNBOUNDED PRECEDING) AS {name}"
        for expression, name in made.windows.items()
    )
    bench.keep(
        "flow_event",
        "WITH named AS (SELECT l.*, COALESCE(c.step, a.step) AS step, "
        "COALESCE(c.title, a.title, l.activity) AS label FROM flow_log l "
        "LEFT JOIN flow_name c ON c.name = l.code LEFT JOIN flow_name a ON a.name = l.activity "
        f"WHERE CAST(l.happened_at AS DATE) <= DATE '{made.as_of}') "
        f"SELECT *, ROW_NUMBER() OVER ({_ORDER}) AS pos, LEAD(step) OVER ({_ORDER}) AS next_step, "
        f"LEAD(label) OVER ({_ORDER}) AS next_label, LEAD(moment) OVER ({_ORDER}) AS next_moment"
        f"{windows} FROM named",
    )


def _add_up(bench: Bench, procedure: Procedure, made: Plan) -> None:
    """`flow_case`: every sum that some rule needs, one row a case."""
    sums = "".join(
        f", {expression} AS {name.removeprefix('c.')}"
        for expression, name in made.aggregates.items()
    )
    attributes = "".join(
        f", ARG_MIN(attr_{name}, pos) FILTER (WHERE attr_{name} IS NOT NULL) AS attr_{name}"
        for name in procedure.attributes
    )
    bench.keep(
        "flow_case",
        "SELECT case_id, ARG_MIN(agency_id, pos) AS agency_id, MIN(happened_at) AS started_at, "
        "MAX(happened_at) AS ended_at, COUNT(*) AS event_count, LIST(label ORDER BY pos) AS way"
        f"{sums}{attributes} FROM flow_event GROUP BY case_id",
    )


def _judge(bench: Bench, made: Plan, states: list[str]) -> None:
    """`flow_judged`: one row a case, what each rule says of it."""
    bench.keep(
        "flow_workday",
        "SELECT workday_no AS no, MIN(day) AS day FROM calendar_day WHERE is_workday GROUP BY 1",
    )
    columns = "".join(
        f", CAST({number} AS TINYINT) AS state_{i}, {verdict.days} AS days_{i}, "
        f"{verdict.due} AS due_{i}"
        for i, (number, verdict) in enumerate(zip(states, made.verdicts, strict=True))
    )
    bench.keep(
        "flow_judged",
        "SELECT c.case_id, c.agency_id, c.started_at, c.ended_at, c.event_count, c.way"
        f"{columns} FROM flow_case c {' '.join(made.joins)}",
    )


def _counts(rules: int) -> str:
    each = "".join(
        f", COUNT(state_{i}) AS checked_{i}, "
        f"COUNT(*) FILTER (WHERE state_{i} = {DEVIATING}) AS bad_{i}, "
        f"COUNT(*) FILTER (WHERE state_{i} = {UNCLEAR}) AS unclear_{i}"
        for i in range(rules)
    )
    any_bad = " OR ".join(f"state_{i} = {DEVIATING}" for i in range(rules))
    return (
        "SELECT COUNT(*) AS cases, SUM(event_count) AS events, "
        f"COUNT(*) FILTER (WHERE {any_bad}) AS deviating{each} FROM flow_judged"
    )


def _proof(rule: Rule, number: int) -> str:
    """The deviating cases of one rule with the events of its steps, in order."""
    shown = (
        "STRFTIME(e.happened_at, '%Y-%m-%d') || ' ' || e.label || "
        "COALESCE('（' || e.resource || '）', '')"
    )
    return (
        f"SELECT {number} AS rule_no, {text(rule.code)} AS rule_code, j.case_id, j.agency_id, "
        f"j.days_{number} AS days, j.due_{number} AS due_on, "
        f"STRING_AGG({shown}, '；' ORDER BY e.pos) AS proof FROM flow_judged j "
        f"LEFT JOIN flow_event e ON e.case_id = j.case_id AND e.step IN ({texts(steps_of(rule))}) "
        f"WHERE j.state_{number} = {DEVIATING} GROUP BY ALL"
    )
