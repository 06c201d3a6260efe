"""Who acts: demonstration accounts of one district; what they say is content/demo/office.yaml."""

from dataclasses import dataclass
from functools import cache

from mingjian.access.models import Agency, User
from mingjian.standards import ContentFile, content_document, shape_document


class Sweep(ContentFile):
    """A round before the city's first: so many days ago, with these monitors."""

    days: int
    monitors: list[str]


class Clue(ContentFile):
    """A matter that comes from elsewhere than the monitors: so many working days ago, on one of
    the ways of `matters.WAYS`."""

    ago: int
    kind: str
    title: str
    clue: str
    article: str
    way: str


class OfficeFile(ContentFile):
    """content/demo/office.yaml."""

    sweeps: dict[str, Sweep]
    at_most: int
    signers: dict[str, str]
    clues: list[Clue]
    words: dict[str, str]


@cache
def load_office() -> OfficeFile:
    """What is said and when; ContentError names what is wrong in the file."""
    return shape_document(content_document("demo", "office.yaml"), OfficeFile)


def say(name: str) -> str:
    return load_office().words[name].strip()


@dataclass(frozen=True)
class Cast:
    """The people of the district, by what they do."""

    supervisor: User
    head: User
    signer: User
    liaison: User
    reviewer: User
    officer: User

    @property
    def agency(self) -> Agency:
        """The agency whose people act."""
        agency: Agency | None = self.liaison.agency
        assert agency is not None
        return agency

    @property
    def learners(self) -> list[User]:
        return [self.liaison, self.reviewer, self.officer]


ACCOUNTS = {
    "supervisor": "district_supervisor",
    "head": "district_head",
    "signer": "government_signer",
    "liaison": "agency_liaison",
    "reviewer": "agency_reviewer",
    "officer": "officer",
}


def find_cast() -> Cast | None:
    """The demonstration accounts, or None where the city was too small for one of them."""
    people = User.objects.filter(username__in=ACCOUNTS.values()).select_related("agency", "region")
    found = {user.username: user for user in people}
    if len(found) != len(ACCOUNTS):
        return None
    return Cast(**{part: found[username] for part, username in ACCOUNTS.items()})
