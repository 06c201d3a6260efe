"""Who sees which agencies."""

import pytest
from django.contrib.auth.models import AnonymousUser

from mingjian.access.models import Agency
from mingjian.access.scope import ALL, agencies_of, for_user, may_see, region_prefix
from office import AGENCIES, City

EVERYTHING = {row[0] for row in AGENCIES}
EXPECTED = {
    "supervisor": EVERYTHING,
    "head": EVERYTHING,
    "right": {"110105-SCJG", "110105-CG", "110105-JT"},
    "other": {"110101-SCJG"},
    "line": {"110000-SCJG", "110105-SCJG", "110101-SCJG"},
    "liaison": {"110105-SCJG"},
    "street": {"110105-JT"},
    "reviewer": {"110105-SCJG"},
    "station": {"110105-JT"},
    "signer": {"110105-SCJG", "110105-CG", "110105-JT"},
    "system_admin": set(),
    "auditor": set(),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_everybody_sees_the_agencies_of_his_scope(city: City, name: str) -> None:
    user = city.people[name]
    seen = set(for_user(Agency.objects, user, "").values_list("agency_id", flat=True))
    assert seen == EXPECTED[name]
    for agency_id in EVERYTHING:
        assert may_see(user, agency_id) == (agency_id in EXPECTED[name])


@pytest.mark.parametrize("name", EXPECTED)
def test_the_set_for_reads_of_the_store_says_the_same(city: City, name: str) -> None:
    allowed = agencies_of(city.people[name])
    assert {agency_id for agency_id in EVERYTHING if agency_id in allowed} == EXPECTED[name]


def test_city_scope_holds_agencies_that_are_not_in_the_register(city: City) -> None:
    assert agencies_of(city.supervisor) is ALL
    assert may_see(city.supervisor, None)
    assert not may_see(city.right, None)


def test_nobody_and_the_switched_off_see_nothing(city: City) -> None:
    assert not for_user(Agency.objects, AnonymousUser(), "").exists()
    city.supervisor.is_active = False
    assert not for_user(Agency.objects, city.supervisor, "").exists()
    assert agencies_of(city.supervisor) == frozenset()


def test_a_code_that_only_begins_alike_is_not_inside(city: City) -> None:
    Agency.objects.create(agency_id="110000-SCJGX", name="x", line_path="/110000-SCJGX/")
    seen = for_user(Agency.objects, city.line, "").values_list("agency_id", flat=True)
    assert "110000-SCJGX" not in seen


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("110000", "11"), ("110100", "1101"), ("110105", "110105"), ("110105001", "110105001")],
)
def test_region_prefix(code: str, prefix: str) -> None:
    assert region_prefix(code) == prefix
