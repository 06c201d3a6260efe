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
    equal: dict[str, str]  # the columns that name the record, the same in every row


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
    wanted = [
        _Wanted(i, other, equal, agencies, with_unnamed)
        for i, other in enumerate(load_standard().tables.values())
        if other.name != table.name and (equal := _link(table, other, key, str(row[key])))
    ]
    present = _present(reader, wanted)
    return [item.read(reader) for item in wanted if item.table.name in present]


@dataclass(frozen=True)
class _Wanted:
    """The rows of one other table that name the record; parameters are numbered by `number`."""

    number: int
    table: Table
    equal: dict[str, str]
    agencies: frozenset[str] | None
    with_unnamed: bool

    def condition(self) -> tuple[str, dict[str, Scalar]]:
        scope, given = scope_condition(self.table, self.agencies)
        if self.with_unnamed and "agency_id" in self.table.fields:
            scope = f"({scope} OR t.agency_id IS NULL)"
        names = {name: f"link_{self.number}_{name}" for name in self.equal}
        parts = [f"t.{name} = :{parameter}" for name, parameter in names.items()]
        values: dict[str, Scalar] = {names[name]: value for name, value in self.equal.items()}
        return " AND ".join([scope, *parts]), given | values

    def read(self, reader: Reader) -> Related:
        where, given = self.condition()
        order = ", ".join(f"t.{name}" for name in (*self.table.event[:1], *self.table.key))
        rows = reader.rows(
            f"SELECT t.* FROM {self.table.name} t WHERE {where} "
            f"ORDER BY {order} LIMIT {ROWS_SHOWN + 1}",
            given,
        )
        href = f"{reverse('web:records', args=[self.table.name])}?{urlencode(self.equal)}"
        return Related(self.table, rows[:ROWS_SHOWN], len(rows) > ROWS_SHOWN, href, self.equal)


def _present(reader: Reader, wanted: list[_Wanted]) -> set[str]:
    """Which of the tables have any such row: one question for all, most have none."""
    if not wanted:
        return set()
    given: dict[str, Scalar] = {}
    parts = []
    for item in wanted:
        where, values = item.condition()
        given |= values
        name = item.table.name
        parts.append(f"(SELECT '{name}' AS name FROM {name} t WHERE {where} LIMIT 1)")
    return {row["name"] for row in reader.rows(" UNION ALL ".join(parts), given)}


def _link(table: Table, other: Table, key: str, value: str) -> dict[str, str]:
    """Which columns of the other table name the record; none when it never does."""
    if key in other.fields:
        return {key: value}
    kinds = load_standard().codes[ACT_KINDS].codes
    if "act_id" in other.fields and ACT_KINDS in other.fields and table.name in kinds:
        return {ACT_KINDS: table.name, "act_id": value}
    return {}
