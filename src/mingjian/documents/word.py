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
from docx.text.run import Run

from mingjian.documents.models import Paper
from mingjian.documents.pdf import layout_data, verify_address

RED = RGBColor(0xD0, 0x02, 0x1B)
PITCH = Pt(28.95)  # 225 mm ÷ 22 lines
ADVANCE = 442.2 / 28  # points; 156 mm ÷ 28 characters
BODY, KAI, HEI = "仿宋_GB2312", "楷体_GB2312", "黑体"
SONG, HEADING = "宋体", "方正小标宋简体"
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
    """红色发文机关标志, 发文字号, 签发人, 红色分隔线."""
    is_letter = data["style"] == "letter"
    mark = _line(file, data["mark"], font=HEADING, size=_mark_size(data["mark"]), centre=True)
    mark.runs[0].font.color.rgb = RED
    mark.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    mark.paragraph_format.space_before = Pt(0) if is_letter else Mm(30)
    if is_letter:
        _red_rule(mark, double=True)
        _line(file, data["number"] or "（制发时编号）").alignment = _RIGHT
        _blank(file, 2)
        return
    _blank(file, 2)
    number = data["number"] or "（制发时编号）"
    if data["style"] == "upward":
        line = _line(file, f"　{number}\t签发人：")
        line.paragraph_format.tab_stops.add_tab_stop(Mm(150), WD_TAB_ALIGNMENT.RIGHT)
        _run(line, data["signer"], KAI, 16)
    else:
        line = _line(file, number, centre=True)
    _red_rule(line)
    _blank(file, 2)


def _text(file: Any, data: dict[str, Any]) -> None:
    title = _line(file, data["title"], font=HEADING, size=22, centre=True)
    title.paragraph_format.line_spacing = Pt(34)
    _blank(file, 1)
    if data["addressee"]:
        _line(file, f"{data['addressee']}：")
    for block in data["blocks"]:
        line = _line(file, block["text"], font=_KIND_FONTS[block["kind"]])
        _indent(line, 2)
        line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        line.paragraph_format.keep_with_next = block["kind"] != "p"
    if data["attachments"]:
        _blank(file, 1)
        for number, name in enumerate(data["attachments"], 1):
            lead = "附件：" if number == 1 else "　　　"
            mark = f"{number}. " if len(data["attachments"]) > 1 else ""
            _indent(_line(file, f"{lead}{mark}{name}"), 2)


def _end(file: Any, data: dict[str, Any], paper: Paper) -> None:
    """署名, 成文日期（右空四字）, 核验码, 版记."""
    _blank(file, 2)
    for text in (data["issuer"], data["dated"]):
        line = _line(file, text)
        line.alignment = _RIGHT
        # The name stands centred over the date, which ends four characters from the edge.
        wider = max(0.0, (len(data["dated"]) * 0.62 - len(data["issuer"])) / 2)
        chars = 4 + (wider if text == data["issuer"] else 0)
        line.paragraph_format.right_indent = Pt(ADVANCE * chars)
        line.paragraph_format.keep_with_next = text == data["issuer"]
    if paper.verify_code:
        drawn = BytesIO()
        segno.make(verify_address(paper), error="m").save(drawn, kind="png", scale=6, border=0)
        drawn.seek(0)
        line = _line(file, "")
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        line.add_run().add_picture(drawn, width=Mm(17))
        _run(line, f"　核验码 {paper.verify_code}", SONG, 8)
    _imprint(file, data)


def _imprint(file: Any, data: dict[str, Any]) -> None:
    is_letter = data["style"] == "letter"
    lines = [f"抄送：{data['cc']}。"] if data["cc"] else []
    if not is_letter:
        lines.append(f"{data['printed_by']}\t{data['printed_on']}印发")
    for number, text in enumerate(lines):
        line = _line(file, f"　{text}", size=14)  # 左右各空一字；线与版心等宽，所以不用缩进
        line.paragraph_format.tab_stops.add_tab_stop(Mm(151), WD_TAB_ALIGNMENT.RIGHT)
        if is_letter:
            continue
        _border(line, "top", 8 if number == 0 else 6)
        if number == len(lines) - 1:
            _border(line, "bottom", 8)


def _line(
    file: Any, text: str, *, font: str = BODY, size: float = 16, centre: bool = False
) -> Paragraph:
    line: Paragraph = file.add_paragraph()
    form = line.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH
    if centre:
        line.alignment = _CENTRE
    if text:
        _run(line, text, font, size)
    return line


def _run(line: Paragraph, text: str, font: str, size: float) -> None:
    run = line.add_run(text)
    run.font.name, run.font.size = font, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if size == 16:
        _tighten(run)
    if font == HEADING and size <= 22:
        run.font.bold = True  # 没有小标宋的机器用宋体加粗代替


def _tighten(run: Run) -> None:
    """三号 is 16 pt, a 28th of 156 mm is 15.8: twentieths of a point to take away."""
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(round((ADVANCE - 16) * 20)))
    run._element.get_or_add_rPr().insert_element_before(
        spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang"
    )


def _blank(file: Any, count: int) -> None:
    for _ in range(count):
        _line(file, "")


def _indent(line: Paragraph, characters: int) -> None:
    line.paragraph_format.first_line_indent = Pt(ADVANCE * characters)
    indent = line._p.get_or_add_pPr().find(qn("w:ind"))
    indent.set(qn("w:firstLineChars"), str(characters * 100))


def _mark_size(mark: str) -> float:
    """The largest size at which the mark stands in one line of 150 mm."""
    return min(42.0, 425 / len(mark) - 2)


def _red_rule(line: Paragraph, *, double: bool = False) -> None:
    _border(line, "bottom", 18, "D0021B", "thickThinSmallGap" if double else "single")


def _border(
    line: Paragraph, side: str, eighths: int, colour: str = "000000", kind: str = "single"
) -> None:
    properties = line._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing",
            "w:ind", "w:jc", "w:rPr",
        )  # fmt: skip
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", kind), ("sz", eighths), ("space", 4), ("color", colour)):
        edge.set(qn(f"w:{name}"), str(value))
    borders.append(edge)


def _page_number(line: Paragraph, where: Any) -> None:
    """— 1 —, 四号宋体, one character in from the outer edge."""
    line.alignment = where
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
    _run(line, "— ", SONG, 14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    _run(line, "1", SONG, 14)
    field.append(line.runs[-1]._element)
    line._p.append(field)
    _run(line, " —", SONG, 14)
