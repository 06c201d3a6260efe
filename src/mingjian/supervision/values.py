"""Values of evidence and source rows as people read them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from mingjian.standards import load_standard

NOT_FILLED = "未填"


def shown(table: str, column: str, value: Any) -> str:
    """One value in words: codes by title, money with its unit, days as 2025-04-03, empty 未填."""
    if value is None or value == "":
        return NOT_FILLED
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if column.endswith("_yuan"):
        return f"{Decimal(str(value)):,.2f}".removesuffix(".00") + " 元"
    if column.endswith("_rate"):
        return f"{float(value):.1%}"
    if isinstance(value, int | float | Decimal):
        return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value)}"
    codes = _titles(table, column)
    if codes:
        return "、".join(codes.get(part, part) for part in str(value).split(","))
    return str(value)


def title_of(table: str, column: str) -> str:
    """The field's Chinese name; a column that is no field is shown as it is called."""
    tables = load_standard().tables
    if table in tables and column in tables[table].fields:
        return tables[table].fields[column].title
    return column


def table_title(table: str) -> str:
    tables = load_standard().tables
    return tables[table].title if table in tables else table


@cache
def _titles(table: str, column: str) -> Mapping[str, str]:
    """Titles of a column's codes: the table's own field, or the one list that fields so named have.

    A name that stands for different code lists in different tables has none.
    """
    standard = load_standard()
    if table in standard.tables and column in standard.tables[table].fields:
        lists = {standard.tables[table].fields[column].codes}
    else:
        tables = standard.tables.values()
        lists = {t.fields[column].codes for t in tables if column in t.fields}
    if len(lists) != 1 or None in lists:
        return {}
    entries = standard.codes[str(lists.pop())].codes
    return {code: entry.title for code, entry in entries.items()}
