"""Each rule as SQL: what to add up of a case's events, and when the sums say that it deviates.

The events are read once: a rule names the aggregates it needs, equal ones are shared, and all of
them are computed in one GROUP BY. What a rule then says of a case is one number: NULL it does not
concern the case, 0 kept, 1 deviating, 2 cannot be told (no name of a person, no calendar).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from mingjian.process.bench import texts
from mingjian.process.procedure import (
    AbsentAfter,
    AtMost,
    FourEyes,
    Limit,
    Obligatory,
    Order,
    Procedure,
    Rule,
    When,
    listed,
)


@dataclass(frozen=True)
class Verdict:
    """Conditions over the aggregates, and for a limit the days counted and the last day."""

    applies: str
    deviates: str
    unclear: str = "FALSE"
    days: str = "CAST(NULL AS BIGINT)"
    due: str = "CAST(NULL AS DATE)"


@dataclass
class Plan:
    """The SQL of all rules of a procedure."""

    as_of: date
    windows: dict[str, str] = field(default_factory=dict)
    aggregates: dict[str, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def aggregate(self, expression: str) -> str:
        """The name of an aggregate column, the same one for the same expression."""
        return self.aggregates.setdefault(expression, f"c.sum_{len(self.aggregates)}")

    def seen(self, steps: list[str]) -> str:
        """The name of an event column: how many of these steps there have been up to here."""
        expression = f"COUNT(CASE WHEN step IN ({texts(steps)}) THEN 1 END)"
        return self.windows.setdefault(expression, f"seen_{len(self.windows)}")

    def count(self, steps: list[str]) -> str:
        return self.aggregate(f"COUNT(*) FILTER (WHERE step IN ({texts(steps)}))")

    def first(self, steps: list[str], column: str = "pos") -> str:
        return self.aggregate(f"MIN({column}) FILTER (WHERE step IN ({texts(steps)}))")

    def last(self, steps: list[str]) -> str:
        return self.aggregate(f"MAX(pos) FILTER (WHERE step IN ({texts(steps)}))")


def plan(procedure: Procedure, as_of: date) -> Plan:
    """Everything that the rules need, worked out together."""
    made = Plan(as_of)
    for rule in procedure.rules:
        made.verdicts.append(_verdict(made, rule))
    return made


def state(rule: Rule, verdict: Verdict, made: Plan) -> str:
    """The number of a rule for a case."""
    conditions = [f"({verdict.applies})", *_conditions(rule, made)]
    return (
        f"CASE WHEN NOT COALESCE({' AND '.join(conditions)}, FALSE) THEN NULL "
        f"WHEN {verdict.deviates} THEN 1 WHEN {verdict.unclear} THEN 2 ELSE 0 END"
    )


def steps_of(rule: Rule) -> list[str]:
    """The steps whose events show why a case deviates."""
    named = [step for steps in rule.named_steps().values() for step in steps]
    if rule.when is not None and rule.when.step is not None:
        named += listed(rule.when.step)
    return list(dict.fromkeys(named))


def _verdict(made: Plan, rule: Rule) -> Verdict:
    match rule:
        case Order():
            return _order(made, rule)
        case Obligatory():
            return Verdict("TRUE", f"{made.count(listed(rule.step))} = 0")
        case AbsentAfter():
            after = listed(rule.after)
            late = f"{made.last(listed(rule.step))} > {made.first(after)}"
            return Verdict(f"{made.count(after)} > 0", late)
        case AtMost():
            times = made.count(listed(rule.step))
            return Verdict(f"{times} > 0", f"{times} > {rule.times}")
        case FourEyes():
            return _four_eyes(made, rule)
        case Limit():
            return _limit(made, rule)


def _order(made: Plan, rule: Order) -> Verdict:
    first, then = listed(rule.first), listed(rule.then)
    if rule.how == "before":
        early = made.first(first)
        deviates = f"{early} IS NULL OR {early} > {made.first(then)}"
        return Verdict(f"{made.count(then)} > 0", deviates)
    applies = f"{made.count(first)} > 0"
    if rule.how == "after":
        late = made.last(then)
        return Verdict(applies, f"{late} IS NULL OR {late} < {made.last(first)}")
    broken = made.aggregate(
        f"COUNT(*) FILTER (WHERE step IN ({texts(first)}) "
        f"AND (next_step IS NULL OR next_step NOT IN ({texts(then)})))"
    )
    return Verdict(applies, f"{broken} > 0")


def _four_eyes(made: Plan, rule: FourEyes) -> Verdict:
    first, second = listed(rule.first), listed(rule.second)

    def people(steps: list[str]) -> str:
        return made.aggregate(
            f"LIST(DISTINCT resource) FILTER (WHERE step IN ({texts(steps)}) "
            "AND resource IS NOT NULL)"
        )

    nameless = made.aggregate(
        f"COUNT(*) FILTER (WHERE step IN ({texts([*first, *second])}) AND resource IS NULL)"
    )
    return Verdict(
        f"{made.count(first)} > 0 AND {made.count(second)} > 0",
        f"COALESCE(LIST_HAS_ANY({people(first)}, {people(second)}), FALSE)",
        f"{nameless} > 0",
    )


def _limit(made: Plan, rule: Limit) -> Verdict:
    start, end = listed(rule.start), listed(rule.end)
    began = f"CAST({made.first(start, 'happened_at')} AS DATE)"
    reached = made.aggregate(
        f"MIN(happened_at) FILTER (WHERE step IN ({texts(end)}) AND {made.seen(start)} > 0)"
    )
    until = f"COALESCE(CAST({reached} AS DATE), DATE '{made.as_of}')"
    due = _due(made, rule, began)
    applies = f"{made.count(start)} > 0"
    if rule.unfinished == "left_out":
        applies += f" AND {reached} IS NOT NULL"
    days = f"DATE_DIFF('day', {began}, {until})"
    return Verdict(applies, f"{until} > {due}", f"{due} IS NULL", days, due)


def _due(made: Plan, rule: Limit, began: str) -> str:
    """The last day of the limit; joins the calendar where it has to ask for holidays."""
    number = len(made.verdicts)
    if rule.unit == "plain_day":
        return f"({began} + {rule.days})"
    if rule.unit == "day":
        made.joins.append(
            f"LEFT JOIN calendar_day k{number} ON k{number}.day = {began} + {rule.days}"
        )
        return f"k{number}.next_workday"
    made.joins.append(f"LEFT JOIN calendar_day k{number} ON k{number}.day = {began}")
    made.joins.append(
        f"LEFT JOIN flow_workday w{number} ON w{number}.no = k{number}.workday_no + {rule.days}"
    )
    return f"CASE WHEN {rule.days} = 0 THEN {began} ELSE w{number}.day END"


def _conditions(rule: Rule, made: Plan) -> Iterable[str]:
    if rule.since is not None:
        yield f"c.started_at >= DATE '{rule.since}'"
    if rule.when is not None:
        yield from _when(rule.when, made)


def _when(when: When, made: Plan) -> Iterable[str]:
    if when.step is not None:
        yield f"{made.count(listed(when.step))} > 0"
    if when.attribute is None:
        return
    column = f"c.attr_{when.attribute}"
    if when.among is not None:
        yield f"{column} IN ({texts(when.among)})"
    if when.at_least is not None:
        yield f"TRY_CAST({column} AS DOUBLE) >= {when.at_least}"
