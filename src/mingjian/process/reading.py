"""Reading procedure files: strict in shape, in what they name, and word for word in the law."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mingjian.law import load_laws
from mingjian.process.procedure import (
    KINDS,
    AbsentAfter,
    FourEyes,
    Limit,
    Location,
    Order,
    Procedure,
    Rule,
    listed,
)
from mingjian.standards import (
    ContentError,
    Document,
    Problem,
    content_files,
    load_standard,
    shape_document,
)


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
