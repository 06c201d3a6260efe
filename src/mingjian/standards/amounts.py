"""Amounts of money in the forms that Chinese records really hold, as exact Decimals in yuan."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from mingjian.standards.numerals import NUMERAL_CHARS, read_numeral

_CENT = Decimal("0.01")
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
_YUAN = r"[元圆圓]"
# One amount: a number with 元 (and 角, 分), or one after ¥, or one in front of 万/亿 alone.
_MONEY = re.compile(
    rf"¥(?P<sign>{_NUMBER})(?:\(?{_YUAN}\)?)?"
    rf"|(?P<yuan>{_NUMBER})\(?(?P<scale>[万亿]?){_YUAN}(?:人民币)?\)?"
    rf"(?:(?P<jiao>[{NUMERAL_CHARS}\d])角)?零?(?:(?P<fen>[{NUMERAL_CHARS}\d])分)?"
    rf"|(?P<loose>{_NUMBER}[万亿])(?:人民币)?|(?P<bracket>{_NUMBER})\((?P<unit>[万亿])\)"
)
_LABELS = "罚款|罚没款|罚金|没收违法所得|没收|人民币|金额|合计|共计|计|缴纳|处以|处"
_FILLER = r"(?:\(?(?:大写|小写|人民币|金额|合计|共计|共|计|为|RMB|CNY)\)?|[:,、]|款)*"
_AFTER_AMOUNT = r"(?:整|正|人民币|[,;。、]|\([^()]*\))*"
_BOUND_AFTER = re.compile(r"以上|以下|以内|[-~—–]|至|到|起")
_BOUND_BEFORE = r"超过|不满|不足|低于|高于|至|到|[-~—–]"
_FOREIGN = re.compile(r"美元|美金|港元|港币|香港元|日元|欧元|英镑|韩元|澳元|USD|HKD|EUR|JPY|[$€£]")
_PLAIN = re.compile(r"-?[\d,]*\.?\d+(?:[eE][+-]?\d+)?")
_TOO_MUCH = Decimal(10**13)  # more than any fine or capital: surely a wrong unit
_LOOK_BACK = 40
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
    if text.startswith("-"):
        return -_to_cents(_from_text(text[1:], unit, label))
    return _to_cents(_from_text(text, unit, label))


def _from_text(text: str, unit: str, label: str | None) -> Decimal:
    if _FOREIGN.search(text):
        raise ValueError("不是人民币金额（外币应先折算为人民币）")
    labels = re.escape(label) if label else _LABELS
    amounts = _money_in(text)
    if not amounts:
        bare = re.fullmatch(rf"(?:(?:{labels}){_FILLER})*({_NUMBER})整?", text)
        if not bare:
            raise ValueError("不是金额（应为数字，或带“元”“万元”的写法）")
        return _number(bare[1]) * UNITS[unit]
    if any(_BOUND_AFTER.match(text, m.end()) or _ends(_BOUND_BEFORE, text, m) for m in amounts):
        raise ValueError("是金额范围，不是一个金额")
    named = _named(text, amounts, labels)
    if not named and label is None and _stands_alone(text, amounts):
        named = amounts
    values = {_value(match) for match in (named if label else amounts)}
    if len(values) > 1:
        raise ValueError("有几个不同的金额，无法确定取哪一个")
    if not named:
        raise ValueError(f"没有写明{label or '罚款等'}的金额")
    return values.pop()


def _money_in(text: str) -> list[re.Match[str]]:
    return [match for match in _MONEY.finditer(text) if match.group().strip(",.")]


def _named(text: str, amounts: list[re.Match[str]], labels: str) -> list[re.Match[str]]:
    """Amounts right after one of the labels (罚款3万元), else those right before (3万元的罚款)."""
    before = [match for match in amounts if _ends(rf"(?:{labels}){_FILLER}", text, match)]
    after = re.compile(rf"{_AFTER_AMOUNT}的?(?:{labels})")
    return before or [match for match in amounts if after.match(text, match.end())]


def _stands_alone(text: str, amounts: list[re.Match[str]]) -> bool:
    """Whether the text is an amount and nothing that would make it an amount of something."""
    head, tail = text[: amounts[0].start()], text[amounts[-1].end() :]
    return bool(re.fullmatch(_FILLER, head) and re.fullmatch(_AFTER_AMOUNT, tail))


def _ends(pattern: str, text: str, match: re.Match[str]) -> bool:
    """Whether the words right before an amount fit; a short look back keeps long texts cheap."""
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    return re.search(f"(?:{pattern})$", before) is not None


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
    try:
        return read_numeral(text.strip(",."))
    except ValueError as error:
        raise ValueError(f"不是金额（{error}）") from error


def _plain(text: str) -> Decimal:
    """A number in Arabic digits, with or without thousands separators."""
    if "," in text and not re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        raise ValueError("不是金额（千分位写法不对，应如 3,000.00）")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError("不是金额（应为数字）") from error


def _to_cents(value: Decimal) -> Decimal:
    if abs(value) >= _TOO_MUCH:
        raise ValueError("金额超过十万亿元，请检查单位")
    cents = value.quantize(_CENT)
    if cents == value:
        return cents
    digits = len(value.as_tuple().digits)
    if digits >= _WHOLE:
        dusted = Decimal(f"{value:.{_WHOLE - 1}e}")
        if dusted == dusted.quantize(_CENT):
            return dusted.quantize(_CENT)
    raise ValueError("金额精确到分，不能有比分更小的数")
