"""The PDF against the measures of GB/T 9704-2012, on the page as a picture and by characters.

A4 with 天头 37 mm ± 1 and 订口 28 mm ± 1, 版心 156 mm × 225 mm, 22 lines of 28 characters; a
red mark and a red rule as wide as the 版心; page numbers outside, right on odd pages and left
on even ones.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from mingjian.documents import acts, fonts, pdf
from mingjian.documents.body import blocks_of
from mingjian.documents.models import Paper
from papers import DAY, LETTER, draft_of, issued, opinion
from typeset import DPI, MM, is_red, lines_of, millimetres, pages_of, picture_of, text_end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district_head")]

PLAIN = "行政执法监督应当客观公正规范执法行为保护公民法人和其他组织合法权益" * 40


@pytest.fixture
def long_paper(city: Any) -> Paper:
    """An opinion of several pages of plain characters, issued."""
    paper = opinion(city)
    body = f"{paper.body}\n{PLAIN}"
    acts.edit(paper.pk, by=city.right, title=paper.title, body=body, today=DAY)
    return issued(city, paper)


def test_a4_with_22_lines_of_28_characters(long_paper: Paper) -> None:
    pages = list(pages_of(long_paper))
    assert (round(pages[0].get_width() / MM), round(pages[0].get_height() / MM)) == (210, 297)
    lines = [line for line in lines_of(pages[1]) if "—" not in line.text]
    assert len(lines) == 22
    full = [line for line in lines if set(line.text) <= set(PLAIN)][1:-1]
    assert {len(line.text) for line in full} == {28}
    pitches = [b.bottom - a.bottom for a, b in pairwise(lines)]
    assert pitches == pytest.approx([28.95 / MM] * 21, abs=0.2)


def test_the_type_area_lies_where_the_standard_puts_it(long_paper: Paper) -> None:
    second = list(pages_of(long_paper))[1]
    ink = picture_of(second).min(axis=2) < 140
    body = ink[: round(264 / 25.4 * DPI)]  # above the page number
    left, right = millimetres(body.any(axis=0))
    top, bottom = millimetres(body.any(axis=1))
    assert left == pytest.approx(28, abs=1)
    assert right == pytest.approx(184, abs=1)
    assert top == pytest.approx(37, abs=1)
    # 22 cells of 28.95 pt end at 262 mm; the last one's lower gap is empty.
    assert bottom == pytest.approx(262 - (28.95 - 16) / MM, abs=1)


def test_the_first_page_has_a_red_mark_and_a_red_rule(long_paper: Paper) -> None:
    first = next(pages_of(long_paper))
    red = is_red(picture_of(first))
    rows = np.flatnonzero(red.sum(axis=1) > 150 / 25.4 * DPI)  # rows red nearly all across
    rule = rows / DPI * 25.4
    left, right = millimetres(red[rows[0]])
    assert (left, right) == (pytest.approx(28, abs=0.5), pytest.approx(184, abs=0.5))
    mark = red[: rows[0] - 20]
    top, _ = millimetres(mark.any(axis=1))
    assert top == pytest.approx(37 + 35, abs=1)  # 上边缘至版心上边缘 35 mm
    number = next(line for line in lines_of(first) if "朝执监意〔2026〕1号" in line.text)
    assert rule[0] - number.bottom == pytest.approx(4, abs=1.2)
    assert rule[-1] - rule[0] < 1


def test_page_numbers_stand_outside(long_paper: Paper) -> None:
    pages = list(pages_of(long_paper))
    assert len(pages) > 2
    for number, page in enumerate(pages[: text_end(pages) + 1], 1):
        line = next(item for item in lines_of(page) if item.text == f"—{number}—")
        assert line.top - 262 == pytest.approx(7, abs=1.5)
        if number % 2:
            assert line.right == pytest.approx(184 - 14 / MM, abs=1.5)
        else:
            assert line.left == pytest.approx(28 + 14 / MM, abs=1.5)


def test_signature_date_and_imprint(long_paper: Paper) -> None:
    pages = list(pages_of(long_paper))
    last = lines_of(pages[text_end(pages)])
    words = [line.text for line in last]
    dated = next(line for line in last if line.text.endswith("2026年3月2日"))
    assert 184 - dated.right == pytest.approx(4 * 156 / 28, abs=1.5)  # 右空四字
    assert any(text.endswith("朝阳区司法局") for text in words)
    page = pages[-1]
    imprint = next(line for line in lines_of(page) if "印发" in line.text)
    assert imprint.text == "朝阳区司法局办公室2026年3月2日印发"
    dark = picture_of(page).max(axis=2) < 140
    rules = np.flatnonzero(dark.sum(axis=1) > 150 / 25.4 * DPI) / DPI * 25.4
    assert rules[-1] == pytest.approx(262, abs=1)  # 末条分隔线在版心下边缘
    assert rules[0] < imprint.top


def test_the_letter_has_a_double_rule_and_no_first_page_number(city: Any) -> None:
    paper = issued(city, draft_of(city, "urging_letter", LETTER))
    first = next(pages_of(paper))
    red = is_red(picture_of(first))
    rows = np.flatnonzero(red.sum(axis=1) > 165 / 25.4 * DPI) / DPI * 25.4
    upper, lower = rows[rows < 150], rows[rows > 150]
    assert np.diff(upper).max() > 0.3  # two strokes with a gap
    assert lower[-1] == pytest.approx(277, abs=1)  # 距下页边 20 mm
    top, _ = millimetres(red[: round(45 / 25.4 * DPI)].any(axis=1))
    assert top == pytest.approx(30, abs=1)
    left, right = millimetres(red[round(upper[0] / 25.4 * DPI) + 1])
    assert right - left == pytest.approx(170, abs=1)
    lines = lines_of(first)
    assert not any(line.text.startswith("—") for line in lines)
    number = next(line for line in lines if "号" in line.text and "〔" in line.text)
    assert number.right == pytest.approx(184, abs=1)


def test_fonts_and_archive_format(long_paper: Paper) -> None:
    content = pdf.render(long_paper)
    assert b"FandolFang" in content
    assert b"pdfaid" in content


def test_headings_are_known_by_their_numbering() -> None:
    text = "一、查明的事实\n（一）程序\n1. 立案\n一、二两项都已经核实，没有异议。\n\n结语"
    assert [block["kind"] for block in blocks_of(text)] == ["h1", "h2", "p", "p", "p"]


def test_without_fonts_the_message_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    monkeypatch.setattr(fonts, "INSTALLED", tmp_path / "none")
    monkeypatch.setattr(fonts, "SYSTEM", ())
    with pytest.raises(fonts.FontError, match="mingjian fonts"):
        fonts.font_folders()


def test_fonts_that_are_there_are_not_fetched_again() -> None:
    assert fonts.fetch_fonts() == []


def test_where_nothing_can_be_fetched_the_message_names_the_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(fonts, "INSTALLED", tmp_path / "none")
    monkeypatch.setattr(fonts, "SYSTEM", (tmp_path / "neither",))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(fonts.FontError, match=r"没有找到 apt-get.*FandolFang-Regular\.otf"):
        fonts.fetch_fonts()
