"""The office city as the cast of the demonstration."""

import pytest

from alert_runs import library, run_of
from confirmed_city import own_home, raised
from mingjian.demo.office.cast import Cast
from office import City, city, quick_passwords
from papers import district_head

__all__ = ["city", "district_head", "library", "own_home", "quick_passwords", "raised", "run_of"]


@pytest.fixture
def cast(city: City, district_head: object) -> Cast:
    return Cast(
        supervisor=city.right,
        head=city.district_head,
        signer=city.signer,
        liaison=city.liaison,
        reviewer=city.reviewer,
        officer=city.officer,
    )
