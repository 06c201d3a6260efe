"""Whether the parts of a monitor file that people read are whole: law, wording, examples."""

import re
from collections.abc import Iterator
from string import Formatter

from mingjian.law import Laws
from mingjian.monitor.compile import IDENTITY
from mingjian.monitor.given import GivenError, typed_rows
from mingjian.monitor.library import Monitor
from mingjian.monitor.relations import relations
from mingjian.monitor.wording import is_money
from mingjian.standards import Problem

MESSAGE_LENGTH = 120
FILE_LINES = 200
VERIFY_LINES = 2
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def law_faults(monitor: Monitor, laws: Laws) -> Iterator[Problem]:
    """Each quote stands verbatim in the version named, and in force on every day it is used."""
    for number, basis in enumerate(monitor.file.legal_basis):
        if basis.text is None:
            continue
        here = ("legal_basis", number, "text")
        problem = laws.prove(basis.law, basis.article, basis.text, basis.in_force)
        if problem:
            yield monitor.document.problem(here, problem)
            continue
        version = laws.version(basis.law, basis.in_force)
        if version.in_force_on != basis.in_force:
            message = f"该版本自 {version.in_force_on} 起施行，不是 {basis.in_force}"
            yield monitor.document.problem(("legal_basis", number, "in_force"), message)
        for example in monitor.examples:
            if not example.finds:
                continue
            problem = laws.prove(basis.law, basis.article, basis.text, example.as_of)
            if problem:
                message = f"样例“{example.name}”的判断日 {example.as_of}：{problem}"
                yield monitor.document.problem(here, message)


def wording_faults(monitor: Monitor) -> Iterator[Problem]:
    """Message, evidence labels, verify lines, and the length of the file."""
    document, file = monitor.document, monitor.file
    for column, title in file.evidence.items():
        if not _CHINESE.search(title):
            yield document.problem(("evidence", column), "应为中文名")
    yield from _message_faults(monitor)
    if len(file.verify) < VERIFY_LINES:
        yield document.problem(("verify",), f"核查要点至少 {VERIFY_LINES} 条")
    lines = len(document.path.read_text(encoding="utf-8").splitlines())
    if lines > FILE_LINES:
        beside = f"{document.path.stem}.examples.yaml"
        message = f"本文件 {lines} 行，超过 {FILE_LINES} 行：样例移到旁边的 {beside}"
        yield document.problem(("examples",), message)


def _message_faults(monitor: Monitor) -> Iterator[Problem]:
    message, here = monitor.file.message.strip(), ("message",)
    problem = monitor.document.problem
    if len(message) > MESSAGE_LENGTH:
        yield problem(here, f"{len(message)} 字，不得超过 {MESSAGE_LENGTH} 字")
    try:
        parts = list(Formatter().parse(message))
    except ValueError:
        yield problem(here, "大括号不成对")
        return
    following = [text for text, *_ in parts[1:]] + [""]
    for (_, name, layout, conversion), after in zip(parts, following, strict=True):
        if name is None:
            continue
        if layout or conversion or name not in monitor.file.evidence:
            yield problem(here, f"占位符 {{{name}}} 不是 evidence 中的列")
        if is_money(name) and after.startswith("元"):
            yield problem(here, f"{{{name}}} 会带上“元”，其后不必再写")


def example_faults(monitor: Monitor) -> Iterator[Problem]:
    """Examples are typed, name their units, and show both what is found and what is not."""
    problem = monitor.document.problem
    shown = {*IDENTITY, *monitor.file.evidence}
    for example in monitor.examples:
        here = ("examples",)
        try:
            typed_rows(example.given, monitor.defaults)
        except GivenError as error:
            yield problem(here, f"样例“{example.name}”：{error}")
        for row in example.finds:
            if "unit_id" not in row:
                yield problem(here, f"样例“{example.name}”的 finds 须写 unit_id")
            for column in row.keys() - shown:
                yield problem(here, f"样例“{example.name}”：{column} 不是 evidence 中的列")
    if not any(example.finds for example in monitor.examples):
        yield problem(("examples",), "没有应当命中的样例")
    if not any(
        len(example.given.get(monitor.unit, [])) > len(example.finds) or not example.finds
        for example in monitor.examples
    ):
        yield problem(("examples",), "没有不应命中的样例（finds: []，或给了对象而不在 finds 之内）")


def unit_faults(monitor: Monitor) -> Iterator[Problem]:
    relation = relations().get(monitor.unit)
    if relation is None or relation.kind != "standard":
        yield monitor.document.problem(("unit",), f"“{monitor.unit}”不是标准表")
