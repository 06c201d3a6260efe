"""What keeping a submission costs, against writing the same rows plainly, in one run.

Run: python benchmarks/store_commit.py [rows, default 1000000]. Prints a table and keeps nothing.
The plain write is the engine's own COPY of the same typed columns to one zstd Parquet file: no
versions, no current table, no hash, no order, no transaction.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from mingjian.store import CommitResult, Store, SubmissionHeader, memory_reader, open_store

Kind = Literal["ducklake", "parquet"]
_ROWS = """
    SELECT i + 2 AS row_no, 'CASE-' || lpad(CAST(i AS VARCHAR), 9, '0') AS case_id,
           '1101' || lpad(CAST(i % 97 AS VARCHAR), 2, '0') || '-SCJG' AS agency_id,
           '京市监罚〔2025〕' || i || '号' AS case_no, 'ordinary' AS procedure,
           '当事人' || (i % 100000) || '有限公司' AS party_name,
           '无照经营第' || (i % 500) || '类' AS cause, '事实' || md5(CAST(i AS VARCHAR)) AS fact,
           DATE '2023-01-01' + CAST(i * 7919 % 1000 AS INTEGER) AS filed_on,
           DATE '2023-03-01' + CAST(i * 7919 % 1000 AS INTEGER) AS decided_on,
           CAST(i * 31 % 50000 AS DECIMAL(18, 2)) AS fine_yuan, i % 3 = 0 AS is_major,
           TIMESTAMP '2023-01-01' + to_seconds(i * 37 % 80000000) AS recorded_at
    FROM range({rows}) AS r(i)
"""


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="mingjian-benchmark-") as folder:
        prepare_and_measure(Path(folder), rows)
    examples = {"penalty_case": [{"case_id": "1", "filed_on": date(2025, 1, 2)}] * 5}
    memory_reader(examples).close()
    print(f"{'memory_reader，开并查一次':<34}{timed(lambda: look_up(examples), 50):8.4f} 秒")


def look_up(examples: dict[str, list[dict[str, object]]]) -> None:
    with memory_reader(examples) as reader:
        reader.rows("SELECT case_id FROM penalty_case")


def prepare_and_measure(folder: Path, rows: int) -> None:
    whole, upsert = folder / "whole.parquet", folder / "upsert.parquet"
    with open_store(folder / "scratch", kind="parquet").workbench() as bench:
        bench.sql(f"CREATE TABLE rows_sent AS {_ROWS.format(rows=rows)}")
        bench.write_parquet("SELECT * FROM rows_sent", whole)
        changed = "CASE WHEN row_no % 200 = 0 THEN case_id ELSE case_id || 'N' END"
        bench.write_parquet(
            f"SELECT * REPLACE ({changed} AS case_id, fine_yuan + 1 AS fine_yuan) "
            "FROM rows_sent WHERE row_no % 100 = 0",
            upsert,
        )
        bench.sql("DROP TABLE rows_sent")
        bench.scan_parquet("sent", whole)
        plain = timed(
            lambda: bench.sql(
                f"COPY (SELECT * EXCLUDE (row_no) FROM sent) TO '{folder}/plain.parquet' "
                "(FORMAT parquet, COMPRESSION zstd)"
            ),
            3,
        )
    print(f"{rows} 行；原样写成 Parquet {plain:.2f} 秒，以此为 1\n")
    for kind in ("ducklake", "parquet"):
        measure(kind, folder / kind, whole, upsert, plain)


def measure(kind: Kind, folder: Path, whole: Path, upsert: Path, plain: float) -> None:
    store = open_store(folder, kind=kind)
    for title, number, path in (
        ("全部为新", 1, whole),
        ("百分之一：半数更正半数新增", 2, upsert),
        ("全部重报，几乎无变化", 3, whole),
    ):
        started = time.perf_counter()
        result = submit(store, number, path)
        seconds = time.perf_counter() - started
        counts = f"新 {result.new_count} 改 {result.changed_count} 同 {result.unchanged_count}"
        print(f"{kind:<10}{title:<24}{seconds:8.2f} 秒{seconds / plain:7.1f} 倍  {counts}")
    print(f"{kind:<10}{'打开 reader':<24}{timed(lambda: store.reader().close(), 20):8.4f} 秒")
    total = "SELECT sum(fine_yuan) AS s FROM penalty_case"
    with store.reader() as reader, store.reader(datetime(2025, 1, 1, 12)) as earlier:
        print(f"{kind:<10}{'全表求和':<24}{timed(lambda: reader.rows(total), 5):8.4f} 秒")
        print(
            f"{kind:<10}{'全表求和（当时所知）':<24}{timed(lambda: earlier.rows(total), 5):8.4f} 秒"
        )
    print(f"{kind:<10}{'夜间整理':<24}{timed(store.maintain, 1):8.2f} 秒\n")
    store.close()


def submit(store: Store, day: int, path: Path) -> CommitResult:
    header = SubmissionHeader(
        submission_id=f"s{day}",
        source_code="benchmark",
        agency_id=None,
        file_name=path.name,
        file_sha256="",
        submitted_by="benchmark",
        received_at=datetime(2025, 1, day),
        rows_in=0,
    )
    return store.commit(header, {"penalty_case": path}, None)


def timed(call: Callable[[], object], times: int) -> float:
    """Median seconds of `times` calls."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[len(seconds) // 2]


if __name__ == "__main__":
    main()
