"""A paper as PDF and as pictures of its pages: content/documents/layout/paper.typ set by typst.

One compiler for the process, because it takes a tenth of a second to read the fonts and a few
milliseconds to set a page.
"""

import json
from datetime import datetime
from functools import cache
from io import BytesIO
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
        "number": paper.document_no,
        "signer": paper.signer,
        "title": paper.title,
        "addressee": paper.addressee_name,
        "blocks": blocks_of(paper.body),
        "attachments": paper.attachments,
        "issuer": paper.issuer_name,
        "dated": written_date(paper.dated_on) if paper.dated_on else "（签批日期）",
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
    data = json.dumps(layout_data(paper), ensure_ascii=False)
    with _ONE_AT_A_TIME:
        return _compiler().compile(sys_inputs={"paper": data}, **how)


@cache
def _compiler() -> typst.Compiler:
    layout = next(iter(content_files("documents", "layout/paper.typ")))
    folders = [str(folder) for folder in font_folders()]
    return typst.Compiler(str(layout), font_paths=folders, ignore_system_fonts=True)
