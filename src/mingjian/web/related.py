"""Records of other tables that belong to one record: a case's steps, a company's inspections."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from mingjian.standards import Table, load_standard
from mingjian.store import Reader, Scalar
from mingjian.web.record_query import scope_condition

ROWS_SHOWN = 20
ACT_KINDS = "act_kind"


@dataclass(frozen=True)
class Related:
    """Rows of one other table; `href` lists them all."""

    table: Table
    rows: list[dict[str, Any]]
    is_more: bool
    href: str


def related_records(
    reader: Reader,
    table: Table,
    row: Mapping[str, Any],
    agencies: frozenset[str] | None,
    *,
    with_unnamed: bool = False,
) -> list[Related]:
    """The tables that name this record's key, with their first rows, in scope.

    `with_unnamed` adds rows that name no agency: steps of a case that one may see anyway.
    """
    if len(table.key) != 1:
        return []
    key = table.key[0]
    found = []
    for other in load_standard().tables.values():
        equal = _link(table, other, key, str(row[key]))
        if other.name == table.name or not equal:
            continue
        scope, given = scope_condition(other, agencies)
        if with_unnamed and "agency_id" in other.fields:
            scope = f"({scope} OR t.agency_id IS NULL)"
        where = " AND ".join(f"t.{name} = :link_{name}" for name in equal)
        values: dict[str, Scalar] = {f"link_{name}": value for name, value in equal.items()}
        order = ", ".join(f"t.{name}" for name in (*other.event[:1], *other.key))
        rows = reader.rows(
            f"SELECT t.* FROM {other.name} t WHERE {scope} AND {where} "
            f"ORDER BY {order} LIMIT {ROWS_SHOWN + 1}",
            given | values,
        )
        if rows:
            href = f"{reverse('web:records', args=[other.name])}?{urlencode(equal)}"
            found.append(Related(other, rows[:ROWS_SHOWN], len(rows) > ROWS_SHOWN, href))
    return found


def _link(table: Table, other: Table, key: str, value: str) -> dict[str, str]:
    """Which columns of the other table name the record; none when it never does."""
    if key in other.fields:
        return {key: value}
    kinds = load_standard().codes[ACT_KINDS].codes
    if "act_id" in other.fields and ACT_KINDS in other.fields and table.name in kinds:
        return {ACT_KINDS: table.name, "act_id": value}
    return {}
