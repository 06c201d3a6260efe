"""Statutes by version: the article in force on a day, and whether a quote stands in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mingjian.law.citation import article_number
from mingjian.standards import ContentFile


class LawVersion(ContentFile):
    """One version of one law. `repealed_on` is the first day on which it no longer applies.

    `is_first`: the law did not exist before this version, so citing it earlier is a fault.
    """

    law: str
    short: str
    slug: str
    aliases: list[str] = []
    in_force_on: date
    repealed_on: date | None = None
    is_first: bool = False
    source: str
    text_available: bool = True
    articles: dict[str, str] = {}

    def is_in_force(self, on: date) -> bool:
        return self.in_force_on <= on and (self.repealed_on is None or on < self.repealed_on)


@dataclass(frozen=True)
class Article:
    """One article in the version that applies; `text` has one line a paragraph or item."""

    law: str
    short: str
    number: str
    text: str
    in_force_on: date
    repealed_on: date | None

    def paragraphs(self) -> list[str]:
        """款: lines that open an item （一） or a point 1. belong to the paragraph before them."""
        grouped: list[str] = []
        for line in self.text.splitlines():
            if grouped and re.match(r"（[一二三四五六七八九十]+）|\d+[.．]", line):
                grouped[-1] += "\n" + line
            else:
                grouped.append(line)
        return grouped


class Laws:
    """All laws known, by full name, short name, alias or slug."""

    def __init__(self, versions: Iterable[LawVersion]) -> None:
        self._by_slug: dict[str, list[LawVersion]] = {}
        self._slugs: dict[str, str] = {}
        for version in sorted(versions, key=lambda version: version.in_force_on):
            self._by_slug.setdefault(version.slug, []).append(version)
            for name in (version.law, version.short, version.slug, *version.aliases):
                self._slugs[plain_name(name)] = version.slug

    def names(self) -> list[str]:
        """Full names of all laws, in the newest version's wording."""
        return [versions[-1].law for versions in self._by_slug.values()]

    def spellings(self, law: str) -> list[str]:
        """Every name under which papers cite a law, with and without 中华人民共和国."""
        written = {
            name
            for version in self.versions(law)
            for name in (version.law, version.short, *version.aliases)
        }
        return sorted(written | {plain_name(name) for name in written})

    def versions(self, law: str) -> list[LawVersion]:
        """Versions of a law from the oldest to the newest; LookupError if the law is unknown."""
        slug = self._slugs.get(plain_name(law))
        if slug is None:
            raise LookupError(f"不认识的法律“{law}”（content/laws 中没有）")
        return list(self._by_slug[slug])

    def version(self, law: str, on: date) -> LawVersion:
        """The version in force on a day; LookupError if there is none."""
        for version in self.versions(law):
            if version.is_in_force(on):
                return version
        raise LookupError(f"《{law}》在 {on} 没有施行中的版本")

    def article(self, law: str, article: str | int, on: date) -> Article:
        """The article in force on a day; LookupError says what is missing."""
        version = self.version(law, on)
        number = article_number(article)
        if not version.text_available:
            raise LookupError(f"《{version.short}》未取得全文，查不到{number}")
        if number not in version.articles:
            raise LookupError(f"《{version.short}》（{version.in_force_on} 起施行）没有{number}")
        return Article(
            version.law,
            version.short,
            number,
            version.articles[number],
            version.in_force_on,
            version.repealed_on,
        )

    def fault(self, law: str, article: str | int | None, quote: str | None, on: date) -> str | None:
        """Why a citation does not hold on that day, or None: law and article exist and the quote,
        where there is one, stands in it. Of a law without its full text nothing may be quoted."""
        try:
            version = self.version(law, on)
            if article is None or not version.text_available:
                return "这部法没有全文，不能引原文，引文一项请写 null" if quote else None
            if quote is None:
                self.article(law, article, on)
                return None
        except (LookupError, ValueError) as error:
            return str(error)
        return self.prove(law, article, quote, on)

    def prove(self, law: str, article: str | int, quote: str, on: date) -> str | None:
        """None if `quote` stands verbatim in the article in force on that day, else why not.

        Only white space is ignored: punctuation and every character must be the statute's.
        """
        try:
            text = self.article(law, article, on).text
        except (LookupError, ValueError) as error:
            return f"引文无法证明：{error}"
        wanted = _squeeze(quote)
        if not wanted:
            return "引文是空的"
        if wanted in _squeeze(text):
            return None
        return f"引文与《{law}》{article}原文不一致{_first_difference(wanted, _squeeze(text))}"


def plain_name(name: str) -> str:
    """The name without 《》, 中华人民共和国 and a bracketed year of revision."""
    plain = re.sub(r"\s+", "", name).strip("《》")
    plain = re.sub(r"[（(]\d{4}年?(?:修订|修正|版)?[）)]$", "", plain).rstrip("》")
    return plain.removeprefix("中华人民共和国")


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _first_difference(quote: str, text: str) -> str:
    """Where the longest matching beginning of the quote ends, to help mending it."""
    low, high = 0, len(quote)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if quote[:middle] in text else (low, middle - 1)
    if low < 4:
        return "（原文中没有这句话）"
    place = text.index(quote[:low]) + low
    return f"：“…{quote[max(0, low - 6) : low]}”之后原文为“{text[place : place + 8]}”"
