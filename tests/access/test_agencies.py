"""The register of agencies follows the store and forgets nothing."""

import pytest

from mingjian.access.acts import sync_agencies
from mingjian.access.models import Agency, AgencyVersion, AuditLine, Region


def row(agency_id: str, **values: object) -> dict[str, object]:
    return {
        "agency_id": agency_id,
        "name": f"主体{agency_id}",
        "short_name": None,
        "tier": "district",
        "kind": "organ",
        "field": "market",
        "region_code": "110105",
        "parent_agency_id": None,
        "peer_group": None,
        "status": "active",
        **values,
    }


@pytest.fixture
def register(db: None) -> list[dict[str, object]]:
    return [
        row("A", tier="city", region_code="110000"),
        row("B", parent_agency_id="A"),
        row("C", parent_agency_id="B", tier="street", region_code="110105999"),
    ]


def test_agencies_come_with_regions_and_lines(register: list[dict[str, object]]) -> None:
    assert vars(sync_agencies(register)) == {"added": 3, "changed": 0, "unlisted": 0}
    assert Agency.objects.get(pk="C").line_path == "/A/B/C/"
    assert Region.objects.filter(pk="110105", tier="district").exists()


def test_a_street_that_the_reference_does_not_list_belongs_to_its_district(
    register: list[dict[str, object]],
) -> None:
    sync_agencies(register)
    assert Agency.objects.get(pk="C").region_id == "110105"


def test_repeating_changes_nothing(register: list[dict[str, object]]) -> None:
    sync_agencies(register)
    assert vars(sync_agencies(register)) == {"added": 0, "changed": 0, "unlisted": 0}
    assert AuditLine.objects.count() == 1


def test_a_change_keeps_the_former_values(register: list[dict[str, object]]) -> None:
    sync_agencies(register)
    register[1]["name"] = "新名"
    assert sync_agencies(register).changed == 1
    assert Agency.objects.get(pk="B").name == "新名"
    assert AgencyVersion.objects.get(agency="B").values["name"] == "主体B"


def test_an_agency_no_longer_listed_stays_marked(register: list[dict[str, object]]) -> None:
    sync_agencies(register)
    assert sync_agencies(register[:2]).unlisted == 1
    assert not Agency.objects.get(pk="C").is_listed
    assert sync_agencies(register).changed == 1
    assert Agency.objects.get(pk="C").is_listed


def test_a_ring_of_parents_ends(db: None) -> None:
    sync_agencies([row("A", parent_agency_id="B"), row("B", parent_agency_id="A")])
    assert Agency.objects.get(pk="A").line_path == "/B/A/"
