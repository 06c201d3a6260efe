"""Chinese numerals of articles, paragraphs and items: 第三十三条 ↔ 33."""

import re

_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"))
_NUMERAL = re.compile(
    "(?:([一二三四五六七八九])千)?零?(?:([一二三四五六七八九])百)?零?"
    "(?:([一二三四五六七八九])?(十))?零?([一二三四五六七八九])?"
)


def to_number(numeral: str) -> int:
    """33 for 三十三, 120 for 一百二十, also for Arabic digits; ValueError for anything else."""
    if numeral.isascii() and numeral.isdigit():
        return int(numeral)
    found = _NUMERAL.fullmatch(numeral)
    if not found or not numeral.strip("零"):
        raise ValueError(f"“{numeral}”不是条款序数")
    thousands, hundreds, tens, ten, ones = found.groups()
    value = 1000 * _digit(thousands) + 100 * _digit(hundreds) + _digit(ones)
    return value + (10 * (_digit(tens) if tens else 1) if ten else 0)


def to_numeral(number: int) -> str:
    """三十三 for 33, 一百零一 for 101: the way statutes count (十, not 一十, below twenty)."""
    if not 0 < number < 10_000:
        raise ValueError(f"{number} 不是条款序数")
    text, rest, skipped = "", number, False
    for value, name in _PLACES:
        digit, rest = divmod(rest, value)
        if digit:
            text += ("零" if skipped else "") + _DIGITS[digit] + name
        skipped = bool(text) and not digit
    text += ("零" if skipped and rest else "") + (_DIGITS[rest] if rest else "")
    return text.removeprefix("一") if text.startswith("一十") else text


def _digit(char: str | None) -> int:
    return _DIGITS.index(char) if char else 0
