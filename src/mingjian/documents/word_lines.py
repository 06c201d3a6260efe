"""Paragraphs of the Word file: spacing, fonts, borders and frames as the standard's grid wants."""

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

PITCH = Pt(28.95)  # 225 mm ÷ 22 lines
ADVANCE = 442.2 / 28  # points; 156 mm ÷ 28 characters
BODY, KAI, HEI = "仿宋_GB2312", "楷体_GB2312", "黑体"
SONG, HEADING = "宋体", "方正小标宋简体"


def line_of(
    file: Any, text: str, *, font: str = BODY, size: float = 16, centre: bool = False
) -> Paragraph:
    line: Paragraph = file.add_paragraph()
    form = line.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH
    if centre:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if text:
        run_of(line, text, font, size)
    return line


def run_of(line: Paragraph, text: str, font: str, size: float) -> None:
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


def blank_lines(file: Any, count: int) -> None:
    for _ in range(count):
        line_of(file, "")


def indent(line: Paragraph, characters: int) -> None:
    line.paragraph_format.first_line_indent = Pt(ADVANCE * characters)
    given = line._p.get_or_add_pPr().find(qn("w:ind"))
    given.set(qn("w:firstLineChars"), str(characters * 100))


def red_rule(line: Paragraph, *, double: bool = False) -> None:
    border(line, "bottom", 18, "D0021B", "thickThinSmallGap" if double else "single")


def border(
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


def frame_left(line: Paragraph, width: Any) -> None:
    """Takes the paragraph out of the run of lines, to the left edge beside the next one."""
    frame = OxmlElement("w:framePr")
    place = {"w": round(width.pt * 20), "wrap": "around", "vAnchor": "text", "hAnchor": "margin"}
    for name, value in {**place, "xAlign": "left", "y": 1}.items():
        frame.set(qn(f"w:{name}"), str(value))
    line._p.get_or_add_pPr().insert_element_before(
        frame, "w:widowControl", "w:numPr", "w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs",
        "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr",
    )  # fmt: skip
