"""How fast a million rows come in, beside the engine just copying the same file to Parquet.

    python benchmarks/intake.py                 # 1,000,000 rows, 3 runs, memory at 1 and 3 million
    python benchmarks/intake.py --rows 200000 --runs 1 --no-memory

Both are timed in turns in one run, each in a process of its own. Taking in does all of this: keep
the file with its SHA-256, sniff the encoding, read 20 columns, judge dates, amounts, codes,
document numbers and the check digits of 统一社会信用代码, reject 1 % of the rows by name, and merge
the rest by record key into a DuckLake store, versions kept, synced to disk.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

SOURCE = """
code: bench-cf
name: 行政处罚（测速）
agency: null
into: penalty_case
transport: {kind: folder, format: csv}
columns:
  案件标识: case_id
  办案主体: agency_id
  案号: case_no
  文号: decision_no
  执法领域: field
  适用程序: procedure
  当事人: party_name
  当事人类别: party_kind
  统一社会信用代码: party_credit_code
  立案日期: filed_on
  告知日期: prior_notice_on
  决定日期: decided_on
  决定结果: decision_result
  处罚种类: penalty_kinds
  案由: cause
  罚款金额: fine_yuan
  送达方式: service_method
  送达日期: served_on
  重大: is_major
  录入时间: recorded_at
"""
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
PARTIES = 200_000


def quiet() -> duckdb.DuckDBPyConnection:
    """An engine without its own progress bar."""
    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    return engine


def write_rows(path: Path, first: int, count: int, changed: int = 0) -> None:
    """A department's file: cases first … first+count-1; the first `changed` with another fine."""
    engine = quiet()
    terms = " + ".join(
        f"(instr('{ALPHABET}', body[{i}]) - 1) * {w}" for i, w in enumerate(WEIGHTS, 1)
    )
    engine.execute(
        f"CREATE TABLE party AS SELECT n, body || '{ALPHABET}'[(31 - ({terms}) % 31) % 31 + 1] AS "
        "code FROM (SELECT n, '91110105MA' || lpad(CAST(n AS VARCHAR), 7, '0') AS body "
        f"FROM range({PARTIES}) AS t(n))"
    )
    engine.execute(
        f"""COPY (SELECT 'CY-2025-' || i AS 案件标识, 'SJ' || (110101 + i % 17) AS 办案主体,
        '京朝市监立〔' || (2020 + i % 6) || '〕' || i || '号' AS 案号,
        '京朝市监罚〔' || (2020 + i % 6) || '〕' || i || '号' AS 文号,
        ['市场监管', '城市管理', '生态环境', '应急管理'][1 + i % 4] AS 执法领域,
        ['普通程序', '一般程序', '简易程序'][1 + i % 3] AS 适用程序,
        '北京某某商贸有限公司第' || (i % {PARTIES}) || '分店' AS 当事人,
        ['法人', '个体工商户'][1 + i % 2] AS 当事人类别,
        CASE WHEN i % 200 = 7 THEN '91110105MA00000000' ELSE code END AS 统一社会信用代码,
        CASE WHEN i % 200 = 107 THEN '2025/13/02' ELSE
            CAST(DATE '2020-01-01' + CAST(i % 1800 AS INT) AS VARCHAR) END AS 立案日期,
        DATE '2020-01-31' + CAST(i % 1800 AS INT) AS 告知日期,
        DATE '2020-03-01' + CAST(i % 1800 AS INT) AS 决定日期,
        ['行政处罚', '不予行政处罚'][1 + i % 2] AS 决定结果,
        ['罚款', '罚款、警告', '没收违法所得'][1 + i % 3] AS 处罚种类,
        '违反《某某管理条例》第' || (i % 100) || '条第' || (i % 9) || '款' AS 案由,
        (i * 7919 % 5000000 + CASE WHEN i - {first} < {changed} THEN 1 ELSE 0 END) / 100
            AS 罚款金额,
        ['直接送达', '邮寄送达'][1 + i % 2] AS 送达方式,
        DATE '2020-03-06' + CAST(i % 1800 AS INT) AS 送达日期,
        ['是', '否'][1 + i % 2] AS 重大,
        strftime(TIMESTAMP '2020-03-06 08:00:00' + to_seconds(i * 37 % 150000000),
                 '%Y-%m-%d %H:%M:%S') AS 录入时间
        FROM range({first}, {first + count}) AS t(i) JOIN party ON party.n = i % {PARTIES}
        ORDER BY i) TO '{path}' (HEADER)"""
    )


