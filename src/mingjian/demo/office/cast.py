"""Who acts: demonstration accounts of one district; what they say is content/demo/office.yaml."""

from dataclasses import dataclass

from mingjian.access.models import Agency, User
from mingjian.demo.office_file import load_office


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
