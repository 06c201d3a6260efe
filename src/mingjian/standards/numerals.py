"""Chinese numerals: 三十三, 二百, 贰万, 3万5千, and the plain digits of 二〇二五."""

import re
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_DIGITS |= {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2, "兩": 2, "貳": 2, "參": 3, "叄": 3, "陸": 6}
_ZEROS = "零〇○"
_NONZERO = "".join(char for char, value in _DIGITS.items() if value)
_ONE_DIGIT = rf"[{_NONZERO}]|[\d,.]+"
_SECTION = re.compile(
    rf"(?:(?P<thousands>{_ONE_DIGIT})[千仟])?[{_ZEROS}]?(?:(?P<hundreds>{_ONE_DIGIT})[百佰])?"
    rf"(?P<zero>[{_ZEROS}])?(?P<tens>(?P<ten>{_ONE_DIGIT})?[十拾])?[{_ZEROS}]?"
    rf"(?P<ones>[{_NONZERO}])?"
)
_ARABIC = re.compile(r"\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SCALES = (("亿億", 10**8), ("万萬", 10**4))

NUMERAL_CHARS = "".join(_DIGITS) + "十拾百佰千仟万萬亿億"


def read_numeral(text: str) -> Decimal:
    """Value of a number in Chinese, Arabic or mixed writing (三百二十, 贰万, 1.5万, 3万5千).

    Refuses what can be read in two ways: 三万五 (35 000 or 30 005), 二五万, 五百三千.
    """
    for chars, scale in _SCALES:
        place = max(text.rfind(char) for char in chars)
        if place > 0:
            head, tail = text[:place], text[place + 1 :]
            rest = _tail(tail, scale, text)
            return read_numeral(head) * scale + rest
    if text.strip(_ZEROS) == "" and text:
        return Decimal(0)
    return _section(text)


def read_digits(text: str) -> str:
    """Chinese digits read one by one: 二〇二五 → 2025."""
    return "".join(str(_DIGITS[char]) for char in text)


def _tail(tail: str, scale: int, text: str) -> Decimal:
    """What follows 万 or 亿; a bare digit there (三万五) has two readings and is refused."""
    if not tail:
        return Decimal(0)
    rest = read_numeral(tail)
    bare = len(tail) == 1 or (rest < 10 and tail[0] not in _ZEROS)
    if bare or rest >= scale or not rest:
        raise ValueError(f"数字“{text}”写法不规范，无法确定是多少")
    return rest


def _section(text: str) -> Decimal:
    """A number below ten thousand, or one in Arabic digits."""
    if _ARABIC.fullmatch(text):
        return Decimal(text.replace(",", ""))
    found = _SECTION.fullmatch(text)
    if not found or not text:
        raise ValueError(f"“{text}”不是数字")
    above = found["thousands"] or found["hundreds"]
    if found["ones"] and above and not found["tens"] and not set(text) & set(_ZEROS):
        raise ValueError(f"数字“{text}”写法不规范，无法确定是多少")
    tens = (_digit(found["ten"]) if found["ten"] else Decimal(1)) if found["tens"] else Decimal(0)
    return (
        _digit(found["thousands"]) * 1000
        + _digit(found["hundreds"]) * 100
        + tens * 10
        + _digit(found["ones"])
    )


def _digit(text: str | None) -> Decimal:
    if not text:
        return Decimal(0)
    return Decimal(_DIGITS[text]) if text in _DIGITS else _section(text)
