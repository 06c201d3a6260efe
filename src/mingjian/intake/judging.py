"""Judging rows: the fast way for all, the exact way for the rest, and what is rejected and why."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from mingjian.intake.fast import TYPES
from mingjian.intake.first_pass import (
    LINE,
    Job,
    header_sql,
    read_cell,
    type_rows,
    typed_rows,
    value_table,
)
from mingjian.intake.rows import RowFault
from mingjian.intake.sql_text import literal, quoted
from mingjian.intake.values import Plan, Value
from mingjian.standards import Table
from mingjian.store import Incoming

_REPEATED_HEADER = "是表头的重复，不是数据"
_EMPTY = "必填，不能是空的"
_ERROR = "STRUCT(field VARCHAR, value VARCHAR, rule VARCHAR)"
REJECTED = pa.schema(
    [
        ("table_name", pa.string()),
        ("row_no", pa.int64()),
        ("field", pa.string()),
        ("value", pa.string()),
        ("rule", pa.string()),
        ("message", pa.string()),
        ("raw_json", pa.string()),
    ]
)


@dataclass(frozen=True)
class Judged:
    """`accepted` and `rejected` lie in Parquet files, ready for the store; None where none is."""

    accepted: Incoming
    accepted_count: int
    rejected: Path | None
    rejected_count: int
    rows_in: int
    rows_read: int
    is_mending: bool = False


def judge(job: Job, table: Table) -> Judged:
    """Judge all rows; the engine's QueryError means that the file itself cannot be read."""
    rows = type_rows(job)
    blanks = _resolve(job)
    accepted = Incoming(f"({_accepted_sql(job, table)})", LINE)
    count = int(job.bench.arrow(f"SELECT count(*) AS n FROM {accepted.sql}")["n"][0].as_py())
    rejected, rejected_count = _write_rejected(job, table, count)
    rows_in = rows - blanks + len(job.staged.faults)
    return Judged(accepted, count, rejected, rejected_count, rows_in, rows, job.staged.is_shaped)


def _resolve(job: Job) -> int:
    """The exact way, into `judged_rows`: values, and the errors of each row. Counts blank rows."""
    doubtful_rows = job.bench.folder / "doubtful.parquet"
    job.bench.write_parquet("SELECT * FROM typed_rows WHERE cells IS NOT NULL", doubtful_rows)
    job.bench.scan_parquet("doubtful_rows", doubtful_rows)
    doubtful = _doubtful_plans(job)
    joins, values, errors = [], [], []
    rules: dict[str, str] = {}
    for i, plan in enumerate(job.plans):
        cell, name = _cell_in_list(job, plan), quoted(plan.name)
        if i not in doubtful:
            values.append(f"t.{name}")
            continue
        _register_fixes(job, i, plan)
        # One equality, or the engine compares every row with every text.
        text = f"CASE WHEN t.{name} IS NULL THEN {cell} END"
        joins.append(f"LEFT JOIN fix_{i} ON fix_{i}.raw = {text}")
        values.append(f"coalesce(t.{name}, fix_{i}.value) AS {name}")
        values.append(f"fix_{i}.rule AS rule_{i}")
        rules[plan.name] = f"rule_{i}"
        errors.append(_error(f"rule_{i} IS NOT NULL", plan.title, cell, f"rule_{i}"))
    errors += _missing_errors(job, rules)
    cells = ", ".join(f"cells[{i + 1}] AS c{i}" for i in range(len(job.columns)))
    repeated = f"[{_struct('表头', 'NULL', literal(_REPEATED_HEADER))}]"
    listed = f"list_filter([{', '.join(errors)}], lambda e: e IS NOT NULL)" if errors else "[]"
    file = judged_file(job)
    job.bench.write_parquet(
        f"SELECT * EXCLUDE ({', '.join(f'c{i}' for i in range(len(job.columns)))}), "
        f"CAST(CASE WHEN {header_sql(job)} THEN {repeated} ELSE {listed} END AS {_ERROR}[]) "
        f"AS errors FROM (SELECT t.row_no, t.{LINE}, t.cells, {cells}, {', '.join(values)} "
        f"FROM doubtful_rows AS t {' '.join(joins)} "
        "WHERE len(list_filter(t.cells, lambda c: trim(c) <> '')) > 0)",
        file,
    )
    job.bench.scan_parquet("judged_rows", file)
    blank = "len(list_filter(cells, lambda c: trim(c) <> '')) = 0"
    counted = job.bench.arrow(f"SELECT count(*) AS n FROM doubtful_rows WHERE {blank}")
    return int(counted["n"][0].as_py())


def judged_file(job: Job) -> Path:
    """Where the rows that took the exact way lie."""
    return job.bench.folder / "judged.parquet"


def _cell_in_list(job: Job, plan: Plan) -> str:
    return f"cells[{job.columns.index(plan.column) + 1}]"


def _doubtful_plans(job: Job) -> set[int]:
    """Places of the plans of which some cell was not understood the fast way."""
    counts = ", ".join(f"count(*) FILTER (WHERE {_is_doubtful(job, plan)})" for plan in job.plans)
    row = job.bench.arrow(f"SELECT [{counts}] AS n FROM doubtful_rows")["n"][0].as_py()
    return {i for i, count in enumerate(row) if count}


