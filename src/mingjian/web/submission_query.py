"""Reads of the submissions for pages, scoped by the agency whose source it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.store import Reader, Scalar

STATUS_TITLES = {
    "accepted": "已入库",
    "held": "暂缓",
    "refused": "未收",
    "duplicate": "重复",
}
RETURNED = "returned"
_SHOWN = STATUS_TITLES | {RETURNED: "全数退回"}


def outcome(status: str, rows_in: int, accepted: int) -> str:
    """What people are told of a submission: taken in, but not one row of it, is no success."""
    return RETURNED if status == "accepted" and rows_in and not accepted else status


def outcome_title(code: str) -> str:
    return _SHOWN.get(code, code)


@dataclass(frozen=True)
class SubmissionQuery:
    """Which submissions are asked for. `agencies` None means the whole city."""

    agencies: frozenset[str] | None
    source: str = ""
    status: str = ""
    with_rejected: bool = False
    start: date | None = None
    end: date | None = None

    def condition(self) -> tuple[str, dict[str, Scalar]]:
        parts, given = [], dict[str, Scalar]()
        if self.agencies is not None:
            given |= {f"seen_{i}": a for i, a in enumerate(sorted(self.agencies))}
            listed = ", ".join(f":{name}" for name in given) or "NULL"
            parts.append(f"agency_id IN ({listed})")
        for column, value in (("source_code", self.source), ("status", self.status)):
            if value:
                parts.append(f"{column} = :{column}")
                given[column] = value
        if self.with_rejected:
            parts.append("rejected_count > 0")
        if self.start:
            parts.append("CAST(received_at AS DATE) >= :start")
            given["start"] = self.start
        if self.end:
            parts.append("CAST(received_at AS DATE) <= :end")
            given["end"] = self.end
        return " AND ".join(parts) or "TRUE", given

    def rows(self, reader: Reader, page: int, size: int) -> list[dict[str, Any]]:
        """One page, the newest first."""
        where, given = self.condition()
        return reader.rows(
            f"SELECT * FROM submission WHERE {where} "
            f"ORDER BY received_at DESC, submission_id LIMIT {size} OFFSET {size * (page - 1)}",
            given,
        )

    def totals(self, reader: Reader) -> dict[str, int]:
        """How many there are, and the sums of their rows."""
        where, given = self.condition()
        columns = ("rows_in", "new_count", "changed_count", "unchanged_count", "rejected_count")
        sums = ", ".join(f"COALESCE(SUM({c}), 0) AS {c}" for c in columns)
        found = reader.rows(f"SELECT COUNT(*) AS n, {sums} FROM submission WHERE {where}", given)
        return {name: int(value) for name, value in found[0].items()}


def rejected_rows(
    reader: Reader, submission_id: str, limit: int, offset: int
) -> list[dict[str, Any]]:
    """Faults of one submission in the order of the file: one line a fault."""
    return reader.rows(
        "SELECT row_no, table_name, field, value, rule, message FROM rejected_row "
        "WHERE submission_id = :id ORDER BY row_no, field "
        f"LIMIT {limit} OFFSET {offset}",
        {"id": submission_id},
    )


def rejected_count(reader: Reader, submission_id: str) -> int:
    """Number of faults, which may be more than the number of rejected rows."""
    sql = "SELECT COUNT(*) AS n FROM rejected_row WHERE submission_id = :id"
    return int(reader.rows(sql, {"id": submission_id})[0]["n"])


def rows_by_rule(reader: Reader, submission_id: str) -> list[dict[str, Any]]:
    """Which fault how often, the commonest first."""
    return reader.rows(
        "SELECT field, rule, COUNT(*) AS n, COUNT(DISTINCT row_no) AS row_count "
        "FROM rejected_row WHERE submission_id = :id GROUP BY 1, 2 ORDER BY n DESC, 1 LIMIT 20",
        {"id": submission_id},
    )
