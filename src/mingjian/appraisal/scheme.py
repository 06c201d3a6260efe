"""考核方案：content/appraisal/schemes/<code>.yaml, read strictly.

What an item may count is a closed list (`supervision.confirmed.KINDS`): things that people
confirmed. No scheme can name alerts, inspections, penalties or fines (行政处罚法第七十四条).
"""

from decimal import ROUND_DOWN, Decimal
from functools import cache
from typing import Any, Self

from pydantic import Field as Rule
from pydantic import model_validator

from mingjian.law import Laws, find_citations, load_laws
from mingjian.standards import ContentError, ContentFile, Document, Problem, misnamed, read_folder
from mingjian.supervision.confirmed import KINDS

DESIGN = "设计值"


class Basis(ContentFile):
    """A law that the scheme rests on; a quote is proved, what is not at hand is said so."""

    law: str
    article: str | None
    quote: str | None
    note: str


class Item(ContentFile):
    """What costs marks: `each` so many a row, or with `share` the cap times the share of rows.

    A share of fewer than `share_at_least` confirmed problems says too little and costs nothing.
    """

    code: str
    title: str
    short: str = Rule(max_length=8)
    counts: str
    each: float | None = Rule(None, gt=0)
    share: bool = False
    share_at_least: int = Rule(2, ge=2)
    cap: float = Rule(gt=0)
    basis: str

    @model_validator(mode="after")
    def _known_and_one_way_of_counting(self) -> Self:
        if self.counts not in KINDS:
            raise ValueError(
                f"“{self.counts}”不是可以考核的口径；只能是 {'、'.join(KINDS)}。"
                "预警数、检查数、处罚数、罚没数不得计入考核"
            )
        if (self.each is None) == (not self.share):
            raise ValueError("须写 each（每件扣分）或 share: true（按比例扣分），只写一种")
        if self.share and not KINDS[self.counts].has_share:
            raise ValueError(f"“{self.counts}”没有分母，不能按比例扣分")
        return self

    @property
    def rule(self) -> str:
        """How marks are taken, in words."""
        if self.share:
            few = f"；不满 {self.share_at_least} 件的样本少，不扣"
            return f"按占已确认问题的比例扣，全占扣 {self.cap:g} 分{few}"
        return f"每件扣 {self.each:g} 分，最多扣 {self.cap:g} 分"

    def points_of_one(self, whole: int) -> Decimal:
        """What one row costs; `whole` is the number of confirmed problems, for a share."""
        if not self.share:
            return Decimal(str(self.each))
        if whole < self.share_at_least:
            return Decimal()
        return (Decimal(str(self.cap)) / max(whole, 1)).quantize(Decimal("0.0001"), ROUND_DOWN)


class Scheme(ContentFile):
    """The whole file."""

    code: str
    name: str
    meaning: str
    basis: list[Basis] = Rule(min_length=1)
    full_marks: int = Rule(ge=1)
    group_at_least: int = Rule(ge=2)
    never: list[str] = Rule(min_length=1)
    items: list[Item] = Rule(min_length=1)

    @property
    def frozen(self) -> dict[str, Any]:
        """The rules as an assessment keeps them."""
        return self.model_dump(mode="json")


@cache
def load_schemes() -> dict[str, Scheme]:
    """Every scheme by code; ContentError with every fault by file and line."""
    found, problems = read_folder("appraisal/schemes", Scheme)
    for document, scheme in found:
        problems += _problems(document, scheme)
    if problems:
        raise ContentError(problems)
    return {scheme.code: scheme for _, scheme in found}


def _problems(document: Document, scheme: Scheme) -> list[Problem]:
    laws = load_laws()
    problems = misnamed(document, scheme.code)
    for i, basis in enumerate(scheme.basis):
        newest = laws.versions(basis.law)[-1].in_force_on if basis.law in _known(laws) else None
        if newest is None:
            problems.append(document.problem(("basis", i, "law"), f"不认识的法律“{basis.law}”"))
        elif fault := laws.fault(basis.law, basis.article, basis.quote, newest):
            problems.append(document.problem(("basis", i), fault))
    codes = [item.code for item in scheme.items]
    for i, item in enumerate(scheme.items):
        if codes.count(item.code) > 1:
            problems.append(document.problem(("items", i, "code"), "代码重复"))
        if not find_citations(item.basis) and DESIGN not in item.basis:
            fault = f"须引条文，或者写明是{DESIGN}"
            problems.append(document.problem(("items", i, "basis"), fault))
    if sum(item.cap for item in scheme.items) > scheme.full_marks:
        problems.append(document.problem(("items",), "各项上限之和超过满分"))
    return problems


def _known(laws: Laws) -> set[str]:
    return {name for full in laws.names() for name in laws.spellings(full)}
