"""Values in the words of an official paper: 2025年4月2日, 12,000元, 普通程序."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.relations import Relation, relations
from mingjian.standards import load_standard

EMPTY = "（空）"


def in_words(column: str, value: Any, codes: str | None = None) -> str:
    """One value as a reader should see it; `codes` names the code list of the column."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        clock = f"{value.hour}时{value.minute:02}分" if (value.hour or value.minute) else ""
        return f"{value.year}年{value.month}月{value.day}日{clock}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, int | float | Decimal):
        return f"{_trimmed(value, grouped=True)}元" if is_money(column) else _trimmed(value)
    return _titles(str(value), codes) if codes else str(value)


def is_money(column: str) -> bool:
    """House rule: money columns end in `_yuan`."""
    return column.endswith("_yuan")


def message_of(monitor: Monitor, row: Mapping[str, Any], codes: Mapping[str, str]) -> str:
    """The sentence of an alert, with every placeholder filled in words."""
    words = {name: in_words(name, row[name], codes.get(name)) for name in monitor.file.evidence}
    return monitor.file.message.strip().format_map(words)


def evidence_codes(library: Library, monitor: Monitor) -> dict[str, str]:
    """The code list behind each evidence column that keeps the name of a standard code field.

    The unit's own table is asked first, then the tables read; a name that stands for different
    code lists there stays as it is.
    """
    reads = set(monitor.reads)
    for view in reads & library.views.keys():
        reads |= set(library.views[view].file.reads)
    known = relations()
    ranks = [[monitor.unit], sorted(reads)]
    found: dict[str, str] = {}
    for column in monitor.file.evidence:
        for names in ranks:
            lists = {_codes_in(known.get(name), column) for name in names} - {None}
            if len(lists) == 1:
                found.setdefault(column, str(lists.pop()))
    return found


def _codes_in(relation: Relation | None, column: str) -> str | None:
    entry = relation.columns.get(column) if relation else None
    return entry.codes if entry else None


def _titles(value: str, codes: str) -> str:
    entries = load_standard().codes[codes].codes
    parts = value.split(",")
    return "、".join(entries[part].title if part in entries else part for part in parts)


def _trimmed(value: int | float | Decimal, *, grouped: bool = False) -> str:
    """At most two decimals, none when they are zero."""
    text = f"{value:,.2f}" if grouped else f"{value:.2f}"
    return text.removesuffix(".00")
