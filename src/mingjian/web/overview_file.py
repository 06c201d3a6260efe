"""content/pages/overview.yaml: which figures the overview shows, and in which order."""

from functools import cache

from mingjian.indicators import load_indicators
from mingjian.standards import ContentError, ContentFile, Document, content_files, shape_document


class Overview(ContentFile):
    """The arrangement of the overview; codes are those of content/indicators."""

    name: str
    title: str
    groups: list[str]
    acts: list[str]
    trend: str
    small_number: int


@cache
def load_overview() -> Overview:
    """Read the file; a code that is no indicator is an error by file and line."""
    (path,) = content_files("pages", "overview.yaml")
    document = Document(path)
    overview = shape_document(document, Overview)
    known = load_indicators()
    named = [(("acts", i), code) for i, code in enumerate(overview.acts)]
    problems = [
        document.problem(place, f"没有编号为“{code}”的指标")
        for place, code in [*named, (("trend",), overview.trend)]
        if code not in known
    ]
    if problems:
        raise ContentError(problems)
    return overview
