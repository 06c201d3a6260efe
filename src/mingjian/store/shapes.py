"""What the store's tables look like: column types, the columns it adds, keys and order of rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mingjian.standards import Standard, Table

COLUMN_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "money": "DECIMAL(18,2)",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "boolean": "BOOLEAN",
    "code": "VARCHAR",
    "code_list": "VARCHAR",
}
"""Field type of the data standard to column type. Times are naive Beijing time."""

ARRIVAL_COLUMNS: dict[str, str] = {
    "submission_id": "VARCHAR",
    "row_no": "BIGINT",
    "version_no": "BIGINT",
    "first_received_at": "TIMESTAMP",
    "received_at": "TIMESTAMP",
    "row_hash": "BIGINT",
}

SUBMISSION_COLUMNS: dict[str, str] = {
    "submission_id": "VARCHAR",
    "source_code": "VARCHAR",
    "agency_id": "VARCHAR",
    "file_name": "VARCHAR",
    "file_sha256": "VARCHAR",
    "submitted_by": "VARCHAR",
    "received_at": "TIMESTAMP",
    "rows_in": "BIGINT",
    "accepted_count": "BIGINT",
    "new_count": "BIGINT",
    "changed_count": "BIGINT",
    "unchanged_count": "BIGINT",
    "rejected_count": "BIGINT",
    "seconds": "DOUBLE",
    "status": "VARCHAR",
    "message": "VARCHAR",
    "commit_no": "BIGINT",
}

REJECTED_COLUMNS: dict[str, str] = {
    "submission_id": "VARCHAR",
    "source_code": "VARCHAR",
    "table_name": "VARCHAR",
    "row_no": "BIGINT",
    "field": "VARCHAR",
    "value": "VARCHAR",
    "rule": "VARCHAR",
    "message": "VARCHAR",
    "raw_json": "VARCHAR",
}


@dataclass(frozen=True)
class Shape:
    """One table of the store. `fields` are the standard's own columns, `columns` all of them."""

    name: str
    fields: dict[str, str]
    columns: dict[str, str]
    key: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    arrival: Mapping[str, str] | None = None

    def order(self) -> str:
        """ORDER BY list that keeps rows of one time together, so that scans can skip files."""
        events = [f"CAST({quoted(name)} AS TIMESTAMP)" for name in self.event]
        first = [f"coalesce({', '.join(events)})"] if events else []
        return ", ".join([*first, *map(quoted, self.key)])


def arrival_column(table: Table, column: str) -> str:
    """Name under which the store keeps `column` of ARRIVAL_COLUMNS in `table`.

    A field of the standard keeps its own name: `complaint.received_at` is the hotline's 受理时间,
    so the moment its row reached the platform is called `version_received_at` there.
    """
    return f"version_{column}" if column in table.fields else column


_VERSION = "_version"


def version_name(table_name: str) -> str:
    """The table of all versions beside a standard table."""
    return f"{table_name}{_VERSION}"


def current_name(name: str) -> str | None:
    """The standard table whose versions `name` holds; None where it holds none."""
    return name.removesuffix(_VERSION) if name.endswith(_VERSION) else None


def shapes_of(standard: Standard) -> dict[str, Shape]:
    """Every table of the store: current and versions of each standard table, and the two logs."""
    found = {
        "submission": Shape("submission", {}, SUBMISSION_COLUMNS, ("submission_id",)),
        "rejected_row": Shape("rejected_row", {}, REJECTED_COLUMNS),
    }
    for table in standard.tables.values():
        fields = {name: COLUMN_TYPES[field.type] for name, field in table.fields.items()}
        arrival = {name: arrival_column(table, name) for name in ARRIVAL_COLUMNS}
        added = {arrival[name]: kind for name, kind in ARRIVAL_COLUMNS.items()}
        shape = Shape(
            table.name, fields, fields | added, tuple(table.key), tuple(table.event), arrival
        )
        found[table.name] = shape
        archive = version_name(table.name)
        found[archive] = replace(shape, name=archive)
    return found


def quoted(name: str) -> str:
    """An identifier as SQL text."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text value as SQL text."""
    return "'" + text.replace("'", "''") + "'"


def moment_literal(moment: datetime) -> str:
    """A naive time as SQL text."""
    return f"TIMESTAMP '{moment.isoformat(sep=' ')}'"


def listed(names: Iterable[str], prefix: str = "") -> str:
    """Identifiers as a SQL list, each behind `prefix` (such as `s.`)."""
    return ", ".join(prefix + quoted(name) for name in names)
