"""Sessions: an end after the day, so many at once, seen and ended by the person himself."""

import time
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from mingjian.access import accounts
from mingjian.access.models import AuditLine, FormerPassword, User, UserSession
from mingjian.access.passwords import must_change
from mingjian.access.policy import load_policy
from office import PASSWORD, City


def signed_in(name: str, password: str = PASSWORD) -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 Firefox/140"})
    assert client.post("/login/", {"username": name, "password": password}).status_code == 302
    return client


def is_inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_session_ends_after_the_day_however_busy(city: City) -> None:
    client = signed_in("right")
    session = client.session
    session["began_at"] = int(time.time()) - load_policy().session.absolute_hours * 3600 - 1
    session.save()
    assert client.get("/account/").headers["Location"] == "/login/?next=/account/"
    assert "小时" in client.get("/login/").text
    assert not UserSession.objects.filter(user=city.right).exists()


def test_the_oldest_place_is_signed_out_when_there_are_too_many(city: City) -> None:
    most = load_policy().session.at_once
    clients = [signed_in("right") for _ in range(most + 1)]
    assert [is_inside(client) for client in clients] == [False, *[True] * most]
    assert UserSession.objects.filter(user=city.right).count() == most
    assert AuditLine.objects.filter(act="session.end", username="right").count() == 1


def test_one_sees_ones_places_and_ends_one_of_them(city: City) -> None:
    here, there = signed_in("right"), signed_in("right")
    signed_in("other")
    page = here.get("/account/").text
    assert page.count("<td>Firefox</td>") == 2
    row = UserSession.objects.get(session_key=there.session.session_key)
    here.post(f"/account/sessions/{row.pk}/end/")
    assert (is_inside(here), is_inside(there)) == (True, False)


def test_one_signs_out_everywhere_else(city: City) -> None:
    here, *others = (signed_in("right") for _ in range(3))
    here.post("/account/sessions/end/")
    assert is_inside(here)
    assert not any(is_inside(client) for client in others)


def test_a_new_password_ends_the_other_places_and_keeps_this_one(city: City) -> None:
    here, there = signed_in("right"), signed_in("right")
    word = "Another-Word-42"
    here.post("/password/", {"old": PASSWORD, "new": word, "again": word})
    assert (is_inside(here), is_inside(there)) == (True, False)
    assert UserSession.objects.get(user=city.right).session_key == here.session.session_key


def test_a_change_of_role_ends_all_places(city: City) -> None:
    client = signed_in("right")
    user = User.objects.get(username="right")
    user.role, user.scope = "supervision_head", "city"
    accounts.save_account(user, by=city.system_admin)
    assert not is_inside(client)


def test_passwords_used_before_are_refused(city: City) -> None:
    client, old = signed_in("right"), PASSWORD
    for word in ("Another-Word-42", "Another-Word-43"):
        client.post("/password/", {"old": old, "new": word, "again": word})
        old = word
    answer = client.post("/password/", {"old": old, "new": PASSWORD, "again": PASSWORD})
    assert "用过的密码不能再用" in answer.text
    assert FormerPassword.objects.filter(user=city.right).count() == 3


def test_only_so_many_former_passwords_are_kept(city: City) -> None:
    most = load_policy().password.history
    for number in range(most + 3):
        accounts.change_password(city.right, f"Another-Word-{number}x")
    assert FormerPassword.objects.filter(user=city.right).count() == most
    accounts.change_password(city.right, "Another-Word-0x")  # long enough ago


def test_words_that_everybody_would_try_are_refused(city: City) -> None:
    client, word = signed_in("right"), "MingJian-2026-ok"
    answer = client.post("/password/", {"old": PASSWORD, "new": word, "again": word})
    assert "太容易被猜到" in answer.text


def test_an_old_password_must_be_changed_before_anything_else(city: City) -> None:
    days = load_policy().password.max_age_days
    assert not must_change(city.right)
    long_ago = timezone.now() - timedelta(days=days + 1)
    User.objects.filter(pk=city.right.pk).update(password_changed_at=long_ago)
    client = signed_in("right")
    assert client.get("/alerts/").headers["Location"] == "/password/"
    assert "用得太久" in client.get("/password/").text
