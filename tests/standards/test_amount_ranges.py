"""Fine ranges of discretion benchmarks and statutes."""

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.standards import AmountRange, parse_amount_range, parse_amount_ranges


@pytest.mark.parametrize(
    ("text", "basis", "low", "high", "low_in", "high_in"),
    [
        ("处二万元以上二十万元以下的罚款", "amount", 20_000, 200_000, True, True),
        ("5000元以下", "amount", None, 5000, None, True),
        ("处一万元以上罚款", "amount", 10_000, None, True, None),
        ("处10万元罚款", "amount", 100_000, 100_000, True, True),
        ("处七十万以上一百万元以下罚款", "amount", 700_000, 1_000_000, True, True),
        ("超过5万元不满10万元", "amount", 50_000, 100_000, False, False),
        ("处5万元（含）以上10万元（不含）以下罚款", "amount", 50_000, 100_000, True, False),
        ("处5万元以上10万元以下（不含10万元）罚款", "amount", 50_000, 100_000, True, False),
        ("处5万元以上（不含）10万元以下罚款", "amount", 50_000, 100_000, False, True),
        ("处1,000元以上3,000元以下罚款", "amount", 1000, 3000, True, True),
        ("处1000元至5000元罚款", "amount", 1000, 5000, True, True),
        ("2-5万元", "amount", 20_000, 50_000, True, True),
        ("处5000以上1万元以下罚款", "amount", 5000, 10_000, True, True),
        ("最高不超过3万元", "amount", None, 30_000, None, True),
        ("不低于1万元", "amount", 10_000, None, True, None),
        ("货值金额三倍以上五倍以下", "multiple", 3, 5, True, True),
        ("二至五倍", "multiple", 2, 5, True, True),
        ("处货值金额1.5倍以下罚款", "multiple", None, Decimal("1.5"), None, True),
        ("处上一年度销售额1%以上10%以下罚款", "percent", 1, 10, True, True),
        ("百分之五以上百分之十以下", "percent", 5, 10, True, True),
        ("可以处上一年度收入35以上50％以下的罚款", "percent", 35, 50, True, True),
    ],
)
def test_ranges(
    text: str,
    basis: str,
    low: object,
    high: object,
    low_in: bool | None,
    high_in: bool | None,
) -> None:
    found = parse_amount_range(text)
    assert (found.basis, found.min, found.max) == (basis, low, high)
    assert (found.is_min_inclusive, found.is_max_inclusive) == (low_in, high_in)


@pytest.mark.parametrize(
    "text", ["给予警告", "责令改正", "不予行政处罚", "没收违法所得", "责令停业"]
)
def test_no_fine(text: str) -> None:
    assert parse_amount_range(text) == AmountRange("none")


@pytest.mark.parametrize(
    "text",
    [
        "处以罚款",
        "按每平方米100元处以罚款",
        "并处违法所得1倍以上5倍以下罚款，没有违法所得的，处10万元以下罚款",
        "处以直接经济损失5倍罚款；对责任人员可以处上一年度收入10％以下的罚款",
    ],
)
def test_a_fine_that_is_not_one_range_stays_text(text: str) -> None:
    assert parse_amount_range(text) == AmountRange("text")


def test_conditions_and_surcharges_are_not_the_fine() -> None:
    condition = parse_amount_range("货值金额不足一万元的，并处五万元以上十万元以下罚款")
    assert (condition.min, condition.max) == (50_000, 100_000)
    surcharge = parse_amount_range(
        "处二十万元以上七十万元以下罚款（每增加1个超标因子增加五万元，每个因子超标每0.2倍增加二万元）"
    )
    assert (surcharge.min, surcharge.max) == (200_000, 700_000)


def test_a_statute_with_two_degrees_gives_both() -> None:
    ranges = parse_amount_ranges(
        "处二万元以上二十万元以下的罚款；情节严重的，处二十万元以上一百万元以下的罚款"
    )
    assert [(r.min, r.max) for r in ranges] == [(20_000, 200_000), (200_000, 1_000_000)]


@pytest.mark.parametrize(
    ("text", "rule"), [("", "是空的"), ("处十万元以上五万元以下", "下限大于上限")]
)
def test_refusals(text: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        parse_amount_range(text)


@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2))
def test_the_words_decide_whether_the_bound_itself_is_inside(a: Decimal, b: Decimal) -> None:
    low, high = sorted((a, b))
    including = parse_amount_range(f"处{low}元以上{high}元以下罚款")
    assert including.includes(low)
    assert including.includes(high)
    excluding = parse_amount_range(f"超过{low}元不满{high}元")
    assert not excluding.includes(low)
    assert not excluding.includes(high)


def test_the_real_benchmark_tables(shared_data: Path) -> None:
    """Counted apart by reading 万, 倍 and ％ in the raw text."""
    bases: Counter[str] = Counter()
    for path in sorted((shared_data / "discretion").glob("*.csv")):
        with path.open(encoding="utf-8-sig") as file:
            texts = [row["裁量标准"] for row in csv.DictReader(file) if row["裁量标准"].strip()]
        for text in texts:
            found = parse_amount_range(text)
            bases[found.basis] += 1
            if "罚款" not in text:
                assert found.basis == "none"
            elif "责任人员" in text:
                assert found.basis == "text"
            elif "倍以上" in text.split("罚款")[0]:
                assert found.basis == "multiple"
            else:
                assert found.basis == "amount"
                if digits := re.search(r"处(\d+)(万?)元以上(\d+)(万?)元以下", text):
                    scale = 10_000 if digits[2] else 1
                    assert found.min == int(digits[1]) * scale
                    assert found.max == int(digits[3]) * scale
                assert found.min is not None
                assert found.max is not None
                assert found.min <= found.max
    assert bases == {"amount": 149, "multiple": 2, "text": 4, "none": 2}
