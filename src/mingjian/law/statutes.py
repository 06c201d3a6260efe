"""Statutes by version, read from content/laws/<slug>/<first day in force>.yaml."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from mingjian.law.citation import article_number
from mingjian.standards import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    content_files,
    shape_document,
)


class LawVersion(ContentFile):
    """One version of one law. `repealed_on` is the first day on which it no longer applies."""

    law: str
    short: str
    slug: str
    aliases: list[str] = []
    in_force_on: date
    repealed_on: date | None = None
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
                self._slugs[_plain_name(name)] = version.slug

    def names(self) -> list[str]:
        """Full names of all laws, in the newest version's wording."""
        return [versions[-1].law for versions in self._by_slug.values()]

    def versions(self, law: str) -> list[LawVersion]:
        """Versions of a law from the oldest to the newest; LookupError if the law is unknown."""
        slug = self._slugs.get(_plain_name(law))
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


@cache
def load_laws() -> Laws:
    """All of content/laws/; raises ContentError with every fault of every file."""
    versions, problems = read_laws()
    if problems:
        raise ContentError(problems)
    return Laws(versions)


def check_laws() -> list[Problem]:
    """Every fault in content/laws/, for `mingjian check`."""
    return read_laws()[1]


def read_laws() -> tuple[list[LawVersion], list[Problem]]:
    """Every version that can be read, and every fault."""
    versions: list[LawVersion] = []
    problems: list[Problem] = []
    documents: list[tuple[Document, LawVersion]] = []
    for path in content_files("laws"):
        try:
            document = Document(path)
            version = shape_document(document, LawVersion)
            versions.append(version)
            documents.append((document, version))
        except ContentError as error:
            problems += error.problems
    for document, version in documents:
        problems += _version_problems(document, version)
        problems += _overlaps(document, version, versions)
    return versions, problems


def _version_problems(document: Document, version: LawVersion) -> list[Problem]:
    problems = []
    if document.path.parent.name != version.slug:
        message = f"应与文件夹名“{document.path.parent.name}”相同"
        problems.append(document.problem(("slug",), message))
    if document.path.stem != version.in_force_on.isoformat():
        message = f"应与文件名“{document.path.stem}”相同"
        problems.append(document.problem(("in_force_on",), message))
    if version.repealed_on and version.repealed_on <= version.in_force_on:
        problems.append(document.problem(("repealed_on",), "应晚于施行日期"))
    if version.text_available != bool(version.articles):
        message = "有全文的应有条文；没有全文的写 text_available: false，不写条文"
        problems.append(document.problem(("text_available",), message))
    for key, text in version.articles.items():
        here = ("articles", key)
        try:
            wanted = article_number(key)
        except ValueError as error:
            problems.append(document.problem(here, str(error)))
            continue
        if wanted != key:
            problems.append(document.problem(here, f"条号应写作“{wanted}”"))
        if not text.strip():
            problems.append(document.problem(here, "条文是空的"))
    return problems


def _overlaps(document: Document, version: LawVersion, versions: list[LawVersion]) -> list[Problem]:
    """Two versions of one law in force on the same day, or one name for two laws."""
    problems = []
    names = {_plain_name(name) for name in (version.law, version.short, *version.aliases)}
    for other in versions:
        if other is version:
            continue
        if other.slug == version.slug:
            if other.in_force_on < version.in_force_on and other.is_in_force(version.in_force_on):
                message = f"{other.in_force_on} 的版本尚未废止，应在那个文件写 repealed_on"
                problems.append(document.problem(("in_force_on",), message))
        elif names & {_plain_name(name) for name in (other.law, other.short, *other.aliases)}:
            problems.append(document.problem(("law",), f"名称与《{other.law}》相混"))
    return problems


def _plain_name(name: str) -> str:
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
