"""One cell's text to the value of its field, or the rule that it breaks. The exact, slow way.

What the engine's fast way does not understand comes here, once for each distinct text.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from mingjian.intake.source import Target
from mingjian.standards import (
    AmountRange,
    CodeList,
    Field,
    check_credit_code,
    check_identity_no,
    parse_amount,
    parse_amount_range,
    parse_boolean,
    parse_date,
    parse_document_no,
    parse_region_code,
    parse_timestamp,
)

Value = str | int | float | bool | Decimal | date | datetime | None
Reader = Callable[[str], Value]

BLANKS = " \t\r\n\u3000\u00a0"
_ZONE = re.compile(r"(:\d{2}(?:\.\d+)?)\s*(?:Z|[+-]\d{2}(?::?\d{2})?)$")
_PARTS = re.compile(r"[、,，;；|/\s]+")
_CHECKS: dict[str, Callable[[str], str]] = {
    "credit_code": check_credit_code,
    "identity_no": check_identity_no,
    "region_code": parse_region_code,
    "document_no": parse_document_no,
}


@dataclass(frozen=True)
class Plan:
    """How one field is filled: from which column, by which reading."""

    name: str
    title: str
    column: str
    target: Target
    field: Field
    spellings: Mapping[str, str] | None
    read: Reader

    def value(self, raw: str) -> Value:
        """The value of a cell; None where it says nothing. Raises ValueError with the rule."""
        text = prepared(raw, self.target)
        return None if text is None else self.read(text)


def prepared(raw: str, target: Target) -> str | None:
    """The part of the cell that counts: without blanks, its pattern cut out, its zone dropped."""
    text = raw.strip(BLANKS)
    if target.pattern:
        found = re.search(target.pattern, text)
        text = (found[1] or "") if found else ""
    if target.zone == "local":
        text = _ZONE.sub(r"\1", text)
    return text or None


def reader_of(
    target: Target,
    field: Field,
    codes: CodeList | None,
    spellings: Mapping[str, str] | None,
    received_on: date,
    salt: bytes,
) -> Reader:
    """The reading of one field; `spellings` is the lookup in force for codes and booleans."""
    if target.range:
        return _range_part(target.range)
    if field.type == "text":
        return _text_reader(target, field, spellings, salt)
    if field.type in ("code", "code_list"):
        assert spellings is not None
        return _code_reader(target, field, codes, spellings)
    if field.type == "boolean":
        return _boolean_reader(spellings)
    if field.type == "date":
        return _checked(lambda text: parse_date(text, target.format), field, received_on)
    if field.type == "timestamp":
        return _checked(lambda text: parse_timestamp(text, target.format), field, received_on)
    if field.type == "money":
        return _checked(lambda text: parse_amount(text, target.unit), field, received_on)
    if field.type == "integer":
        return _checked(_integer, field, received_on)
    return _checked(_decimal, field, received_on)


def loosened(text: str) -> str:
    """A code's spelling with full-width letters, blanks and case levelled."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _text_reader(
    target: Target, field: Field, spellings: Mapping[str, str] | None, salt: bytes
) -> Reader:
    if target.hash:
        return lambda text: hashlib.sha256(salt + text.encode()).hexdigest()[:32]
    if spellings is not None:
        return lambda text: _spelled(text, spellings, "对照表", {})
    check = _CHECKS.get(field.check or "")
    return check if check else lambda text: text


def _code_reader(
    target: Target, field: Field, codes: CodeList | None, spellings: Mapping[str, str]
) -> Reader:
    title = f"代码集“{codes.title}”" if codes else "对照表"
    loose = {loosened(word): code for word, code in spellings.items()}
    if target.find:
        return lambda text: _found(text, spellings, field.type == "code_list")
    if field.type == "code":
        return lambda text: _spelled(text, spellings, title, loose)

    def read_list(text: str) -> str | None:
        parts = text.split(target.split) if target.split else _PARTS.split(text)
        found = [_spelled(p.strip(BLANKS), spellings, title, loose) for p in parts if p.strip()]
        return ",".join(dict.fromkeys(found)) or None

    return read_list


def _spelled(text: str, spellings: Mapping[str, str], title: str, loose: Mapping[str, str]) -> str:
    code = spellings.get(text) or loose.get(loosened(text))
    if code is None:
        shown = _shown(spellings)
        more = " 等" if len(shown) > _MOST_SHOWN else ""
        listed = "、".join(shown[:_MOST_SHOWN])
        raise ValueError(f"不在{title}之内（可填：{listed}{more}）")
    return code


_MOST_SHOWN = 8


def _shown(spellings: Mapping[str, str]) -> list[str]:
    """The first spelling of each code that is not the code itself: what people would write."""
    words: dict[str, str] = {}
    for word, code in spellings.items():
        if word != code or code not in words:
            words[code] = word if words.get(code, code) == code else words[code]
    return list(words.values())


def _found(text: str, spellings: Mapping[str, str], several: bool) -> str | None:
    """Codes whose spelling stands in the text, longest spellings first, in order of place."""
    places: dict[str, int] = {}
    rest = text
    for word in sorted(spellings, key=len, reverse=True):
        if (at := rest.find(word)) >= 0 and not word.isascii():
            places[spellings[word]] = min(at, places.get(spellings[word], at))
            rest = rest.replace(word, "\0" * len(word))
    ordered = sorted(places, key=lambda code: places[code])
    if not ordered:
        return None
    if not several and len(ordered) > 1:
        raise ValueError("同时写有几个代码，无法确定取哪一个")
    return ",".join(ordered)


def _boolean_reader(spellings: Mapping[str, str] | None) -> Reader:
    if spellings is None:
        return parse_boolean
    return lambda text: _spelled(text, spellings, "对照表", {}) == "true"


def _integer(text: str) -> int:
    value = _number(text)
    if value != value.to_integral_value() or abs(value) >= 10**18:
        raise ValueError("不是整数")
    return int(value)


def _decimal(text: str) -> float:
    return float(_number(text))


def _number(text: str) -> Decimal:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError("不是数字") from error
    if not value.is_finite():
        raise ValueError("不是数字")
    return value


def _checked(read: Reader, field: Field, received_on: date) -> Reader:
    """A reading followed by the field's own check."""
    if field.check == "not_negative":

        def not_negative(text: str) -> Value:
            value = read(text)
            if isinstance(value, int | float | Decimal) and value < 0:
                raise ValueError("不能是负数")
            return value

        return not_negative
    if field.check == "not_future":

        def not_future(text: str) -> Value:
            value = read(text)
            day = value.date() if isinstance(value, datetime) else value
            if isinstance(day, date) and day > received_on:
                raise ValueError(f"不能晚于收到之日（{received_on}）")
            return value

        return not_future
    return read


def _range_part(part: str) -> Reader:
    def read(text: str) -> Value:
        return _part_of(parse_amount_range(text), part)

    return read


def _part_of(fine: AmountRange, part: str) -> Value:
    if part == "fine_basis":
        return fine.basis
    if part in ("is_min_inclusive", "is_max_inclusive"):
        return fine.is_min_inclusive if part == "is_min_inclusive" else fine.is_max_inclusive
    bound = fine.min if "_min" in part else fine.max
    if part.startswith("multiple"):
        return float(bound) if bound is not None and fine.basis in ("multiple", "percent") else None
    return bound if fine.basis == "amount" else None
