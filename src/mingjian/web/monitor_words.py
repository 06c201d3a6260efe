"""Parts of a monitor file in words: its law's address, the data it asks for, its examples."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from mingjian.law import load_laws
from mingjian.monitor import LEVEL_TITLES, Monitor, in_words, relations

__all__ = ["LEVEL_TITLES", "examples_in_words", "law_address", "requirements_in_words"]


def law_address(basis: Any) -> str:
    """Address of the article relied on.

    Empty when the law's text is not kept here, or the paper has points (项) instead of articles.
    """
    try:
        article = load_laws().article(basis.law, basis.article, basis.in_force)
        version = load_laws().version(basis.law, basis.in_force)
    except (LookupError, ValueError):
        return ""
    page = reverse("web:law", args=[version.slug])
    return f"{page}?on={version.in_force_on}#{article.number}"


def requirements_in_words(monitor: Monitor) -> list[dict[str, Any]]:
    """What must be filled for the monitor to run: one line a table."""
    lines = []
    for table, fields in monitor.file.requires.items():
        relation = relations()[table]
        shares = [(relation.columns[name].title, share) for name, share in fields.items()]
        lines.append(
            {
                "table": relation,
                "needed": [(title, float(share)) for title, share in shares if share != "any"],
                "used": [title for title, share in shares if share == "any"],
            }
        )
    return lines


def examples_in_words(monitor: Monitor) -> list[dict[str, Any]]:
    """The examples as small cases: the facts given, the day, and what follows."""
    return [
        {
            "name": example.name,
            "as_of": example.as_of,
            "facts": [
                {"table": relations()[table].title, "rows": [_row(table, row) for row in rows]}
                for table, rows in example.given.items()
            ],
            "finds": [
                {"unit_id": row.get("unit_id"), "values": _values(monitor, row)}
                for row in example.finds
            ],
        }
        for example in monitor.examples
    ]


def _row(table: str, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The columns of one given row, by their Chinese titles."""
    columns = relations()[table].columns
    shown = []
    for name, value in row.items():
        column = columns.get(name)
        words = _plain(value) or in_words(name, value, column.codes if column else None)
        shown.append((column.title if column else name, words))
    return shown


def _values(monitor: Monitor, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    own = {name: column.title for name, column in relations()[monitor.unit].columns.items()}
    titles = own | monitor.file.evidence
    return [
        (titles.get(name, name), _plain(value) or in_words(name, value))
        for name, value in row.items()
        if name != "unit_id"
    ]


def _plain(value: Any) -> str:
    """Days short, as tables of days are read; nothing for what is no day."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else ""
