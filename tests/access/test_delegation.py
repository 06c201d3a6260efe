"""请假代办: the delegate acts with the absent person's role, as himself, within the rules."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from mingjian.access import audit, delegation
from mingjian.access.models import AuditLine, Delegation, User
from mingjian.access.roles import SEPARATED, load_roles
from mingjian.supervision.models import Notice
from office import City

TODAY = timezone.localdate()
NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def second(city: City) -> User:
    """A second supervisor of the right user's district."""
    return User.objects.create(
        username="second", display_name="乙", role="supervisor", scope="region", region_id="110105"
    )


def arrange(absent: User, to: User, by: User | None = None, **days: object) -> Delegation:
    span = {"starts_on": TODAY, "ends_on": NEXT_WEEK} | days
    return delegation.delegate(absent, to, **span, reason="年休假", by=by or absent, today=TODAY)


def acting(made: Delegation) -> Client:
    client = Client()
    client.force_login(made.delegate)
    client.post(f"/account/delegations/{made.pk}/begin/")
    return client


def test_the_delegate_sees_and_may_what_the_absent_person_does(city: City) -> None:
    User.objects.filter(pk=city.reviewer.pk).update(agency="110105-SCJG")
    made = arrange(city.liaison, city.reviewer)
    client = acting(made)
    page = client.get("/account/").text
    assert "执法机关联络员" in page  # the role put on
    assert "停止代办" in page
    assert client.get("/uploads/").status_code == 200  # the liaison sends data, the reviewer not
    client.post("/account/delegations/stop/")
    assert client.get("/uploads/").status_code == 403


def test_both_names_stand_in_the_audit_line(city: City, second: User) -> None:
    client = acting(arrange(city.right, second))
    client.post("/account/sessions/end/")
    client.post("/logout/")
    line = AuditLine.objects.get(act="logout")
    assert (line.user, line.username) == (second, "second")
    assert line.detail["acting_for"] == "right"
    assert "代 right" in _auditors_page(city)


def test_acts_are_the_delegates_own_so_that_separation_of_persons_holds(
    city: City, second: User
) -> None:
    second.acting_for = city.right
    line = audit.record(second, "alert.sign", ("Alert", 1))
    assert line.user_id == second.pk


def test_the_role_put_on_is_never_saved(city: City, second: User) -> None:
    second.acting_for, second.role = city.right, "supervision_head"
    with pytest.raises(PermissionError):
        second.save()
    with pytest.raises(PermissionError):
        second.save(update_fields=["role"])
    second.save(update_fields=["password"])
    second.refresh_from_db()
    assert second.role == "supervisor"


@pytest.mark.parametrize(
    ("absent", "to", "why"),
    [
        ("system_admin", "right", "不得由他人代办"),
        ("auditor", "supervisor", "不得由他人代办"),
        ("model_admin", "supervisor", "不得由他人代办"),
        ("right", "system_admin", "只能由"),
        ("right", "liaison", "只能由"),
        ("head", "supervisor", "只能由"),
        ("right", "other", "同一单位"),
        ("liaison", "neighbour", "同一单位"),
        ("right", "right", "另一个在用的账号"),
    ],
)
def test_what_the_rules_do_not_allow(city: City, absent: str, to: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        arrange(city.people[absent], city.people[to])
    assert not Delegation.objects.exists()


def test_no_file_can_lend_the_separated_powers() -> None:
    for role in load_roles().roles.values():
        for name in role.delegates:
            assert not SEPARATED & {*role.permissions, *load_roles().roles[name].permissions}


def test_it_begins_and_ends_by_itself(city: City, second: User) -> None:
    made = arrange(city.right, second, starts_on=TODAY + timedelta(days=1))
    assert "停止代办" not in acting(made).get("/account/").text
    Delegation.objects.update(starts_on=TODAY)
    client = acting(made)
    assert "停止代办" in client.get("/account/").text
    Delegation.objects.update(
        starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1)
    )
    page = client.get("/account/").text
    assert "停止代办" not in page
    assert "代办已经结束" in page


@pytest.mark.parametrize("what", ["ended", "switched_off", "moved"])
def test_it_stops_at_once_when_it_no_longer_holds(city: City, second: User, what: str) -> None:
    made = arrange(city.right, second)
    client = acting(made)
    if what == "ended":
        delegation.end(made.pk, by=city.right)
    elif what == "switched_off":
        User.objects.filter(pk=city.right.pk).update(is_active=False)
    else:
        User.objects.filter(pk=second.pk).update(region="110101")
    assert "停止代办" not in client.get("/account/").text


