"""A sample of Beijing's company register, and test vectors of codes with a check digit."""

import csv
import gzip
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def register(shared_data: Path) -> Rows:
    file = shared_data / "enterprises" / "beijing_register_sample.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def vectors(file: Path) -> Rows:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_every_company_of_the_register(desk: Any, register: Rows, shared_data: Path) -> None:
    submission = desk.take(
        "beijing-register", shared_data / "enterprises" / "beijing_register_sample.csv.gz"
    )
    assert (submission.accepted_count, submission.rejected_count) == (644, 0)
    assert submission.new_count == len(register) == 644
    got = {row["credit_code"]: row for row in desk.rows("SELECT * FROM party")}
    assert set(got) == {row["统一社会信用代码"] for row in register}
    for row in register:
        record = got[row["统一社会信用代码"]]
        assert record["registered_on"] == date.fromisoformat(row["注册日期"])
        money = re.fullmatch(r"([\d,.]+)\(?万(?:元)?(?:人民币)?\)?", row["注册资金"])
        expected = Decimal(money[1].replace(",", "")) * 10000 if money else None
        assert record["capital_yuan"] == expected
    foreign = sum(bool(re.search("美元|日元|香港元", row["注册资金"])) for row in register)
    assert any(f"有 {foreign} 行写了内容" in signal for signal in submission.signals)
    assert foreign == 13


def test_districts_come_from_the_national_list(
    desk: Any, register: Rows, shared_data: Path
) -> None:
    """The sixteen names against the public list of divisions, read apart."""
    desk.take("beijing-register", shared_data / "enterprises" / "beijing_register_sample.csv.gz")
    with (shared_data / "reference" / "areas_2023.csv").open(encoding="utf-8") as opened:
        areas = [row for row in csv.DictReader(opened) if row["code"].startswith("1101")]
    districts = {row["name"]: row["code"] for row in areas}
    assert len(districts) == 16
    expected = Counter(districts[row["地区"] + "区"] for row in register)
    got = desk.rows("SELECT region_code, COUNT(*) AS n FROM party GROUP BY 1")
    assert {row["region_code"]: row["n"] for row in got} == expected
    known = desk.one("SELECT COUNT(*) FROM party p JOIN region r ON r.region_code = p.region_code")
    assert known == 644


def test_good_and_bad_credit_codes(desk: Any, shared_data: Path) -> None:
    """Good ones are kept, without blanks; each bad one comes back with its row and its rule."""
    file = shared_data / "validators" / "uscc_vectors.csv"
    rows = vectors(file)
    submission = desk.take("uscc-vectors", file)
    good = {row["number"].replace(" ", "") for row in rows if row["expected"].startswith("valid")}
    bad = {
        number: row["number"]
        for number, row in enumerate(rows, 2)
        if row["expected"].startswith("invalid")
    }
    got = desk.rows("SELECT DISTINCT credit_code FROM party")
    assert {row["credit_code"] for row in got} == good
    assert {r.row_no: r.value for r in submission.rejected_sample} == bad
    assert submission.rejected_count == len(bad) == 2
    for rejection in submission.rejected_sample:
        assert "统一社会信用代码" in rejection.rule
        assert f"第 {rejection.row_no} 行" in rejection.message


def test_one_wrong_character_is_always_found(desk: Any, register: Rows, tmp_path: Path) -> None:
    """Every code of the register with one character changed is refused: 31 is a prime."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    file = tmp_path / "wrong.csv"
    wrong = []
    for n, row in enumerate(register):
        code, place = row["统一社会信用代码"], 8 + n % 10
        other = alphabet[(alphabet.index(code[place]) + 1 + n % 29) % 31]
        wrong.append(code[:place] + other + code[place + 1 :])
    file.write_text("\n".join(["number,expected,note", *(f"{c},," for c in wrong)]) + "\n")
    submission = desk.take("uscc-vectors", file)
    assert (submission.accepted_count, submission.rejected_count) == (0, 644)
    rejected = desk.rows("SELECT value FROM rejected_row")
    assert Counter(row["value"] for row in rejected) == Counter(wrong)


def test_identity_numbers(desk: Any, shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "validators" / "ric_vectors.csv"
    rows = vectors(file)
    submission = desk.take("ric-vectors", file)
    assert (submission.accepted_count, submission.rejected_count) == (len(rows), 0)
    got = desk.rows("SELECT identity_no FROM party")
    assert {row["identity_no"] for row in got} == {row["number"].upper() for row in rows}
    swapped = [row["number"][:16] + row["number"][17] + row["number"][16] for row in rows]
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("\n".join(["number,expected,note", *(f"{n},," for n in swapped)]) + "\n")
    submission = desk.take("ric-vectors", wrong)
    assert submission.rejected_count == len(rows)
    assert all("身份号码" in rejection.rule for rejection in submission.rejected_sample)
