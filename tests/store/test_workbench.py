"""The scratch session of intake."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mingjian.store import QueryError, StoreError, Workbench, open_store


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with open_store(tmp_path / "store", kind="parquet").workbench() as opened:
        yield opened


def test_rows_are_registered_worked_on_and_written(bench: Workbench, tmp_path: Path) -> None:
    bench.register("sent", pa.table({"案号": ["1", "2"], "日期": ["2025-01-02", "x"]}))
    bench.sql('CREATE TABLE typed AS SELECT "案号", try_cast("日期" AS DATE) AS day FROM sent')
    path = tmp_path / "it's.parquet"
    assert bench.write_parquet("SELECT * FROM typed WHERE day IS NOT NULL;", path) == 1
    assert pq.read_table(path)["案号"].to_pylist() == ["1"]
    assert bench.scan_parquet("again", path) == ["案号", "day"]
    assert bench.arrow('SELECT "案号" AS no FROM again').to_pylist() == [{"no": "1"}]
    bench.register("again", pa.table({"n": [1]}))  # a name may be used anew
    assert bench.arrow("SELECT * FROM again").to_pylist() == [{"n": 1}]
    bench.scan_parquet("again", path)
    assert bench.arrow("SELECT count(*) AS n FROM again").to_pylist() == [{"n": 1}]


def test_a_stream_is_registered_piece_by_piece(bench: Workbench) -> None:
    schema = pa.schema([("n", pa.int64())])
    batches = (pa.record_batch([pa.array([i, i + 1])], schema=schema) for i in range(0, 10, 2))
    bench.register("stream", pa.RecordBatchReader.from_batches(schema, batches))
    for _ in range(2):  # a stream itself could be read only once
        assert bench.arrow("SELECT sum(n) AS n FROM stream").to_pylist() == [{"n": 45}]


def test_faults_are_the_stores_own_errors_and_benches_are_apart(
    bench: Workbench, tmp_path: Path
) -> None:
    with pytest.raises(QueryError, match="no_such"):
        bench.arrow("SELECT * FROM no_such")
    with pytest.raises(QueryError):
        bench.scan_parquet("missing", tmp_path / "missing.parquet")
    bench.sql("CREATE TABLE mine AS SELECT 1 AS one")
    with open_store(tmp_path / "store").workbench() as other, pytest.raises(QueryError):
        other.sql("SELECT * FROM mine")


def test_closing_leaves_nothing_behind(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", kind="parquet").workbench() as bench:
        bench.register("t", pa.table({"n": [1]}))
        bench.write_parquet("SELECT * FROM t", bench.folder / "t.parquet")
        folder = bench.folder
        assert folder.is_dir()
    assert not folder.exists()


@pytest.mark.postgres
def test_rows_are_pulled_from_postgresql(
    bench: Workbench, tmp_path: Path, postgres_server: dict[str, str]
) -> None:
    dsn = " ".join(f"{key}={value}" for key, value in postgres_server.items())
    path = tmp_path / "pulled.parquet"
    query = """
        SELECT i AS "案号", DATE '2025-01-01' + i AS filed_on, i % 2 = 0 AS is_major,
               1.50 * i AS fine,
               CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE E'a,"b"\\n' END AS t
        FROM generate_series(1, 30000) AS i ORDER BY i;
    """
    assert bench.pull_postgres(dsn, query, path) == 30_000
    rows = pq.read_table(path).slice(0, 3).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("1", "2025-01-02", "f", "1.50", ""),
        ("2", "2025-01-03", "t", "3.00", 'a,"b"\n'),
        ("3", "2025-01-04", "f", "4.50", None),
    ]
    assert bench.pull_postgres(dsn, "SELECT 1 AS a WHERE false", path) == 0
    with pytest.raises(StoreError, match="no_such"):
        bench.pull_postgres(dsn, "SELECT * FROM no_such", path)
    with pytest.raises(StoreError, match="取数失败"):
        bench.pull_postgres(dsn, "DELETE FROM pg_class RETURNING 1", path)
    with pytest.raises(StoreError, match="两列都叫“a”"):
        bench.pull_postgres(dsn, "SELECT 1 AS a, 2 AS a", path)
    with pytest.raises(StoreError, match="连接串写法有误") as caught:
        bench.pull_postgres("host=x password secret", "SELECT 1", path)
    assert "secret" not in str(caught.value)
    with pytest.raises(StoreError, match="取数失败"):
        bench.pull_postgres("host=127.0.0.1 port=1 dbname=x", "SELECT 1", path)
