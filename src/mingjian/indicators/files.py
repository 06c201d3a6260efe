"""Indicator files: what is counted, out of what, and how the figure may be read."""

from functools import cache
from typing import Literal

import sqlglot
from sqlglot import exp

from mingjian.standards import ContentError, ContentFile, Problem, content_files, load_standard
from mingjian.standards.files import Document, shape_document


class Count(ContentFile):
    """Rows of one standard table in one month, by `date`; `value` is 1 or an expression a row."""

    title: str
    table: str
    date: str
    where: str = "TRUE"
    value: str = "1"


class Indicator(ContentFile):
    """One figure. Without a denominator it is a sum, with one it is a ratio (`unit` % times 100).

    `caution` says how the figure must not be used (行政处罚法第七十四条第三款).
    """

    code: str
    name: str
    group: str
    unit: str
    definition: str
    numerator: Count
    denominator: Count | None = None
    direction: Literal["none", "higher_is_better", "lower_is_better"] = "none"
    caution: str = ""

    @property
    def parts(self) -> dict[str, Count]:
        """Counts by their name: `numerator`, and `denominator` where there is one."""
        both = {"numerator": self.numerator, "denominator": self.denominator}
        return {name: count for name, count in both.items() if count is not None}

    def value(self, numerator: float, denominator: float | None) -> float | None:
        """The figure itself; None where a ratio has nothing to be a share of."""
        if self.denominator is None:
            return numerator
        if not denominator:
            return None
        return numerator / denominator * (100 if self.unit == "%" else 1)


@cache
def load_indicators() -> dict[str, Indicator]:
    """Every indicator by code, in the order of codes; raises ContentError with every fault."""
    found, problems = _read()
    if problems:
        raise ContentError(problems)
    return dict(sorted(found.items()))


def check_indicators() -> list[Problem]:
    """Every fault of every indicator file."""
    return _read()[1]


def _read() -> tuple[dict[str, Indicator], list[Problem]]:
    found: dict[str, Indicator] = {}
    problems: list[Problem] = []
    for path in content_files("indicators"):
        try:
            document = Document(path)
            indicator = shape_document(document, Indicator)
        except ContentError as error:
            problems += error.problems
            continue
        if indicator.code in found:
            problems.append(document.problem(("code",), f"编号“{indicator.code}”已用过"))
        found[indicator.code] = indicator
        for part, count in indicator.parts.items():
            problems += _count_problems(document, part, count)
    return found, problems


def _count_problems(document: Document, part: str, count: Count) -> list[Problem]:
    table = load_standard().tables.get(count.table)
    if table is None:
        return [document.problem((part, "table"), f"没有“{count.table}”这张标准表")]
    if "agency_id" not in table.fields:
        return [document.problem((part, "table"), f"“{table.title}”没有主体代码，不能按主体统计")]
    problems = []
    for key in ("date", "where", "value"):
        try:
            tree = sqlglot.parse_one(getattr(count, key), dialect="duckdb")
        except sqlglot.ParseError as error:
            problems.append(document.problem((part, key), f"写法有误：{error}"))
            continue
        unknown = {column.name for column in tree.find_all(exp.Column)} - set(table.fields)
        problems += [
            document.problem((part, key), f"“{table.title}”没有字段“{name}”")
            for name in sorted(unknown)
        ]
    return problems
