"""The files content/laws/<slug>/<first day in force>.yaml, read strictly and crossed."""

from functools import cache

from mingjian.law.citation import article_number
from mingjian.law.statutes import Laws, LawVersion, plain_name
from mingjian.standards import ContentError, Document, Problem, content_files, shape_document


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
    names = {plain_name(name) for name in (version.law, version.short, *version.aliases)}
    for other in versions:
        if other is version:
            continue
        if other.slug == version.slug:
            if other.in_force_on < version.in_force_on and other.is_in_force(version.in_force_on):
                message = f"{other.in_force_on} 的版本尚未废止，应在那个文件写 repealed_on"
                problems.append(document.problem(("in_force_on",), message))
        elif names & {plain_name(name) for name in (other.law, other.short, *other.aliases)}:
            problems.append(document.problem(("law",), f"名称与《{other.law}》相混"))
    return problems
