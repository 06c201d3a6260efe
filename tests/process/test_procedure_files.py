"""Procedure files are read strictly: every fault by file, line and field."""

from pathlib import Path
from typing import Any

import pytest

from mingjian.process import check_procedures, load_procedures
from mingjian.standards import ContentError
from small_logs import procedure_of

GOOD = {"kind": "obligatory", "step": "a"}


def fault(folder: Path, rules: list[dict[str, Any]], **more: Any) -> str:
    with pytest.raises(ContentError) as caught:
        procedure_of(folder, rules, **more)
    assert all(problem.line > 1 for problem in caught.value.problems)
    return str(caught.value)


def test_shipped_procedures_are_sound() -> None:
    assert check_procedures() == []
    assert load_procedures()["penalty_ordinary"].cases is not None


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"kind": "sometimes", "step": "a"}, "没有这一种规则"),
        ({"kind": "obligatory", "step": "z"}, "环节“z”没有在 activities 里声明"),
        ({"kind": "obligatory", "step": []}, "不能为空"),
        ({"kind": "order", "first": "a", "then": ["b", "a"]}, "不能是同一个环节"),
        ({"kind": "limit", "start": "a", "end": "b"}, "缺少这一项"),
        ({"kind": "limit", "start": "a", "end": "b", "days": -1}, "小于允许的最小值"),
        ({"kind": "at_most", "step": "a", "times": 1, "often": 2}, "不认识的键"),
        (GOOD | {"when": {}}, "要写 step 或 attribute"),
        (GOOD | {"when": {"attribute": "q", "among": ["1"]}}, "没有在 attributes 里声明"),
        (GOOD | {"when": {"step": "a", "at_least": 1}}, "要写明是哪个 attribute"),
        (GOOD | {"when": {"attribute": "who"}}, "among（取值）或 at_least（数额）"),
    ],
)
def test_a_faulty_rule_is_named(tmp_path: Path, rule: dict[str, Any], said: str) -> None:
    attributes = {"who": {"title": "谁", "column": "person"}}
    assert said in fault(tmp_path, [GOOD, rule], attributes=attributes)


def test_codes_names_and_quotes(tmp_path: Path) -> None:
    assert "编号“R1”已用过" in fault(tmp_path, [GOOD, GOOD | {"code": "R1"}])
    twice = {"a": {"title": "甲"}, "b": {"title": "乙", "aliases": ["甲"]}}
    assert "一个名称只能归一个环节" in fault(tmp_path, [GOOD], activities=twice)
    basis = {
        "law": "中华人民共和国行政处罚法",
        "article": "第六十条",
        "in_force": __import__("datetime").date(2021, 7, 15),
        "text": "行政机关应当自行政处罚案件立案之日起六十日内作出行政处罚决定。",
    }
    assert "原文不一致" in fault(tmp_path, [GOOD], legal_basis=[basis])
    assert "没有“nothing”这张标准表" in fault(tmp_path, [GOOD], cases={"table": "nothing"})
    cases = {"table": "penalty_case", "where": {"colour": ["red"]}}
    assert "没有字段“colour”" in fault(tmp_path, [GOOD], cases=cases)
