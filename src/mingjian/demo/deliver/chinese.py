"""Amounts as Chinese words, the way discretion benchmarks write them."""

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")


def chinese_number(value: int) -> str:
    """0 to 9999 9999 in words: 20000 二万, 150 一百五十, 10500 一万零五百."""
    if value == 0:
        return "零"
    high, low = divmod(value, 10_000)
    words = _below_ten_thousand(low) if low else ""
    if not high:
        return words
    gap = "零" if low and low < 1000 else ""
    return f"{_below_ten_thousand(high)}万{gap}{words}"


def chinese_amount(yuan: int) -> str:
    """With the unit: 二万元."""
    return f"{chinese_number(yuan)}元"


def _below_ten_thousand(value: int) -> str:
    words, pending = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            words += ("零" if pending and words else "") + _DIGITS[digit] + _UNITS[place]
            pending = False
        elif words:
            pending = True
    return words
