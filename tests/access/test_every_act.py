"""The watch over acts itself: it sees a change without a line, and lets the rest pass."""

import pytest
from django.test import Client

from audited import LOG, changed_table, watched
from mingjian.access import audit
from mingjian.access.models import Agency, User
from office import City


def test_a_change_without_a_line_is_seen(city: City) -> None:
    with watched() as changed:
        Agency.objects.filter(pk="110105-CG").update(name="x")
    assert changed == {"access_agency"}
    with watched() as changed:
        Agency.objects.filter(pk="110105-CG").update(name="y")
        audit.record(city.right, "agency.sync")
    assert changed == {"access_agency", LOG}


def test_a_page_that_changes_something_silently_fails_its_test(
    city: City, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(city.right)
    assert client.post("/account/sessions/end/").status_code == 302
    monkeypatch.setattr(audit, "record", lambda *_, **__: User.objects.update(email="x@y.z"))
    with pytest.raises(AssertionError, match="没有留审计"):
        client.post("/logout/")


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ('INSERT INTO "supervision_alert" ("id") VALUES (1)', "supervision_alert"),
        ('UPDATE "access_user" SET "role" = %s', "access_user"),
        ('UPDATE "access_user" SET "last_login" = %s', ""),
        ('DELETE FROM "access_delegation" WHERE 1', "access_delegation"),
        ('DELETE FROM "django_session"', ""),
        ('SELECT 1 FROM "access_user"', ""),
    ],
)
def test_which_statements_are_changes(sql: str, table: str) -> None:
    assert changed_table(sql) == table
