"""The roles file is read strictly."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from mingjian.access.roles import load_roles, permits
from mingjian.standards import ContentError
from office import City


@pytest.fixture
def own_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    load_roles.cache_clear()
    yield tmp_path
    load_roles.cache_clear()


def test_a_permission_that_is_not_listed_is_named_with_its_line(own_content: Path) -> None:
    (own_content / "access").mkdir()
    (own_content / "access" / "roles.yaml").write_text(
        "permissions: {alert.read: 看}\nroles:\n  boss:\n    title: 头\n    meaning: 头\n"
        "    scopes: [city]\n    permissions: [alert.reed]\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError, match=r"roles.yaml:7.*alert\.reed"):
        load_roles()


def test_permissions_of_the_roles(city: City) -> None:
    assert permits(city.right, "alert.give_verdict")
    assert not permits(city.liaison, "alert.give_verdict")
    assert not permits(city.supervisor, "personal_data.read")
    assert permits(city.head, "personal_data.read")
    assert not permits(city.data_admin, "alert.read")
    assert not permits(AnonymousUser(), "alert.read")


def test_business_and_system_powers_are_never_in_one_hand() -> None:
    for role in load_roles().roles.values():
        held = set(role.permissions)
        assert not (held & {"user.manage", "audit.read"}) or len(held) == 1


def test_asking_for_an_unknown_permission_is_a_bug_not_a_no(city: City) -> None:
    with pytest.raises(KeyError, match=r"alert\.fly"):
        permits(city.right, "alert.fly")


ROLE = (
    "permissions: {{user.manage: 管, alert.read: 看}}\nroles:\n  admin:\n    title: 管\n"
    "    meaning: 管\n    scopes: [none]\n    permissions: [user.manage]\n  boss:\n    title: 头\n"
    "    meaning: 头\n    scopes: [city]\n    delegates: [{0}]\n    permissions: [alert.read]\n"
)


@pytest.mark.parametrize(
    ("other", "why"), [("nobody", "没有名为“nobody”的角色"), ("admin", "不得代办")]
)
def test_a_role_that_may_not_be_lent_is_named_with_its_line(
    own_content: Path, other: str, why: str
) -> None:
    (own_content / "access").mkdir()
    (own_content / "access" / "roles.yaml").write_text(ROLE.format(other), encoding="utf-8")
    with pytest.raises(ContentError, match=rf"roles.yaml:12.*{why}"):
        load_roles()
