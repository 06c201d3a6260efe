"""Papers' own limits: warned of before, escalated after, in the history, one notice a person."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjian.access.audit_chain import verify
from mingjian.access.models import AuditLine, User
from mingjian.documents import acts
from mingjian.documents.models import Paper, PaperEvent
from mingjian.supervision.acts import run_clock
from mingjian.supervision.models import Notice
from office import City
from papers import DAY, opinion, served

pytestmark = pytest.mark.usefixtures("district_head")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))


@pytest.fixture
def reviewing(city: City) -> Paper:
    """A draft that waits for its review."""
    return acts.submit(opinion(city).pk, by=city.right, today=DAY)


def after(day: date | None, days: int) -> date:
    assert day is not None
    return day + timedelta(days=days)


def lines(paper: Paper, act: str) -> list[str]:
    return list(paper.events.filter(act=act).values_list("text", flat=True))


def told(act: str) -> set[str]:
    kinds = Notice.objects.filter(kind=act, title__contains="公文")
    return set(kinds.values_list("user__username", flat=True))


def test_a_limit_is_warned_of_then_escalated_step_by_step_each_once(
    reviewing: Paper, city: City
) -> None:
    due = reviewing.due_on
    run_clock(DAY)
    assert lines(reviewing, "warn") == []
    for _ in range(2):
        run_clock(after(due, 0))
    assert lines(reviewing, "warn") == [f"本环节期限 {due}"]
    assert told("warn") == {"right", "district_head"}
    for _ in range(2):
        run_clock(after(due, 1))
    run_clock(after(due, 5))
    assert lines(reviewing, "escalate") == [
        f"本环节期限 {due}已过，第 1 步",
        f"本环节期限 {due}已过，第 2 步",
    ]
    assert told("escalate") == {"right", "district_head", "head"}
    assert AuditLine.objects.filter(act="paper.escalate").count() == 2
    assert verify().holds


def test_what_was_done_in_time_is_left_alone(reviewing: Paper, city: City) -> None:
    due = reviewing.due_on
    acts.pass_review(reviewing.pk, by=city.people["district_head"], today=DAY)
    acts.sign(reviewing.pk, by=city.people["district_head"], signer="王某", today=DAY)
    acts.issue(reviewing.pk, by=city.right, today=DAY)
    acts.withdraw(reviewing.pk, by=city.people["district_head"], reason="有误", today=DAY)
    run_clock(after(due, 30))
    assert not PaperEvent.objects.filter(act__in=["warn", "escalate"]).exists()


def test_a_served_paper_waits_for_the_agency_then_its_reply_is_watched(city: City) -> None:
    paper = served(city)
    run_clock(after(paper.due_on, 1))
    assert lines(paper, "escalate") == [f"本环节期限 {paper.due_on}已过，第 1 步"]
    assert {"liaison", "district_head"} <= told("escalate")
    assert "neighbour" not in told("escalate")
    acts.acknowledge(paper.pk, by=city.liaison, receiver="李某", today=DAY)
    paper.refresh_from_db()
    run_clock(after(paper.reply_due_on, 1))
    assert lines(paper, "escalate")[-1] == f"回复期限 {paper.reply_due_on}已过，第 1 步"


def test_many_papers_are_one_notice_a_person(city: City) -> None:
    due = None
    for _ in range(12):
        due = acts.submit(opinion(city).pk, by=city.right, today=DAY).due_on
    run_clock(after(due, 1))
    notice = Notice.objects.get(user=city.right, kind="escalate")
    assert notice.title == "12 件公文超期"
    assert notice.path == "/papers/?turn=overdue"


def test_the_notice_leads_to_the_papers_that_are_over(city: City, client: Client) -> None:
    late = acts.submit(opinion(city).pk, by=city.right, today=timezone.localdate() - timedelta(40))
    acts.submit(opinion(city).pk, by=city.right, today=timezone.localdate())
    client.force_login(city.right)
    page: Any = client.get("/papers/?turn=overdue").text
    assert f"/papers/{late.pk}/" in page
    assert "共 <b>1</b>" in page


def test_the_night_is_named_in_the_papers_history(
    reviewing: Paper, city: City, client: Client
) -> None:
    run_clock(after(reviewing.due_on, 1))
    client.force_login(User.objects.get(username="district_head"))
    page = client.get(f"/papers/{reviewing.pk}/").text
    assert "超期升级" in page
    assert "本环节期限" in page
