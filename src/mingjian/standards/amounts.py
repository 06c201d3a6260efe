"""Amounts of money in the forms that Chinese records really hold, as exact Decimals in yuan."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from mingjian.standards.numerals import NUMERAL_CHARS, read_numeral

CENT = Decimal("0.01")
UNITS = {
    "分": Decimal("0.01"),
    "角": Decimal("0.1"),
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1000),
    "万元": Decimal(10**4),
    "百万元": Decimal(10**6),
    "亿元": Decimal(10**8),
}
_NUMBER = rf"[\d,.{NUMERAL_CHARS}]+"
_YUAN = r"[元圆圓块]"
# One amount: a number with 元 (and 角, 分), or one after ¥, or one in front of 万/亿 alone.
_MONEY = re.compile(
    rf"¥(?P<sign>{_NUMBER})(?:\(?{_YUAN}\)?)?"
    rf"|(?P<yuan>{_NUMBER})\(?(?P<scale>[万亿]?){_YUAN}(?:人民币)?\)?"
    rf"(?:(?P<jiao>[{NUMERAL_CHARS}\d])角)?零?(?:(?P<fen>[{NUMERAL_CHARS}\d])分)?"
    rf"|(?P<loose>{_NUMBER}[万亿])(?:人民币)?|(?P<bracket>{_NUMBER})\((?P<unit>[万亿])\)"
)
_LABELS = "罚款|罚没款|罚金|没收违法所得|没收|人民币|金额|合计|共计|计|缴纳|处以|处"
_FILLER = r"(?:\(?(?:大写|小写|人民币|金额|合计|共计|共|计|为|RMB|CNY)\)?|[:,、]|款)*"
_BOUNDS = re.compile(r"以上|以下|以内|不满|不足|不超过|超过|不低于|不高于|[-~—–]|至|到|起")
_FOREIGN = re.compile(r"美元|美金|港元|港币|香港元|日元|欧元|英镑|韩元|澳元|USD|HKD|EUR|JPY|[$€£]")
_PLAIN = re.compile(r"-?[\d,]*\.?\d+(?:[eE][+-]?\d+)?")
_WHOLE = 15  # significant digits that a double carries faithfully


def parse_amount(raw: object, unit: str = "元", label: str | None = None) -> Decimal:
    """Yuan, exact to the cent; `unit` is what a bare number counts in (万元 for such columns).

    A text that names its own unit keeps it. A text with several different amounts, with a range
    (二百元以上), or in foreign money is refused: what it means cannot be known. With `label`
    (罚款) the amount that directly follows this word is taken. Anything finer than a cent is
    refused, except the dust of floating point beyond the fifteenth digit, which is rounded off.
    """
    if unit not in UNITS:
        raise ValueError(f"不认识的金额单位“{unit}”（可用：{'、'.join(UNITS)}）")
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise ValueError("不是金额（应为数字）")
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(raw)))
    if not text:
        raise ValueError("金额是空的")
    if _PLAIN.fullmatch(text):
        return _to_cents(_plain(text) * UNITS[unit])
    return _to_cents(_from_text(text, unit, label))


def money_in(text: str) -> list[tuple[int, int, Decimal]]:
    """Every amount written in a text that was NFKC-normalised: start, end, yuan."""
    found = []
    for match in _MONEY.finditer(text):
        try:
            found.append((match.start(), match.end(), _value(match)))
        except ValueError as error:
            raise ValueError(f"不是金额（{error}）") from error
    return found


def _from_text(text: str, unit: str, label: str | None) -> Decimal:
    if _FOREIGN.search(text):
        raise ValueError("不是人民币金额（外币应先折算为人民币）")
    labelled = rf"(?:{re.escape(label) if label else _LABELS}){_FILLER}"
    amounts = money_in(text)
    if not amounts:
        bare = re.fullmatch(rf"(?:{labelled})*({_NUMBER})整?", text)
        if not bare:
            raise ValueError("不是金额（应为数字，或带“元”“万元”的写法）")
        return _number(bare[1]) * UNITS[unit]
    for start, end, _ in amounts:
        if _BOUNDS.match(text, end) or re.search(
            r"(?:超过|不满|不足|低于|高于|至|到|[-~—])$", text[:start]
        ):
            raise ValueError("是金额范围，不是一个金额")
    named = [value for start, _, value in amounts if re.search(f"{labelled}$", text[:start])]
    first_start = amounts[0][0]
    if not named and label is None and re.fullmatch(_FILLER, text[:first_start]):
        named = [value for _, _, value in amounts]
    if (label is None and len({value for _, _, value in amounts}) > 1) or len(set(named)) > 1:
        raise ValueError("有几个不同的金额，无法确定取哪一个")
    if not named:
        raise ValueError(f"没有写明{label or '罚款等'}的金额")
    return named[0]


def _value(match: re.Match[str]) -> Decimal:
    if match["sign"]:
        return _number(match["sign"])
    if match["loose"]:
        return _number(match["loose"])
    if match["bracket"]:
        return _number(match["bracket"]) * UNITS[match["unit"] + "元"]
    value = _number(match["yuan"]) * UNITS[match["scale"] + "元"]
    for part, worth in (("jiao", "角"), ("fen", "分")):
        if match[part]:
            value += _number(match[part]) * UNITS[worth]
    return value


def _number(text: str) -> Decimal:
    return read_numeral(text.strip(",.")) if text.strip(",.") else read_numeral(text)


def _plain(text: str) -> Decimal:
    """A number in Arabic digits, with or without thousands separators."""
    if "," in text and not re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        raise ValueError("不是金额（千分位写法不对，应如 3,000.00）")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError("不是金额（应为数字）") from error


def _to_cents(value: Decimal) -> Decimal:
    cents = value.quantize(CENT)
    if cents == value:
        return cents
    digits = len(value.as_tuple().digits)
    if digits >= _WHOLE:
        dusted = Decimal(f"{value:.{_WHOLE - 1}e}")
        if dusted == dusted.quantize(CENT):
            return dusted.quantize(CENT)
    raise ValueError("金额精确到分，不能有比分更小的数")
