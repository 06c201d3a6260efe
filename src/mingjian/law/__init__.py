"""法律依据：resolves a citation to the article in force on a day and proves quoted sentences.

In: the files of content/laws/. Out: `Laws` (articles by law and day, `prove`), `Citation`.
"""

from mingjian.law.citation import Citation, article_number, find_citations, parse_citation
from mingjian.law.files import check_laws, load_laws
from mingjian.law.markdown import import_markdown
from mingjian.law.numbers import to_number, to_numeral
from mingjian.law.statutes import Article, Laws, LawVersion

__all__ = [
    "Article",
    "Citation",
    "LawVersion",
    "Laws",
    "article_number",
    "check_laws",
    "find_citations",
    "import_markdown",
    "load_laws",
    "parse_citation",
    "to_number",
    "to_numeral",
]
