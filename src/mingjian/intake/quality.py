"""Data quality by agency and table: complete, valid, timely, consistent, and reported at all.

Every figure is a share of rows, and every share knows the query that lists the rows behind it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from mingjian.intake.due import Arrival, arrivals
from mingjian.intake.quality_files import load_cross_checks, load_measures
from mingjian.intake.source import Source
from mingjian.intake.sources import load_sources
from mingjian.intake.sql_text import literal, quoted
from mingjian.standards import Standard, Table, load_standard
from mingjian.store import Reader, arrival_column

Aspect = Literal["completeness", "validity", "timeliness", "consistency"]
ASPECTS: dict[Aspect, str] = {
    "completeness": "完整性",
    "validity": "有效性",
    "timeliness": "及时性",
    "consistency": "一致性",
}


@dataclass(frozen=True)
class QualityRow:
    """One share: `good_count` of `row_count` rows are as they should be.

    `check` names the field, rule or cross-check; it is empty in the row that sums an aspect up
    (a row of data counts once for each check it is subject to). `state` tells a true zero from
    silence: `not_reported` is an agency that should have reported by now and has not.
    """

    agency_id: str
    table: str
    table_title: str
    aspect: Aspect
    check: str
    title: str
    good_count: int
    row_count: int
    state: Literal["measured", "no_rows", "not_reported"]

    @property
    def fault_count(self) -> int:
        return self.row_count - self.good_count

    @property
    def share(self) -> float | None:
        """Share of good rows, or None where there is nothing to measure."""
        return self.good_count / self.row_count if self.row_count else None


@dataclass(frozen=True)
class Check:
    """One measure over the rows of a table: which rows it is about, and which of them fail."""

    table: str
    aspect: Aspect
    code: str
    title: str
    scope: str
    fault: str


def quality_report(
    reader: Reader,
    as_of: date,
    sources: Mapping[str, Source] | None = None,
    standard: Standard | None = None,
) -> list[QualityRow]:
    """Every agency × table × check, with the sums of each aspect; agencies in order of code."""
    standard = standard or load_standard()
    declared = load_sources() if sources is None else sources
    silent = _silent(arrivals(reader, declared.values(), as_of))
    rows: list[QualityRow] = []
    for table in standard.tables.values():
        rows += _measured(reader, table, as_of)
        rows += _validity(reader, table, declared, as_of)
    rows = [row for row in rows if row.row_count]
    rows = _with_sums(rows)
    rows += _unmeasured(rows, declared.values(), silent, standard)
    return sorted(rows, key=lambda row: (row.agency_id, row.table, row.aspect, row.check))


def quality_rows(
    reader: Reader, row: QualityRow, as_of: date, limit: int = 1000
) -> list[dict[str, Any]]:
    """The rows behind a figure: those that are not as they should be."""
    table = load_standard().tables[row.table]
    if row.aspect == "validity":
        return reader.rows(
            "SELECT j.row_no, j.field, j.value, j.rule, j.message, s.file_name, s.received_at "
            "FROM rejected_row AS j JOIN submission AS s USING (submission_id) "
            "WHERE j.table_name = :table AND coalesce(s.agency_id, '') = :agency "
            "AND (:rule = '' OR j.field = :rule) AND s.received_at < :until "
            f"ORDER BY s.received_at DESC, j.row_no LIMIT {limit}",
            {
                "table": row.table,
                "agency": row.agency_id,
                "rule": row.check,
                "until": _until(as_of),
            },
        )
    chosen = [c for c in _checks(table) if c.aspect == row.aspect and row.check in ("", c.code)]
    faults = " OR ".join(f"(({c.scope}) AND ({c.fault}))" for c in chosen) or "false"
    said = "".join(
        f", CASE WHEN ({c.scope}) AND ({c.fault}) THEN {literal(c.title)} END" for c in chosen
    )
    return reader.rows(
        f"SELECT concat_ws('；'{said}) AS quality_fault, * EXCLUDE (quality_agency) "
        f"FROM ({_rows_sql(table)}) AS r WHERE quality_agency = :agency AND ({faults}) "
        f"ORDER BY {', '.join(map(quoted, table.key))} LIMIT {limit}",
        {"agency": row.agency_id, "as_of": as_of},
    )


def _checks(table: Table) -> list[Check]:
    """Every measure of a table that is a condition over its rows."""
    measures = load_measures()
    checks = [
        Check(table.name, "completeness", item.field, item.says, item.when, f"{item.field} IS NULL")
        for item in measures.important(table.name)
    ]
    days = measures.working_days(table.name)
    checks.append(
        Check(
            table.name,
            "timeliness",
            f"within_{days}",
            f"发生后 {days} 个工作日内报来",
            f"quality_event IS NOT NULL AND DATE_DIFF('day', quality_event, :as_of) "
            f"BETWEEN 0 AND {measures.window_days}",
            f"quality_delay > {days}",
        )
    )
    checks += [
        Check(table.name, "consistency", f"row_{i}", rule.says, "true", rule.when)
        for i, rule in enumerate(table.consistency, 1)
    ]
    checks += [
        Check(table.name, "consistency", check.code, check.title, check.scope, check.when)
        for check in load_cross_checks()
        if check.table == table.name
    ]
    return checks


def _rows_sql(table: Table) -> str:
    """The table's rows with their agency, event date and delay in working days."""
    own = "t.agency_id" if "agency_id" in table.fields else "NULL"
    events = ", ".join(f"CAST(t.{quoted(name)} AS DATE)" for name in table.event) or "NULL"
    first = f"CAST(t.{arrival_column(table, 'first_received_at')} AS DATE)"
    number = arrival_column(table, "submission_id")
    return (
        "SELECT w.*, h.workday_no - e.workday_no AS quality_delay FROM ("
        f"SELECT t.*, coalesce({own}, s.agency_id, '') AS quality_agency, "
        f"CAST(coalesce({events}) AS DATE) AS quality_event, {first} AS quality_here "
        f"FROM {table.name} AS t LEFT JOIN submission AS s ON s.submission_id = t.{number}) AS w "
        "LEFT JOIN calendar_day AS e ON e.day = w.quality_event "
        "LEFT JOIN calendar_day AS h ON h.day = w.quality_here"
    )


