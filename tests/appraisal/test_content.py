"""content/appraisal is read strictly: what may not be assessed cannot be written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.appraisal import check_appraisal
from mingjian.appraisal.courses import load_banks, load_training
from mingjian.appraisal.exam_paper import draw
from mingjian.appraisal.flow import NAMES, load_flow
from mingjian.appraisal.scheme import load_schemes
from mingjian.standards import content_files
from mingjian.supervision.confirmed import KINDS

SCHEME, RULES = "appraisal/schemes/law_based.yaml", "appraisal/training.yaml"
BANK = "appraisal/questions/penalty.yaml"
WITH_QUOTE = "text: 行政机关实施行政处罚时，应当责令当事人改正或者限期改正违法行为，对吗？"


@pytest.fixture
def own_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A deployment's own content folder, still empty."""
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    yield tmp_path
    monkeypatch.undo()
    for read in (load_schemes, load_banks, load_training, load_flow):
        read.cache_clear()


def lay(own: Path, name: str, old: str, new: str) -> None:
    """The project's file with one change, over ours."""
    folder, _, file = name.rpartition("/")
    text = next(content_files(folder, file)).read_text("utf-8")
    assert old in text
    (own / folder).mkdir(parents=True, exist_ok=True)
    (own / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_projects_own_files_have_no_fault() -> None:
    assert check_appraisal() == []


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        (SCHEME, "counts: rectified_late", "counts: alerts", "不得计入考核"),
        (SCHEME, "counts: signed_late", "counts: fine_amount", "不是可以考核的口径"),
        (SCHEME, "    each: 3\n", "", "只写一种"),
        (SCHEME, "late\n    each: 0.5", "late\n    share: true", "没有分母"),
        (SCHEME, "cap: 30", "cap: 90", "上限之和超过满分"),
        (SCHEME, "quote: 罚款、没收的违法所得", "quote: 罚金、没收的违法所得", "原文"),
        (SCHEME, "basis: 设计值。期限", "basis: 期限", "须引条文"),
        (RULES, "bank: penalty", "bank: fines", "没有题库"),
        (RULES, "single: 4", "single: 40", "抽不出"),
        (RULES, "article: 第六十条", "article: 第六百条", "没有第六百条"),
        (RULES, "problems: 3", "problems: 1", "小于允许的最小值"),
        (BANK, "quote: 行政机关应当自行政", "quote: 机关应自行政", "原文"),
        (BANK, "answer: [C]", "answer: [E]", "不在选项里"),
        (BANK, "answer: [C]", "answer: [A, C]", "只有一个"),
        (BANK, "id: cf-02", "id: cf-01", "重复"),
        (
            BANK,
            "text: 给予行政处罚的同时，",
            WITH_QUOTE,
            "等于说出了答案",
        ),
        (BANK, "answer: [错]", "answer: [不]", "不在选项里"),
        (BANK, "point: limits", "point: fines", "没有列在 points"),
    ],
)
def test_a_fault_is_named_with_file_and_line(
    own_content: Path, name: str, old: str, new: str, fault: str
) -> None:
    lay(own_content, name, old, new)
    problems = check_appraisal()
    assert any(fault in str(problem) for problem in problems), problems


def test_nothing_that_may_be_counted_is_a_number_of_acts_of_enforcement() -> None:
    """行政处罚法第七十四条: the closed list holds what people confirmed, and late answers to it."""
    assert set(KINDS) == {
        "rectified_late",
        "still_open",
        "relapsed",
        "signed_late",
        "fed_back_late",
        "sent_back",
        "paper_late",
    }


def test_a_monitor_leads_to_the_point_named_for_it_before_that_of_its_group() -> None:
    training = load_training()
    assert training.point_of("PT-01") == "limits"
    assert training.point_of("PT-06") == "procedure"
    assert training.point_of("XY-01") == "general"


def test_the_same_seed_gives_the_same_paper_and_others_differ() -> None:
    exam = load_training().courses["penalty_procedure"].exam
    assert exam is not None
    bank = load_banks()["penalty"]
    papers = [draw(bank, exam, seed) for seed in (1, 1, 2, 3)]
    assert papers[0] == papers[1]
    assert len({str(paper) for paper in papers}) == 3
    assert len(papers[0]) == sum(exam.draw.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_state_is_reached_and_left_or_ends(name: str) -> None:
    flow = load_flow(name)
    left = {state for act in flow.file.acts.values() if act.to for state in act.from_}
    assert {state for state in flow.file.states if state not in left} <= set(flow.ended_states())
    assert {act.to for act in flow.file.acts.values() if act.to} == set(flow.file.states)
