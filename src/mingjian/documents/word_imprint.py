"""版记 of the Word file: on an even page, its last rule on the lower edge of the type area.

Word cannot ask whether a page is even, so the PDF's layout says where the text ends; both have
the same grid of 22 lines of 28 characters.
"""

from typing import Any

from docx.enum.section import WD_SECTION
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from mingjian.documents.word_lines import line_of

WIDTH = Mm(156)
CHAR = Pt(14)  # 四号
THICK, THIN = 8, 6  # eighths of a point: 0.35 mm and 0.25 mm


def add_imprint(file: Any, data: dict[str, Any], text_ends: int, page: int) -> None:
    """`page` carries the imprint; `text_ends` is the page with the last line of text."""
    is_letter = data["style"] == "letter"
    lines = [f"抄送：{data['cc']}。"] if data["cc"] else []
    if not is_letter:
        lines.append(f"{data['printed_by']}\t{data['printed_on']}印发")
    if not lines:
        return
    if page > text_ends + 1:
        _unnumbered_even_page(file)
    table = file.add_table(rows=0, cols=1)
    _at_the_foot(table)
    for number, text in enumerate(lines):
        cell = table.add_row().cells[0]
        _write(cell, text)
        if not is_letter:
            is_last = number == len(lines) - 1
            _rules(cell, THIN if number else THICK, THICK if is_last else THIN)
    # A floating table stands on the page of the paragraph that follows it.
    anchor = line_of(file, "")
    anchor.paragraph_format.line_spacing = Pt(1)
    anchor.paragraph_format.page_break_before = page == text_ends + 1


def _at_the_foot(table: Any) -> None:
    """Floating, as wide as the type area, at its lower edge."""
    table.autofit = False
    properties = table._tbl.tblPr
    place = OxmlElement("w:tblpPr")
    # Across, from the page's edge: LibreOffice lets a table this wide float only so.
    where = {"vertAnchor": "margin", "horzAnchor": "page", "tblpX": round(Mm(28).pt * 20)}
    for name, value in {**where, "tblpYSpec": "bottom"}.items():
        place.set(qn(f"w:{name}"), str(value))
    properties.insert_element_before(
        place, "w:tblOverlap", "w:bidiVisual", "w:tblStyleRowBandSize", "w:tblStyleColBandSize",
        "w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout",
        "w:tblCellMar", "w:tblLook",
    )  # fmt: skip
    table.columns[0].width = WIDTH
    # Word and LibreOffice count a cell's margin differently: the lines are indented instead.
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties.insert_element_before(margins, "w:tblLook")


def _write(cell: Any, text: str) -> None:
    """One line of the imprint, one character in from either edge; agencies that turn over stand
    below the first one."""
    cell.width = WIDTH
    line = line_of(cell, text, size=14)
    cell._tc.remove(cell.paragraphs[0]._p)  # a new cell has an empty paragraph
    form = line.paragraph_format
    form.left_indent = form.right_indent = CHAR
    if text.startswith("抄送"):
        form.left_indent, form.first_line_indent = CHAR * 4, CHAR * -3
    form.tab_stops.add_tab_stop(WIDTH - CHAR, WD_TAB_ALIGNMENT.RIGHT)


def _rules(cell: Any, above: int, below: int) -> None:
    borders = OxmlElement("w:tcBorders")
    for side, eighths in (("top", above), ("bottom", below)):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", eighths), ("space", 0), ("color", "000000")):
            edge.set(qn(f"w:{name}"), str(value))
        borders.append(edge)
    cell._tc.get_or_add_tcPr().append(borders)


def _unnumbered_even_page(file: Any) -> None:
    """An empty page before the imprint: neither of the two has a page number (7.5)."""
    section = file.add_section(WD_SECTION.EVEN_PAGE)
    for footer in (section.footer, section.even_page_footer):
        footer.is_linked_to_previous = False
