"""A source file is proved before it is used; every fault names file, line and field."""

from pathlib import Path

import pytest

from mingjian.intake import check_sources, load_sources
from mingjian.standards import ContentError

from .conftest import CASES


def faults(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in check_sources(tmp_path)]


def test_the_sources_of_the_project_are_sound() -> None:
    assert check_sources() == []


def test_a_sound_file_loads_by_its_code(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(CASES, encoding="utf-8")
    source = load_sources(tmp_path)["scjg-cf"]
    assert source.column_of("fine_yuan") == "罚款（万元）"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("into: penalty_case", "into: penalty_cases", "没有“penalty_cases”这张表"),
        ("案号: case_no", "案号: case_number", "没有“case_number”这个字段"),
        ("案号: case_no", "案号: {to: case_no, lookups: x}", "不认识的键"),
        ("agency: A1", "agencies: A1", "不认识的键"),
        ("lookup: procedure}", "lookup: procedures}", "lookups 里没有“procedures”"),
        ("    summary:", "    simple:", "“simple”不是 procedure 的代码"),
        ("[简易程序, 当场处罚]", "[简易程序, 一般程序]", "一个写法只能对应一个代码"),
        ("打印次数: 与监督无关", "案号: 与监督无关", "又写了去向又写了不要"),
        ("打印次数: 与监督无关", "打印次数: ''", "请写明为什么不要"),
        ("  案件标识: case_id\n", "", "必填字段“case_id”（案件标识）没有来处"),
        ("案号: case_no", "案号: case_id", "已由“案件标识”列填写"),
        ("立案时间: filed_on", "立案时间: {to: filed_on, unit: 万元}", "unit 不能用于 date 字段"),
        ("unit: 万元", "unit: 万块", "不认识的金额单位"),
        ("当事人: party_name", "当事人: {to: party_name, split: 、}", "split 不能用于 text"),
        ("format: csv", "format: csv, header_row: 0", "header_row"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in CASES
    found = faults(tmp_path, CASES.replace(before, after))
    assert any(said in fault for fault in found), found
    assert all("x.yaml:" in fault for fault in found)


def test_constants_are_proved_against_the_code_list(tmp_path: Path) -> None:
    assert (
        "“markt”不在代码集“field”之内"
        in faults(
            tmp_path, CASES.replace("  执法领域: field\n", "") + "constants: {field: markt}\n"
        )[0]
    )


def test_two_files_cannot_share_a_code(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(CASES, encoding="utf-8")
    (tmp_path / "y.yaml").write_text(CASES, encoding="utf-8")
    with pytest.raises(ContentError, match="已被别的文件使用"):
        load_sources(tmp_path)


def test_assertions_speak_of_fields_that_are_filled(tmp_path: Path) -> None:
    found = faults(tmp_path, CASES + "assertions: {filled: {served_on: 0.5}}\n")
    assert "没有哪一列填写“served_on”" in found[0]
