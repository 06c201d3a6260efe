"""Chinese numerals, plain, financial and mixed with Arabic digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.law import to_numeral
from mingjian.standards.numerals import read_numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("二百", 200),
        ("一百零三", 103),
        ("三百二十", 320),
        ("一千五百", 1500),
        ("两千零一", 2001),
        ("三万五千", 35_000),
        ("一百二十万", 1_200_000),
        ("贰拾万零叁佰", 200_300),
        ("一亿零五万", 100_050_000),
        ("壹佰贰拾叁万肆仟伍佰陆拾柒", 1_234_567),
        ("1.621747万", Decimal("16217.47")),
        ("3万5千", 35_000),
        ("1亿2000万", 120_000_000),
        ("80,000万", 800_000_000),
        ("零", 0),
    ],
)
def test_values(text: str, value: int | Decimal) -> None:
    assert read_numeral(text) == value


@pytest.mark.parametrize(
    "text", ["三万五", "二五万", "五百三千", "一百二", "万", "", "3万5", "1,23"]
)
def test_what_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"数字|不规范"):
        read_numeral(text)


@given(st.integers(min_value=1, max_value=9999))
def test_counts_below_ten_thousand_read_back(number: int) -> None:
    assert read_numeral(to_numeral(number)) == number
