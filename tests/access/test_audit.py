"""The audit log only grows, and shows when it was tampered with."""

import threading

import pytest
from django.db import connection, connections
from django.db.models import ProtectedError
from django.utils.functional import SimpleLazyObject

from mingjian.access import audit
from mingjian.access.models import AuditLine, User
from office import City, make_city


@pytest.fixture
def lines(city: City) -> list[AuditLine]:
    return [
        audit.record(city.right, "alert.sign", ("Alert", 7), ip="127.0.0.1", before="new"),
        audit.record(None, "agency.sync", ("Agency", ""), added=3),
        audit.record(city.head, "personal_data.read", ("Alert", 8)),
    ]


def test_a_line_says_who_did_what_as_what_and_from_where(lines: list[AuditLine]) -> None:
    line = AuditLine.objects.get(pk=lines[0].pk)
    assert (line.username, line.role, line.act) == ("right", "supervisor", "alert.sign")
    assert (line.object_kind, line.object_id, line.ip) == ("Alert", "7", "127.0.0.1")
    assert line.detail == {"before": "new"}


def test_the_account_of_a_request_is_named_as_an_account(city: City) -> None:
    """`request.user` stands for the account; the auditor reads 账号, not how Django wraps it."""
    line = audit.record(city.right, "password.change", SimpleLazyObject(lambda: city.right))
    assert (line.object_kind, line.object_id) == ("User", str(city.right.pk))


def test_nothing_can_be_changed_or_deleted_through_the_orm(lines: list[AuditLine]) -> None:
    line = lines[0]
    line.act = "something.else"
    with pytest.raises(PermissionError):
        line.save()
    with pytest.raises(PermissionError):
        line.save(update_fields=["act"])
    with pytest.raises(PermissionError):
        line.delete()
    for attempt in (
        lambda: AuditLine.objects.all().delete(),
        lambda: AuditLine.objects.filter(pk=line.pk).update(act="x"),
        lambda: AuditLine.objects.bulk_update([line], ["act"]),
        lambda: AuditLine.objects.bulk_create([AuditLine(act="x")]),
        lambda: AuditLine.objects.update_or_create(pk=line.pk, defaults={"act": "x"}),
        lambda: AuditLine._base_manager.filter(pk=line.pk).update(act="x"),
        lambda: AuditLine._base_manager.filter(pk=line.pk).delete(),
    ):
        with pytest.raises(PermissionError):
            attempt()
    assert AuditLine.objects.get(pk=line.pk).act == "alert.sign"
    assert AuditLine.objects.count() == 3


def test_a_person_named_in_the_log_cannot_be_deleted(city: City, lines: list[AuditLine]) -> None:
    with pytest.raises((ProtectedError, PermissionError)):
        city.right.delete()
    assert User.objects.filter(username="right").exists()


def test_the_chain_holds_and_breaks_where_a_line_was_altered(lines: list[AuditLine]) -> None:
    ordered = AuditLine.objects.order_by("id")
    assert audit.first_break(ordered) is None
    with connection.cursor() as cursor:  # behind the ORM's back
        cursor.execute("UPDATE access_auditline SET username='x' WHERE id=%s", [lines[1].pk])
    broken = audit.first_break(AuditLine.objects.order_by("id"))
    assert broken is not None
    assert broken.pk == lines[1].pk


def test_the_chain_breaks_where_a_line_was_taken_out(lines: list[AuditLine]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_auditline WHERE id=%s", [lines[1].pk])
    broken = audit.first_break(AuditLine.objects.order_by("id"))
    assert broken is not None
    assert broken.pk == lines[2].pk


@pytest.mark.django_db(transaction=True)
def test_the_chain_holds_when_many_write_at_once() -> None:
    user = make_city().right
    failures: list[Exception] = []

    def write(number: int) -> None:
        try:
            for i in range(10):
                audit.record(user, "alert.add_note", ("Alert", number), turn=i)
        except Exception as error:  # noqa: BLE001 - handed to the test's own thread below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert AuditLine.objects.count() == 60
    assert audit.first_break(AuditLine.objects.order_by("id")) is None
