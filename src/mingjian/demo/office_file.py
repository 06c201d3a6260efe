"""The shape of content/demo/office.yaml: when the office of the demonstration does what."""

from functools import cache

from mingjian.standards import ContentFile, content_document, shape_document


class Sweep(ContentFile):
    """A round before the city's first: so many days ago, with these monitors."""

    days: int
    monitors: list[str]


class Clue(ContentFile):
    """A matter that comes from elsewhere than the monitors: so many working days ago, on one of
    the ways of `office.matters.WAYS`."""

    ago: int
    kind: str
    title: str
    clue: str
    article: str
    way: str


class OfficeFile(ContentFile):
    """The whole file; `at_most` alerts of a sweep go a way, the rest wait for somebody."""

    sweeps: dict[str, Sweep]
    at_most: int
    signers: dict[str, str]
    clues: list[Clue]
    words: dict[str, str]


@cache
def load_office() -> OfficeFile:
    """What is said and when; ContentError names what is wrong in the file."""
    return shape_document(content_document("demo", "office.yaml"), OfficeFile)
