"""Reads a statute from its plain Markdown form: title, history, chapters, articles."""

import re
from pathlib import Path
from typing import Any

from mingjian.law.citation import article_number

_ARTICLE = re.compile(
    r"(第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)[\s　]+(.*)"
)
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\ufeff")  # left behind by web pages
_END_OF_HISTORY = "<!-- INFO END -->"


def import_markdown(path: Path) -> dict[str, Any]:
    """`law`, `history` (lines on adoption and amendment) and `articles` by 第…条, verbatim.

    Each paragraph and item is one line of its article. Chapter headings are no law and are left
    out. ValueError if the articles are not numbered one after the other.
    """
    title, history, articles = "", [], {}
    current: str | None = None
    in_history = True
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.translate(_INVISIBLE).strip()
        if line == _END_OF_HISTORY:
            in_history = False
        elif line.startswith("#"):
            title = title or line.lstrip("#").strip()
        elif line and in_history:
            history.append(line)
        elif found := _ARTICLE.match(line):
            current = found[1]
            if current in articles:
                raise ValueError(f"{path.name}：{current}出现两次")
            articles[current] = found[2].strip()
        elif line and current is not None:
            articles[current] += "\n" + line
        elif line:
            raise ValueError(f"{path.name}：“{line[:20]}”不在任何一条之内")
    _check_order(path.name, [number for number in articles if "之" not in number])
    return {"law": title, "history": history, "articles": articles}


def _check_order(name: str, numbers: list[str]) -> None:
    for i, number in enumerate(numbers, start=1):
        if number != article_number(i):
            raise ValueError(f"{name}：第 {i} 条的位置上是{number}")
