"""Jiangmen's discretion tables: merged cells, amounts in Chinese words, 以上 and 以下.

The three tables are read apart here: cells are filled down by hand-written rules, amounts by a
small reader of Chinese numerals and one regular expression.
"""

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

TABLES = ("大气污染防治法", "噪声污染防治法", "广东省大气条例")
DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2}
NUMBER = r"[\d.零一二两三四五六七八九十百千万]+"
Rows = list[dict[str, str]]


def numeral(text: str) -> Decimal:
    """二十万 and 1500 as numbers; enough for these tables."""
    if re.fullmatch(r"[\d.]+", text):
        return Decimal(text)
    if "万" in text:
        head, tail = text.split("万")
        return numeral(head) * 10000 + (numeral(tail) if tail else 0)
    total, digit = 0, 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
    return Decimal(total + digit)


def filled(file: Path) -> Rows:
    """The table with its merged cells written out, each row with its place under its number."""
    rows, above, place = [], dict[str, str](), 0
    with file.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv.DictReader(opened):
            if row["序号"]:
                above, place = {}, 0  # a new violation: its class and standard begin anew
            for column in ("序号", "违法行为", "法律依据", "类别", "裁量标准"):
                above[column] = row[column].strip() or above[column]
            place += 1
            rows.append(row | above | {"代码": f"江门-{above['序号']}-{place}"})
    return rows


@pytest.fixture(scope="module")
def tables(shared_data: Path) -> Rows:
    folder = shared_data / "discretion"
    return [row for name in TABLES for row in filled(folder / f"jiangmen_{name}.csv")]


@pytest.fixture(scope="module")
def benchmarks(module_desk: Any, shared_data: Path) -> Any:
    for name, rows in zip(TABLES, (129, 30, 38), strict=True):
        file = shared_data / "discretion" / f"jiangmen_{name}.csv"
        submission = module_desk.take("jiangmen-benchmark", file)
        assert (submission.accepted_count, submission.rejected_count) == (rows, 0)
        assert (submission.new_count, submission.signals) == (rows, ())
    return module_desk


def stored(benchmarks: Any) -> dict[str, dict[str, Any]]:
    return {row["benchmark_id"]: row for row in benchmarks.rows("SELECT * FROM benchmark")}


def test_merged_cells_are_filled_down(benchmarks: Any, tables: Rows) -> None:
    got = stored(benchmarks)
    assert set(got) == {row["代码"] for row in tables}
    assert len(got) == len(tables) == 197
    for row in tables:
        record = got[row["代码"]]
        for field, column in (
            ("violation", "违法行为"),
            ("legal_basis", "法律依据"),
            ("step", "类别"),
            ("factor", "裁量情节"),
            ("standard_text", "裁量标准"),
        ):
            assert record[field] == row[column].strip(), (row["代码"], column)


def expected_fine(text: str) -> tuple[str, Decimal | None, Decimal | None]:
    """How a standard is to be read: basis, lower and upper bound (yuan or times)."""
    if "；对责任人员" in text:  # a fine on the unit and another on persons: see the text
        return "text", None, None
    times = re.search(rf"({NUMBER})倍以上({NUMBER})倍以下", text)
    if times:
        return "multiple", numeral(times[1]), numeral(times[2])
    both = re.search(rf"处(?:以)?({NUMBER})元?以上({NUMBER})元以下", text)
    if both:
        return "amount", numeral(both[1]), numeral(both[2])
    one = re.search(rf"处(?:以)?({NUMBER})元罚款", text)
    if one:
        return "amount", numeral(one[1]), numeral(one[1])
    return "none", None, None


def test_amounts_and_multiples(benchmarks: Any, tables: Rows) -> None:
    got = stored(benchmarks)
    bases = Counter[str]()
    for row in tables:
        basis, low, high = expected_fine(row["裁量标准"])
        record = got[row["代码"]]
        assert record["fine_basis"] == basis, row["裁量标准"]
        bases[basis] += 1
        bounds = {
            "amount": (record["fine_min_yuan"], record["fine_max_yuan"]),
            "multiple": (record["multiple_min"], record["multiple_max"]),
        }
        assert bounds.get(basis, (None, None)) == (low, high), row["裁量标准"]
        if low is not None:  # 以上 and 以下 include the number itself
            assert (record["is_min_inclusive"], record["is_max_inclusive"]) == (True, True)
    assert bases == {"amount": 189, "multiple": 2, "text": 4, "none": 2}


# Read by eye from the tables: violation, step, factor, bounds.
BY_EYE = {
    "江门-3-1-3": ("拒绝现场检查", "2", "经提醒不改正", 50_000, 100_000),  # merged standard
    "江门-3-3-7": ("超过大气污染物排放标准", "3", "总量超过", 200_000, 700_000),  # rates follow
    "江门-5-1-14": ("需配套的环境噪声", "6", "造成较大以上", 1_600_000, 2_000_000),  # of step 5
    "江门-5-1-18": (
        "需配套的环境噪声",
        "4",
        "应编制环境影响报告书",
        120_000,
        150_000,
    ),  # 十二万以上
    "江门-5-3-2": ("拒报或者谎报", "2", "第二次", 300, 1_500),  # in digits
    "江门-11-1-4": ("重点大气污染物", "3", "两年内3次", 700_000, 1_000_000),  # 七十万以上
    "江门-11-11-1": ("在用柴油车", "1", "两年内第1次", 500, 700),
}


def test_rows_read_by_eye(benchmarks: Any) -> None:
    got = stored(benchmarks)
    for code, (violation, step, factor, low, high) in BY_EYE.items():
        record = got[code]
        assert violation in record["violation"]
        assert record["step"] == step
        assert factor in record["factor"]
        assert (record["fine_min_yuan"], record["fine_max_yuan"]) == (low, high)
    assert got["江门-3-10-1"]["multiple_max"] == 2.0  # 货值金额1倍以上2倍以下
    assert got["江门-3-26-1"]["fine_basis"] == "text"  # 直接经济损失2倍；对责任人员……
    assert got["江门-5-3-1"]["fine_basis"] == "none"  # 给予警告
    assert got["江门-11-1-6"]["fine_basis"] == "none"  # 报经批准，责令停业
