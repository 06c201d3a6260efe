"""The people of the office tests: two districts, a line, and one person for each role.

The three that every page and act is tried with: the right user (`right`, the supervisor of the
district where the alert is), the user of another district (`other`), the agency's clerk
(`liaison`).
"""

from dataclasses import dataclass, field

import pytest
from pytest_django import Settings

from mingjian.access.models import Agency, Region, User

PASSWORD = "Test-Only-Word-7"

AGENCIES = [
    # agency_id, name, tier, field, region, parent
    ("110000-SCJG", "示例市市场监督管理局", "city", "market", "110000", ""),
    ("110105-SCJG", "示例市朝阳区市场监督管理局", "district", "market", "110105", "110000-SCJG"),
    ("110105-CG", "示例市朝阳区城市管理委员会", "district", "urban", "110105", ""),
    ("110105-JT", "示例街道办事处", "street", "urban", "110105001", ""),
    ("110101-SCJG", "示例市东城区市场监督管理局", "district", "market", "110101", "110000-SCJG"),
]


@dataclass
class City:
    """Everybody, by short name; all share one password."""

    agencies: dict[str, Agency] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError as error:
            raise AttributeError(name) from error


def make_city() -> City:
    for code, name, tier, parent in (
        ("110000", "示例市", "city", None),
        ("110101", "东城区", "district", "110000"),
        ("110105", "朝阳区", "district", "110000"),
        ("110105001", "示例街道", "street", "110105"),
    ):
        Region.objects.create(region_code=code, name=name, tier=tier, parent_id=parent)
    city = City()
    for agency_id, name, tier, area, region, parent in AGENCIES:
        path = f"/{parent}/{agency_id}/" if parent else f"/{agency_id}/"
        city.agencies[agency_id] = Agency.objects.create(
            agency_id=agency_id,
            name=name,
            tier=tier,
            field=area,
            region_id=region,
            parent_agency_id=parent,
            line_path=path,
            status="active",
        )
    people = {
        "supervisor": ("supervisor", "city", {}),
        "head": ("supervision_head", "city", {}),
        "right": ("supervisor", "region", {"region_id": "110105"}),
        "other": ("supervisor", "region", {"region_id": "110101"}),
        "line": ("supervisor", "line", {"agency_id": "110000-SCJG"}),
        "liaison": ("agency_liaison", "agency", {"agency_id": "110105-SCJG"}),
        "neighbour": ("agency_liaison", "agency", {"agency_id": "110105-CG"}),
        "street": ("agency_liaison", "agency", {"agency_id": "110105-JT"}),
        "reviewer": ("agency_reviewer", "agency", {"agency_id": "110105-SCJG"}),
        "officer": ("officer", "agency", {"agency_id": "110105-SCJG"}),
        "station": ("justice_station", "region", {"region_id": "110105001"}),
        "signer": ("government_signer", "region", {"region_id": "110105"}),
        "model_admin": ("model_admin", "city", {}),
        "data_admin": ("data_admin", "city", {}),
        "system_admin": ("system_admin", "none", {}),
        "auditor": ("auditor", "none", {}),
    }
    for name, (role, scope, place) in people.items():
        user = User(username=name, display_name=f"{name} 某", role=role, scope=scope, **place)
        user.set_password(PASSWORD)
        user.full_clean()
        user.save()
        city.people[name] = user
    return city


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A cheap hash: the real one takes half a second for each of the twelve people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def city(db: None) -> City:
    return make_city()
