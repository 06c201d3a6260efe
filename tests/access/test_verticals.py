"""垂直管理 noted with day and reason: it counts from its day, before the register of agencies."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from mingjian.access import verticals
from mingjian.access.models import AuditLine, User, VerticalNote
from office import City
from papers import district_head

__all__ = ["district_head"]
TODAY = timezone.localdate()
MARKET = "110105-SCJG"


def note(city: City, by: User, is_vertical: bool, days: int = 0) -> None:
    verticals.note_vertical(
        city.agencies[MARKET],
        is_vertical=is_vertical,
        on=TODAY + timedelta(days=days),
        reason="体制调整",
        by=by,
    )


def test_the_last_note_that_is_in_force_counts(city: City, district_head: User) -> None:
    assert verticals.vertical_on(MARKET, TODAY) is None
    note(city, district_head, True, -10)
    note(city, district_head, False, 5)
    assert verticals.vertical_on(MARKET, TODAY - timedelta(days=11)) is None
    assert verticals.vertical_on(MARKET, TODAY) is True
    assert verticals.vertical_on(MARKET, TODAY + timedelta(days=5)) is False
    note(city, district_head, False, -10)  # the one before was wrong
    assert verticals.vertical_on(MARKET, TODAY) is False
    line = AuditLine.objects.filter(act="agency.vertical").last()
    assert line is not None
    assert (line.object_id, line.detail["reason"]) == (MARKET, "体制调整")


def test_only_who_may_and_only_in_scope(city: City, district_head: User) -> None:
    with pytest.raises(PermissionDenied):
        note(city, city.right, True)
    with pytest.raises(PermissionDenied):
        verticals.note_vertical(
            city.agencies["110101-SCJG"],
            is_vertical=True,
            on=TODAY,
            reason="x",
            by=district_head,
        )
    assert not VerticalNote.objects.exists()


def test_it_is_noted_on_the_page(city: City, district_head: User, client: Client) -> None:
    client.force_login(district_head)
    form = {"agency": MARKET, "is_vertical": "yes", "on": str(TODAY), "reason": "京编办〔2026〕1号"}
    page = client.post("/agencies/vertical/", form, follow=True).text
    assert "京编办〔2026〕1号" in page
    assert "示例市东城区市场监督管理局" not in page
    assert client.post("/agencies/vertical/", {**form, "reason": ""}).status_code == 422
    client.force_login(city.right)
    assert client.get("/agencies/vertical/").status_code == 403
