"""机构沿革: who takes over sees and answers for what was left; wrong records are taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from mingjian.access.models import Agency, AgencySuccession, AuditLine, User
from mingjian.access.scope import agencies_of, for_user, may_see
from mingjian.access.successions import record_succession, revoke_succession
from office import City

TODAY = timezone.localdate()
MARKET, URBAN, STREET, EAST = "110105-SCJG", "110105-CG", "110105-JT", "110101-SCJG"


def record(city: City, kind: str, before: list[str], after: list[str], **values: object) -> list:
    given = {"on": TODAY, "basis": "机构改革方案", "by": city.head} | values
    return record_succession(kind, before, after, **given)


def seen(user: User) -> set[str]:
    return set(for_user(Agency.objects, user, "").values_list("pk", flat=True))


def test_who_takes_over_sees_what_was_the_others(city: City) -> None:
    assert seen(city.neighbour) == {URBAN}
    record(city, "merged", [MARKET], [URBAN])
    assert seen(city.neighbour) == {URBAN, MARKET}
    assert agencies_of(city.neighbour) == {URBAN, MARKET}
    assert may_see(city.neighbour, MARKET)
    assert seen(city.liaison) == {MARKET}  # nothing is taken from who was there before


def test_it_holds_from_its_day_on(city: City) -> None:
    record(city, "merged", [MARKET], [URBAN], on=TODAY + timedelta(days=1))
    assert seen(city.neighbour) == {URBAN}
    AgencySuccession.objects.update(on=TODAY)
    assert MARKET in seen(city.neighbour)


def test_a_split_goes_to_all_and_a_chain_to_the_last(city: City) -> None:
    record(city, "split", [MARKET], [URBAN, EAST])
    record(city, "renamed", [URBAN], [STREET])
    assert seen(city.street) == {STREET, URBAN, MARKET}
    assert seen(city.other) == {EAST, MARKET}  # the new agency's bureau sees the old business


def test_the_line_of_who_takes_over_sees_it_too(city: City) -> None:
    record(city, "merged", [URBAN], [MARKET])
    assert URBAN in seen(city.line)


def test_a_revoked_record_has_no_effect_and_stays_readable(city: City) -> None:
    (made,) = record(city, "merged", [MARKET], [URBAN])
    with pytest.raises(ValidationError, match="为什么"):
        revoke_succession(made.pk, by=city.head, reason=" ")
    revoke_succession(made.pk, by=city.head, reason="登记错了")
    revoke_succession(made.pk, by=city.head, reason="再来一次")
    assert seen(city.neighbour) == {URBAN}
    assert AgencySuccession.objects.count() == 1
    assert AuditLine.objects.get(act="agency.revoke_succession").detail["reason"] == "登记错了"
    record(city, "merged", [MARKET], [URBAN])  # and it may be noted anew


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("merged", [MARKET], [URBAN, STREET]),
        ("split", [MARKET], [URBAN]),
        ("renamed", [MARKET, URBAN], [STREET]),
        ("renamed", [MARKET], [MARKET]),
        ("abolished", [MARKET], [URBAN]),
    ],
)
def test_what_cannot_be(city: City, kind: str, before: list[str], after: list[str]) -> None:
    with pytest.raises(ValidationError):
        record(city, kind, before, after)
    assert not AgencySuccession.objects.exists()


def test_no_ring_and_no_record_twice(city: City) -> None:
    record(city, "merged", [MARKET], [URBAN])
    record(city, "merged", [URBAN], [STREET])
    with pytest.raises(ValidationError, match="首尾相接"):
        record(city, "merged", [STREET], [MARKET])
    with pytest.raises(ValidationError, match="已经登记过"):
        record(city, "merged", [MARKET], [URBAN])


def test_only_heads_note_it_and_only_within_their_region(city: City) -> None:
    with pytest.raises(PermissionDenied):
        record(city, "merged", [MARKET], [URBAN], by=city.right)
    district = User.objects.create(
        username="dh", role="supervision_head", scope="region", region_id="110105"
    )
    record(city, "merged", [MARKET], [URBAN], by=district)
    with pytest.raises(PermissionDenied, match="范围"):
        record(city, "merged", [STREET], [EAST], by=district)


def test_it_is_noted_and_taken_back_on_the_page(city: City, client: Client) -> None:
    client.force_login(city.head)
    form = {"kind": "merged", "on": TODAY, "basis": "京编〔2026〕1号"}
    places = {"predecessors": [MARKET, STREET], "successors": [URBAN]}
    assert client.post("/agencies/successions/", form | places).status_code == 302
    page = client.get("/agencies/successions/").text
    assert page.count("京编〔2026〕1号") == 2
    wrong = client.post("/agencies/successions/", form | {**places, "kind": "renamed"})
    assert wrong.status_code == 422
    assert "一个换成一个" in wrong.text
    number = AgencySuccession.objects.first().pk
    client.post(f"/agencies/successions/{number}/revoke/", {"reason": "录错"})
    assert "已撤销" in client.get("/agencies/successions/").text
