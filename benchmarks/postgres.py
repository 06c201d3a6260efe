"""The round's statements on PostgreSQL with indexes, against the same statements on the store.

    python benchmarks/postgres.py 1000000 --folder /where/cities/are/kept

A server of its own is started on loopback with memory to match (see SETTINGS), the tables and the
columns that the monitors touch are copied there, keys, references and dates are indexed, and
statistics gathered. Then every statement runs once on either side, in turn. What PostgreSQL lacks
a function for is listed and left out on both sides; what passes the time limit counts as that
limit, so that the ratio is a lower bound.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import duckdb
import psycopg
from sqlglot import exp

from mingjian.monitor import load_library
from mingjian.monitor.elsewhere import Statement, statements
from mingjian.monitor.fold import folded
from mingjian.monitor.relations import relations
from mingjian.standards import load_standard
from mingjian.store import Reader, open_store
from mingjian.store.engine import load_extensions

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from round import AS_OF, make, production, touched

from with_postgres import postgres

SETTINGS = (
    "shared_buffers=4GB",
    "effective_cache_size=12GB",
    "work_mem=256MB",
    "maintenance_work_mem=1GB",
    "max_parallel_workers_per_gather=2",
    "random_page_cost=1.1",
    "max_wal_size=8GB",
    # for loading only; a statement that reads is not the quicker for it
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_parallel_maintenance_workers=2",
)

# Functions of the portable subset that PostgreSQL has under another name.
FUNCTIONS = (
    "CREATE FUNCTION contains(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql "
    "AS 'SELECT strpos($1, $2) > 0'",
    "CREATE FUNCTION round(double precision, integer) RETURNS double precision IMMUTABLE "
    "LANGUAGE sql AS 'SELECT round($1::numeric, $2)::double precision'",
    "CREATE FUNCTION date_from_parts(bigint, integer, integer) RETURNS date IMMUTABLE "
    "LANGUAGE sql AS 'SELECT make_date($1::integer, $2, $3)'",
)


@dataclass(frozen=True)
class Race:
    """One statement on both sides, in seconds; `note` says what became of it on PostgreSQL."""

    codes: str
    here: float
    there: float
    note: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keep the city here and use it again")
    parser.add_argument("--limit", type=int, default=60, help="seconds a statement may take there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = (given.folder or Path(scratch)) / f"city-{given.cases}"
        make(given.cases, home)
        with open_store(home).reader(many=True) as reader, postgres(*SETTINGS) as server:
            address = "host={host} port={port} user={user} dbname={dbname}".format(**server)
            copy(reader, address, Path(scratch))
            with psycopg.connect(address, autocommit=True) as there:
                index(there)
                for function in FUNCTIONS:
                    there.execute(function)
                there.execute(f"SET statement_timeout = {given.limit * 1000}")
                races = [race(reader, there, one, given.limit) for one in round_statements()]
    report(races)
    return 0


def round_statements() -> list[Statement]:
    return statements(load_library(), AS_OF, only=production().monitors)


def copy(reader: Reader, address: str, scratch: Path) -> None:
    """The tables that the statements read, on the other side."""
    read = set().union(*(one.tables for one in round_statements()))
    engine = duckdb.connect()
    load_extensions(engine, ("postgres",), scratch / "extensions")
    engine.execute(f"ATTACH '{address}' AS there (TYPE postgres)")
    for table in sorted(read):
        rows = reader.arrow(f"SELECT * FROM {table}")
        start = perf_counter()
        engine.register("rows", rows)
        engine.execute(f"CREATE TABLE there.public.{table} AS SELECT * FROM rows")
        engine.unregister("rows")
        print(f"copied {table}: {rows.num_rows:,} rows, {perf_counter() - start:.0f} s", flush=True)
    engine.close()


def index(there: psycopg.Connection) -> None:
    """What a careful administrator would index: keys, and of what is touched ids and dates."""
    wanted = touched(production())
    query = "SELECT table_name, column_name, data_type FROM information_schema.columns "
    found = there.execute(query + "WHERE table_schema = 'public'").fetchall()
    standard = load_standard().tables
    start = perf_counter()
    for table, column, kind in found:
        if relations()[table].kind != "reference" and column not in wanted.get(table, ()):
            continue
        if column.endswith(("_id", "_code", "_key")) or kind == "date" or column == "workday_no":
            there.execute(f"CREATE INDEX ON {table} ({column})")
    for table in {table for table, _, _ in found} & standard.keys():
        there.execute(f"CREATE INDEX ON {table} ({', '.join(standard[table].key)})")
    there.execute("VACUUM ANALYZE")
    print(f"indexed in {perf_counter() - start:.0f} s", flush=True)


def race(reader: Reader, there: psycopg.Connection, one: Statement, limit: int) -> Race:
    codes = "、".join(monitor.code for monitor in one.monitors)
    one = replace(one, query=folded(reader, one.query))  # as in a round, and alike on both sides
    with clock() as here:
        found = reader.arrow(one.sql("duckdb")).num_rows
    note = ""
    with clock() as elsewhere:
        try:
            rows = there.execute(on_postgres(one)).fetchall()
            note = "" if len(rows) == found else f"{len(rows):,} rows, {found:,} here"
        except psycopg.errors.QueryCanceled:
            note = f"stopped after {limit} s"
        except psycopg.Error as error:
            note = f"cannot: {str(error).splitlines()[0]}"
    print(f"{here[0]:7.2f} {elsewhere[0]:7.2f}  {codes[:60]}  {note}", flush=True)
    return Race(codes, here[0], elsewhere[0], note)


def on_postgres(one: Statement) -> str:
    """The statement in PostgreSQL's words; its medians as the percentile it knows."""
    tree = one.query.transform(_median)
    return tree.sql("postgres", comments=False)


def _median(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Median):
        half = exp.PercentileCont(this=exp.Literal.number("0.5"))
        return exp.WithinGroup(
            this=half, expression=exp.Order(expressions=[exp.Ordered(this=node.this)])
        )
    return node


@contextmanager
def clock() -> Iterator[list[float]]:
    """Seconds a block takes, as the one item of a list once it is over."""
    taken: list[float] = []
    start = perf_counter()
    try:
        yield taken
    finally:
        taken.append(perf_counter() - start)


def report(races: list[Race]) -> None:
    run = [one for one in races if not one.note.startswith("cannot")]
    here, there = sum(one.here for one in run), sum(one.there for one in run)
    stopped = sum(one.note.startswith("stopped") for one in run)
    print(f"\n{len(run)} of {len(races)} statements ran on both; {stopped} were stopped there")
    print(f"store {here:.1f} s, PostgreSQL {there:.1f} s or more: 1/{there / here:.1f}")
    middle = sorted(one.there / one.here for one in run)[len(run) // 2]
    print(f"median statement: {middle:.1f} times as long there")


if __name__ == "__main__":
    sys.exit(main())
