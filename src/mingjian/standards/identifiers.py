"""统一社会信用代码 and 公民身份号码: format, check digit and, for persons, the birth date."""

import re
import unicodedata
from datetime import date
from operator import mul

from stdnum.cn import ric

_REGISTRARS = frozenset("123456789ANY")  # 登记管理部门; without it eighteen zeros would pass
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CHARS = frozenset(_CREDIT_ALPHABET)
_CREDIT_VALUES = {char: value for value, char in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
_DIGITS = frozenset("0123456789")
# First two digits: provinces, 71 Taiwan, 81–83 residence permits of Hong Kong, Macao, Taiwan.
_PROVINCES = frozenset(
    f"{area}{nth}"
    for area, count in {1: 5, 2: 3, 3: 7, 4: 6, 6: 5, 7: 1, 8: 3}.items()
    for nth in range(1, count + 1)
) | {"50", "51", "52", "53", "54"}
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_FOREIGN_RESIDENT = "9"  # 外国人永久居留身份证: 9, then the province of issue


def check_credit_code(raw: object) -> str:
    """The 18 characters in upper case without blanks, or ValueError (GB 32100-2015).

    The registering division inside the code is not looked up: codes given by a division that
    was abolished since (110228, 110229) or by a development zone (110302) stay valid for ever.
    """
    code = _compact(raw)
    if len(code) == 15 and _DIGITS.issuperset(code):
        raise ValueError("是 15 位旧注册号，应为 18 位统一社会信用代码")
    if len(code) != 18:
        raise ValueError(f"不是统一社会信用代码（应为 18 位，现为 {len(code)} 位）")
    if code[0] not in _REGISTRARS:
        raise ValueError(f"不是统一社会信用代码（首位“{code[0]}”不是登记管理部门代码）")
    if not _DIGITS.issuperset(code[2:8]):
        raise ValueError("不是统一社会信用代码（第 3 至 8 位应为数字）")
    if not _CREDIT_CHARS.issuperset(code):
        raise ValueError("不是统一社会信用代码（只用数字和除 I、O、S、V、Z 以外的大写字母）")
    expected = _credit_check_digit(code)
    if code[17] != expected:
        raise ValueError(f"统一社会信用代码校验位不对（按前 17 位应为 {expected}）")
    return code


def _credit_check_digit(code: str) -> str:
    """GB 32100-2015, 5.3; our own because intake asks it for every company of a city."""
    total = sum(map(mul, map(_CREDIT_VALUES.__getitem__, code[:17]), _CREDIT_WEIGHTS))
    return _CREDIT_ALPHABET[-total % 31]


def check_identity_no(raw: object, on: date | None = None) -> str:
    """The 18 characters with X in upper case, or ValueError (GB 11643-1999).

    `on` is the day on which the person must have been born; without it only the reality of the
    birth date is checked. Divisions are checked to the province: older ones are in no full list.
    """
    number = _compact(raw)
    if len(number) == 15 and _DIGITS.issuperset(number):
        raise ValueError("15 位旧号码已停用，应为 18 位公民身份号码")
    if len(number) != 18:
        raise ValueError(f"不是公民身份号码（应为 18 位，现为 {len(number)} 位）")
    if not _DIGITS.issuperset(number[:17]) or number[17] not in "0123456789X":
        raise ValueError("不是公民身份号码（应为 17 位数字加 1 位数字或 X）")
    province = number[1:3] if number[0] == _FOREIGN_RESIDENT else number[:2]
    if province not in _PROVINCES:
        raise ValueError(f"公民身份号码开头的“{number[:2]}”不是省级区划")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise ValueError(f"公民身份号码中的出生日期“{number[6:14]}”不是真实日期") from error
    if born.year < 1850 or (on is not None and born > on):
        raise ValueError(f"公民身份号码中的出生日期“{number[6:14]}”不可能")
    expected = ric.calc_check_digit(number)
    if number[17] != expected:
        raise ValueError(f"公民身份号码校验位不对（按前 17 位应为 {expected}）")
    return number


def parse_boolean(raw: object) -> bool:
    """是/否 in the spellings of Chinese systems; anything else is refused, nothing is guessed."""
    if isinstance(raw, bool):
        return raw
    text = unicodedata.normalize("NFKC", str(raw)).strip().lower().removesuffix(".0")
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError("不是是否值（应为 是 或 否）")


_TRUE = frozenset({"是", "有", "1", "true", "t", "yes", "y", "√", "✓", "✔", "对"})
_FALSE = frozenset({"否", "无", "0", "false", "f", "no", "n", "×", "✗", "✘", "没有", "不是"})


def _compact(raw: object) -> str:
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        raise ValueError("不是号码（应为文本）")
    if isinstance(raw, str) and len(raw) == 18 and raw.isascii() and raw.isalnum():
        return raw.upper()
    text = "".join(unicodedata.normalize("NFKC", str(raw)).split()).upper()
    if _SCIENTIFIC.fullmatch(text):
        raise ValueError("号码被存成了数字，末尾几位已经丢失（应把该列设为文本后重新导出）")
    return text.replace("-", "")
