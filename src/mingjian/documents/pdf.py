"""A paper as PDF and as pictures of its pages: content/documents/layout/paper.typ set by typst.

One compiler for the process, because it takes a tenth of a second to read the fonts and a few
milliseconds to set a page.
"""

import json
import struct
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mingjian.documents.body import blocks_of
from mingjian.documents.fonts import font_folders
from mingjian.documents.models import Paper
from mingjian.documents.places import Side, office_of
from mingjian.documents.template import load_templates, written_date
from mingjian.standards import content_files

PREVIEW_PPI = 96
BEIJING = timezone.get_fixed_timezone(480)
_ONE_AT_A_TIME = Lock()


def render(paper: Paper) -> bytes:
    """The paper as PDF/A-2b. Raises FontError when fonts are missing."""
    day = paper.dated_on
    stamp = datetime(day.year, day.month, day.day, tzinfo=BEIJING) if day else None
    return bytes(_compile(paper, format="pdf", pdf_standards=["a-2b"], timestamp=stamp))


def page_pictures(paper: Paper) -> list[bytes]:
    """One PNG a page, for looking at it in the browser."""
    made = _compile(paper, format="png", ppi=PREVIEW_PPI)
    return list(made) if isinstance(made, list) else [made]


def last_pages(paper: Paper) -> tuple[int, int]:
    """The page on which the text ends, and the page that carries the imprint (the same, the next,
    or the one after an empty page: the imprint stands on an even page)."""
    with _ONE_AT_A_TIME:
        found = typst.query(
            str(_layout()), "metadata", field="value", sys_inputs=_inputs(paper), **_fonts()
        )
    pages: list[int] = json.loads(found)
    return pages[0], pages[-1]


def seal_fault(picture: bytes) -> str:
    """Why this picture cannot be laid on a paper as a seal; "" when it can.

    PNG (ISO/IEC 15948): eight bytes of signature, then IHDR with width, height and colour type;
    types 4 and 6 have transparency of their own, type 3 in a tRNS chunk.
    """
    if picture[:8] != b"\x89PNG\r\n\x1a\n" or len(picture) < 33:
        return "印模图片不是 PNG 文件。"
    width, height, _depth, colours = struct.unpack(">IIBB", picture[16:26])
    if not (300 <= width <= 2000 and abs(width - height) <= width * 0.02):
        return f"印模图片是 {width}×{height} 像素。"
    if colours not in (4, 6) and b"tRNS" not in picture:
        return "印模图片的底色不透明，会盖住文字。"
    try:
        source = b'#image(bytes(json(bytes(sys.inputs.picture))), format: "png")'
        typst.compile(source, sys_inputs={"picture": json.dumps(list(picture))}, **_fonts())
    except typst.TypstError:
        return "印模图片打不开，文件可能不完整。"
    return ""


def warm() -> None:
    """Read the fonts now rather than in the middle of something."""
    _compiler()


def layout_data(paper: Paper) -> dict[str, Any]:
    """What the layout is given; also the source of the Word file."""
    plan = load_templates()[paper.template]
    side = Side(paper.issuer_name, paper.issuer_agency, paper.issuer_region)
    is_numbered = paper.number is not None
    return {
        "style": plan.style,
        "mark": plan.mark.replace("{issuer}", paper.issuer_name),
        "copy_no": f"{paper.copy_no:06d}" if paper.copy_no else "",
        "secrecy": paper.secrecy,
        "urgency": paper.urgency,
        "number": paper.document_no,
        "signer": paper.signer,
        "title": paper.title,
        "addressee": paper.addressee_name,
        "blocks": blocks_of(paper.body),
        "attachments": paper.attachments,
        "issuer": paper.issuer_name,
        "dated": written_date(paper.dated_on) if paper.dated_on else "（签批日期）",
        "seal": list(bytes(paper.seal.picture)) if paper.seal else [],
        "remark": paper.remark,
        "cc": paper.cc,
        "printed_by": office_of(side, plan.issuer),
        "printed_on": written_date(paper.issued_on) if paper.issued_on else "（制发日期）",
        "qr": qr_svg(verify_address(paper)) if is_numbered else "",
        "verify_code": paper.verify_code or "",
        "is_draft": not is_numbered,
    }


def verify_address(paper: Paper) -> str:
    """Where the public page says whether this paper is genuine."""
    return f"{settings.PUBLIC_ADDRESS}{reverse('documents:verify', args=[paper.verify_code])}"


def qr_svg(text: str) -> str:
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=0, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()


def _compile(paper: Paper, **how: Any) -> Any:
    with _ONE_AT_A_TIME:
        return _compiler().compile(sys_inputs=_inputs(paper), **how)


def _inputs(paper: Paper) -> dict[str, str]:
    return {"paper": json.dumps(layout_data(paper), ensure_ascii=False)}


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(str(_layout()), **_fonts())


def _layout() -> Path:
    return next(iter(content_files("documents", "layout/paper.typ")))


def _fonts() -> dict[str, Any]:
    folders = [str(folder) for folder in font_folders()]
    return {"font_paths": folders, "ignore_system_fonts": True}
