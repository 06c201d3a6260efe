"""Two kinds of superior: the bureau of the region, and the head of the line."""

from mingjian.access.models import User
from mingjian.access.superiors import (
    bureau_region,
    line_head,
    users_of_superior,
    users_one_level_up,
)
from office import City

ROLES = ("supervisor", "supervision_head")


def names(users: object) -> set[str]:
    return set(users.values_list("username", flat=True))


def test_the_bureau_of_a_street_is_its_districts(city: City) -> None:
    street = city.agencies["110105-JT"]
    assert bureau_region(street).region_code == "110105"
    assert names(users_of_superior(street, "bureau", roles=ROLES)) == {"right"}


def test_the_bureau_of_a_city_agency_is_the_citys(city: City) -> None:
    head = city.agencies["110000-SCJG"]
    assert names(users_of_superior(head, "bureau", roles=ROLES)) == {"supervisor", "head"}


def test_the_line_is_the_department_above_and_not_the_bureau(city: City) -> None:
    district = city.agencies["110105-SCJG"]
    assert line_head(district) == city.agencies["110000-SCJG"]
    assert names(users_of_superior(district, "line", roles=ROLES)) == {"line"}
    assert not users_of_superior(city.agencies["110105-CG"], "line", roles=ROLES).exists()


def test_what_a_district_lets_lie_goes_to_the_city(city: City) -> None:
    district = city.agencies["110105-SCJG"]
    assert names(users_one_level_up(district, roles=ROLES)) == {"supervisor", "head"}


def test_a_switched_off_account_is_nobodys_superior(city: City) -> None:
    User.objects.filter(username="right").update(is_active=False)
    assert not users_of_superior(city.agencies["110105-JT"], "bureau", roles=ROLES).exists()
