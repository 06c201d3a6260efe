"""Amounts of money: exact yuan, or a refusal that says why."""

import csv
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.standards import parse_amount


@pytest.mark.parametrize(
    ("raw", "yuan"),
    [
        ("罚款295.99万元", "2959900"),
        ("警告，罚款295.99万元", "2959900"),
        ("贰万元整", "20000"),
        ("二百元", "200"),
        ("￥30000", "30000"),
        ("¥3,000.00", "3000"),
        ("1.621747万元", "16217.47"),
        ("30000元", "30000"),
        ("0.5亿元", "50000000"),
        ("５０００元", "5000"),
        ("人民币叁仟伍佰元伍角", "3500.50"),
        ("壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分", "1234567.89"),
        ("五百元零五分", "500.05"),
        ("罚款（大写），人民币伍拾肆万元整", "540000"),
        ("罚款:8.0（万元）,其他行政处罚:责令该单位限期改正", "80000"),
        ("人民币贰万元整（￥20000.00）", "20000"),
        ("80,000(万元人民币)", "800000000"),
        ("4万人民币", "40000"),
        ("3 000 元", "3000"),
        ("54.00", "54"),
        ("-500", "-500"),
        ("-500元", "-500"),
        ("处5000元的罚款", "5000"),
        ("拆除广告牌1块，罚款500元", "500"),
        ("30000元（已缴纳）", "30000"),
        ("零元", "0"),
        ("1e5", "100000"),
        (16217.469999999998, "16217.47"),
        ("0.30000000000000004", "0.3"),
        (3000, "3000"),
        (Decimal("0.01"), "0.01"),
    ],
)
def test_amounts(raw: object, yuan: str) -> None:
    assert parse_amount(raw) == Decimal(yuan)


def test_a_column_in_ten_thousands_and_a_text_with_its_own_unit() -> None:
    assert parse_amount("54.00", unit="万元") == 540_000
    assert parse_amount(0.000123, unit="万元") == Decimal("1.23")
    assert parse_amount("30000元", unit="万元") == 30_000
    with pytest.raises(ValueError, match="不认识的金额单位"):
        parse_amount("1", unit="美元")


def test_a_label_says_which_of_several_amounts_is_meant() -> None:
    text = "没收违法所得1.2万元，并处罚款人民币3万元"
    with pytest.raises(ValueError, match="几个不同的金额"):
        parse_amount(text)
    assert parse_amount(text, label="罚款") == 30_000
    assert parse_amount(text, label="没收违法所得") == 12_000
    assert parse_amount("没收违法所得12元，并处5000元罚款", label="罚款") == 5000
    with pytest.raises(ValueError, match="没有写明没收非法财物的金额"):
        parse_amount(text, label="没收非法财物")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("二百元以上", "是金额范围"),
        ("处二万元以上二十万元以下罚款", "是金额范围"),
        ("1000-5000元", "是金额范围"),
        ("100(万美元)", "不是人民币"),
        ("$500", "不是人民币"),
        ("三万五元", "无法确定是多少"),
        ("1,23", "千分位"),
        ("1.005", "精确到分"),
        ("0.0000001万元", "精确到分"),
        ("货值3000元", "没有写明"),
        ("警告", "不是金额"),
        ("3000元货物被盗", "没有写明"),
        ("99999999999999999999999999999999", "请检查单位"),
        ("1e400", "请检查单位"),
        ("", "是空的"),
        ("NaN", "不是金额"),
        ("inf", "不是金额"),
        (float("nan"), "不是金额"),
        (True, "不是金额"),
        (None, "不是金额"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_rule(raw: object, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        parse_amount(raw)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_amounts_are_exact_to_the_cent(amount: Decimal) -> None:
    for text in (f"{amount}", f"{amount:,}元", f"￥{amount}", f"{amount / 10**4}万元"):
        assert parse_amount(text) == amount


@given(st.text(max_size=16))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert parse_amount(text).as_tuple().exponent == -2


def test_the_published_penalties_of_a_bank(shared_data: Path) -> None:
    with (shared_data / "penalties_zh" / "pboc_2025_31_38.csv").open(encoding="utf-8-sig") as file:
        fines = [row["行政处罚内容"] for row in csv.DictReader(file)]
    for text in fines:
        ten_thousands = text.split("罚款")[1].removesuffix("万元")
        assert parse_amount(text) == Decimal(ten_thousands) * 10_000
    assert len(fines) == 8