def test_only_oneself_or_the_administrator_arranges_it(city: City, second: User) -> None:
    with pytest.raises(PermissionDenied):
        arrange(city.right, second, by=city.head)
    arrange(city.right, second, by=city.system_admin)
    assert AuditLine.objects.get(act="delegation.make").detail["absent"] == "right"


def test_a_delegate_cannot_pass_it_on(city: City, second: User) -> None:
    second.acting_for = city.right
    with pytest.raises(PermissionDenied):
        arrange(city.right, city.supervisor, by=second)


def test_one_delegate_at_a_time_and_not_for_ever(city: City, second: User) -> None:
    arrange(city.right, second)
    with pytest.raises(ValidationError, match="已经安排了代办人"):
        arrange(city.right, city.supervisor)
    with pytest.raises(ValidationError, match="最多安排"):
        arrange(second, city.supervisor, ends_on=TODAY + timedelta(days=400))
    with pytest.raises(ValidationError, match="止日"):
        arrange(second, city.supervisor, ends_on=TODAY - timedelta(days=1))


def test_it_is_arranged_and_ended_on_the_page(city: City, second: User, client: Client) -> None:
    client.force_login(city.right)
    form = {"starts_on": TODAY, "ends_on": NEXT_WEEK, "reason": "学习", "delegate": second.pk}
    assert client.post("/account/delegations/", form).status_code == 302
    made = Delegation.objects.get()
    assert "代办中" in client.get("/account/").text
    client.post(f"/account/delegations/{made.pk}/end/")
    assert "已提前结束" in client.get("/account/").text
    refused = client.post("/account/delegations/", form | {"delegate": city.liaison.pk})
    assert refused.status_code == 422


def _auditors_page(city: City) -> str:
    auditor = Client()
    auditor.force_login(city.auditor)
    return auditor.get("/audit/").text


def administrators(city: City) -> Client:
    client = Client()
    client.force_login(city.system_admin)
    return client


def test_the_administrator_arranges_for_another_and_both_are_told(city: City, second: User) -> None:
    client = administrators(city)
    assert "下一步：选代办人" in client.get("/delegations/").text
    address = f"/delegations/?absent={city.right.pk}"
    assert second.display_name in client.get(address).text
    given = {"starts_on": TODAY, "ends_on": NEXT_WEEK, "reason": "突发疾病住院"}
    page = client.post(address, {**given, "delegate": second.pk}, follow=True).text
    assert "两人都收到消息" in page
    made = Delegation.objects.get()
    assert (made.absent, made.delegate) == (city.right, second)
    line = AuditLine.objects.get(act="delegation.make")
    assert (line.username, line.detail["reason"]) == ("system_admin", "突发疾病住院")
    told = Notice.objects.filter(kind="delegation")
    assert {notice.user for notice in told} == {city.right, second}
    assert not told.filter(text__contains="疾病").exists()  # a notice may leave the platform
    ended = client.post(f"/account/delegations/{made.pk}/end/", {"from": "all"})
    assert ended.headers["Location"] == "/delegations/"
    assert Notice.objects.filter(kind="delegation").count() == 4
    assert "突发疾病住院" in client.get("/delegations/").text


def test_what_stands_against_it_is_said_to_the_administrator_too(city: City, second: User) -> None:
    client = administrators(city)
    address = f"/delegations/?absent={city.right.pk}"
    past = {"starts_on": TODAY, "ends_on": TODAY - timedelta(days=1), "reason": "x"}
    refused = client.post(address, {**past, "delegate": second.pk})
    assert refused.status_code == 422
    assert "止日早于起日" in refused.text
    stranger = {"starts_on": TODAY, "ends_on": TODAY, "reason": "x", "delegate": city.other.pk}
    assert client.post(address, stranger).status_code == 422
    nobody = client.get(f"/delegations/?absent={city.system_admin.pk}").text
    assert "选择一个有效的选项" in nobody or "安排代办</button>" not in nobody
    assert not Delegation.objects.exists()
    assert not Notice.objects.exists()


def test_nobody_but_the_administrator_opens_the_page_of_all(city: City) -> None:
    for name in ("right", "head", "liaison", "auditor"):
        client = Client()
        client.force_login(getattr(city, name))
        assert client.get("/delegations/").status_code == 403, name
