"""Numbers of official papers (文号): 机关代字〔年份〕序号号, in one written form.

The normal form follows GB/T 9704 (year in 〔〕, no 第); leading zeros are kept, because they
stand so on the paper although the standard forbids them.
"""

import re
import unicodedata

_OPEN, _CLOSE = r"[\[(〔【<〈《{「﹝]", r"[\])〕】>〉》}」﹞]"
_SERIAL = r"(?P<serial>\d+)"
_ORGAN = r"(?P<organ>[\w()·-]{1,24}?)"  # 机关代字, with brackets of its own: 京(朝)市监罚
_PAPER = re.compile(
    rf"(?!\d+{_OPEN}){_ORGAN}{_OPEN}(?P<year>(?:19|20)\d\d)年?{_CLOSE}第?{_SERIAL}(?P<rest>.*)"
)
_BARE_YEAR = re.compile(rf"(?!\d){_ORGAN}(?P<year>(?:19|20)\d\d)年第?{_SERIAL}(?P<rest>.*)")
_COURT = re.compile(rf"{_OPEN}(?P<year>(?:19|20)\d\d){_CLOSE}(?!\d){_ORGAN}{_SERIAL}号(?P<rest>.*)")
_SUFFIX = re.compile(r"号?(之[一二三四五六七八九十]+)?")
_SUB_NUMBER = re.compile(r"号-(\d+)|-(\d+)号?")
_TO = r"(?:-|~|—+|–|至|到)"
_LIST = re.compile(rf"(?:号?(?:{_TO}|[、,])第?\d+)+号?")
_LONGEST_RANGE = 1000
_RULE = "不是文号（应为 机关代字〔年份〕序号号，如 京市监罚〔2025〕31号）"


def parse_document_no(raw: object) -> str:
    """The normal form of one number; a range (31-38号) is refused, see `expand_document_no`."""
    numbers = expand_document_no(raw)
    if len(numbers) > 1:
        raise ValueError(f"是一段文号（共 {len(numbers)} 个），一行应只有一个文号")
    return numbers[0]


def expand_document_no(raw: object) -> list[str]:
    """Every number meant by `银罚决字〔2025〕31-38号` or `31、33号`; one gives a list of one."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(raw)))
    if found := _COURT.fullmatch(text):
        suffix = _suffix("号" + found["rest"])
        return [f"（{found['year']}）{_organ(found)}{found['serial']}号{suffix}"]
    found = _PAPER.fullmatch(text) or _BARE_YEAR.fullmatch(text)
    if not found:
        raise ValueError(_RULE)
    head = f"{_organ(found)}〔{found['year']}〕"
    part = _SUB_NUMBER.fullmatch(found["rest"])
    sub_number = (part[1] or part[2]) if part else None
    if sub_number and int(sub_number) <= int(found["serial"]):
        return [f"{head}{found['serial']}-{sub_number}号"]  # a second paper, not 31 down to 1
    if _LIST.fullmatch(found["rest"]):
        return [f"{head}{serial}号" for serial in _serials(found["serial"] + found["rest"])]
    return [f"{head}{found['serial']}号{_suffix(found['rest'])}"]


def _organ(found: re.Match[str]) -> str:
    """机关代字 with its own brackets in full width, as papers print them."""
    return found["organ"].replace("(", "（").replace(")", "）")


def _suffix(rest: str) -> str:
    found = _SUFFIX.fullmatch(rest)
    if not found:
        raise ValueError(_RULE)
    return found[1] or ""


def _serials(text: str) -> list[str]:
    serials: list[str] = []
    for piece in re.split(r"[、,]", text.replace("号", "").replace("第", "")):
        first, *last = re.split(_TO, piece)
        if not last:
            serials.append(first)
            continue
        start, end = int(first), int(last[-1])
        if end < start or end - start >= _LONGEST_RANGE or len(last) > 1:
            raise ValueError("文号的起止不对（止号应不小于起号，一段不超过 1000 个）")
        serials += [str(n).zfill(len(first)) for n in range(start, end + 1)]
    return serials
