"""The Word file: the same layout, by its structure; opened in LibreOffice where that is there."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from mingjian.documents import acts
from mingjian.documents.models import Paper
from mingjian.documents.pdf import last_pages
from mingjian.documents.word import word_file
from papers import DAY, LETTER, draft_of, issued, opinion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district_head")]


def opened(content: bytes) -> Any:
    return Document(BytesIO(content))


def test_the_page_has_the_standards_measures(city: Any) -> None:
    file = opened(word_file(issued(city)))
    section = file.sections[0]
    measures = (section.page_width, section.page_height, section.left_margin, section.top_margin)
    wanted = (Mm(210), Mm(297), Mm(28), Mm(37))
    assert [round(value.mm) for value in measures] == [round(value.mm) for value in wanted]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert int(grid.get(qn("w:linePitch"))) * 22 == pytest.approx(225 / 25.4 * 72 * 20, rel=0.01)
    assert file.settings.odd_and_even_pages_header_footer


def test_text_fonts_and_red_mark(city: Any) -> None:
    paper = issued(city)
    file = opened(word_file(paper))
    lines = {line.text.strip(): line for line in file.paragraphs if line.text.strip()}
    mark = lines["朝阳区司法局文件"].runs[0]
    assert mark.font.color.rgb == RGBColor(0xD0, 0x02, 0x1B)
    assert "朝执监意〔2026〕1号" in lines
    assert "示例市朝阳区市场监督管理局：" in lines
    heading = lines["一、监督来源与经过"].runs[0]
    assert heading._element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    body = lines["1. 示例案件一立案后超过九十日未作出决定。"]
    assert body.runs[0].font.size == Pt(16)
    assert body.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert body.paragraph_format.line_spacing == pytest.approx(Pt(28.95), abs=200)
    spacing = body.runs[0]._element.rPr.find(qn("w:spacing"))
    twentieths = int(spacing.get(qn("w:val")))
    assert (16 + twentieths / 20) * 28 == pytest.approx(156 / 25.4 * 72, abs=0.5)
    assert any(paper.verify_code in line.text for line in file.paragraphs)


def test_a_letter_in_word_has_no_imprint_rules(city: Any) -> None:
    file = opened(word_file(issued(city, draft_of(city, "urging_letter", LETTER))))
    assert file.sections[0].different_first_page_header_footer
    assert not any("印发" in line.text for line in file.paragraphs)


def test_it_opens_in_an_office_program(city: Any, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("没有安装 LibreOffice（apt-get install libreoffice-writer）：只查结构")
    path = tmp_path / "paper.docx"
    path.write_bytes(word_file(issued(city)))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=180)
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")


def edited(city: Any, more: int, **values: Any) -> Paper:
    """An opinion with lines added and elements set, issued."""
    paper = opinion(city)
    body = "\n".join([paper.body, *["补充说明一行。"] * more])
    acts.edit(paper.pk, by=city.right, title=paper.title, body=body, today=DAY, **values)
    return issued(city, paper)


def test_rare_elements_stand_where_the_standard_has_them(city: Any) -> None:
    top = acts.Top(copy_no=12, urgency="加急")
    file = opened(word_file(edited(city, 0, remark="联系人：某某", top=top)))
    texts = [line.text for line in file.paragraphs]
    assert texts[:3] == ["000012", "加急", "朝阳区司法局文件"]
    assert file.paragraphs[1].runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    dated = next(at for at, text in enumerate(texts) if text.endswith("2026年3月2日"))
    assert texts[dated + 1] == "（联系人：某某）"


@pytest.mark.parametrize("more", [0, 8, 22])
def test_the_imprint_is_at_the_foot_of_the_same_page_as_in_the_pdf(city: Any, more: int) -> None:
    paper = edited(city, more, cc="示例市司法局，朝阳区人民政府")
    file = opened(word_file(paper))
    table = file.tables[-1]
    assert table._tbl.tblPr.find(qn("w:tblpPr")).get(qn("w:tblpYSpec")) == "bottom"
    assert [cell.text for row in table.rows for cell in row.cells] == [
        "抄送：示例市司法局，朝阳区人民政府。",
        "朝阳区司法局办公室\t2026年3月2日印发",
    ]
    ends, page = last_pages(paper)
    assert page % 2 == 0
    assert file.paragraphs[-1].paragraph_format.page_break_before is (page == ends + 1)
    assert len(file.sections) == (2 if page > ends + 1 else 1)
