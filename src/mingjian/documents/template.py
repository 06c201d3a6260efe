"""文书模板: one kind of paper as content/documents/<code>.yaml declares it, read strictly."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Literal

from pydantic import Field as Rule

from mingjian.access.flow import Limit
from mingjian.law import load_laws
from mingjian.monitor.file import Basis
from mingjian.standards import ContentError, ContentFile, Document, Problem, misnamed, read_folder

Party = Literal["supervision_office", "government", "agency"]
Style = Literal["document", "upward", "letter"]
FactValue = str | int | list[str]
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# What the platform itself fills in; every other placeholder is a declared fact.
GIVEN = {
    "issuer": "制发机关",
    "addressee": "主送机关",
    "limit": "办理期限",
    "objection_limit": "异议期限",
}


class Fact(ContentFile):
    """One fact the paper is filled from."""

    title: str
    kind: Literal["line", "text", "list", "date", "number"] = "line"
    required: bool = True
    hint: str = ""


class Element(ContentFile):
    """One part of the body. An optional part is left out while one of its facts is missing.

    `says` are words the part must keep through all editing, e.g. how to object.
    """

    title: str
    text: str
    required: bool = True
    says: list[str] = []


class Template(ContentFile):
    """One kind of paper. Limits are design values; who decides is `approval`."""

    code: str
    name: str
    purpose: str
    style: Style
    mark: str
    issuer: Party
    addressee: Party
    approval: Literal["head", "government"]
    signer: str
    number: str
    limit: Limit | None = None
    objection_limit: Limit | None = None
    legal_basis: list[Basis] = Rule(min_length=1)
    facts: dict[str, Fact]
    title: str
    elements: dict[str, Element]

    def missing(self, facts: dict[str, FactValue]) -> list[str]:
        """Titles of the required facts that are not given or empty."""
        return [f.title for name, f in self.facts.items() if f.required and not facts.get(name)]

    def unknown(self, facts: dict[str, FactValue]) -> list[str]:
        return [name for name in facts if name not in self.facts]

    def fill_title(self, values: dict[str, str]) -> str:
        return _fill(self.title, values)

    def fill_body(self, values: dict[str, str]) -> str:
        """The body's text; parts that lack an optional fact are left out."""
        parts = [
            _fill(element.text.strip(), values)
            for element in self.elements.values()
            if element.required or all(values.get(n) for n in placeholders(element.text))
        ]
        return "\n".join(_numbered(parts))

    def unsaid(self, body: str) -> list[str]:
        """What a required part must say and the text does not say (any more)."""
        return [
            f"{element.title}：“{word}”"
            for element in self.elements.values()
            if element.required
            for word in element.says
            if word not in body
        ]


def placeholders(text: str) -> list[str]:
    return PLACEHOLDER.findall(text)


def words(fact: Fact, value: FactValue) -> str:
    """A fact's value as the paper writes it; dates and lists in the office's way."""
    if isinstance(value, list):
        return "\n".join(f"{number}. {line}" for number, line in enumerate(value, 1))
    if fact.kind == "date":
        return written_date(date.fromisoformat(str(value)))
    return str(value).strip()


def limit_words(limit: Limit) -> str:
    """30日, 10个工作日: as pages show it, but without the gap, which papers do not have."""
    return limit.words.replace(" ", "")


def written_date(day: date) -> str:
    """成文日期: Arabic numerals without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


@cache
def load_templates() -> dict[str, Template]:
    """Every template by code; raises ContentError with every fault of every file."""
    templates, problems = read_templates()
    if problems:
        raise ContentError(problems)
    return templates


def read_templates() -> tuple[dict[str, Template], list[Problem]]:
    """The templates that can be read, and every fault."""
    found, problems = read_folder("documents", Template)
    for document, template in found:
        problems += _problems(document, template)
    return {template.code: template for _, template in found}, problems


def _problems(document: Document, template: Template) -> Iterator[Problem]:
    yield from misnamed(document, template.code)
    if not placeholders(template.number):
        yield document.problem(("number",), "机关代字应含 {place}（地区）或 {agency}（单位简称）")
    yield from _text_problems(document, template)
    laws = load_laws()
    for i, basis in enumerate(template.legal_basis):
        fault = laws.fault(basis.law, basis.article, basis.text, basis.in_force)
        if fault:
            yield document.problem(("legal_basis", i, "text"), fault)


def _text_problems(document: Document, template: Template) -> Iterator[Problem]:
    known = {*template.facts, *GIVEN}
    texts: dict[tuple[str, ...], str] = {("title",): template.title}
    texts |= {("elements", name, "text"): e.text for name, e in template.elements.items()}
    used: set[str] = set()
    for here, text in texts.items():
        for name in placeholders(text):
            used.add(name)
            if name not in known:
                yield document.problem(here, f"“{{{name}}}”不是 facts 里的事实")
            if name in ("limit", "objection_limit") and getattr(template, name) is None:
                yield document.problem(here, f"用了“{{{name}}}”，但没有写 {name}")
    for name, element in template.elements.items():
        for word in element.says:
            if word not in element.text:
                yield document.problem(("elements", name, "says"), f"文字里没有“{word}”")
    for name in template.facts:
        if name not in used:
            yield document.problem(("facts", name), "这个事实没有用在标题或正文里")


def _fill(text: str, values: dict[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


_NUMERALS = "一二三四五六七八九十"


def _numbered(parts: list[str]) -> list[str]:
    """Parts that begin with “#” get the next first-level number: a left-out part leaves no gap."""
    numbered, count = [], 0
    for part in parts:
        if part.startswith("#"):
            part = f"{_NUMERALS[count]}、{part[1:].lstrip()}"
            count += 1
        numbered.append(part)
    return numbered
