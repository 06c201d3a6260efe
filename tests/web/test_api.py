"""The interface: pushes by token, reads by session, and everything odd that may be sent to it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from pytest_django import Settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from mingjian.access import tokens
from mingjian.access.models import AuditLine, SourceToken
from mingjian.store import open_store
from mingjian.web.api import api
from mingjian.web.wsgi import application
from office import City

SOURCE = "zz-push"
SOURCE_FILE = """
code: zz-push
name: 示例推送
agency: 示例市朝阳区市场监督管理局
into: party
transport: {kind: rest, format: json}
columns:
  标识: party_id
  名称: name
  类别: kind
  成立日期: registered_on
"""
GOOD = {"标识": "P1", "名称": "示例餐饮有限公司", "类别": "企业", "成立日期": "2020-01-02"}
BAD = {"标识": "P2", "名称": "张三", "类别": "自然人", "成立日期": "2020/13/02"}


@pytest.fixture(autouse=True)
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home and one source of the test's own; limits by rate begin anew."""
    folder = tmp_path / "content" / "sources"
    folder.mkdir(parents=True)
    (folder / "push.yaml").write_text(SOURCE_FILE, encoding="utf-8")
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path / "content"))
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    cache.clear()
    yield tmp_path
    open_store().close()


@pytest.fixture
def token(city: City) -> str:
    today = timezone.localdate()
    return tokens.create_token(SOURCE, by=city.data_admin, days=30, today=today)[1]


