"""Dates and times in the forms that Chinese records really hold. No clock, no settings.

Every parser raises ValueError whose message is the rule in Chinese; the caller says where.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

from mingjian.standards.numerals import read_digits, read_numeral

BEIJING = timezone(timedelta(hours=8))
FIRST_YEAR, LAST_YEAR = 1900, 2100
OPEN_END = date(9999, 12, 31)  # how many registers write 长期有效

_EXCEL_EPOCH = datetime(1899, 12, 30)
_EXCEL_FIRST, _EXCEL_LAST = 18264, 73415  # 1950-01-01 and 2100-12-31; other numbers are no dates
_TIME = re.compile(
    r"[T\s]*(?P<before>上午|下午|[AaPp][Mm])?\s*(?P<hour>\d{1,2})"
    r"(?:(?::|时|点)(?P<minute>\d{1,2})分?(?::?(?P<second>\d{1,2})(?:[.,](?P<part>\d{1,9}))?秒?)?"
    r"|时|点整?)"
    r"\s*(?P<after>[AaPp][Mm])?\s*(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?"
)
_NUMBERS = re.compile(
    r"(\d{4})\s*(?:([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?)"
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_CHINESE = re.compile(
    r"([〇○零O一二三四五六七八九]{4})\s*年\s*([一二三四五六七八九十]{1,3})\s*月"
    r"\s*([一二三四五六七八九十]{1,3})\s*[日号]"
)
_ERA = re.compile(
    r"(令和|平成|昭和|大正|明治|[RHSTM])\s*(元|\d{1,2})\s*(?:年|[./-])\s*(\d{1,2})"
    r"\s*(?:月|[./-])\s*(\d{1,2})\s*日?"
)
# Japanese eras by first and last Western year; the year of a change belongs to both.
_ERAS = {
    "R": (2019, LAST_YEAR),
    "H": (1989, 2019),
    "S": (1926, 1989),
    "T": (1912, 1926),
    "M": (1868, 1912),
}
_ERA_LETTERS = {"令和": "R", "平成": "H", "昭和": "S", "大正": "T", "明治": "M"}
_NOT_A_DATE = "不是日期（应为 年/月/日）"
_IMPLAUSIBLE = f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间（长期有效写 9999-12-31）"


def parse_date(raw: object, format: str | None = None) -> date:
    """The calendar day; a time of day is dropped, after a time with an offset moved to Beijing.

    `format` is a strptime pattern for sources whose order of day and month cannot be seen
    (`08/20/2016`); with it no other text form is tried.
    """
    return parse_timestamp(raw, format).date()


def parse_timestamp(raw: object, format: str | None = None) -> datetime:
    """The instant as naive Beijing time; a date without a time means 00:00:00 of that day."""
    try:
        moment = _read(raw, format)
    except OverflowError as error:  # 9999-12-31 moved to Beijing, 24:00 of that day
        raise ValueError(_IMPLAUSIBLE) from error
    if FIRST_YEAR <= moment.year <= LAST_YEAR or moment.date() == OPEN_END:
        return moment
    raise ValueError(_IMPLAUSIBLE)


def _read(raw: object, format: str | None) -> datetime:
    if isinstance(raw, datetime):
        return _to_beijing(raw)
    if isinstance(raw, date):
        return datetime(raw.year, raw.month, raw.day)
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise ValueError(_NOT_A_DATE)
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    if not text:
        raise ValueError("日期是空的")
    return _by_format(text, format) if format else _by_form(text)


def _by_format(text: str, pattern: str) -> datetime:
    try:
        return _to_beijing(datetime.strptime(text, pattern))
    except ValueError as error:
        raise ValueError(f"不是日期（应为数据源写明的格式 {pattern}）") from error


def _by_form(text: str) -> datetime:
    if found := _NUMBERS.match(text):
        year, _, *parts = found.groups()
        month, day = (part for part in parts if part)
        return _with_time(_day(int(year), int(month), int(day)), text[found.end() :])
    if _SERIAL.fullmatch(text):
        return _excel_serial(float(text))
    text = text.removesuffix(".0")  # a whole number that passed through a float column
    if found := _DIGITS.fullmatch(text):
        year, month, day, *clock = (int(part) if part else 0 for part in found.groups())
        return _clock(_day(year, month, day), *clock)
    if found := _CHINESE.match(text):
        year = int(read_digits(found[1].replace("O", "〇")))
        month, day = int(read_numeral(found[2])), int(read_numeral(found[3]))
        return _with_time(_day(year, month, day), text[found.end() :])
    if found := _ERA.match(text):
        return _with_time(_era_day(found), text[found.end() :])
    raise ValueError(_why_not(text))


def _day(year: int, month: int, day: int) -> datetime:
    try:
        return datetime(year, month, day)
    except ValueError as error:
        raise ValueError(f"不是日期（没有 {year} 年 {month} 月 {day} 日这一天）") from error


def _era_day(found: re.Match[str]) -> datetime:
    first, last = _ERAS[_ERA_LETTERS.get(found[1], found[1])]
    year = first if found[2] == "元" else first + int(found[2]) - 1
    if not first <= year <= last:
        raise ValueError(f"不是日期（年号“{found[1]}”没有第 {found[2]} 年）")
    return _day(year, int(found[3]), int(found[4]))


def _excel_serial(serial: float) -> datetime:
    """Days since 1899-12-30, the count of Excel's 1900 system from March 1900 on."""
    if not _EXCEL_FIRST <= serial < _EXCEL_LAST + 1:
        raise ValueError("不是日期（作为 Excel 日期序号超出 1950 年至 2100 年）")
    seconds = round((serial % 1) * 86400)  # Excel keeps times as fractions with float dust
    return _EXCEL_EPOCH + timedelta(days=int(serial), seconds=seconds)


def _with_time(day: datetime, rest: str) -> datetime:
    if not rest.strip():
        return day
    found = _TIME.fullmatch(rest)
    if not found:
        raise ValueError(f"不是日期（日期之后的“{rest.strip()}”看不懂，应为 时:分:秒）")
    hour, half = int(found["hour"]), found["before"] or found["after"]
    if half and half.upper() in ("下午", "PM") and hour < 12:
        hour += 12
    elif half and half.upper() == "AM" and hour == 12:
        hour = 0
    moment = _clock(day, hour, int(found["minute"] or 0), int(found["second"] or 0))
    moment += timedelta(microseconds=int((found["part"] or "0").ljust(6, "0")[:6]))
    return _to_beijing(moment.replace(tzinfo=_zone(found["zone"])))


def _clock(day: datetime, hour: int, minute: int, second: int) -> datetime:
    if (hour, minute, second) == (24, 0, 0):  # ISO 8601's end of the day
        return day + timedelta(days=1)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("不是时间（应在 00:00:00 到 23:59:59 之间）")
    return day.replace(hour=hour, minute=minute, second=second)


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)  # databases write +08
    if hours > 14 or minutes > 59:
        raise ValueError("不是时间（时区应在 -14:00 到 +14:00 之间）")
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _to_beijing(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(BEIJING).replace(tzinfo=None)


def _why_not(text: str) -> str:
    """The rule that fits a text which none of the forms fits."""
    if re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", text):
        return "日、月先后不明（应为 年/月/日，或在数据源中写明格式）"
    if re.match(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}", text):
        return "年份应写四位（应为 年/月/日）"
    if re.fullmatch(r"\d{4}[-/.年]?\d{1,2}月?", text):
        return "只有年月，缺少日（应为 年/月/日）"
    return _NOT_A_DATE
