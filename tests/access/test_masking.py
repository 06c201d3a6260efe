"""What is shown of personal data."""

import pytest

from mingjian.access.masking import has_personal_data, mask_row, mask_text
from office import City

CASE = {
    "case_no": "京朝市监罚〔2025〕31号",
    "party_name": "张三",
    "party_kind": "natural",
    "party_identity_no": "110101199001011234",
    "party_credit_code": None,
    "fact": "当事人张某某电话13800138000，身份证号110101199001011234。",
    "fine_yuan": 300,
}


def test_a_natural_person_is_masked(city: City) -> None:
    shown = mask_row(city.right, "penalty_case", CASE)
    assert shown["party_name"] == "张*"
    assert shown["party_identity_no"] == "110***********1234"
    assert shown["fact"] == "当事人张某某电话138****8000，身份证号110***********1234。"
    assert shown["case_no"] == CASE["case_no"]
    assert shown["fine_yuan"] == 300


def test_who_may_read_personal_data_sees_it_all(city: City) -> None:
    assert mask_row(city.head, "penalty_case", CASE) == CASE


@pytest.mark.parametrize(
    ("name", "kind", "code", "shown"),
    [
        ("示例餐饮有限公司", "legal", None, "示例餐饮有限公司"),
        ("张三", "natural", "91110105MA01ABCD1X", "张*"),
        ("李四", None, "", "李*"),
        ("示例商店", None, "91110105MA01ABCD1X", "示例商店"),
    ],
)
def test_a_companys_name_is_public_a_persons_is_not(
    city: City, name: str, kind: str | None, code: str | None, shown: str
) -> None:
    row = {"party_name": name, "party_kind": kind, "party_credit_code": code}
    assert mask_row(city.right, "penalty_case", row)["party_name"] == shown


def test_where_a_view_does_not_say_the_kind_short_names_are_masked(city: City) -> None:
    assert mask_row(city.right, "penalty_case", {"party_name": "王五"})["party_name"] == "王*"
    company = {"party_name": "示例市第一食品厂"}
    assert mask_row(city.right, "penalty_case", company) == company


def test_the_kind_of_an_inspection_is_not_the_kind_of_its_party(city: City) -> None:
    row = {"kind": "routine", "party_name": "王五"}
    assert mask_row(city.right, "inspection", row)["party_name"] == "王*"


def test_officers_and_addresses(city: City) -> None:
    officer = {"name": "赵六六", "identity_no": "11010119900307123X"}
    assert mask_row(city.right, "officer", officer) == {
        "name": "赵**",
        "identity_no": "110***********123X",
    }
    complaint = {"address": "朝阳区示例街道12号楼3单元", "text": "请回电010-12345678"}
    assert mask_row(city.right, "complaint", complaint) == {
        "address": "朝阳区示例街道****",
        "text": "请回电010-*****78",
    }


def test_agencies_are_not_persons(city: City) -> None:
    row = {"name": "示例局", "agency_id": "110105-SCJG"}
    assert mask_row(city.right, "agency", row) == row


def test_has_personal_data() -> None:
    assert has_personal_data("penalty_case", CASE)
    assert not has_personal_data("penalty_case", {"case_no": "1", "fine_yuan": 3})


@pytest.mark.parametrize(
    "text", ["京朝市监罚〔2025〕31号", "91110105MA01ABCD1X", "200000元", "2025-01-02 08:00:00"]
)
def test_numbers_that_are_not_personal_stay(text: str) -> None:
    assert mask_text(text) == text