def copy(path: Path, _home: Path) -> tuple[float, float]:
    """The yardstick: the engine copies the file to Parquet, types guessed, nothing judged."""
    target = path.with_suffix(".parquet")
    engine = quiet()
    started, busy = time.perf_counter(), time.process_time()
    engine.execute(f"COPY (SELECT * FROM read_csv('{path}')) TO '{target}' (COMPRESSION zstd)")
    return time.perf_counter() - started, time.process_time() - busy


def take_in(path: Path, home: Path) -> tuple[float, float]:
    """Take the file into the store of `home`."""
    os.environ["MINGJIAN_HOME"] = str(home)
    from mingjian.intake import load_source, take
    from mingjian.store import open_store

    file = home / "source.yaml"
    file.write_text(SOURCE, encoding="utf-8")
    source, store = load_source(file), open_store()
    store.reader().close()
    started, busy = time.perf_counter(), time.process_time()
    done = take(store, source, path, by="测速", at=datetime(2026, 1, 1))
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    if done.status != "accepted" or done.rejected_count != done.rows_in // 100:
        raise RuntimeError(f"测速的数据不对：{done}")
    return seconds, busy


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of all processors, and peak memory in MB."""

    seconds: float
    busy: float
    memory: float


def apart(job: Callable[[Path, Path], tuple[float, float]], path: Path, home: Path) -> Cost:
    """What a job costs in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (job, path, home))


def _measured(job: Any, path: Path, home: Path) -> Cost:
    seconds, busy = job(path, home)
    return Cost(seconds, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-memory", action="store_true", help="不测三倍行数时的内存")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingjian-bench-") as folder:
        run(Path(folder), chosen.rows, chosen.runs, not chosen.no_memory)


def run(folder: Path, rows: int, runs: int, memory: bool) -> None:
    new, known = folder / "new.csv", folder / "known.csv"
    write_rows(known, 0, rows)
    write_rows(new, rows // 2, rows, changed=rows // 4)
    print(f"{rows:,} 行，{new.stat().st_size >> 20} MB，20 列")
    base = folder / "base"
    base.mkdir()
    apart(take_in, known, base)
    found: dict[str, list[tuple[Cost, Cost]]] = {"空库": [], "合并": []}
    for n in range(1, runs + 1):
        yardstick = apart(copy, new, folder)
        for name in found:
            home = folder / "home"
            if name == "合并":
                shutil.copytree(base, home)
            else:
                home.mkdir()
            cost = apart(take_in, new, home)
            shutil.rmtree(home)
            found[name].append((cost, yardstick))
            print(f"第 {n} 次 {name}：入库 {cost.seconds:.2f} 秒，照抄 {yardstick.seconds:.2f} 秒")
    for name, pairs in found.items():
        what = "" if name == "空库" else "（库里已有同样多的行，一半是相同记录，其中一半有改动）"
        clock = statistics.median(cost.seconds / copied.seconds for cost, copied in pairs)
        busy = statistics.median(cost.busy / copied.busy for cost, copied in pairs)
        print(f"{name}{what}：中位数 {clock:.2f} 倍；按处理器时间 {busy:.2f} 倍")
    peak = max(cost.memory for pairs in found.values() for cost, _ in pairs)
    print(f"内存峰值：{rows:,} 行 {peak:.0f} MB")
    if memory:
        write_rows(known, 0, 3 * rows)
        home = folder / "home"
        home.mkdir()
        cost = apart(take_in, known, home)
        print(f"内存峰值：{3 * rows:,} 行 {cost.memory:.0f} MB（{cost.seconds:.1f} 秒）")


if __name__ == "__main__":
    main()
