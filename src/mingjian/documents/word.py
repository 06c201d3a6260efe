"""A paper as an editable Word file, in the same layout as the PDF (GB/T 9704-2012).

The fonts are named as offices own them (方正小标宋, 仿宋_GB2312, 楷体_GB2312, 黑体); where they are
missing, Word, WPS and LibreOffice put in what they have. The Word file is for working on: what
counts is the PDF.
"""

from io import BytesIO
from typing import Any

import segno
from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from mingjian.documents.models import Paper
from mingjian.documents.pdf import last_pages, layout_data, verify_address
from mingjian.documents.word_imprint import add_imprint
from mingjian.documents.word_lines import (
    ADVANCE,
    BODY,
    HEADING,
    HEI,
    KAI,
    PITCH,
    SONG,
    blank_lines,
    frame_left,
    indent,
    line_of,
    red_rule,
    run_of,
)

RED = RGBColor(0xD0, 0x02, 0x1B)
_KIND_FONTS = {"h1": HEI, "h2": KAI, "p": BODY}
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def word_file(paper: Paper) -> bytes:
    """The paper as .docx."""
    data = layout_data(paper)
    file = Document()
    _page(file, data)
    _head(file, data)
    _text(file, data)
    _end(file, data, paper)
    add_imprint(file, data, *last_pages(paper))
    file.core_properties.title = paper.title
    file.core_properties.author = paper.issuer_name
    made = BytesIO()
    file.save(made)
    return made.getvalue()


def _page(file: Any, data: dict[str, Any]) -> None:
    """A4, the margins, the grid of 22 lines, page numbers outside."""
    section = file.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(25.9)
    section.footer_distance = Mm(23)  # 版心下边缘之下 7 mm，页码四号
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    # Lines only: a grid of characters is read differently by Word and LibreOffice, so the 28
    # characters of a line come from the spacing of each run.
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(28.95 * 20)))
    file.settings.odd_and_even_pages_header_footer = True
    section.different_first_page_header_footer = data["style"] == "letter"
    _page_number(section.footer.paragraphs[0], _RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    style = file.styles["Normal"]
    style.font.name, style.font.size = BODY, Pt(16)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)


def _head(file: Any, data: dict[str, Any]) -> None:
    """份号, 密级, 紧急程度, 红色发文机关标志, 发文字号, 签发人, 红色分隔线."""
    is_letter = data["style"] == "letter"
    number = data["number"] or "（制发时编号）"
    top = [(data["copy_no"], BODY), (data["secrecy"], HEI), (data["urgency"], HEI)]
    top = [(text, font) for text, font in top if text]
    if not is_letter:
        for text, font in top:
            line_of(file, text, font=font)
    mark = line_of(file, data["mark"], font=HEADING, size=_mark_size(data["mark"]), centre=True)
    mark.runs[0].font.color.rgb = RED
    mark.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    mark.paragraph_format.space_before = _space_above_mark(is_letter, len(top))
    if is_letter:
        red_rule(mark, double=True)
        _beside_number(file, number, top)
        blank_lines(file, 2)
        return
    blank_lines(file, 2)
    if data["style"] == "upward":
        line = line_of(file, f"　{number}\t签发人：")
        line.paragraph_format.tab_stops.add_tab_stop(Mm(150), WD_TAB_ALIGNMENT.RIGHT)
        run_of(line, data["signer"], KAI, 16)
    else:
        line = line_of(file, number, centre=True)
    red_rule(line)
    blank_lines(file, 2)


def _space_above_mark(is_letter: bool, lines: int) -> Any:
    """The mark's upper edge is 35 mm below the type area's, whatever stands at the top left."""
    return Pt(0) if is_letter else Pt(max(0.0, Mm(30).pt - lines * PITCH.pt))


def _beside_number(file: Any, number: str, top: list[tuple[str, str]]) -> None:
    """Below a letter's double rule: the number at the right, the rare elements at the left."""
    line = line_of(file, "")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    if top:
        run_of(line, *top[0], 16)
    run_of(line, f"\t{number}", BODY, 16)
    for text, font in top[1:]:
        line_of(file, text, font=font)


def _text(file: Any, data: dict[str, Any]) -> None:
    title = line_of(file, data["title"], font=HEADING, size=22, centre=True)
    title.paragraph_format.line_spacing = Pt(34)
    blank_lines(file, 1)
    if data["addressee"]:
        line_of(file, f"{data['addressee']}：")
    for block in data["blocks"]:
        line = line_of(file, block["text"], font=_KIND_FONTS[block["kind"]])
        indent(line, 2)
        line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        line.paragraph_format.keep_with_next = block["kind"] != "p"
    if data["attachments"]:
        blank_lines(file, 1)
        for number, name in enumerate(data["attachments"], 1):
            lead = "附件：" if number == 1 else "　　　"
            mark = f"{number}. " if len(data["attachments"]) > 1 else ""
            indent(line_of(file, f"{lead}{mark}{name}"), 2)


def _end(file: Any, data: dict[str, Any], paper: Paper) -> None:
    """署名, 成文日期（右空四字）, 附注, 核验码.

    No seal: a file that anybody may edit does not carry one. Its place stays free.
    """
    blank_lines(file, 2)
    if paper.verify_code:
        _code(file, paper)
    for text in (data["issuer"], data["dated"]):
        line = line_of(file, text)
        line.alignment = _RIGHT
        # The name stands centred over the date, which ends four characters from the edge.
        wider = max(0.0, (len(data["dated"]) * 0.62 - len(data["issuer"])) / 2)
        chars = 4 + (wider if text == data["issuer"] else 0)
        line.paragraph_format.right_indent = Pt(ADVANCE * chars)
        line.paragraph_format.keep_with_next = text == data["issuer"]
    if data["remark"]:
        indent(line_of(file, f"（{data['remark']}）"), 2)


def _code(file: Any, paper: Paper) -> None:
    """The QR code at the left of the signature, in a frame that takes no line."""
    drawn = BytesIO()
    segno.make(verify_address(paper), error="m").save(drawn, kind="png", scale=6, border=0)
    drawn.seek(0)
    line = line_of(file, "")
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    line.add_run().add_picture(drawn, width=Mm(17))
    run_of(line, f"　核验码 {paper.verify_code}", SONG, 8)
    frame_left(line, Mm(72))


def _mark_size(mark: str) -> float:
    """The largest size at which the mark stands in one line of 150 mm."""
    return min(42.0, 425 / len(mark) - 2)


def _page_number(line: Paragraph, where: Any) -> None:
    """— 1 —, 四号宋体, one character in from the outer edge."""
    line.alignment = where
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
    run_of(line, "— ", SONG, 14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run_of(line, "1", SONG, 14)
    field.append(line.runs[-1]._element)
    line._p.append(field)
    run_of(line, " —", SONG, 14)
