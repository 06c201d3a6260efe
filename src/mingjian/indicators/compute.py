"""From records to figures: one scan of each table and date, whatever the number of indicators."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mingjian.indicators.files import Count, Indicator
from mingjian.store import Reader

SCHEMA = pa.schema(
    [
        ("indicator_code", pa.string()),
        ("part", pa.string()),
        ("agency_id", pa.string()),
        ("month", pa.date32()),
        ("amount", pa.float64()),
        ("row_count", pa.int64()),
    ]
)


def compute_all(reader: Reader, indicators: Iterable[Indicator], as_of: date) -> pa.Table:
    """Amount and row count of each part of each indicator, by agency and month up to `as_of`.

    Months are given by their first day. Agencies and months without rows have no line: the page
    decides from the submissions whether that is a zero or a report that never came.
    """
    groups: dict[tuple[str, str], list[tuple[str, str, Count]]] = defaultdict(list)
    for indicator in indicators:
        for part, count in indicator.parts.items():
            groups[count.table, count.date].append((indicator.code, part, count))
    figures = [
        _compute_group(reader, table, day, counts, as_of)
        for (table, day), counts in sorted(groups.items())
    ]
    return pa.concat_tables(figures) if figures else SCHEMA.empty_table()


def drill(
    reader: Reader,
    indicator: Indicator,
    part: str,
    *,
    agencies: Collection[str] | None,
    start: date,
    end: date,
    limit: int = 50,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """The rows that a figure counts, newest first; `agencies` None means all, `end` is included."""
    count = indicator.parts[part]
    scope, parameters = _scope(count, agencies, start, end)
    sql = f"SELECT * FROM {count.table} WHERE {scope} ORDER BY {count.date} DESC, 1"
    return reader.rows(f"{sql} LIMIT {int(limit)} OFFSET {int(offset)}", parameters)


def drill_count(
    reader: Reader,
    indicator: Indicator,
    part: str,
    *,
    agencies: Collection[str] | None,
    start: date,
    end: date,
) -> int:
    """How many rows `drill` would list in all."""
    count = indicator.parts[part]
    scope, parameters = _scope(count, agencies, start, end)
    sql = f"SELECT COUNT(*) AS n FROM {count.table} WHERE {scope}"
    return int(reader.rows(sql, parameters)[0]["n"])


def _compute_group(
    reader: Reader, table: str, day: str, counts: list[tuple[str, str, Count]], as_of: date
) -> pa.Table:
    columns = ", ".join(
        f"SUM(CAST({count.value} AS DOUBLE)) FILTER (WHERE {count.where}) AS amount_{i}, "
        f"COUNT(*) FILTER (WHERE {count.where}) AS rows_{i}"
        for i, (_, _, count) in enumerate(counts)
    )
    wide = reader.arrow(
        f"SELECT agency_id, CAST(DATE_TRUNC('month', {day}) AS DATE) AS month, {columns} "
        f"FROM {table} WHERE agency_id IS NOT NULL AND {day} IS NOT NULL "
        f"AND CAST({day} AS DATE) <= :as_of GROUP BY 1, 2",
        {"as_of": as_of},
    )
    return pa.concat_tables(_long(wide, i, code, part) for i, (code, part, _) in enumerate(counts))


def _long(wide: pa.Table, i: int, code: str, part: str) -> pa.Table:
    size = wide.num_rows
    rows = pa.table(
        {
            "indicator_code": pa.array([code] * size, pa.string()),
            "part": pa.array([part] * size, pa.string()),
            "agency_id": wide["agency_id"],
            "month": wide["month"],
            "amount": wide[f"amount_{i}"].cast(pa.float64()),
            "row_count": wide[f"rows_{i}"].cast(pa.int64()),
        }
    )
    return rows.filter(pc.greater(rows["row_count"], 0)).cast(SCHEMA)


def _scope(
    count: Count, agencies: Collection[str] | None, start: date, end: date
) -> tuple[str, dict[str, Any]]:
    parameters: dict[str, Any] = {"start": start, "end": end}
    conditions = [f"({count.where})", f"CAST({count.date} AS DATE) BETWEEN :start AND :end"]
    if agencies is None:
        conditions.append("agency_id IS NOT NULL")
    else:
        names = {f"agency_{i}": agency for i, agency in enumerate(sorted(agencies))}
        parameters |= names
        listed = ", ".join(f":{name}" for name in names) or "NULL"
        conditions.append(f"agency_id IN ({listed})")
    return " AND ".join(conditions), parameters
