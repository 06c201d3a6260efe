"""Standard tables, their fields and code lists, read from content/standards/."""

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from pydantic import Field as Rule

from mingjian.standards.files import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    content_files,
    shape_document,
)

FieldType = Literal[
    "text", "date", "timestamp", "money", "integer", "decimal", "boolean", "code", "code_list"
]
CheckName = Literal[
    "credit_code", "identity_no", "region_code", "document_no", "not_negative", "not_future"
]
MaskName = Literal["name", "name_if_natural", "identity_no", "address", "text"]


class Field(ContentFile):
    """One data element (数据元). `title` is the Chinese name used on pages and in templates."""

    title: str
    type: FieldType
    required: bool = False
    codes: str | None = None
    check: CheckName | None = None
    mask: MaskName | None = None
    note: str = ""
    example: str = ""
    source: str = ""


class Consistency(ContentFile):
    """A condition over one row that should never hold; rows where it holds are inconsistent."""

    when: str
    says: str


class Table(ContentFile):
    """One standard table. `key` makes two rows the same record; `event` dates feed timeliness."""

    name: str
    title: str
    meaning: str
    key: list[str]
    event: list[str]
    source: str
    fields: dict[str, Field]
    consistency: list[Consistency] = []


class Code(ContentFile):
    title: str
    aliases: list[str] = []


class CodeList(ContentFile):
    """A closed list of codes; `title` and `aliases` are what sources may write for a code."""

    name: str
    title: str
    codes: dict[str, Code] = Rule(min_length=1)

    def lookup(self) -> dict[str, str]:
        """Every accepted spelling (code, title, alias) to its code."""
        spellings = {code: code for code in self.codes}
        for code, entry in self.codes.items():
            spellings |= dict.fromkeys((entry.title, *entry.aliases), code)
        return spellings

    def title_of(self, code: str) -> str:
        return self.codes[code].title


@dataclass(frozen=True)
class Standard:
    """The data standard in force: tables and code lists by name."""

    tables: dict[str, Table] = field(default_factory=dict)
    codes: dict[str, CodeList] = field(default_factory=dict)


@cache
def load_standard() -> Standard:
    """Read and cross-check tables and code lists; raises ContentError with every fault."""
    standard, problems = read_standard()
    if problems:
        raise ContentError(problems)
    return standard


def read_standard() -> tuple[Standard, list[Problem]]:
    """Every table and code list that can be read, and every fault."""
    problems: list[Problem] = []
    codes: dict[str, CodeList] = {}
    tables: dict[str, Table] = {}
    for path in content_files("standards/codes"):
        try:
            document = Document(path)
            code_list = shape_document(document, CodeList)
            codes[code_list.name] = code_list
            problems += _code_problems(document, code_list, path.stem)
        except ContentError as error:
            problems += error.problems
    for path in content_files("standards/tables"):
        try:
            document = Document(path)
            table = shape_document(document, Table)
            tables[table.name] = table
            problems += _table_problems(document, table, path.stem, codes)
        except ContentError as error:
            problems += error.problems
    return Standard(tables, codes), problems


def _code_problems(document: Document, code_list: CodeList, stem: str) -> list[Problem]:
    problems = []
    if code_list.name != stem:
        problems.append(document.problem(("name",), f"应与文件名“{stem}”相同"))
    meant: dict[str, str] = {}
    for code, entry in code_list.codes.items():
        for spelling in (code, entry.title, *entry.aliases):
            if meant.setdefault(spelling, code) != code:
                message = f"“{spelling}”也是代码“{meant[spelling]}”的写法"
                problems.append(document.problem(("codes", code), message))
    return problems


def _table_problems(
    document: Document, table: Table, stem: str, codes: dict[str, CodeList]
) -> list[Problem]:
    problems = []
    if table.name != stem:
        problems.append(document.problem(("name",), f"应与文件名“{stem}”相同"))
    for part in ("key", "event"):
        for i, name in enumerate(getattr(table, part)):
            if name not in table.fields:
                problems.append(document.problem((part, i), f"字段“{name}”不在本表"))
    for name in table.key:
        if name in table.fields and not table.fields[name].required:
            problems.append(document.problem(("fields", name), "主键字段应为必填"))
    titles: dict[str, str] = {}  # a template's headers are the titles, so they must differ
    for name, item in table.fields.items():
        if titles.setdefault(item.title, name) != name:
            here = ("fields", name, "title")
            problems.append(document.problem(here, f"与字段“{titles[item.title]}”同名"))
        here = ("fields", name, "codes")
        if item.type in ("code", "code_list") and item.codes not in codes:
            problems.append(document.problem(here, f"代码集“{item.codes}”不存在"))
        if item.type not in ("code", "code_list") and item.codes:
            problems.append(document.problem(here, "只有代码类字段可以写代码集"))
    return problems