def _measured(reader: Reader, table: Table, as_of: date) -> list[QualityRow]:
    checks = _checks(table)
    counts = ", ".join(
        f"count(*) FILTER (WHERE {c.scope}) AS scope_{i}, "
        f"count(*) FILTER (WHERE ({c.scope}) AND ({c.fault})) AS fault_{i}"
        for i, c in enumerate(checks)
    )
    found = reader.rows(
        f"SELECT quality_agency, {counts} FROM ({_rows_sql(table)}) AS r GROUP BY quality_agency",
        {"as_of": as_of},
    )
    return [
        _row(row["quality_agency"], table, c, row[f"scope_{i}"], row[f"fault_{i}"])
        for row in found
        for i, c in enumerate(checks)
    ]


def _row(agency: str, table: Table, check: Check, rows: int, faults: int) -> QualityRow:
    return QualityRow(
        agency,
        table.name,
        table.title,
        check.aspect,
        check.code,
        check.title,
        rows - faults,
        rows,
        "measured",
    )


def _until(as_of: date) -> datetime:
    return datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)


def _validity(
    reader: Reader, table: Table, sources: Mapping[str, Source], as_of: date
) -> list[QualityRow]:
    """Rows that came in and were not rejected; a row of a source counts for its table."""
    codes = [source.code for source in sources.values() if source.into == table.name]
    named = ", ".join(map(literal, codes)) or "NULL"
    found = reader.rows(
        "SELECT coalesce(agency_id, '') AS agency, CAST(sum(rows_in) AS BIGINT) AS came, "
        "CAST(sum(rejected_count) AS BIGINT) AS rejected FROM submission "
        f"WHERE source_code IN ({named}) AND status = 'accepted' AND received_at < :until "
        "GROUP BY agency",
        {"until": _until(as_of)},
    )
    check = Check(table.name, "validity", "", "逐行核对通过", "", "")
    return [_row(row["agency"], table, check, row["came"], row["rejected"]) for row in found]


def _with_sums(rows: list[QualityRow]) -> list[QualityRow]:
    """Add the row that sums up each aspect of each agency and table."""
    sums: dict[tuple[str, str, str, Aspect], tuple[int, int]] = {}
    for row in rows:
        if row.check:
            key = (row.agency_id, row.table, row.table_title, row.aspect)
            good, count = sums.get(key, (0, 0))
            sums[key] = (good + row.good_count, count + row.row_count)
    return rows + [
        QualityRow(agency, table, title, aspect, "", ASPECTS[aspect], good, count, "measured")
        for (agency, table, title, aspect), (good, count) in sums.items()
    ]


def _silent(found: Iterable[Arrival]) -> set[str]:
    return {arrival.source_code for arrival in found if arrival.is_missing}


def _unmeasured(
    rows: list[QualityRow], sources: Iterable[Source], silent: set[str], standard: Standard
) -> list[QualityRow]:
    """Where an agency has a source but no rows: a true zero, or an agency that did not report."""
    present = {(row.agency_id, row.table) for row in rows}
    added: dict[tuple[str, str], QualityRow] = {}
    for source in sources:
        key = (source.agency or "", source.into)
        if key in present:
            continue
        state: Literal["no_rows", "not_reported"] = (
            "not_reported" if source.code in silent else "no_rows"
        )
        if key not in added or state == "not_reported":
            title = standard.tables[source.into].title
            added[key] = QualityRow(
                key[0], key[1], title, "completeness", "", ASPECTS["completeness"], 0, 0, state
            )
    return list(added.values())
