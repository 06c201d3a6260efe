"""Templates: all of ours are right, and what is wrong in one is named by file, line and field."""

from pathlib import Path

import pytest

from mingjian.documents.content_checks import check_documents
from mingjian.documents.template import load_templates, placeholders, read_templates, words

GOOD = """\
code: note
name: 说明
purpose: 说明
style: letter
mark: "{issuer}"
issuer: supervision_office
addressee: agency
approval: head
signer: 负责人
number: "{place}说"
legal_basis:
  - law: 行政处罚法
    article: 第六十条
    in_force: 2021-07-15
    text: 行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。
facts:
  matter: {title: 事由}
title: 关于{matter}的说明
elements:
  only: {title: 正文, text: "就此说明。", says: [说明]}
"""


def problems_of(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    path = folder / "documents" / "note.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("MINGJIAN_CONTENT", str(folder))
    return [str(problem) for problem in read_templates()[1]]


def test_ours_are_right_and_complete() -> None:
    assert check_documents() == []
    assert set(load_templates()) == {
        *("urging_letter", "supervision_opinion", "supervision_decision", "decision_proposal"),
        *("talk_notice", "rectification_report", "verification_report", "objection_reply"),
        "correction",
    }


def test_only_the_decision_is_the_governments() -> None:
    governments = [p.code for p in load_templates().values() if p.approval == "government"]
    assert governments == ["supervision_decision"]


@pytest.mark.parametrize("code", list(load_templates()))
def test_every_fact_reaches_the_paper(code: str) -> None:
    plan = load_templates()[code]
    values = {n: f"«{n}»" for n in (*plan.facts, "issuer", "addressee", "limit", "objection_limit")}
    text = plan.fill_title(values) + plan.fill_body(values)
    assert all(f"«{name}»" in text for name in plan.facts)
    assert placeholders(text) == []
    assert plan.unsaid(text) == []


def test_a_good_template_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems_of(GOOD, tmp_path, monkeypatch) == []


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("{matter}的说明", "{mater}的说明", "note.yaml:18 title：“{mater}”不是 facts"),
        ("九十日内", "六十日内", "note.yaml:15 legal_basis.0.text：引文与"),
        ("says: [说明]", "says: [期限]", "elements.only.says：文字里没有“期限”"),
        ("style: letter", "style: lettre", "note.yaml:4 style："),
        ("code: note", "code: other", "note.yaml:1 code：应与文件名"),
        ("就此说明", "在{limit}内说明", "用了“{limit}”，但没有写 limit"),
        ("signer: 负责人\n", "", "signer：缺少这一项"),
        ("  matter: {title: 事由}", "  matter: {title: 事由}\n  more: {title: 多}", "没有用在"),
    ],
)
def test_a_wrong_one_is_named_by_line_and_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, wanted: str
) -> None:
    assert old in GOOD
    found = problems_of(GOOD.replace(old, new, 1), tmp_path, monkeypatch)
    assert any(wanted in problem for problem in found), found


def test_dates_and_lists_as_offices_write_them() -> None:
    facts = load_templates()["talk_notice"].facts
    assert words(facts["day"], "2026-03-02") == "2026年3月2日"
    assert words(facts["topics"], ["甲", "乙"]) == "1. 甲\n2. 乙"
