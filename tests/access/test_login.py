"""Signing in: clear errors, the lock after wrong passwords, the audit lines, idle sessions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mingjian.access import accounts
from mingjian.access.models import AuditLine, LoginFailure, User
from mingjian.access.policy import load_policy
from office import PASSWORD, City


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str) -> object:
    return client.post("/login/", {"username": username, "password": password, **extra})


def test_the_right_password_lets_in_and_leaves_a_line(city: City, client: Client) -> None:
    response = sign_in(client, "right")
    assert response.status_code == 302
    line = AuditLine.objects.get(act="login")
    assert (line.username, line.ip) == ("right", "127.0.0.1")


def test_a_wrong_password_says_so_and_how_many_tries_are_left(city: City, client: Client) -> None:
    response = sign_in(client, "right", "wrong-word")
    assert response.status_code == 401
    assert "账号或密码不对" in response.text
    assert "再错 4 次" in response.text
    assert AuditLine.objects.filter(act="login.failed", username="right").count() == 1


def test_an_unknown_name_gets_the_same_answer(city: City, client: Client) -> None:
    known = sign_in(client, "right", "wrong-word").text.replace("right", "")
    unknown = sign_in(client, "nobody", "wrong-word").text.replace("nobody", "")
    assert _message(known) == _message(unknown)


def test_five_wrong_passwords_lock_even_the_right_one_out(city: City, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "right", "wrong-word")
    response = sign_in(client, "right")
    assert response.status_code == 401
    assert "账号已锁定" in response.text
    assert "分钟后再试" in response.text
    assert AuditLine.objects.filter(act="login.locked").count() == 1
    assert sign_in(client, "other").status_code == 302  # others are not locked out with him


def test_the_lock_opens_by_itself(city: City, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "right", "wrong-word")
    LoginFailure.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert sign_in(client, "right").status_code == 302


def test_success_forgets_former_failures(city: City, client: Client) -> None:
    for _ in range(4):
        sign_in(client, "right", "wrong-word")
    sign_in(client, "right")
    client.post("/logout/")
    assert "再错 4 次" in sign_in(client, "right", "wrong-word").text


def test_one_address_that_tries_many_names_is_locked(city: City, client: Client) -> None:
    for i in range(load_policy().lock.failures_per_address):
        sign_in(client, f"guess{i}", "wrong-word")
    assert "已锁定" in sign_in(client, "right").text


def test_a_switched_off_account_gets_in_nowhere(city: City, client: Client) -> None:
    sign_in(client, "right")
    User.objects.filter(username="right").update(is_active=False)
    assert client.get("/password/").status_code == 302
    assert sign_in(Client(), "right").status_code == 401


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_the_way_on_stays_on_the_site(city: City, client: Client, place: str) -> None:
    assert sign_in(client, "right", next=place).headers["Location"] == "/"


def test_an_idle_session_ends_and_says_why(city: City, client: Client) -> None:
    sign_in(client, "right")
    session = client.session
    session["seen_at"] = 0
    session.save()
    response = client.get("/password/")
    assert response.headers["Location"] == "/login/?next=/password/"
    assert "较长时间没有操作" in client.get("/login/").text


def test_a_password_made_by_the_administrator_must_be_changed_first(
    city: City, client: Client
) -> None:
    password = accounts.save_account(city.right, by=city.system_admin, reset_password=True)
    assert password is not None
    sign_in(client, "right", password)
    assert client.get("/audit/").headers["Location"] == "/password/"
    new = {"old": password, "new": "Another-Word-42", "again": "Another-Word-42"}
    assert client.post("/password/", new).headers["Location"] == "/"
    assert client.get("/audit/").status_code == 403
    assert sign_in(Client(), "right", "Another-Word-42").status_code == 302


@pytest.mark.parametrize("word", ["short", "1234567890123", "password123456789"[:11]])
def test_weak_passwords_are_refused_in_chinese(city: City, client: Client, word: str) -> None:
    client.force_login(city.right)
    response = client.post("/password/", {"old": PASSWORD, "new": word, "again": word})
    assert response.status_code == 200
    assert "密码" in response.text
    city.right.refresh_from_db()
    assert city.right.check_password(PASSWORD)


def _message(page: str) -> str:
    return page.split('role="alert"')[1].split("</p>")[0]
