"""统一身份认证 against a real provider process: who gets in, and every answer that is refused."""

import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.test import Client
from pytest_django import Settings

from mingjian.access import second_factor
from mingjian.access.models import AuditLine, SecondFactor, User
from mingjian.web.deployment import single_sign_on
from office import PASSWORD, City
from with_postgres import _free_port

PROVIDER = Path(__file__).parents[1] / "oidc_provider.py"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The provider's address; the process ends with the tests."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, str(PROVIDER), str(port)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def idp(provider: str, settings: Settings, city: City) -> str:
    settings.SINGLE_SIGN_ON = {
        "issuer": provider,
        "client_id": "mingjian",
        "client_secret": "test-secret",
    }
    says(provider)
    return provider


def says(provider: str, **what: str) -> None:
    requests.get(f"{provider}/set", params=what, timeout=10)


def go(client: Client, query: str = "") -> str:
    """Go to the provider and be let in there; returns where it sends the browser back to."""
    to = client.get(f"/login/sso/{query}").headers["Location"]
    back = requests.get(to, allow_redirects=False, timeout=10).headers["Location"]
    parts = urllib.parse.urlsplit(back)
    return f"{parts.path}?{parts.query}"


def is_inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_who_the_provider_names_is_let_in_and_noted(idp: str, client: Client) -> None:
    answer = client.get(go(client, "?next=/alerts/"))
    assert answer.headers["Location"] == "/alerts/"
    assert is_inside(client)
    line = AuditLine.objects.get(act="login")
    assert (line.username, line.detail["how"]) == ("right", "sso")


def test_the_login_page_offers_it_only_where_it_is_set_up(
    idp: str, client: Client, settings: Settings
) -> None:
    assert "统一身份认证" in client.get("/login/").text
    settings.SINGLE_SIGN_ON = {}
    assert "统一身份认证" not in client.get("/login/").text
    assert client.get("/login/sso/").status_code == 404
    assert client.get("/login/sso/back/").status_code == 404


@pytest.mark.parametrize(
    "fault",
    [
        "wrong_key",
        "unsigned",
        "expired",
        "other_nonce",
        "other_audience",
        "other_issuer",
        "no_id_token",
    ],
)
def test_an_identity_that_does_not_prove_itself_is_refused(
    idp: str, client: Client, fault: str
) -> None:
    says(idp, fault=fault)
    answer = client.get(go(client))
    assert answer.status_code == 401
    assert "统一身份认证没有通过" in answer.text
    assert not is_inside(client)
    assert AuditLine.objects.get(act="login.failed").detail["how"] == "sso"


def test_another_browsers_answer_is_refused(idp: str, client: Client) -> None:
    stolen = go(Client())
    client.get("/login/sso/")
    assert client.get(stolen).status_code == 401
    assert not is_inside(client)


def test_an_answer_is_good_once(idp: str, client: Client) -> None:
    back = go(client)
    client.get(back)
    client.post("/logout/")
    assert client.get(back).status_code == 401


def test_a_changed_state_and_an_invented_code_are_refused(idp: str, client: Client) -> None:
    back = go(client)
    assert client.get(back.replace("state=", "state=x")).status_code == 401
    back = go(client)
    assert client.get(back.replace("code=", "code=x")).status_code == 401
    assert client.get("/login/sso/back/?error=access_denied").status_code == 401
    assert client.get("/login/sso/back/").status_code == 401
    assert not is_inside(client)


@pytest.mark.parametrize("name", ["nobody", "", "switched_off"])
def test_no_account_is_ever_made(idp: str, client: Client, city: City, name: str) -> None:
    User.objects.filter(username="other").update(username="switched_off", is_active=False)
    before = User.objects.count()
    says(idp, user=name) if name else says(idp, user=" ")
    answer = client.get(go(client))
    assert answer.status_code == 401
    assert "没有对应的账号" in answer.text
    assert User.objects.count() == before


def test_our_own_second_factor_is_still_asked(idp: str, client: Client, city: City) -> None:
    second_factor.begin_binding(city.right)
    SecondFactor.objects.update(confirmed_at="2026-01-01T00:00:00Z")
    assert client.get(go(client)).headers["Location"] == "/login/code/"
    assert not is_inside(client)


def test_a_locked_account_stays_locked(idp: str, client: Client, city: City) -> None:
    for _ in range(5):
        client.post("/login/", {"username": "right", "password": "wrong"})
    answer = client.get(go(client))
    assert "已锁定" in answer.text
    assert not is_inside(client)


def test_a_provider_that_is_away_is_said_so(idp: str, client: Client, settings: Settings) -> None:
    settings.SINGLE_SIGN_ON = {
        **settings.SINGLE_SIGN_ON,
        "issuer": f"http://127.0.0.1:{_free_port()}",
    }
    answer = client.get("/login/sso/")
    assert answer.status_code == 401
    assert "连不上" in answer.text
    assert client.post("/login/", {"username": "right", "password": PASSWORD}).status_code == 302


def test_half_a_set_up_is_an_error() -> None:
    assert single_sign_on({}) == {}
    with pytest.raises(ValueError, match="MINGJIAN_OIDC_CLIENT_ID、MINGJIAN_OIDC_CLIENT_SECRET"):
        single_sign_on({"MINGJIAN_OIDC_ISSUER": "https://idp.example"})
