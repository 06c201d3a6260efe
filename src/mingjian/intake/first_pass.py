"""The fast way over all rows: one statement that types every column at once.

A row in which something is not understood, or missing, carries its cells along in the column
`cells`; all other rows are done.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from mingjian.intake.fast import TYPES, fast_sql
from mingjian.intake.planning import quick_spellings
from mingjian.intake.rows import ROW_NO
from mingjian.intake.source import Source
from mingjian.intake.sql_text import literal, quoted
from mingjian.intake.staging import Staged
from mingjian.intake.values import Plan, Value
from mingjian.store import Workbench

ARROW_TYPES = {
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "money": pa.decimal128(18, 2),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
}

LINE = "line_of_file"
"""Column that tells each row from all others; several rows may come of one row of a sheet."""

_SAMPLE = 20_000


@dataclass(frozen=True)
class Job:
    """What is to be judged: the staged rows, the plans, and which fields must be filled."""

    bench: Workbench
    staged: Staged
    source: Source
    plans: list[Plan]
    required: list[str]
    made: str | None
    received_on: date

    @property
    def columns(self) -> list[str]:
        """The columns of the file that are mapped, in order; the n-th is cell `c<n>`."""
        return list(dict.fromkeys(plan.column for plan in self.plans))

    def cell(self, plan: Plan) -> str:
        return f"c{self.columns.index(plan.column)}"

    def made_sql(self) -> str:
        """The key that is made from other fields, joined by `/`."""
        parts = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in self.source.key)
        return f"nullif(concat_ws('/', {parts}), '')"

    def missing_sql(self) -> dict[str, str]:
        """For each field that must be filled: SQL that holds where it is empty."""
        missing = {name: f"{quoted(name)} IS NULL" for name in self.required}
        if self.made is not None:
            missing[self.made] = f"{self.made_sql()} IS NULL"
        return missing


def type_rows(job: Job) -> int:
    """Put every row, typed, into a file; returns the number of rows."""
    count = job.bench.write_parquet(_typed_sql(job), _typed_file(job))
    job.bench.sql(f"CREATE OR REPLACE TEMP VIEW typed_rows AS SELECT * FROM {typed_rows(job)}")
    return count


def typed_rows(job: Job) -> str:
    """SQL text of the rows that `type_rows` wrote, each with its number and its LINE."""
    base = job.staged.row_base
    # The engine keeps the order of the file, so that a row's place tells its number.
    number = ROW_NO if base is None else f"file_row_number + {base + 1}"
    names = ", ".join(quoted(plan.name) for plan in job.plans)
    file = f"read_parquet({literal(str(_typed_file(job)))}, file_row_number = true)"
    return f"(SELECT {number} AS row_no, file_row_number AS {LINE}, {names}, cells FROM {file})"


def _typed_file(job: Job) -> Path:
    return job.bench.folder / "typed.parquet"


def _typed_sql(job: Job) -> str:
    number = f"{ROW_NO}, " if job.staged.row_base is None else ""
    cells = ", ".join(f"c{i}" for i in range(len(job.columns)))
    values: list[str] = []
    doubts = [f"({fact})" for fact in job.missing_sql().values()]
    for i, plan in enumerate(job.plans):
        cell, name = job.cell(plan), quoted(plan.name)
        sql = _fast_value(job, plan)
        if sql is None:
            sql, known = _looked_up(job, i, plan)
            doubts.append(f"({cell} IS NOT NULL AND NOT {known or f'{name} IS NOT NULL'})")
        elif plan.field.type != "text" or plan.field.check:
            doubts.append(f"({cell} IS NOT NULL AND {name} IS NULL)")
        values.append(f"{sql} AS {name}")
    names = ", ".join(quoted(plan.name) for plan in job.plans)
    doubts.append(header_sql(job))
    return (
        f"SELECT {number}{names}, CASE WHEN {' OR '.join(doubts)} THEN [{cells}] END AS cells "
        f"FROM (SELECT {number}{cells}, {', '.join(values)} "
        f"FROM ({_cells_sql(job)}))"
    )


def _cells_sql(job: Job) -> str:
    """The mapped cells as c0, c1 …, where words that mean nothing are NULL."""
    number = f"{ROW_NO}, " if job.staged.row_base is None else ""
    words = ", ".join(map(literal, job.source.empty))
    cells = []
    for i, column in enumerate(job.columns):
        cell = quoted(column)
        emptied = f"CASE WHEN {cell} NOT IN ({words}) THEN {cell} END" if words else cell
        cells.append(f"{emptied} AS c{i}")
    return f"SELECT {number}{', '.join(cells)} FROM {job.staged.relation}"


def header_sql(job: Job) -> str:
    """Holds for a row that repeats the header, as in files that were put one behind another."""
    same = (f"c{i} = {literal(column)}" for i, column in enumerate(job.columns))
    return f"({' AND '.join(same)})"


def _fast_value(job: Job, plan: Plan) -> str | None:
    if quick_spellings(plan) is not None:
        return None
    return fast_sql(job.cell(plan), plan.target, plan.field, job.received_on)


def _looked_up(job: Job, i: int, plan: Plan) -> tuple[str, str | None]:
    """SQL of a value by its text; and whether the text is known, if a known one may mean nothing.

    Not a join: an outer join hands on the rows without a partner behind the others, and rows here
    are known by their place alone. The texts are an ENUM, the values a list in the same order.
    """
    values = quick_spellings(plan)
    if values is None:
        values = _read_sample(job, plan)
    kind = TYPES[plan.field.type]
    if not values:
        return f"CAST(NULL AS {kind})", None
    job.bench.register(f"lookup_{i}", value_table(plan, values))
    job.bench.sql(
        f"DROP TYPE IF EXISTS text_{i}; "
        f"CREATE TYPE text_{i} AS ENUM (SELECT raw FROM lookup_{i} ORDER BY n); "
        f"SET VARIABLE value_{i} = (SELECT list(value ORDER BY n) FROM lookup_{i})"
    )
    text = f"try_cast({job.cell(plan)} AS text_{i})"
    known = f"({text} IS NOT NULL)" if None in values.values() else None
    return f"getvariable('value_{i}')[enum_code({text}) + 1]", known


def _read_sample(job: Job, plan: Plan) -> dict[str, Value]:
    """What the exact way reads from each text at the beginning of a column.

    Where texts repeat, as lists of codes do, this knows nearly all of them, and the rest go the
    exact way like any other doubtful cell.
    """
    cell = job.cell(plan)
    distinct = job.bench.arrow(
        f"SELECT DISTINCT {cell} AS raw FROM ({_cells_sql(job)} LIMIT {_SAMPLE}) "
        f"WHERE {cell} IS NOT NULL"
    )
    read = {raw: read_cell(plan, raw) for raw in distinct["raw"].to_pylist()}
    return {raw: value for raw, (value, rule) in read.items() if rule is None}


def read_cell(plan: Plan, raw: str) -> tuple[Value, str | None]:
    """The exact way for one text: its value, or the rule that it breaks."""
    try:
        return plan.value(raw), None
    except ValueError as error:
        return None, str(error)


def value_table(plan: Plan, values: dict[str, Value]) -> pa.Table:
    """Texts and their values, numbered."""
    kind = ARROW_TYPES.get(plan.field.type, pa.string())
    return pa.table(
        {
            "n": pa.array(range(len(values)), pa.int64()),
            "raw": pa.array(values, pa.string()),
            "value": pa.array(values.values(), kind),
        }
    )
