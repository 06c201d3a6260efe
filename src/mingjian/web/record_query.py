"""Reads of one standard table for a page: in scope, filtered, a page at a time, bounded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from mingjian.standards import Table, parse_boolean, parse_date, parse_timestamp
from mingjian.store import Reader, Scalar

PAGE_SIZE = 50
# A list is for looking, not for counting: beyond this many rows it says “以上” and stops.
COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class RecordQuery:
    """Which rows of a table are asked for. `agencies` None means the whole city."""

    table: Table
    agencies: frozenset[str] | None
    agency: str = ""
    day_field: str = ""
    start: date | None = None
    end: date | None = None
    submission_id: str = ""
    equal: Mapping[str, str] = field(default_factory=dict)

    def condition(self) -> tuple[str, dict[str, Scalar]]:
        """WHERE condition and its parameters."""
        parts: list[str] = []
        given: dict[str, Scalar] = {}
        scope, names = scope_condition(self.table, self.agencies)
        parts.append(scope)
        given |= names
        if self.agency:
            parts.append("t.agency_id = :agency")
            given["agency"] = self.agency
        if self.day_field in self.table.fields:
            if self.start:
                parts.append(f"CAST(t.{self.day_field} AS DATE) >= :start")
                given["start"] = self.start
            if self.end:
                parts.append(f"CAST(t.{self.day_field} AS DATE) <= :end")
                given["end"] = self.end
        if self.submission_id:
            parts.append("t.submission_id = :submission_id")
            given["submission_id"] = self.submission_id
        for i, (name, value) in enumerate(self.equal.items()):
            if name in self.table.fields:
                parts.append(f"t.{name} = :equal_{i}")
                given[f"equal_{i}"] = typed(self.table, name, value)
        return " AND ".join(parts), given

    def rows(self, reader: Reader, page: int) -> list[dict[str, Any]]:
        """One page of rows, the newest event first."""
        where, given = self.condition()
        days = [f"CAST(t.{name} AS TIMESTAMP)" for name in self.table.event]
        newest = f"COALESCE({', '.join(days)}) DESC NULLS LAST, " if days else ""
        key = ", ".join(f"t.{name}" for name in self.table.key)
        return reader.rows(
            f"SELECT t.* FROM {self._relation} t WHERE {where} ORDER BY {newest}{key} "
            f"LIMIT {PAGE_SIZE} OFFSET {PAGE_SIZE * (page - 1)}",
            given,
        )

    def count(self, reader: Reader) -> int:
        """How many rows there are, at most one more than COUNT_LIMIT."""
        where, given = self.condition()
        found = reader.rows(
            f"SELECT COUNT(*) AS n FROM (SELECT 1 FROM {self._relation} t WHERE {where} "
            f"LIMIT {COUNT_LIMIT + 1})",
            given,
        )
        return int(found[0]["n"])

    @property
    def _relation(self) -> str:
        # What one submission brought may since have been overtaken by newer versions.
        return f"{self.table.name}_version" if self.submission_id else self.table.name


def scope_condition(
    table: Table, agencies: frozenset[str] | None, alias: str = "t"
) -> tuple[str, dict[str, Scalar]]:
    """Condition that keeps rows of these agencies; a table without agencies is the city's only."""
    if agencies is None:
        return "TRUE", {}
    if "agency_id" not in table.fields or not agencies:
        return "FALSE", {}
    given: dict[str, Scalar] = {f"seen_{i}": name for i, name in enumerate(sorted(agencies))}
    return f"{alias}.agency_id IN ({', '.join(f':{name}' for name in given)})", given


def record_versions(reader: Reader, table: Table, key: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every version of one record, the newest first; none when there is no such record."""
    where = " AND ".join(f"{name} = :{name}" for name in table.key)
    given = {name: typed(table, name, key[name]) for name in table.key}
    return reader.rows(
        f"SELECT * FROM {table.name}_version WHERE {where} ORDER BY version_no DESC", given
    )


def typed(table: Table, name: str, text: str) -> Scalar:
    """Text from an address as a value of the field; raises ValueError in Chinese."""
    kind = table.fields[name].type
    if kind == "date":
        return parse_date(text)
    if kind == "timestamp":
        return datetime.fromisoformat(text) if "T" in text else parse_timestamp(text)
    if kind == "boolean":
        return parse_boolean(text)
    if kind in ("integer", "money", "decimal"):
        return _number(text, kind)
    return text


def _number(text: str, kind: str) -> Scalar:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError("不是数字") from error
    if not number.is_finite():
        raise ValueError("不是数字")
    if kind == "integer":
        return int(number)
    return number if kind == "money" else float(number)
