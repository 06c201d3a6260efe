"""Numbers of official papers in one form, and ranges of them."""

import csv
from pathlib import Path

import pytest

from mingjian.standards import expand_document_no, parse_document_no


@pytest.mark.parametrize(
    "raw",
    [
        "银罚决字〔2025〕31号",
        "银罚决字【2025】31号",
        "银罚决字[2025]31号",
        "银罚决字［2025］第31号",
        "银罚决字（2025）31 号",
        "银罚决字(2025)31",
        "银罚决字<2025>31号",
        "银罚决字2025年第31号",
        "银罚决字〔２０２５〕３１号",
    ],
)
def test_one_number_in_every_writing(raw: str) -> None:
    assert parse_document_no(raw) == "银罚决字〔2025〕31号"


@pytest.mark.parametrize(
    "number",
    [
        "京（朝）市监罚〔2025〕31号",
        "京0101罚〔2025〕1号",
        "德环罚字〔2019〕0013号",
        "（2025）京0105行审12号",
        "京朝市监罚〔2025〕31号之一",
    ],
)
def test_the_normal_form_stays_as_it_is(number: str) -> None:
    assert parse_document_no(number) == number


def test_ranges_and_lists() -> None:
    eight = [f"银罚决字〔2025〕{n}号" for n in range(31, 39)]
    assert expand_document_no("银罚决字〔2025〕31-38号") == eight
    assert expand_document_no("银罚决字〔2025〕31号至38号") == eight
    assert expand_document_no("银罚决字〔2025〕31、33号") == [eight[0], eight[2]]
    assert expand_document_no("银罚决字〔2025〕31-32号、35号") == [eight[0], eight[1], eight[4]]
    assert expand_document_no("银罚决字〔2025〕009-011号")[0] == "银罚决字〔2025〕009号"
    assert expand_document_no("银罚决字〔2025〕31-1号") == ["银罚决字〔2025〕31-1号"]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("银罚决字〔2025〕31-38号", "是一段文号（共 8 个）"),
        ("CY-SCJG-2025-000123", "不是文号"),
        ("银罚决字〔25〕31号", "不是文号"),
        ("银罚决字〔2025〕号", "不是文号"),
        ("〔2025〕31号", "不是文号"),
        ("银罚决字〔2025〕31号附件", "不是文号"),
        ("银罚决字〔2025〕1-99999号", "起止不对"),
        ("某某局行政处罚决定书，当事人某公司德环罚字〔2019〕13号", "不是文号"),
        ("110105〔2025〕31号", "不是文号"),
        ("", "不是文号"),
    ],
)
def test_refusals(raw: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        parse_document_no(raw)


def test_the_numbers_of_real_publications(shared_data: Path) -> None:
    folder = shared_data / "penalties_zh"
    with (folder / "pboc_2025_31_38.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    numbers = [parse_document_no(row["行政处罚决定书文号"]) for row in rows]
    assert numbers == expand_document_no(rows[0]["公示文书标题"])
    with (folder / "env_penalties_one_group.csv").open(encoding="utf-8-sig") as file:
        written = [row["documentNumber"] for row in csv.DictReader(file) if row["documentNumber"]]
    for text in written:
        assert parse_document_no(text) == text.replace("【", "〔").replace("】", "〕")