def push(client: Client, token: str, body: object, source: str = SOURCE) -> object:
    return client.post(
        f"/api/v1/submissions/{source}",
        body if isinstance(body, str | bytes) else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def test_rows_pushed_are_in_the_store_and_faults_come_back_in_chinese(
    client: Client, token: str
) -> None:
    response = push(client, token, {"rows": [GOOD, BAD]})
    assert response.status_code == 200
    body = response.json()
    assert (body["accepted_count"], body["new_count"], body["rejected_count"]) == (1, 1, 1)
    fault = body["rejected_rows"][0]
    assert (fault["row_no"], fault["value"]) == (2, "2020/13/02")
    assert "不是日期" in fault["message"]
    with open_store().reader() as reader:
        assert reader.rows("SELECT party_id, kind FROM party") == [
            {"party_id": "P1", "kind": "legal"}
        ]
    line = AuditLine.objects.get(act="submission.push")
    assert (line.username, line.object_id) == (f"接口 {SOURCE}", body["id"])


def test_the_same_rows_twice_are_a_duplicate(client: Client, token: str) -> None:
    push(client, token, {"rows": [GOOD]})
    again = push(client, token, {"rows": [GOOD]})
    assert (again.status_code, again.json()["status"]) == (200, "duplicate")


def test_a_submission_can_be_asked_for_by_its_own_source_only(
    client: Client, token: str, city: City
) -> None:
    number = push(client, token, {"rows": [GOOD, BAD]}).json()["id"]
    path = f"/api/v1/submissions/{number}"
    own = client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert own.json()["rejected_rows"][0]["value"] == "2020/13/02"
    today = timezone.localdate()
    _, other = tokens.create_token("other", by=city.data_admin, days=1, today=today)
    assert client.get(path, headers={"Authorization": f"Bearer {other}"}).status_code == 404
    for name, status in (("data_admin", 200), ("right", 404), ("auditor", 403)):
        client.force_login(city.people[name])
        assert client.get(path).status_code == status


def test_a_token_is_for_one_source(client: Client, city: City, token: str) -> None:
    assert push(client, token, {"rows": [GOOD]}, source="zz-cf").status_code == 404
    assert push(client, token, {"rows": [GOOD]}, source="mingjian-alerts").status_code == 404


@pytest.mark.parametrize("kind", ["missing", "wrong", "revoked", "expired"])
def test_without_a_live_token_nothing_is_taken(
    client: Client, city: City, token: str, kind: str
) -> None:
    if kind == "revoked":
        tokens.revoke_token(SourceToken.objects.get().pk, by=city.data_admin)
    if kind == "expired":
        SourceToken.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    shown = {"missing": "", "wrong": "mj_wrong"}.get(kind, token)
    response = push(client, shown, {"rows": [GOOD]})
    assert response.status_code == 401
    assert "口令" in response.json()["message"]
    assert not AuditLine.objects.filter(act="submission.push").exists()


def test_a_session_is_no_token(client: Client, city: City) -> None:
    client.force_login(city.data_admin)
    assert push(client, "", {"rows": [GOOD]}).status_code == 401


def test_only_the_hash_of_a_token_is_kept_and_both_ends_are_audited(city: City, token: str) -> None:
    kept = SourceToken.objects.get()
    assert token not in json.dumps([str(value) for value in vars(kept).values()])
    assert tokens.token_for(token) == kept
    tokens.revoke_token(kept.pk, by=city.data_admin)
    tokens.revoke_token(kept.pk, by=city.data_admin)
    acts = AuditLine.objects.filter(act__startswith="source_token.").order_by("id")
    assert list(acts.values_list("act", flat=True)) == [
        "source_token.create",
        "source_token.revoke",
    ]


def test_tokens_are_made_on_their_page_by_the_data_administrator(
    client: Client, city: City
) -> None:
    for name in ("right", "system_admin", "liaison"):
        client.force_login(city.people[name])
        assert client.get("/tokens/").status_code == 403
    client.force_login(city.data_admin)
    page = client.post("/tokens/", {"source_code": SOURCE, "days": 30}).text
    text = page.split('class="mono">')[1].split("<")[0]
    assert tokens.token_for(text) == SourceToken.objects.get()
    assert text not in client.get("/tokens/").text


def test_a_file_is_pushed_like_rows(client: Client, token: str, tmp_path: Path) -> None:
    file = tmp_path / "../数据.json"
    file.write_text(json.dumps([GOOD, BAD], ensure_ascii=False), encoding="utf-8")
    with file.open("rb") as sent:
        response = client.post(
            f"/api/v1/submissions/{SOURCE}/file",
            {"file": sent},
            headers={"Authorization": f"Bearer {token}"},
        )
    body = response.json()
    assert (response.status_code, body["accepted_count"]) == (200, 1)
    assert open_store().submission(body["id"]).file_name == "数据.json"


def test_a_broken_file_is_refused_whole(client: Client, token: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('[{"标识": "P1", ', encoding="utf-8")
    with file.open("rb") as sent:
        response = client.post(
            f"/api/v1/submissions/{SOURCE}/file",
            {"file": sent},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert response.status_code == 422
    assert response.json()["status"] == "refused"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        ({"rows": []}, 422),
        ({"rows": [{"标识": {"a": 1}}]}, 422),
        ({"rows": [{"标识": "P"}] * 10_001}, 422),
        ({}, 422),
        ([], 422),
        ('{"rows": [{"标识": "\\ud800"}]}', 422),
    ],
)
def test_nonsense_is_said_to_be_so(client: Client, token: str, body: object, status: int) -> None:
    response = push(client, token, body)
    assert response.status_code == status
    assert response.json()["message"]


def test_too_much_at_once_is_refused(client: Client, token: str, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert push(client, token, {"rows": [GOOD] * 50}).status_code == 413


def test_too_often_is_told_to_wait(client: Client, token: str) -> None:
    responses = [push(client, token, {"rows": []}) for _ in range(121)]
    assert responses[119].status_code == 422
    assert responses[120].status_code == 429
    assert "秒后再试" in responses[120].json()["message"]
    assert int(responses[120].headers["Retry-After"]) > 0


def test_reads_are_for_people_with_the_permission(client: Client, city: City) -> None:
    assert client.get("/api/v1/alerts").status_code == 401
    for name, alerts, monitors in (
        ("right", 200, 200),
        ("liaison", 200, 403),
        ("data_admin", 403, 200),
        ("auditor", 403, 403),
    ):
        client.force_login(city.people[name])
        assert client.get("/api/v1/alerts").status_code == alerts
        assert client.get("/api/v1/monitors").status_code == monitors
    client.force_login(city.right)
    listed = client.get("/api/v1/monitors").json()
    assert {"PT-01"} <= {monitor["code"] for monitor in listed}


def test_the_description_is_for_people_who_are_signed_in(client: Client, city: City) -> None:
    for path in ("/api/v1/docs", "/api/v1/openapi.json"):
        assert client.get(path).headers["Location"].startswith("/login/")
    client.force_login(city.right)
    assert client.get("/api/v1/docs").status_code == 200
    assert "/api/v1/submissions/{code}" in client.get("/api/v1/openapi.json").json()["paths"]


@pytest.fixture
def open_connection() -> Iterator[None]:
    """Keep the test's transaction open through whole requests, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations() -> list[tuple[str, str]]:
    paths = api.get_openapi_schema()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


@pytest.mark.parametrize(("method", "path"), operations())
@pytest.mark.parametrize("who", ["token", "supervisor"])
@pytest.mark.usefixtures("open_connection")
def test_whatever_is_sent_the_answer_is_as_described(
    client: Client, city: City, token: str, method: str, path: str, who: str
) -> None:
    """Schemathesis makes up requests from the description; no answer may be a server error."""
    client.force_login(city.supervisor)
    session = {"sessionid": client.cookies["sessionid"].value}
    by = {
        "token": {"headers": {"Authorization": f"Bearer {token}"}},
        "supervisor": {"cookies": session},
    }[who]
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = application
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]

    for operation in schema.include(path=path, method=method).get_all_operations():

        @given(case=operation.ok().as_strategy())
        @settings(
            max_examples=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        def send(case: schemathesis.Case) -> None:
            cache.clear()
            if method == "POST":
                case.path_parameters["code"] = SOURCE
            case.call_and_validate(checks=checks, **by)

        send()
