"""The text of a paper as people edit it, and its structure as the layout sees it.

The structure is in the numbering that GB/T 9704-2012 (7.3.3) prescribes: 一、 （一） 1. （1）. So a
person edits plain text, one paragraph a line, and the layout still knows its headings.
"""

import re
from typing import Literal, TypedDict

_FIRST = re.compile(r"^[一二三四五六七八九十]+、")
_SECOND = re.compile(r"^（[一二三四五六七八九十]+）")
HEADING_AT_MOST = 40  # a longer line that begins with a number is a paragraph

_BLANK = re.compile(r"（待填写[^（）]*）")

Kind = Literal["h1", "h2", "p"]


class Block(TypedDict):
    """One paragraph or heading."""

    kind: Kind
    text: str


def blocks_of(text: str) -> list[Block]:
    """The paragraphs of a text; empty lines only part them."""
    lines = [line.strip() for line in text.splitlines()]
    return [Block(kind=_kind(line), text=line) for line in lines if line]


def blanks_of(text: str) -> list[str]:
    """What a person still has to fill in: （待填写：听取意见的情况）. Drafts may have them."""
    return _BLANK.findall(text)


def _kind(line: str) -> Kind:
    is_short = len(line) <= HEADING_AT_MOST and not line.endswith(("。", "；"))
    if is_short and _FIRST.match(line):
        return "h1"
    if is_short and _SECOND.match(line):
        return "h2"
    return "p"
