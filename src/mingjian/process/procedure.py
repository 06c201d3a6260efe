"""Procedure files: the steps of a procedure, and the rules that a case must keep."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from mingjian.law import load_laws
from mingjian.standards import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    content_files,
    load_standard,
    shape_document,
)

Location = tuple[str | int, ...]
Steps = str | list[str]  # one step, or any one of several


class Basis(ContentFile):
    """A sentence of a statute, proved word for word in the version in force on `in_force`."""

    law: str
    article: str
    in_force: date
    text: str


class Activity(ContentFile):
    """One step; `aliases` are the names that logs give it (its key and title always count)."""

    title: str
    aliases: list[str] = []


class Attribute(ContentFile):
    """A fact about a case, from the log's column of this name or from the table of cases."""

    title: str
    column: str


class CaseTable(ContentFile):
    """Where the platform's own log finds its cases: a standard table and which rows of it."""

    table: str
    key: str = "case_id"
    where: dict[str, list[str]] = {}


class When(ContentFile):
    """Only these cases are checked: a step occurred, or an attribute has a value."""

    step: Steps | None = None
    attribute: str | None = None
    among: list[str] | None = None
    at_least: float | None = None


class RuleBase(ContentFile):
    """What every rule has. `since`: cases that began earlier are not checked."""

    code: str
    title: str
    level: Literal["red", "orange", "yellow", "blue"]
    reason: str
    when: When | None = None
    since: date | None = None

    def named_steps(self) -> dict[str, list[str]]:
        """The steps that each field names."""
        fields = ("first", "then", "step", "after", "start", "end", "second")
        return {name: listed(getattr(self, name)) for name in fields if hasattr(self, name)}


class Order(RuleBase):
    """`before`: no `then` without a `first` earlier. `after`: every `first` is followed by a
    `then`, at some time. `directly`: the step after every `first` is a `then`."""

    kind: Literal["order"]
    first: Steps
    then: Steps
    how: Literal["before", "after", "directly"] = "before"


class Obligatory(RuleBase):
    """The step occurs in every case (that `when` chooses)."""

    kind: Literal["obligatory"]
    step: Steps


class AbsentAfter(RuleBase):
    """No `step` once there has been an `after`."""

    kind: Literal["absent_after"]
    step: Steps
    after: Steps


class Limit(RuleBase):
    """At most `days` from the first `start` to the first `end` after it, as statutes count.

    `day` moves a last day on a holiday on, `working_day` counts by the calendar, `plain_day`
    knows no holidays. Where there is no `end` yet it counts to the day of judgement, unless
    `unfinished` says to leave such cases out.
    """

    kind: Literal["limit"]
    start: Steps
    end: Steps
    days: Annotated[int, Field(ge=0, le=3650)]
    unit: Literal["day", "working_day", "plain_day"] = "day"
    unfinished: Literal["counted", "left_out"] = "counted"


class FourEyes(RuleBase):
    """Nobody who did `first` did `second`."""

    kind: Literal["four_eyes"]
    first: Steps
    second: Steps


class AtMost(RuleBase):
    """The step occurs no more than so many times."""

    kind: Literal["at_most"]
    step: Steps
    times: Annotated[int, Field(ge=0)]


Rule = Order | Obligatory | AbsentAfter | Limit | FourEyes | AtMost
KINDS: dict[str, str] = {
    "order": "先后",
    "obligatory": "必经",
    "absent_after": "其后不得",
    "limit": "时限",
    "four_eyes": "不同人",
    "at_most": "次数",
}


class Procedure(ContentFile):
    """A procedure. With `cases` it is checked every night on the platform's own case_step."""

    name: str
    title: str
    meaning: str
    legal_basis: list[Basis] = []
    cases: CaseTable | None = None
    attributes: dict[str, Attribute] = {}
    activities: dict[str, Activity]
    rules: list[Annotated[Rule, Field(discriminator="kind")]]

    def names(self) -> list[tuple[str, str]]:
        """Every name a log may use for a step, with the step."""
        return [
            (name, step)
            for step, activity in self.activities.items()
            for name in dict.fromkeys([step, activity.title, *activity.aliases])
        ]


def listed(steps: Steps) -> list[str]:
    """Always a list."""
    return [steps] if isinstance(steps, str) else steps


def read_procedure(path: Path) -> Procedure:
    """One file, checked; raises ContentError with every fault by line and field."""
    document = Document(path)
    _known_kinds(document)
    procedure = shape_document(document, Procedure)
    problems = list(_problems(document, procedure))
    if problems:
        raise ContentError(problems)
    return procedure


