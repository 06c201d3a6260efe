"""Tables that come from content files, not from submissions: reference tables, calendar, laws."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from mingjian.law import Laws, load_laws
from mingjian.standards import load_calendar, load_reference
from mingjian.store.shapes import COLUMN_TYPES, listed, quoted

CALENDAR_COLUMNS = {
    "day": "DATE",
    "is_workday": "BOOLEAN",
    "next_workday": "DATE",
    "workday_no": "BIGINT",
}
# Not law_version: a name in …_version is the history of a standard table.
LAW_EDITION_COLUMNS = {
    "cited_name": "VARCHAR",
    "law_name": "VARCHAR",
    "in_force_on": "DATE",
    "repealed_on": "DATE",
    "is_first": "BOOLEAN",
    "is_amendment": "BOOLEAN",
    "has_text": "BOOLEAN",
}
LAW_ARTICLE_COLUMNS = {"law_name": "VARCHAR", "in_force_on": "DATE", "article": "VARCHAR"}
GENERATED = {
    "calendar_day": CALENDAR_COLUMNS,
    "law_edition": LAW_EDITION_COLUMNS,
    "law_article": LAW_ARTICLE_COLUMNS,
}


@cache
def reference_columns() -> dict[str, dict[str, str]]:
    """Columns and types of every reference table and of the tables made from other content."""
    found = {
        name: {column: COLUMN_TYPES[spec.type] for column, spec in table.columns.items()}
        for name, table in load_reference().items()
    }
    return found | GENERATED


def reference_rows(name: str) -> list[Mapping[str, Any]]:
    """Rows of one of these tables as plain values."""
    if name == "calendar_day":
        return list(load_calendar().rows())
    if name == "law_edition":
        return _law_editions(load_laws())
    if name == "law_article":
        return _law_articles(load_laws())
    return list(load_reference()[name].rows)


def _law_editions(laws: Laws) -> list[Mapping[str, Any]]:
    """One row a version and a spelling of the law's name (`cited_name`, without 《》)."""
    rows: list[Mapping[str, Any]] = []
    for name in laws.names():
        earlier_ends = set()
        for version in laws.versions(name):
            known = {
                "law_name": name,
                "in_force_on": version.in_force_on,
                "repealed_on": version.repealed_on,
                "is_first": version.is_first,
                "is_amendment": version.in_force_on in earlier_ends,
                "has_text": version.text_available,
            }
            rows += [{"cited_name": spelling} | known for spelling in laws.spellings(name)]
            earlier_ends.add(version.repealed_on)
    return rows


def _law_articles(laws: Laws) -> list[Mapping[str, Any]]:
    """One row an article of a version whose text we have."""
    return [
        {"law_name": name, "in_force_on": version.in_force_on, "article": article}
        for name in laws.names()
        for version in laws.versions(name)
        for article in version.articles
    ]


def create_reference_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Put all of them into the engine's own memory, where every session of it sees them."""
    for name, columns in reference_columns().items():
        rows = reference_rows(name)
        data = pa.table({column: [row[column] for row in rows] for column in columns})
        create_table(connection, f"memory.main.{quoted(name)}", columns, data)


def create_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    data: pa.Table | None = None,
    temporary: bool = False,
) -> None:
    """A table with `data` cast to `columns`; `name` is SQL text. Missing columns become NULL."""
    text = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE {'TEMP ' if temporary else ''}TABLE {name} ({text})")
    if data is None:
        return
    into = listed(data.column_names)
    connection.register("rows_to_insert", data)
    connection.execute(f"INSERT INTO {name} ({into}) SELECT {into} FROM rows_to_insert")
    connection.unregister("rows_to_insert")
