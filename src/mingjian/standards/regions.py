"""Administrative divisions (GB/T 2260) down to 街道, 乡镇, known from the table `region`."""

import unicodedata
from functools import cache, lru_cache

from stdnum import numdb

from mingjian.standards.reference import load_reference


def parse_region_code(raw: object) -> str:
    """6 digits (province, city, district) or 9 (street), as text; ValueError if it is none.

    12-digit codes of streets lose their final 000. Districts abolished since 1980 are accepted,
    because old records keep their codes. Streets are known only where the table lists them
    (Beijing); elsewhere a 9-digit code needs a known district.
    """
    text = unicodedata.normalize("NFKC", str(raw)).strip().removesuffix(".0")
    if not text.isascii() or not text.isdigit() or isinstance(raw, bool):
        raise ValueError("不是行政区划代码（应为数字）")
    if len(text) == 12 and text.endswith("000"):
        text = text[:9].removesuffix("000")
    if len(text) == 9 and text.endswith("000"):
        text = text[:6]
    if len(text) not in (6, 9):
        raise ValueError("不是行政区划代码（应为 6 位，街道、乡镇为 9 位）")
    known, with_streets = _known()
    if text in known:
        return text
    if len(text) == 9:
        district = text[:6]
        if district in with_streets or not (district in known or _was_division(district)):
            raise ValueError("行政区划代码不在区划表内（街道、乡镇为 9 位）")
    elif not _was_division(text):
        raise ValueError("行政区划代码不在区划表内（GB/T 2260）")
    return text


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """All codes of the table, and the districts whose streets it lists."""
    codes = frozenset(str(row["region_code"]) for row in load_reference()["region"].rows)
    return codes, frozenset(code[:6] for code in codes if len(code) == 9)


@lru_cache(maxsize=4096)
def _was_division(code: str) -> bool:
    """Whether the code was given to a division at any time since 1980."""
    return any("county" in found for _, found in numdb.get("cn/loc").info(code))
