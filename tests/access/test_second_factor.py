"""动态码: bound with a first code, asked after the password, good once; recovery codes; lock."""

from types import SimpleNamespace
from typing import Any

import pyotp
import pytest
from django.test import Client

from mingjian.access import second_factor
from mingjian.access.models import AuditLine, RecoveryCode, SecondFactor, User
from office import PASSWORD, City

START = 1_800_000_000  # a moment at the beginning of a time step


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The time that codes are checked against; steps are 30 seconds."""
    now = {"at": START}
    monkeypatch.setattr(second_factor, "time", SimpleNamespace(time=lambda: now["at"]))
    return now


def code_of(user: User, at: int) -> str:
    secret, _ = second_factor.shown_secret(SecondFactor.objects.get(user=user))
    return pyotp.TOTP(secret).at(at)


def bind(user: User) -> list[str]:
    second_factor.begin_binding(user)
    return second_factor.finish_binding(user, code_of(user, START))


def password_step(client: Client, name: str) -> Any:
    return client.post("/login/", {"username": name, "password": PASSWORD})


def code_step(client: Client, code: str) -> Any:
    return client.post("/login/code/", {"code": code})


def is_inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_binding_shows_a_picture_and_takes_only_the_right_first_code(
    city: City, client: Client, clock: Any
) -> None:
    client.force_login(city.right)
    page = client.get("/account/second-factor/").text
    assert 'src="data:image/svg' in page
    wrong = client.post("/account/second-factor/", {"code": "000000"})
    assert "动态码不对" in wrong.text
    assert not second_factor.is_bound(city.right)
    done = client.post("/account/second-factor/", {"code": code_of(city.right, START)})
    assert done.text.count("<li>") >= 10
    assert second_factor.is_bound(city.right)
    assert AuditLine.objects.filter(act="second_factor.bind", username="right").count() == 1


def test_neither_secret_nor_recovery_codes_lie_open_in_the_database(city: City, clock: Any) -> None:
    codes = bind(city.right)
    kept = SecondFactor.objects.get(user=city.right)
    secret, _ = second_factor.shown_secret(kept)
    assert secret not in kept.secret
    hashes = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert len(hashes) == 10
    assert not hashes & {*codes, *(code.replace("-", "") for code in codes)}


def test_the_password_alone_does_not_let_in(city: City, client: Client, clock: Any) -> None:
    bind(city.right)
    answer = password_step(client, "right")
    assert answer.headers["Location"] == "/login/code/"
    assert not is_inside(client)
    clock["at"] += 30
    assert code_step(client, code_of(city.right, clock["at"])).headers["Location"] == "/"
    assert is_inside(client)
    assert AuditLine.objects.get(act="login").detail == {"how": "password", "second": "code"}


def test_a_code_is_good_once_and_an_older_one_no_more(
    city: City, client: Client, clock: Any
) -> None:
    bind(city.right)
    clock["at"] += 60
    code = code_of(city.right, clock["at"])
    password_step(client, "right")
    code_step(client, code)
    again = Client()
    password_step(again, "right")
    assert code_step(again, code).status_code == 401
    assert code_step(again, code_of(city.right, clock["at"] - 30)).status_code == 401
    assert not is_inside(again)


def test_a_code_of_long_ago_is_refused(city: City, client: Client, clock: Any) -> None:
    bind(city.right)
    old = code_of(city.right, START + 30)
    clock["at"] += 300
    password_step(client, "right")
    assert code_step(client, old).status_code == 401


def test_a_recovery_code_opens_once(city: City, client: Client, clock: Any) -> None:
    code = bind(city.right)[0]
    password_step(client, "right")
    assert code_step(client, code.upper()).status_code == 302
    again = Client()
    password_step(again, "right")
    assert code_step(again, code).status_code == 401
    assert second_factor.codes_left(city.right) == 9


def test_wrong_codes_lock_the_account_like_wrong_passwords(
    city: City, client: Client, clock: Any
) -> None:
    bind(city.right)
    password_step(client, "right")
    for _ in range(5):
        code_step(client, "000000")
    clock["at"] += 30
    answer = code_step(client, code_of(city.right, clock["at"]))
    assert "已锁定" in answer.text
    assert not is_inside(client)


def test_the_code_page_is_closed_without_a_password(city: City, client: Client) -> None:
    assert client.get("/login/code/").headers["Location"] == "/login/"
    assert code_step(client, "123456").headers["Location"] == "/login/"


def test_a_role_that_must_bind_can_do_nothing_before(
    city: City, client: Client, clock: Any
) -> None:
    password_step(client, "auditor")
    assert client.get("/audit/").headers["Location"] == "/account/second-factor/"
    client.get("/account/second-factor/")
    client.post("/account/second-factor/", {"code": code_of(city.auditor, START)})
    assert client.get("/audit/").status_code == 200
    refused = client.post("/account/second-factor/unbind/", {"code": "1"}, follow=True)
    assert "不能自行解除" in refused.text
    assert second_factor.is_bound(city.auditor)


def test_others_take_it_off_with_a_code(city: City, client: Client, clock: Any) -> None:
    codes = bind(city.right)
    client.force_login(city.right)
    client.post("/account/second-factor/unbind/", {"code": "000000"})
    assert second_factor.is_bound(city.right)
    client.post("/account/second-factor/unbind/", {"code": codes[3]})
    assert not second_factor.is_bound(city.right)
    assert password_step(Client(), "right").headers["Location"] == "/"


def test_only_the_administrator_resets_anothers(city: City, clock: Any) -> None:
    bind(city.right)
    with pytest.raises(PermissionError):
        second_factor.reset(city.system_admin, by=city.system_admin)
    second_factor.reset(city.right, by=city.system_admin)
    assert not second_factor.is_bound(city.right)
    assert AuditLine.objects.filter(act="second_factor.reset").count() == 1
