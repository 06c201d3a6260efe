"""Fine ranges of 裁量基准 and statutes: 处二万元以上二十万元以下的罚款, 货值金额三倍以上五倍以下.

以上, 以下, 以内 include the number, 不满, 超过 exclude it (民法典第一千二百五十九条).
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from mingjian.standards.numerals import NUMERAL_CHARS, read_numeral

Basis = Literal["amount", "multiple", "percent", "none", "text"]


@dataclass(frozen=True)
class AmountRange:
    """What a fine may be: yuan (amount), times a base (multiple) or per cent of it (percent).

    `none`: no fine; `text`: a fine that is not one range. A missing bound is None, and so is
    whether it is included.
    """

    basis: Basis
    min: Decimal | None = None
    max: Decimal | None = None
    is_min_inclusive: bool | None = None
    is_max_inclusive: bool | None = None

    def includes(self, value: Decimal) -> bool:
        """Whether a fine of `value` (in the unit of the basis) stays within the bounds."""
        above = self.min is None or value > self.min or (value == self.min and self._min_counts)
        below = self.max is None or value < self.max or (value == self.max and self._max_counts)
        return above and below

    @property
    def _min_counts(self) -> bool:
        return self.is_min_inclusive is True

    @property
    def _max_counts(self) -> bool:
        return self.is_max_inclusive is True


@dataclass(frozen=True)
class _Bound:
    """One number of a text with the words that say which side of it is meant."""

    start: int
    end: int
    before: str
    number: str
    unit: str
    after: str
    excluded: bool

    @property
    def side(self) -> str:
        if self.after in ("以上", "起") or self.before in _LOWER:
            return "min"
        if self.after in ("以下", "以内") or self.before in _UPPER:
            return "max"
        return ""

    @property
    def inclusive(self) -> bool:
        return self.before not in _EXCLUSIVE and not self.excluded


_LOWER = ("不低于", "不少于", "不小于", "最低", "超过", "高于", "大于")
_UPPER = ("不超过", "不高于", "不大于", "最高", "不满", "不足", "低于", "小于")
_EXCLUSIVE = ("超过", "高于", "大于", "不满", "不足", "低于", "小于")
_NOT_INCLUDED = "\ue000"  # stands for （不含）, so that brackets can part clauses
_ITSELF = rf"(?:本数|[\d.{NUMERAL_CHARS}]+[元倍%])?"  # what （含…） and （不含…） may name
_SIDE_WORDS = "|".join(sorted((*_LOWER, *_UPPER), key=len, reverse=True))
_BOUND = re.compile(
    rf"(?:最[高低](?=不))?(?P<before>{_SIDE_WORDS})?"
    rf"(?:人民币|¥)?(?P<percent>百分之)?(?P<number>[\d.,{NUMERAL_CHARS}]+)"
    rf"(?P<unit>元|圆|倍|%)?(?P<excluded>{_NOT_INCLUDED})?(?P<after>以上|以下|以内|起)?"
    rf"(?P<excluded_after>{_NOT_INCLUDED})?"
)
_TO = re.compile(r"(?:至|到|[-~—–]+)")
_BETWEEN = re.compile(rf"(?:{_TO.pattern}|、|但|且)?(?:货值金额|违法所得|销售额)?的?")
_CLAUSES = re.compile(r"(?<!\d),|,(?!\d{3})|[;。\n:()]")
_FINE_WORDS = re.compile(r"罚款|罚金|处以|并处|可处|可以处|^处")
_NO_FINE = re.compile(r"不予(?:行政)?处罚|免予(?:行政)?处罚|不予罚款|免予罚款|不处罚款|免罚")
_BASE = r"(?:货值金额|违法所得|销售额|销售金额|营业额|收入|金额)?的?"
_SCALED = "十拾百佰千仟万萬亿億"
_SCALES = {"万": Decimal(10**4), "亿": Decimal(10**8)}
_UNITS: dict[str, Basis] = {"倍": "multiple", "%": "percent"}


def parse_amount_range(raw: object) -> AmountRange:
    """The one range that a benchmark's text gives; `text` if it gives several (见原文).

    Only clauses about the fine count (处…, …罚款): conditions such as 货值金额不足一万元的 do not.
    ValueError for an empty text and for a lower bound above the upper one.
    """
    text = _plain(raw)
    ranges = _ranges(text)
    if _NO_FINE.search(text) or (not ranges and not _FINE_WORDS.search(text)):
        return AmountRange("none")
    return ranges[0] if len(ranges) == 1 else AmountRange("text")


def parse_amount_ranges(raw: object) -> list[AmountRange]:
    """Every different range in a text, in order; a statute's article often holds several."""
    return _ranges(_plain(raw))