@cache
def load_procedures() -> dict[str, Procedure]:
    """Every procedure of content/procedures by name; raises ContentError with every fault."""
    found, problems = _read_all()
    if problems:
        raise ContentError(problems)
    return found


def check_procedures() -> list[Problem]:
    """Every fault of every procedure file."""
    return _read_all()[1]


def _read_all() -> tuple[dict[str, Procedure], list[Problem]]:
    found: dict[str, Procedure] = {}
    problems: list[Problem] = []
    for path in content_files("procedures"):
        try:
            procedure = read_procedure(path)
        except ContentError as error:
            problems += error.problems
            continue
        if procedure.name in found:
            document = Document(path)
            problems.append(document.problem(("name",), f"“{procedure.name}”已用过"))
        found[procedure.name] = procedure
    return found, problems


def _known_kinds(document: Document) -> None:
    """Say in Chinese what kinds of rules there are, before the shape is asked."""
    data = document.data
    rules = data.get("rules") if isinstance(data, dict) else None
    faults = [
        document.problem(("rules", i, "kind"), f"没有这一种规则，可用：{'、'.join(KINDS)}")
        for i, rule in enumerate(rules if isinstance(rules, list) else [])
        if isinstance(rule, dict) and rule.get("kind") not in KINDS
    ]
    if faults:
        raise ContentError(faults)


def _problems(document: Document, procedure: Procedure) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, step in procedure.names():
        if seen.setdefault(name, step) != step:
            yield document.problem(
                ("activities", step), f"“{name}”已经是“{seen[name]}”的名称，一个名称只能归一个环节"
            )
    for name in procedure.attributes:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield document.problem(("attributes", name), "属性的键用小写英文字母、数字、下划线")
    codes: set[str] = set()
    for i, rule in enumerate(procedure.rules):
        if rule.code in codes:
            yield document.problem(("rules", i, "code"), f"编号“{rule.code}”已用过")
        codes.add(rule.code)
        yield from _rule_problems(document, procedure, i, rule)
    yield from _basis_problems(document, procedure)
    yield from _case_problems(document, procedure)


def _rule_problems(
    document: Document, procedure: Procedure, i: int, rule: Rule
) -> Iterator[Problem]:
    when = rule.when
    named = rule.named_steps()
    if when is not None and when.step is not None:
        named["when.step"] = listed(when.step)
    for field, steps in named.items():
        here: Location = ("rules", i, *field.split("."))
        if not steps:
            yield document.problem(here, "不能为空")
        for step in steps:
            if step not in procedure.activities:
                yield document.problem(here, f"环节“{step}”没有在 activities 里声明")
    if isinstance(rule, Order | Limit | FourEyes | AbsentAfter):
        pair = [set(steps) for name, steps in named.items() if name != "when.step"]
        if pair[0] & pair[1]:
            yield document.problem(("rules", i), "一条规则的两端不能是同一个环节")
    if when is None:
        return
    here = ("rules", i, "when")
    if when.attribute is None:
        if when.among is not None or when.at_least is not None:
            yield document.problem(here, "among、at_least 要写明是哪个 attribute 的值")
        if when.step is None:
            yield document.problem(here, "要写 step 或 attribute")
    elif when.attribute not in procedure.attributes:
        yield document.problem(here, f"属性“{when.attribute}”没有在 attributes 里声明")
    elif (when.among is None) == (when.at_least is None):
        yield document.problem(here, "attribute 要配 among（取值）或 at_least（数额）之一")


def _basis_problems(document: Document, procedure: Procedure) -> Iterator[Problem]:
    laws = load_laws()
    for i, basis in enumerate(procedure.legal_basis):
        fault = laws.prove(basis.law, basis.article, basis.text, basis.in_force)
        if fault:
            yield document.problem(("legal_basis", i, "text"), fault)


def _case_problems(document: Document, procedure: Procedure) -> Iterator[Problem]:
    cases = procedure.cases
    if cases is None:
        return
    table = load_standard().tables.get(cases.table)
    if table is None:
        yield document.problem(("cases", "table"), f"没有“{cases.table}”这张标准表")
        return
    needed: dict[Location, str] = {("cases", "key"): cases.key}
    needed |= {("cases", "where", name): name for name in cases.where}
    needed |= {
        ("attributes", name, "column"): attribute.column
        for name, attribute in procedure.attributes.items()
    }
    for here, field in needed.items():
        if field not in table.fields:
            yield document.problem(here, f"“{table.title}”没有字段“{field}”")
