"""Synthetic records of a city for benchmarks: made inside the engine by synthetic.sql.

Values are plausible, not true to life: dates follow each other as in a real case file, a few per
cent of the rows break a rule. The same size gives the same city.
"""

import re
from datetime import datetime
from pathlib import Path

from mingjian.standards import load_standard
from mingjian.store import Store, SubmissionHeader, Workbench

TYPES = {
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "money": "DECIMAL(18, 2)",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "boolean": "BOOLEAN",
}

SCRIPT = Path(__file__).with_suffix(".sql")
_TABLE = re.compile(r"-- table (?P<name>\w+): (?P<size>[^\n]+) rows\n(?P<select>.+?);\n", re.DOTALL)


def fill(store: Store, cases: int, folder: Path) -> dict[str, int]:
    """Commit a city of `cases` penalty cases to an empty store; returns rows by table."""
    counts = {}
    with store.workbench() as bench:
        script = SCRIPT.read_text(encoding="utf-8")
        for macro in re.findall(r"^CREATE MACRO .+?;$", script, re.MULTILINE | re.DOTALL):
            bench.sql(macro)
        for found in _TABLE.finditer(script):
            table, size, select = found["name"], found["size"], found["select"]
            path = folder / f"{table}.parquet"
            counts[table] = _write(bench, table, size, select, cases, path)
            header = SubmissionHeader(
                submission_id=f"synthetic-{table}",
                source_code="synthetic",
                agency_id=None,
                file_name=path.name,
                file_sha256=f"{table}-{cases}",
                submitted_by="benchmark",
                received_at=datetime(2021, 7, 1),  # before every event, so that nothing is late
                rows_in=counts[table],
            )
            store.commit(header, {table: path}, None)
            path.unlink()
    return counts


def _write(bench: Workbench, table: str, size: str, select: str, cases: int, path: Path) -> int:
    """One table as Parquet: the columns of the standard, typed, those not made left out."""
    rows = f"(SELECT {size} FROM (SELECT {cases} AS n))"
    numbers = f"numbers AS (SELECT range AS i, {cases} AS n FROM range({rows}))"
    fields = load_standard().tables[table].fields
    made_columns = bench.arrow(f"WITH {numbers}, made AS ({select}) SELECT * FROM made LIMIT 0")
    columns = ", ".join(
        f"CAST({name} AS {TYPES.get(fields[name].type, 'VARCHAR')}) AS {name}"
        for name in made_columns.column_names
    )
    return bench.write_parquet(
        f"WITH {numbers}, made AS ({select}) "
        f"SELECT {columns}, row_number() OVER () AS row_no FROM made",
        path,
    )
