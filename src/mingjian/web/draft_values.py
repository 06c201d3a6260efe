"""What a person types into the form of a monitor, checked one by one."""

from datetime import date
from typing import Any

from django.http import QueryDict

from mingjian.standards import Field, load_standard
from mingjian.web.record_query import typed

LONG, SHORT = 600, 120


class NotUsable(ValueError):
    """What a person gave cannot be used; the message says why."""


def words_given(given: QueryDict, name: str, title: str, longest: int) -> str:
    text = str(given.get(name, "")).strip()
    if not text:
        raise NotUsable(f"“{title}”没有填。")
    if len(text) > longest:
        raise NotUsable(f"“{title}”有 {len(text)} 字，超过 {longest} 字。")
    return text


def number_given(kind: str, text: str, title: str) -> str:
    """Checked, and kept as text: forms are JSON."""
    text = text.strip()
    if not text:
        raise NotUsable(f"参数的{title}没有填。")
    try:
        value = comparable(kind, text)
    except ValueError as error:
        names = {"date": "日期（如 2025-03-01）", "integer": "整数"}
        raise NotUsable(f"“{text}”不是{names.get(kind, '数字')}。") from error
    return value.isoformat() if isinstance(value, date) else text


def comparable(kind: str, text: Any) -> Any:
    if text is None or kind == "text":
        return text
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "integer":
        return int(text)
    number = float(text)
    if number != number or abs(number) > 1e15:
        raise ValueError
    return number


def cell_given(table: str, name: str, field: Field, text: str) -> str:
    """What was typed, checked by the standard; codes may be written by their names."""
    if field.codes and field.type == "code":
        spellings = load_standard().codes[field.codes].lookup()
        if text not in spellings:
            raise NotUsable(f"“{field.title}”没有“{text}”这个值。")
        return spellings[text]
    try:
        value = typed(load_standard().tables[table], name, text)
    except ValueError as error:
        raise NotUsable(f"“{field.title}”的“{text}”{error}。") from error
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(" ") if hasattr(value, "hour") else str(value)  # type: ignore[call-arg, union-attr]


def place_given(given: QueryDict, name: str) -> int:
    text = given.get(name, "")
    if not text.isdigit():
        raise NotUsable("没有指明是哪一个。")
    return int(text)


def take_out(items: list[Any], place: int) -> None:
    if place >= len(items):
        raise NotUsable("没有这一项，可能刚刚删过。")
    del items[place]