def _plain(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError("不是裁量标准（应为文字）")
    text = unicodedata.normalize("NFKC", raw)
    text = re.sub(r"[ \t\r]+", "", text).strip()
    if not text:
        raise ValueError("裁量标准是空的")
    text = re.sub(rf"\(均?含{_ITSELF}\)", "", text)
    return re.sub(rf"\(不含{_ITSELF}\)", _NOT_INCLUDED, text)


def _ranges(text: str) -> list[AmountRange]:
    clauses = [clause for clause in _CLAUSES.split(text) if clause]
    fines = [clause for clause in clauses if _FINE_WORDS.search(clause)]
    found: list[AmountRange] = []
    for clause in fines or [clause for clause in clauses if _is_bare(clause)]:
        found += _in_clause(clause)
    return list(dict.fromkeys(found))


def _is_bare(clause: str) -> bool:
    """A clause that is nothing but a range, as in a column that holds only ranges."""
    bounds = _bounds(clause)
    rest = clause[: bounds[0].start] + clause[bounds[-1].end :] if bounds else clause
    return bool(bounds) and re.fullmatch(_BASE, rest) is not None


def _in_clause(clause: str) -> list[AmountRange]:
    """Ranges of one clause; a rate (每增加一个…) is no range of the fine itself."""
    bounds = _bounds(clause)
    if not bounds or "每" in clause[: bounds[0].start]:
        return []
    found: list[AmountRange] = []
    i = 0
    while i < len(bounds):
        pair = bounds[i : i + 2]
        if len(pair) == 2 and _belong_together(clause, *pair):
            found.append(_between(*pair))
            i += 2
        else:
            found.append(_one(bounds[i]))
            i += 1
    return found


def _bounds(clause: str) -> list[_Bound]:
    """Numbers with a unit, and numbers that take theirs from the next one (二至五倍)."""
    found = [
        _Bound(
            match.start(),
            match.end(),
            match["before"] or "",
            match["number"].strip(",."),
            "%" if match["percent"] else match["unit"] or "",
            match["after"] or "",
            bool(match["excluded"] or match["excluded_after"]),
        )
        for match in _BOUND.finditer(clause)
    ]
    kept: list[_Bound] = []
    for bound, following in pairwise([*found, None]):
        if bound is None or not bound.number:
            continue
        joined = following is not None and _joined(clause, bound, following)
        if bound.unit or bound.number[-1] in "万亿":
            kept.append(bound)
        elif joined and following is not None and (bound.after or following.start > bound.end):
            kept.append(replace(bound, unit=following.unit))
    return kept


def _joined(clause: str, first: _Bound, second: _Bound) -> bool:
    return _BETWEEN.fullmatch(clause, first.end, second.start) is not None


def _belong_together(clause: str, first: _Bound, second: _Bound) -> bool:
    """Two numbers make one range: 二万元以上五万元以下, or two joined by 至."""
    if not _joined(clause, first, second) or _basis(first) != _basis(second):
        return False
    if (first.side, second.side) == ("min", "max"):
        return True
    has_to = _TO.match(clause, first.end, second.start) is not None
    return has_to and first.side in ("", "min") and second.side in ("", "max")


def _between(first: _Bound, second: _Bound) -> AmountRange:
    basis = _basis(second)
    low, high = _value(first), _value(second)
    scale = _SCALES.get(second.number[-1])
    if scale and not set(first.number) & set(_SCALED) and low * scale <= high:
        low *= scale  # 2-5万元 means 20 000 to 50 000
    if low > high:
        raise ValueError("裁量标准的下限大于上限")
    return AmountRange(basis, low, high, first.inclusive, second.inclusive)


def _one(bound: _Bound) -> AmountRange:
    value, basis = _value(bound), _basis(bound)
    if bound.side == "min":
        return AmountRange(basis, min=value, is_min_inclusive=bound.inclusive)
    if bound.side == "max":
        return AmountRange(basis, max=value, is_max_inclusive=bound.inclusive)
    return AmountRange(basis, value, value, True, True)


def _basis(bound: _Bound) -> Basis:
    return _UNITS.get(bound.unit, "amount")


def _value(bound: _Bound) -> Decimal:
    value = read_numeral(bound.number)
    return value.quantize(Decimal("0.01")) if _basis(bound) == "amount" else value
