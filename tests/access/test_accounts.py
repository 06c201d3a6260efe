"""Accounts: who may change them, what is audited, the demonstration's accounts."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from pytest_django import Settings

from mingjian.access import accounts
from mingjian.access.acts import create_demo_accounts, demo_accounts
from mingjian.access.models import AuditLine, User
from office import City


def test_a_change_of_role_is_audited_with_both_states(city: City) -> None:
    city.right.role, city.right.scope = "supervision_head", "city"
    accounts.save_account(city.right, by=city.system_admin)
    line = AuditLine.objects.get(act="user.change_role")
    assert line.username == "system_admin"
    assert line.detail["before"]["role"] == "supervisor"
    assert line.detail["after"]["role"] == "supervision_head"


def test_only_the_system_administrator_manages_accounts(city: City) -> None:
    for name in ("head", "auditor", "data_admin", "liaison"):
        with pytest.raises(PermissionDenied):
            accounts.save_account(city.right, by=city.people[name])


def test_nobody_changes_his_own_role(city: City) -> None:
    himself = User.objects.get(username="system_admin")
    himself.role = "auditor"
    with pytest.raises(PermissionError, match="自己的账号"):
        accounts.save_account(himself, by=city.system_admin)


@pytest.mark.parametrize(
    ("role", "scope"),
    [("agency_liaison", "city"), ("system_admin", "city"), ("auditor", "region"), ("king", "city")],
)
def test_a_role_has_only_its_own_scopes(city: City, role: str, scope: str) -> None:
    user = User(username="new", display_name="新", role=role, scope=scope)
    with pytest.raises(ValidationError):
        accounts.save_account(user, by=city.system_admin)
    assert not User.objects.filter(username="new").exists()


def test_the_back_office_is_for_the_system_administrator_only(city: City, client: Client) -> None:
    for name, user in city.people.items():
        client.force_login(user)
        response = client.get("/admin/access/user/", follow=True)
        assert response.status_code == (200 if name == "system_admin" else 403)


def test_an_account_made_in_the_back_office_works(city: City, client: Client) -> None:
    client.force_login(city.system_admin)
    values = {
        "username": "new",
        "display_name": "新监督员",
        "role": "supervisor",
        "scope": "region",
        "region": "110105",
        "is_active": "on",
    }
    page = client.post("/admin/access/user/add/", values, follow=True)
    user = User.objects.get(username="new")
    shown = page.text.split("的密码：")[1].split(" ")[0]
    assert user.check_password(shown)
    assert user.must_change_password
    assert AuditLine.objects.filter(act="user.create", object_id=str(user.pk)).exists()


def test_demo_accounts_cover_every_role_and_are_made_once(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    for user in city.people.values():
        User.objects.filter(pk=user.pk).update(username=f"real-{user.username}")
    made = create_demo_accounts()
    users = User.objects.filter(username__in=[account.username for account in made])
    assert {user.role for user in users} == {user.role for user in city.people.values()}
    assert {user.scope for user in users} == {"city", "region", "line", "agency", "none"}
    supervisors = users.filter(scope="region", role="supervisor")
    districts = supervisors.values_list("region_id", flat=True)
    assert len(set(districts)) == 2
    assert all(users.get(username=a.username).check_password(a.password) for a in made)
    assert create_demo_accounts() == made == demo_accounts()
    mode = stat.S_IMODE((tmp_path / "demo_accounts.json").stat().st_mode)
    assert mode == 0o600


def test_every_page_but_the_login_asks_who_you_are(client: Client, db: None) -> None:
    for path in ("/audit/", "/password/", "/admin/"):
        assert client.get(path).headers["Location"].startswith("/login/") or path == "/admin/"


def test_the_audit_log_is_for_the_auditor_only(city: City, client: Client) -> None:
    for name, user in city.people.items():
        client.force_login(user)
        assert client.get("/audit/").status_code == (200 if name == "auditor" else 403)


def test_demo_accounts_are_in_the_agency_preferred_and_its_district(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    wanted = city.agencies["110101-SCJG"]  # in the district with fewer agencies
    create_demo_accounts(prefer=["none", wanted.pk])
    people = User.objects.filter(username__in=["agency_liaison", "district_head"])
    places = dict(people.values_list("username", "region_id"))
    assert User.objects.get(username="agency_liaison").agency == wanted
    assert places["district_head"] == wanted.region_id
    second = User.objects.get(username="other_district_supervisor")
    assert second.region_id == "110105"
