"""Numerals of articles and citations as papers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.law import (
    Citation,
    article_number,
    find_citations,
    parse_citation,
    to_number,
    to_numeral,
)


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (86, "八十六"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (118, "一百一十八"),
        (1259, "一千二百五十九"),
        (1005, "一千零五"),
    ],
)
def test_numerals_of_statutes(number: int, numeral: str) -> None:
    assert to_numeral(number) == numeral
    assert to_number(numeral) == number


@given(st.integers(min_value=1, max_value=9999))
def test_every_numeral_reads_back(number: int) -> None:
    assert to_number(to_numeral(number)) == number
    assert to_number(str(number)) == number


@pytest.mark.parametrize("text", ["", "零", "两", "条", "十十", "3.5"])
def test_what_is_no_numeral(text: str) -> None:
    with pytest.raises(ValueError, match="不是条款序数"):
        to_number(text)


@pytest.mark.parametrize(
    ("text", "citation"),
    [
        ("《行政处罚法》第六十条", Citation("行政处罚法", "第六十条")),
        (
            "《行政处罚法》第三十三条第一款第（二）项",
            Citation("行政处罚法", "第三十三条", 1, 2),
        ),
        (
            "《中华人民共和国行政处罚法》（2021年修订）第三十三条第1款第(2)项第3目",
            Citation("中华人民共和国行政处罚法", "第三十三条", 1, 2, 3),
        ),
        ("《刑法》第一百二十条之一第二款", Citation("刑法", "第一百二十条之一", 2)),
        ("《 行政许可法 》 第 42 条", Citation("行政许可法", "第四十二条")),
    ],
)
def test_citations(text: str, citation: Citation) -> None:
    assert parse_citation(text) == citation


def test_a_citation_is_written_back_in_the_usual_form() -> None:
    text = "《行政处罚法》第三十三条第一款第（二）项"
    assert str(parse_citation(text)) == text
    assert str(parse_citation("《行政处罚法》第33条第1款第2项")) == text


@pytest.mark.parametrize("text", ["第六十条", "《行政处罚法》", "依《行政处罚法》第六十条", ""])
def test_what_is_not_one_citation(text: str) -> None:
    with pytest.raises(ValueError, match="不是法条引用"):
        parse_citation(text)


def test_the_articles_cited_in_a_text_belong_to_the_law_named_before() -> None:
    found = find_citations("依据《行政处罚法》第四十四条、第四十五条和《行政强制法》第十八条第二项")
    assert [str(citation) for citation in found] == [
        "《行政处罚法》第四十四条",
        "《行政处罚法》第四十五条",
        "《行政强制法》第十八条第（二）项",
    ]


@pytest.mark.parametrize("article", ["第六十条", "第60条", "60", "六十", 60])
def test_article_numbers_in_any_writing(article: str | int) -> None:
    assert article_number(article) == "第六十条"


def test_what_is_no_article() -> None:
    with pytest.raises(ValueError, match="不是条号"):
        article_number("第六十款")
