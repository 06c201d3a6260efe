"""Credit codes, identity numbers, region codes and booleans."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from mingjian.standards import (
    check_credit_code,
    check_identity_no,
    load_reference,
    parse_boolean,
    parse_region_code,
)

CREDIT_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    "code",
    [
        "91110108551385082Q",
        "91350100M000100Y43",
        "91230500MA1B3N1N2M",
        "11230500001755309F",
        "N2110105MF0000001U",  # a rural collective: letters stand in front
    ],
)
def test_credit_codes_in_any_writing(code: str) -> None:
    spaced = f" {code[:2]} {code[2:8]}-{code[8:]}".lower()
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    assert check_credit_code(code) == check_credit_code(spaced) == check_credit_code(wide) == code


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("12345", "应为 18 位，现为 5 位"),
        ("A1110000600037341L", "校验位"),
        ("0" * 18, "首位“0”不是登记管理部门代码"),
        ("110105012345678", "15 位旧注册号"),
        ("9.11101E+17", "末尾几位已经丢失"),
        (9.111010855138508e17, "末尾几位已经丢失"),
        ("911100006000373410", "校验位不对（按前 17 位应为 L）"),
        ("91110000600037341O", "除 I、O、S、V、Z 以外"),
        ("9111O000600037341L", "第 3 至 8 位应为数字"),
        ("", "现为 0 位"),
        (None, "应为文本"),
    ],
)
def test_wrong_credit_codes(code: object, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        check_credit_code(code)


@given(
    st.sampled_from("123456789ANY"),
    st.sampled_from(CREDIT_CHARS),
    st.integers(0, 999_999),
    st.text(CREDIT_CHARS, min_size=9, max_size=9),
)
def test_the_check_digit_agrees_with_another_implementation(
    registrar: str, kind: str, region: int, body: str
) -> None:
    head = f"{registrar}{kind}{region:06d}{body}"
    assert check_credit_code(head + uscc.calc_check_digit(head)).startswith(head)


@given(st.integers(0, 17), st.sampled_from(CREDIT_CHARS))
def test_any_single_wrong_character_is_noticed(place: int, char: str) -> None:
    code = "91110108551385082Q"
    changed = code[:place] + char + code[place + 1 :]
    if changed != code:
        with pytest.raises(ValueError, match="统一社会信用代码"):
            check_credit_code(changed)


def test_the_vectors_of_credit_codes(shared_data: Path) -> None:
    with (shared_data / "validators" / "uscc_vectors.csv").open(encoding="utf-8-sig") as file:
        vectors = list(csv.DictReader(file))
    assert len(vectors) == 95
    for vector in vectors:
        if vector["expected"].startswith("valid"):
            assert check_credit_code(vector["number"]) == vector["number"].replace(" ", "")
        else:
            with pytest.raises(ValueError, match="统一社会信用代码"):
                check_credit_code(vector["number"])


def test_every_code_of_the_register_is_accepted(shared_data: Path) -> None:
    path = shared_data / "enterprises" / "beijing_register_sample.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig") as file:
        codes = [row["统一社会信用代码"] for row in csv.DictReader(file)]
    assert [check_credit_code(code) for code in codes] == codes
    assert len(codes) == 644


@pytest.mark.parametrize(
    "number",
    ["11010519491231002X", "440524188001010014", "360426199101010071", "412723199010050012"],
)
def test_identity_numbers(number: str) -> None:
    assert check_identity_no(f" {number.lower()} ") == number


def test_the_vectors_of_identity_numbers(shared_data: Path) -> None:
    with (shared_data / "validators" / "ric_vectors.csv").open(encoding="utf-8-sig") as file:
        vectors = list(csv.DictReader(file))
    for vector in vectors:  # every vector is a valid number, one of them with a small x
        assert check_identity_no(vector["number"]) == vector["number"].upper()
    assert len(vectors) == 3


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("110105491231002", "15 位旧号码已停用"),
        ("1101051949123100", "应为 18 位，现为 16 位"),
        ("110105194912310021", "校验位不对（按前 17 位应为 X）"),
        ("990426199112010074", "不是省级区划"),
        ("110105194902300025", "不是真实日期"),
        ("11010519491231002Y", "17 位数字加 1 位数字或 X"),
        ("110105000112310021", "不可能"),
        ("1.10105E+17", "末尾几位已经丢失"),
    ],
)
def test_wrong_identity_numbers(number: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        check_identity_no(number)


def test_nobody_is_born_after_the_day_asked_for() -> None:
    number = "11010519491231002X"
    assert check_identity_no(number, on=date(1949, 12, 31)) == number
    with pytest.raises(ValueError, match="不可能"):
        check_identity_no(number, on=date(1949, 12, 30))


def test_region_codes_down_to_the_street() -> None:
    assert parse_region_code("110105") == "110105"
    assert parse_region_code(110105.0) == "110105"
    assert parse_region_code("110105001") == "110105001"
    assert parse_region_code("110105001000") == "110105001"
    assert parse_region_code("110105000000") == "110105"
    assert parse_region_code("１１００００") == "110000"


def test_a_division_abolished_since_stays_known() -> None:
    assert parse_region_code("110229") == "110229"  # 延庆县 until 2015


def test_streets_outside_the_list_need_a_known_district() -> None:
    assert parse_region_code("130102001") == "130102001"
    with pytest.raises(ValueError, match="不在区划表内"):
        parse_region_code("139902001")


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("110101999", "不在区划表内"),
        ("999999", "不在区划表内"),
        ("110304", "不在区划表内"),
        ("1101", "应为 6 位"),
        ("朝阳区", "应为数字"),
    ],
)
def test_wrong_region_codes(code: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        parse_region_code(code)


def test_the_region_table_equals_the_published_lists(shared_data: Path) -> None:
    regions = {row["region_code"]: row for row in load_reference()["region"].rows}
    folder = shared_data / "reference"
    with (folder / "areas_2023.csv").open(encoding="utf-8-sig") as file:
        areas = {row["code"]: row["name"] for row in csv.DictReader(file)}
    with gzip.open(folder / "streets_2023.csv.gz", "rt", encoding="utf-8-sig") as file:
        streets = {
            row["code"]: row["name"] for row in csv.DictReader(file) if row["provinceCode"] == "11"
        }
    assert len(streets) == 349
    for code, name in (areas | streets).items():
        assert regions[code]["name"] == name
    for code in streets:
        assert regions[code]["parent_code"] == code[:6]
        assert regions[code[:6]]["parent_code"] == "110000"
    parents = {row["parent_code"] for row in regions.values()} - {None}
    assert parents <= set(regions)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("是", True), ("否", False), ("√", True), (1, True), (0.0, False), ("Y", True), (True, True)],
)
def test_booleans(raw: object, value: bool) -> None:
    assert parse_boolean(raw) is value


@pytest.mark.parametrize("raw", ["不详", "", 2, None])
def test_booleans_are_not_guessed(raw: object) -> None:
    with pytest.raises(ValueError, match="应为 是 或 否"):
        parse_boolean(raw)
