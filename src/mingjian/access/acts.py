"""Changes to regions and agencies; each is one transaction with its audit line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from mingjian.access import audit
from mingjian.access.accounts import change_password, create_account, save_account
from mingjian.access.demo_accounts import create_demo_accounts, demo_accounts
from mingjian.access.models import Agency, AgencyVersion, Region
from mingjian.standards import load_reference

__all__ = [
    "AgencySync",
    "change_password",
    "create_account",
    "create_demo_accounts",
    "demo_accounts",
    "placeholders",
    "save_account",
    "sync_agencies",
]

_COPIED = ("name", "short_name", "tier", "kind", "field", "peer_group", "status")
_KEPT = (*_COPIED, "region_id", "parent_agency_id", "line_path", "is_listed")


@dataclass(frozen=True)
class AgencySync:
    """How many agencies a synchronisation added, changed, and no longer found listed."""

    added: int
    changed: int
    unlisted: int


def sync_agencies(rows: Iterable[Mapping[str, Any]]) -> AgencySync:
    """Take over the store's agency register; changed agencies keep their former values.

    The regions come from the reference table `region`. An agency that the register no longer
    lists stays, marked so. Repeating changes nothing.
    """
    wanted = {row["agency_id"]: row for row in rows}
    paths = _line_paths({key: row.get("parent_agency_id") for key, row in wanted.items()})
    with transaction.atomic():
        _sync_regions(load_reference()["region"].rows)
        known = {agency.agency_id: agency for agency in Agency.objects.select_for_update()}
        regions = set(Region.objects.values_list("region_code", flat=True))
        added, changed, before = [], [], []
        for agency_id, row in wanted.items():
            values = _agency_values(row, regions) | {"line_path": paths[agency_id]}
            agency = known.get(agency_id)
            if agency is None:
                added.append(Agency(agency_id=agency_id, **values))
            elif _values_of(agency) != values:
                before.append(AgencyVersion(agency=agency, values=_values_of(agency)))
                _set(agency, values)
                changed.append(agency)
        gone = [a for key, a in known.items() if key not in wanted and a.is_listed]
        for agency in gone:
            before.append(AgencyVersion(agency=agency, values=_values_of(agency)))
            agency.is_listed = False
        Agency.objects.bulk_create(added, batch_size=500)
        Agency.objects.bulk_update([*changed, *gone], _KEPT, batch_size=200)
        AgencyVersion.objects.bulk_create(before, batch_size=500)
        result = AgencySync(len(added), len(changed), len(gone))
        if added or changed or gone:
            audit.record(None, "agency.sync", ("Agency", ""), **vars(result))
    return result


def placeholders(agency_ids: Iterable[str]) -> int:
    """Make unlisted agencies for ids that findings name but the register does not hold."""
    wanted = set(agency_ids)
    known = set(Agency.objects.values_list("agency_id", flat=True))
    missing = [
        Agency(
            agency_id=agency_id,
            name=f"未登记主体 {agency_id}",
            line_path=f"/{agency_id}/",
            is_listed=False,
        )
        for agency_id in sorted(wanted - known)
    ]
    Agency.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    return len(missing)


def _sync_regions(rows: Iterable[Mapping[str, Any]]) -> None:
    ordered = sorted(rows, key=lambda row: len(str(row["region_code"])))
    codes = {row["region_code"] for row in ordered}
    Region.objects.bulk_create(
        [
            Region(
                region_code=row["region_code"],
                name=row["name"],
                tier=row["tier"] or "",
                parent_id=row["parent_code"] if row["parent_code"] in codes else None,
            )
            for row in ordered
        ],
        update_conflicts=True,
        unique_fields=["region_code"],
        update_fields=["name", "tier", "parent"],
        batch_size=500,
    )


def _region_of(code: str | None, known: set[str]) -> str | None:
    """The region itself or, when the reference does not list it, the nearest one around it."""
    if not code:
        return None
    around = (code, code[:9], code[:6], f"{code[:4]}00", f"{code[:2]}0000")
    return next((candidate for candidate in around if candidate in known), None)


def _line_paths(parents: Mapping[str, str | None]) -> dict[str, str]:
    paths = {}
    for agency_id in parents:
        line, above = [agency_id], parents[agency_id]
        # A ring in the register (A above B above A) must not loop: stop where it closes.
        while above and above in parents and above not in line:
            line.append(above)
            above = parents[above]
        paths[agency_id] = "/" + "/".join(reversed(line)) + "/"
    return paths


def _agency_values(row: Mapping[str, Any], regions: set[str]) -> dict[str, Any]:
    values = {name: row.get(name) or "" for name in _COPIED}
    return values | {
        "region_id": _region_of(row.get("region_code"), regions),
        "parent_agency_id": row.get("parent_agency_id") or "",
        "is_listed": True,
    }


def _values_of(agency: Agency) -> dict[str, Any]:
    return {name: getattr(agency, name) for name in _KEPT}


def _set(agency: Agency, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(agency, name, value)
