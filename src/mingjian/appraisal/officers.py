"""Officers without an account: looked up in the records, within what a person may see."""

from collections.abc import Collection
from dataclasses import dataclass

from mingjian.access.masking import mask_identity_no, mask_name
from mingjian.access.models import Agency, User
from mingjian.access.scope import for_user
from mingjian.supervision.records import records

AT_MOST = 500


@dataclass(frozen=True)
class Officer:
    """An officer as the register of the records has him now."""

    officer_id: str
    name: str
    agency_id: str
    identity_no: str
    is_active: bool

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_identity(self) -> str:
        """As much of the number as tells two people of one name apart; "" when none is kept."""
        return mask_identity_no(self.identity_no) if self.identity_no else ""


def officers(by: User, codes: Collection[str]) -> dict[str, Officer]:
    """Those of these codes that are in agencies the person may see; the others are left out.

    Raises RecordsUnavailable when the store cannot be read.
    """
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    given = {f"code{number}": code for number, code in enumerate(wanted)}
    marks = ", ".join(f":{name}" for name in given)
    sql = (
        "SELECT o.officer_id, o.name, o.agency_id, o.identity_no, o.hr_status "
        f"FROM officer o WHERE o.officer_id IN ({marks})"
    )
    with records() as reader:
        rows = reader.rows(sql, given)
    seen = for_user(Agency.objects, by, "").filter(pk__in={row["agency_id"] for row in rows})
    agencies = set(seen.values_list("pk", flat=True))
    return {
        row["officer_id"]: Officer(
            row["officer_id"],
            row["name"],
            row["agency_id"],
            row["identity_no"] or "",
            row["hr_status"] == "active",
        )
        for row in rows
        if row["agency_id"] in agencies
    }
