"""A finding: its sentence, its evidence, and a fingerprint of what made it."""

import json
from datetime import date
from decimal import Decimal

import pytest

from mingjian.monitor import fingerprint_of, in_words, run_round
from mingjian.store import memory_reader


def found(library, **fields):
    row = {"case_id": "1", "agency_id": "A1", "procedure": "ordinary", "filed_on": date(2025, 1, 2)}
    row |= {"case_no": "京罚〔2025〕1号", "fine_yuan": Decimal("12000")} | fields
    with memory_reader({"penalty_case": [row]}) as reader:
        return next(run_round(reader, library, date(2025, 6, 30)).findings())


def test_the_sentence_is_in_the_words_of_a_paper(a_library, a_monitor):
    finding = found(a_library(a_monitor()))
    assert finding.message == (
        "案件京罚〔2025〕1号（普通程序）于2025年1月2日立案，2025年4月2日届满，拟罚12,000元。"
    )


def test_evidence_is_safe_to_keep_as_json(a_library, a_monitor):
    finding = found(a_library(a_monitor()), fine_yuan=Decimal("0.1"))
    assert json.loads(json.dumps(finding.evidence, ensure_ascii=False)) == {
        "case_no": "京罚〔2025〕1号",
        "procedure": "ordinary",
        "filed_on": "2025-01-02",
        "due_on": "2025-04-02",
        "fine_yuan": "0.10",
    }
    assert finding.parameters == {
        "in_force": {"value": "2021-07-15", "meaning": "施行日", "basis": "行政处罚法第八十六条"}
    }
    assert (finding.unit, finding.unit_id, finding.agency_id) == ("penalty_case", "1", "A1")


@pytest.mark.parametrize(
    ("column", "value", "codes", "text"),
    [
        ("filed_on", date(2025, 4, 2), None, "2025年4月2日"),
        ("fine_yuan", Decimal("1234567.50"), None, "1,234,567.50元"),
        ("fine_yuan", Decimal("300.00"), None, "300元"),
        ("share", 0.3333, None, "0.33"),
        ("days", 28, None, "28"),
        ("is_major", True, None, "是"),
        ("case_no", None, None, "（空）"),
        ("procedure", "summary", "procedure", "简易程序"),
        ("penalty_kinds", "fine,reprimand", "penalty_kind", "罚款、警告"),
    ],
)
def test_values_in_words(column, value, codes, text):
    assert in_words(column, value, codes) == text


def test_the_fingerprint_ignores_layout_and_comments_only(a_library, a_monitor, a_view):
    monitor = a_monitor()
    base = fingerprint_of(a_library(monitor), monitor)
    same = a_monitor(
        when="decided_on is null -- 未决定\n  AND due_on < :as_of\n  AND filed_on >= :in_force\n",
        name="改了名称",
        verify=["甲", "乙", "丙"],
    )
    assert fingerprint_of(a_library(same), same) == base
    view = a_view(sql=a_view().file.sql.replace("= 90", "= 60"))
    in_force = dict(monitor.document.data["parameters"]["in_force"])
    basis = dict(monitor.document.data["legal_basis"][0], in_force="2021-07-15")
    others = [
        a_monitor(when="due_on < :as_of AND filed_on >= :in_force"),
        a_monitor(parameters={"in_force": in_force | {"value": "2021-07-16"}}),
        a_monitor(legal_basis=[basis | {"text": "法律、法规、规章另有规定的，从其规定。"}]),
    ]
    prints = {fingerprint_of(a_library(other), other) for other in others}
    prints.add(fingerprint_of(a_library(monitor, view=view), monitor))
    assert len(prints | {base}) == 5
