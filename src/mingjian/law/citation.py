"""Citations as papers write them: 《行政处罚法》第三十三条第一款第（二）项."""

import re
import unicodedata
from dataclasses import dataclass

from mingjian.law.numbers import to_number, to_numeral

_COUNT = "[零一二三四五六七八九十百千0-9]+"
_ARTICLE = re.compile(rf"第?({_COUNT})条(?:之({_COUNT}))?")
_CITATION = re.compile(
    rf"(?:《(?P<law>[^《》]+(?:〈[^〈〉]*〉[^《》]*)?)》(?:\([^()]*\))?)?"
    rf"第(?P<article>{_COUNT})条(?:之(?P<inserted>{_COUNT}))?"
    rf"(?:第(?P<paragraph>{_COUNT})款)?"
    rf"(?:第\(?(?P<item>{_COUNT})\)?项)?(?:第\(?(?P<point>{_COUNT})\)?目)?"
)


@dataclass(frozen=True)
class Citation:
    """条 款 项 目 of a law; `law` as written, without 《》. Numbers count from 1."""

    law: str
    article: str
    paragraph: int | None = None
    item: int | None = None
    point: int | None = None

    def __str__(self) -> str:
        parts = [f"《{self.law}》{self.article}"]
        if self.paragraph is not None:
            parts.append(f"第{to_numeral(self.paragraph)}款")
        if self.item is not None:
            parts.append(f"第（{to_numeral(self.item)}）项")
        if self.point is not None:
            parts.append(f"第{self.point}目")
        return "".join(parts)


def parse_citation(text: str) -> Citation:
    """The one citation that `text` consists of; ValueError if it is none or more than one."""
    plain = _plain(text)
    found = _CITATION.fullmatch(plain)
    if not found or not found["law"]:
        raise ValueError("不是法条引用（应如 《行政处罚法》第三十三条第一款第（二）项）")
    return _citation(found, found["law"])


def find_citations(text: str) -> list[Citation]:
    """Every article cited in a text; 第四十四条、第四十五条 after one law name belong to it."""
    citations: list[Citation] = []
    law: str | None = None
    plain = _plain(text)
    for found in _CITATION.finditer(plain):
        law = found["law"] or law
        if law is not None:
            citations.append(_citation(found, law))
    return citations


def article_number(article: str | int) -> str:
    """The statute's own writing, 第六十条, for 60, 第60条, 六十条."""
    if isinstance(article, int):
        return f"第{to_numeral(article)}条"
    plain = _plain(article)
    found = _ARTICLE.fullmatch(plain if plain.endswith("条") or "条" in plain else plain + "条")
    if not found:
        raise ValueError(f"“{article}”不是条号（应如 第六十条）")
    return _article(found[1], found[2])


def _citation(found: re.Match[str], law: str) -> Citation:
    paragraph, item, point = (found[part] for part in ("paragraph", "item", "point"))
    return Citation(
        law.strip(),
        _article(found["article"], found["inserted"]),
        to_number(paragraph) if paragraph else None,
        to_number(item) if item else None,
        to_number(point) if point else None,
    )


def _article(number: str, inserted: str | None) -> str:
    head = f"第{to_numeral(to_number(number))}条"
    return f"{head}之{to_numeral(to_number(inserted))}" if inserted else head


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
