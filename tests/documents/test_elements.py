"""The elements most papers do not have, and the imprint, against GB/T 9704-2012."""

from typing import Any

import numpy as np
import pytest

from mingjian.access.flow import NotPossible
from mingjian.access.models import Region
from mingjian.documents import acts, places
from mingjian.documents.models import Paper
from papers import DAY, LETTER, OPINION, PROPOSAL, draft_of, issued, opinion
from typeset import DPI, MM, is_red, lines_of, millimetres, pages_of, picture_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district_head")]


def rare(city: Any, template: str, facts: dict[str, Any], body_lines: int = 0) -> Paper:
    """A paper with every rare element, issued."""
    paper = draft_of(city, template, facts, cc=CC)
    acts.edit(
        paper.pk,
        by=city.right,
        title=paper.title,
        body="\n".join([paper.body, *["补充说明一行。"] * body_lines]),
        cc=CC,
        remark="联系人：某某　电话：00000000",
        attachments=["案件情况表", "证据清单"],
        top=acts.Top(copy_no=1, secrecy="秘密★1年", urgency="特急"),
        today=DAY,
    )
    return issued(city, paper)


CC = "示例市司法局，朝阳区人民政府，示例街道办事处，朝阳区城市管理委员会，朝阳区应急管理局"


@pytest.fixture
def secrets_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a deployment on a network for state secrets."""
    allowed = places.load_issuing().model_copy(update={"secrecy_levels": ["秘密", "机密"]})
    monkeypatch.setattr("mingjian.documents.acts.top.load_issuing", lambda: allowed)


@pytest.mark.usefixtures("secrets_allowed")
def test_the_top_left_of_a_document(city: Any) -> None:
    first = next(pages_of(rare(city, "supervision_opinion", OPINION)))
    lines = lines_of(first)
    assert [line.text for line in lines[:3]] == ["000001", "秘密★1年", "特急"]
    assert [line.left for line in lines[:3]] == pytest.approx([28, 28, 28], abs=0.5)
    tops = [line.bottom for line in lines[:3]]
    assert tops[0] == pytest.approx(37 + 16 / MM, abs=1)
    assert np.diff(tops) == pytest.approx([28.95 / MM] * 2, abs=0.5)
    mark = is_red(picture_of(first)).any(axis=1)
    assert millimetres(mark)[0] == pytest.approx(37 + 35, abs=1)  # the mark stays where it was


@pytest.mark.usefixtures("secrets_allowed")
def test_the_top_left_of_a_letter_is_below_the_double_rule(city: Any) -> None:
    lines = lines_of(next(pages_of(rare(city, "urging_letter", LETTER))))
    mark = next(at for at, line in enumerate(lines) if "〔2026〕" in line.text)
    assert lines[mark].text.startswith("000001")
    assert [line.text for line in lines[mark + 1 : mark + 3]] == ["秘密★1年", "特急"]
    title = lines[mark + 3]
    gap = title.top - lines[mark + 2].bottom
    # 标题与其上最后一个要素相距二行: two lines, and what is left of the third on the grid
    assert 2 * 28.95 / MM <= gap < 3 * 28.95 / MM


def test_upward_number_left_signer_right(city: Any) -> None:
    paper = acts.draft(
        city.right,
        "decision_proposal",
        issuer=Region.objects.get(pk="110105"),
        addressee=Region.objects.get(pk="110105"),
        agency=city.agencies["110105-SCJG"],
        facts=PROPOSAL,
        today=DAY,
    )
    first = next(pages_of(issued(city, paper)))
    line = next(line for line in lines_of(first) if "签发人" in line.text)
    assert line.text == "朝司执监请〔2026〕1号签发人：王某"
    one = 156 / 28
    assert line.left == pytest.approx(28 + one, abs=0.8)  # 居左空一字
    assert 184 - line.right == pytest.approx(one, abs=0.8)  # 居右空一字


@pytest.mark.parametrize("more", [0, 2, 8, 14, 22, 26, 40])
def test_the_imprint_stands_at_the_foot_of_an_even_page(city: Any, more: int) -> None:
    paper = rare_without_secrecy(city, more)
    pages = list(pages_of(paper))
    assert len(pages) % 2 == 0
    words = ["".join(line.text for line in lines_of(page)) for page in pages]
    assert [("抄送" in text, "印发" in text) for text in words].count((True, True)) == 1
    assert "抄送" in words[-1]
    dark = picture_of(pages[-1]).max(axis=2) < 140
    rules = np.flatnonzero(dark.sum(axis=1) > 150 / 25.4 * DPI) / DPI * 25.4
    assert rules[-1] == pytest.approx(262, abs=1)
    numbered = [f"—{number}—" in text for number, text in enumerate(words, 1)]
    has_blank = any(not text for text in words)
    ends = next(at for at, text in enumerate(words) if "联系人" in text)
    assert numbered == [not has_blank or at <= ends for at in range(len(pages))]


def rare_without_secrecy(city: Any, more: int) -> Paper:
    paper = draft_of(city, "supervision_opinion", OPINION)
    body = "\n".join([paper.body, *["补充说明一行。"] * more])
    values = {"cc": CC, "remark": "（联系人：某某　电话：00000000）", "today": DAY}
    acts.edit(paper.pk, by=city.right, title=paper.title, body=body, **values)
    return issued(city, paper)


def test_the_remark_stands_below_the_date(city: Any) -> None:
    paper = rare_without_secrecy(city, 8)
    lines = [line for page in pages_of(paper) for line in lines_of(page)]
    at = next(i for i, line in enumerate(lines) if line.text.endswith("2026年3月2日"))
    remark = lines[at + 1]
    assert remark.text == "（联系人：某某电话：00000000）"
    assert remark.left == pytest.approx(28 + 2 * 156 / 28, abs=2.5)  # 左空二字
    assert remark.bottom - lines[at].bottom == pytest.approx(28.95 / MM, abs=0.5)


@pytest.mark.parametrize(
    ("top", "words"),
    [
        (acts.Top(copy_no=1, secrecy="机密★1年"), "没有开放这个密级"),
        (acts.Top(urgency="平急"), "应为：特急、加急"),
        (acts.Top(copy_no=1_000_000), "印成六位"),
    ],
)
def test_what_may_not_stand_at_the_top_left(city: Any, top: acts.Top, words: str) -> None:
    paper = opinion(city)
    with pytest.raises(NotPossible, match=words):
        acts.edit(paper.pk, by=city.right, title="题", body="文", top=top, today=DAY)
    assert Paper.objects.get(pk=paper.pk).version == paper.version


@pytest.mark.usefixtures("secrets_allowed")
def test_a_secret_paper_has_a_copy_number_and_a_readable_term(city: Any) -> None:
    paper = opinion(city)
    for top, words in (
        (acts.Top(secrecy="机密★1年"), "应当标注份号"),
        (acts.Top(copy_no=1, secrecy="机密★一年"), "应写成"),
    ):
        with pytest.raises(NotPossible, match=words):
            acts.edit(paper.pk, by=city.right, title="题", body="文", top=top, today=DAY)


def test_the_digest_holds_the_rare_elements_too(city: Any) -> None:
    paper = opinion(city)
    values = {"title": paper.title, "body": paper.body, "today": DAY}
    acts.edit(paper.pk, by=city.right, remark="联系人：某某", **values)
    paper = issued(city, paper)
    assert acts.content_hash(paper) == paper.frozen_hash
    paper.remark = "联系人：别人"
    assert acts.content_hash(paper) != paper.frozen_hash
