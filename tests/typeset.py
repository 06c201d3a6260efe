"""A typeset paper as characters on lines and as a picture, in millimetres from its corner."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from mingjian.documents import pdf
from mingjian.documents.models import Paper

MM = 72 / 25.4
DPI = 150
SAME_LINE = 6  # points: baselines that differ by less are one line


@dataclass
class Line:
    """Characters on one baseline; positions in millimetres from the page's left and top."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def lines_of(page: Any) -> list[Line]:
    """The lines of a page from top to bottom."""
    text, height = page.get_textpage(), page.get_height()
    marks = []
    for index in range(text.count_chars()):
        mark = text.get_text_range(index, 1)
        if mark.strip():
            left, bottom, right, top = text.get_charbox(index, loose=True)
            marks.append((height - bottom, left, right, height - top, mark))
    rows: list[list[tuple[float, float, float, float, str]]] = []
    for mark_ in sorted(marks):
        if not rows or mark_[0] - rows[-1][0][0] > SAME_LINE:
            rows.append([])
        rows[-1].append(mark_)
    return [
        Line(
            "".join(mark for _, _, _, _, mark in sorted(row, key=lambda m: m[1])),
            min(m[1] for m in row) / MM,
            max(m[2] for m in row) / MM,
            min(m[3] for m in row) / MM,
            max(m[0] for m in row) / MM,
        )
        for row in rows
    ]


def pages_of(paper: Paper) -> Iterator[Any]:
    document = pdfium.PdfDocument(pdf.render(paper))
    for number in range(len(document)):
        yield document[number]


def text_end(pages: list[Any]) -> int:
    """Which page (from 0) the date of the paper stands on."""
    dated = "2026年3月2日"
    return next(
        at
        for at, page in enumerate(pages)
        if any(line.text.endswith(dated) for line in lines_of(page))
    )


def picture_of(page: Any) -> np.ndarray:
    return page.render(scale=DPI / 72).to_numpy()[:, :, ::-1][:, :, :3]  # BGR → RGB


def millimetres(pixels: np.ndarray) -> tuple[float, float]:
    """First and last marked pixel along an axis, in millimetres."""
    marked = np.flatnonzero(pixels)
    return marked[0] * 25.4 / DPI, (marked[-1] + 1) * 25.4 / DPI


def is_red(picture: np.ndarray) -> np.ndarray:
    red, green, blue = (picture[:, :, i].astype(int) for i in range(3))
    return (red > 150) & (green < 90) & (blue < 90)