def _is_doubtful(job: Job, plan: Plan) -> str:
    return f"{quoted(plan.name)} IS NULL AND {_cell_in_list(job, plan)} IS NOT NULL"


def _register_fixes(job: Job, i: int, plan: Plan) -> None:
    """Read each distinct doubtful text the exact way."""
    doubtful = job.bench.arrow(
        f"SELECT DISTINCT {_cell_in_list(job, plan)} AS raw FROM doubtful_rows "
        f"WHERE {_is_doubtful(job, plan)}"
    )["raw"].to_pylist()
    values: dict[str, Value] = {}
    rules: list[str | None] = []
    for raw in doubtful:
        values[raw], rule = read_cell(plan, raw)
        rules.append(rule)
    table = value_table(plan, values).append_column("rule", pa.array(rules, pa.string()))
    job.bench.register(f"fix_{i}", table)


def _missing_errors(job: Job, rules: dict[str, str]) -> list[str]:
    """A required field that is empty, unless its cell was already found wrong."""
    titles = {plan.name: plan.title for plan in job.plans}
    made_of = "、".join(titles[name] for name in job.source.key if name in titles)
    return [
        _error(
            f"{fact} AND {rules.get(name, 'NULL')} IS NULL",
            titles.get(name, made_of),
            "NULL",
            literal(_EMPTY),
        )
        for name, fact in job.missing_sql().items()
    ]


def _error(condition: str, title: str, value: str, rule: str) -> str:
    return f"CASE WHEN {condition} THEN {_struct(title, value, rule)} END"


def _struct(title: str, value: str, rule: str) -> str:
    return f"{{'field': {literal(title)}, 'value': {value}, 'rule': {rule}}}"


def _accepted_sql(job: Job, table: Table) -> str:
    """Rows without errors, with constants and the made key, in the columns of the table."""
    columns = ", ".join(["row_no", LINE, *(quoted(plan.name) for plan in job.plans)])
    rows = (
        f"SELECT {columns} FROM {typed_rows(job)} WHERE cells IS NULL UNION ALL "
        f"SELECT {columns} FROM read_parquet({literal(str(judged_file(job)))}) "
        "WHERE len(errors) = 0"
    )
    added = {
        name: f"CAST({literal(str(value))} AS {TYPES[table.fields[name].type]})"
        for name, value in job.source.constants.items()
    }
    mapped = {plan.name for plan in job.plans}
    if job.source.agency and "agency_id" in table.fields and "agency_id" not in mapped | set(added):
        added["agency_id"] = literal(job.source.agency)
    extra = "".join(f", {sql} AS {quoted(name)}" for name, sql in added.items())
    whole = f"SELECT *{extra} FROM ({rows})"
    if job.made is None:
        return whole
    return f"SELECT *, {job.made_sql()} AS {quoted(job.made)} FROM ({whole})"


def _write_rejected(job: Job, table: Table, accepted: int) -> tuple[Path | None, int]:
    faults = job.staged.faults
    counted = job.bench.arrow("SELECT count(*) AS n FROM judged_rows WHERE len(errors) > 0")
    rows = int(counted["n"][0].as_py())
    if not rows and not faults:
        return None, 0
    job.bench.register("broken_rows", _fault_table(faults))
    names = ", ".join(map(literal, job.columns))
    after = literal(consolation(accepted))
    said = (
        "CASE WHEN value IS NULL THEN format('第 {} 行“{}”{}', row_no, field, rule) "
        "WHEN field = '' THEN format('第 {} 行{}', row_no, rule) "
        "ELSE format('第 {} 行“{}”是“{}”，{}', row_no, field, "
        f"CASE WHEN length(value) > 60 THEN value[:60] || '…' ELSE value END, rule) END || {after}"
    )
    file = job.bench.folder / "rejected.parquet"
    job.bench.write_parquet(
        f"SELECT {literal(table.name)} AS table_name, row_no, field, value, rule, "
        f"{said} AS message, raw_json FROM ("
        "SELECT row_no, e.field AS field, e.value AS value, e.rule AS rule, raw_json FROM "
        "(SELECT row_no, unnest(errors) AS e, "
        f"CAST(to_json(MAP([{names}], cells)) AS VARCHAR) AS raw_json FROM judged_rows) "
        "UNION ALL SELECT * FROM broken_rows) ORDER BY row_no",
        file,
    )
    return file, rows + len(faults)


def consolation(accepted: int) -> str:
    """What follows every error: nothing is lost, and what to do."""
    return f"。该行未入库，其余 {accepted} 行已入库；改好后重传本文件即可，重复的行不会入两次。"


def _fault_table(faults: list[RowFault]) -> pa.Table:
    return pa.table(
        {
            "row_no": pa.array([fault.row_no for fault in faults], pa.int64()),
            "field": pa.array(["" for _ in faults], pa.string()),
            "value": pa.array([fault.raw for fault in faults], pa.string()),
            "rule": pa.array([fault.rule for fault in faults], pa.string()),
            "raw_json": pa.array([None for _ in faults], pa.string()),
        }
    )
