"""Papers and their matter: what a report answers, what a decision tells, what is on the bench."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from alert_runs import DAY, OVERDUE
from mingjian import documents
from mingjian.access.models import User
from mingjian.documents.models import Paper
from mingjian.monitor import Library, Run
from mingjian.supervision.acts import matter_outcomes, matter_papers, matters, raise_alerts
from mingjian.supervision.models import Alert, Matter
from office import City

pytestmark = pytest.mark.usefixtures("district_head")


@pytest.fixture
def matter(
    city: City,
    run_of: Callable[..., Run],
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Matter:
    """Found unlawful, an opinion drafted."""
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    raise_alerts(run_of({OVERDUE: [("31", "110105-SCJG")]}), library)
    pks = list(Alert.objects.values_list("pk", flat=True))
    made = matters.matter_from_alerts(pks, reason="反复超期", sent={"by": city.right, "today": DAY})
    matters.open_matter(made, form="daily", **by(city.right))
    matters.find(made, finding="unlawful", problems="超期一件", **by(city.right))
    return matter_papers.issue(made, paper="opinion", **by(city.right))


def by(person: Any, day: date = DAY) -> dict[str, Any]:
    return {"by": person, "today": day, "reason": "有理由"}


def bench(person: User, client: Client) -> str:
    client.force_login(person)
    return client.get("/").content.decode()


def to_do(person: User) -> list[Paper]:
    return list(documents.queries.paper_list(person, {"turn": "mine"}))


def serve(paper: Paper, city: City) -> Paper:
    documents.acts.submit(paper.pk, by=city.right, today=DAY)
    documents.acts.pass_review(paper.pk, by=city.district_head, today=DAY)
    documents.acts.sign(paper.pk, by=city.district_head, signer="王某", today=DAY)
    documents.acts.issue(paper.pk, by=city.right, today=DAY)
    return documents.acts.serve(paper.pk, by=city.right, method="platform", today=DAY)


def test_the_report_answers_the_paper_and_the_first_answer_counts(
    matter: Matter, city: City
) -> None:
    paper = serve(matter.papers.get().paper, city)
    documents.acts.acknowledge(paper.pk, by=city.liaison, receiver="李某", today=DAY)
    assert to_do(city.right) == []
    assert paper in documents.queries.overdue(paper.reply_due_on + timedelta(days=1))
    measures = {1: "已作出决定"}
    matter_outcomes.report(matter.pk, measures=measures, **by(city.liaison))
    paper.refresh_from_db()
    assert paper.replied_on == DAY
    assert paper.events.get(act="replied").text == f"在监督事项 {matter.number} 里报送整改。"
    assert paper not in documents.queries.overdue(paper.reply_due_on + timedelta(days=1))

    assert to_do(city.right) == [paper]  # now it can be archived

    matter_outcomes.send_back(matter.pk, **by(city.right))
    later = by(city.liaison, DAY + timedelta(days=3))
    matter_outcomes.report(matter.pk, measures=measures, **later)
    paper.refresh_from_db()
    assert paper.replied_on == DAY
    assert paper.events.filter(act="replied").count() == 1


def test_papers_to_do_are_named_on_the_workbench(
    matter: Matter, city: City, client: Client
) -> None:
    waiting = '<a href="/papers/?turn=mine">1 件公文</a>等您办理'
    assert waiting in bench(city.right, client)  # the draft
    paper = matter.papers.get().paper
    documents.acts.submit(paper.pk, by=city.right, today=DAY)
    assert waiting in bench(city.district_head, client)
    assert waiting not in bench(city.liaison, client)
    assert waiting not in bench(city.other, client)


def test_a_decision_tells_what_went_to_the_agency_and_not_the_proposal(
    matter: Matter, city: City
) -> None:
    opinion = serve(matter.papers.get().paper, city)
    matter_outcomes.report(matter.pk, measures={1: "已作出决定"}, **by(city.liaison))
    matter_outcomes.send_back(matter.pk, **by(city.right))
    matter_papers.raise_objection(matter.pk, **by(city.liaison))  # so its view is known
    matter_papers.propose(matter.pk, **by(city.right))
    serve(matter.papers.get(kind="proposal").paper, city)
    matter_papers.draft_decision(matter.pk, **by(city.right))
    facts = matter.papers.get(kind="decision").paper.facts
    assert facts["grounds"].splitlines() == [
        f"2025年11月3日，朝阳区司法局送达《{opinion.title}》（{opinion.document_no}），"
        "要求于2025年12月3日前报送。",
        "报送后复核不达标，退回 1 次。",
    ]
    assert opinion.facts["source"] == (
        f"2025年11月3日，本机关根据监测预警（{Alert.objects.get().number}）立项监督，"
        f"事项编号 {matter.number}。"
    )
