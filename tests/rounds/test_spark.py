"""Apache Spark finds the same as the engine of the platform, monitor by monitor."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from made_city import UNTIL, make_city
from mingjian.monitor import Run, load_library, run_round, statements
from mingjian.store import open_store
from real_parts import missing
from spark_cluster import NoSpark, spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

AS_OF = date.fromisoformat(UNTIL)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_city(tmp_path_factory.mktemp("city"), scale="0.01", seed="12")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator["SparkSession"]:
    # What the platform hands over are days and moments without a zone.
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    try:
        with spark(tmp_path_factory.mktemp("spark")) as started:
            yield started
    except NoSpark as error:
        missing(str(error))
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before


def test_spark_finds_the_same(home: Path, session: "SparkSession", tmp_path: Path) -> None:
    """The same tables as files, the same statements in Spark's dialect, the same findings."""
    library = load_library()
    with open_store(home / "store").reader() as reader:
        run = run_round(reader, library, AS_OF)
        passes = statements(library, AS_OF)
        for table in sorted(set().union(*(one.tables for one in passes))):
            file = tmp_path / f"{table}.parquet"
            pq.write_table(reader.arrow(f"SELECT * FROM {table}"), file)
            session.read.parquet(str(file)).createOrReplaceTempView(table)
    differing = {}
    for one in passes:
        answered = session.sql(one.sql("spark")).toArrow()
        for name, table in one.findings(answered).items():
            if difference := _difference(run, name, table):
                differing[name] = difference
    assert not differing
    found = {outcome.monitor_id for outcome in run.outcomes if outcome.count}
    assert len(found) > 60, "不足以说明问题：这座城市里没有发现的模型太多"


def _difference(run: Run, name: str, table: pa.Table) -> str:
    """Rows that only one of the two engines found; nothing where the platform did not run it."""
    if name not in {outcome.monitor_id for outcome in run.outcomes if outcome.status == "ran"}:
        return ""
    here, there = _rows(run.table(name)), _rows(table)
    if here == there:
        return ""
    only_here, only_there = (list(rows)[:2] for rows in (here - there, there - here))
    return f"只有本平台：{only_here}；只有 Spark：{only_there}"


def _rows(table: pa.Table) -> Counter[tuple[str, ...]]:
    return Counter(tuple(map(_spelled, row.values())) for row in table.to_pylist())


def _spelled(value: Any) -> str:
    """One spelling for equal values, whatever number type an engine chose for them."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float | Decimal):
        return f"{float(value):.9g}"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat()
    return str(value)
