"""Who hears of an act: the side whose turn it is, also where the state stays as it was."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from alert_runs import DAY, OVERDUE
from mingjian import documents
from mingjian.access.models import User
from mingjian.monitor import Library, Run
from mingjian.supervision.acts import matter_outcomes, matter_papers, matters, raise_alerts
from mingjian.supervision.flow import load_matter_flow
from mingjian.supervision.models import Alert, Matter, Notice
from mingjian.supervision.people import holders
from office import City


@pytest.fixture
def matter(
    city: City,
    district_head: User,
    run_of: Callable[..., Run],
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Matter:
    """Opened by `right`, about the agency of `liaison`."""
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    raise_alerts(run_of({OVERDUE: [("31", "110105-SCJG")]}), library)
    pks = list(Alert.objects.values_list("pk", flat=True))
    made = matters.matter_from_alerts(pks, reason="反复超期", sent={"by": city.right, "today": DAY})
    return matters.open_matter(made, form="daily", **by(city.right))


def by(person: Any, day: date = DAY) -> dict[str, Any]:
    return {"by": person, "today": day, "reason": "有理由"}


def titles(person: User) -> list[str]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("title", flat=True))


def test_until_when_the_material_is_due_is_on_the_page(
    matter: Matter, city: City, client: Client
) -> None:
    matters.ask_material(matter.pk, days=5, **by(city.right))
    due = '<span class="figure-value clock">2025-11-10<span class="cell-sub">前提交'
    for person in (city.right, city.liaison):
        client.force_login(person)
        assert due in client.get(f"/matters/{matter.pk}/").content.decode()
    matters.give_material(matter.pk, **by(city.liaison))
    assert due not in client.get(f"/matters/{matter.pk}/").content.decode()


def rectifying(matter: Matter, city: City) -> None:
    matters.find(matter.pk, finding="unlawful", problems="超期一件", **by(city.right))
    matter_outcomes.no_paper(matter.pk, **by(city.district_head))


def test_the_agency_hears_what_it_has_to_hand_in_and_the_office_that_it_came(
    matter: Matter, city: City
) -> None:
    matters.ask_material(matter.pk, days=5, **by(city.right))
    assert titles(city.liaison) == [f"{matter.number} 要求提交材料，现在调查中"]
    assert titles(city.right) == []
    matters.give_material(matter.pk, **by(city.liaison))
    assert titles(city.right) == [f"{matter.number} 提交材料，现在调查中"]
    assert titles(city.neighbour) == titles(city.other) == []


def test_a_served_paper_is_told_to_the_agency(matter: Matter, city: City) -> None:
    matters.find(matter.pk, finding="unlawful", problems="超期一件", **by(city.right))
    matter_papers.issue(matter.pk, paper="opinion", **by(city.right))
    link = matter.papers.get()
    documents.acts.submit(link.paper_id, by=city.right, today=DAY)
    documents.acts.pass_review(link.paper_id, by=city.district_head, today=DAY)
    documents.acts.sign(link.paper_id, by=city.district_head, signer="王某", today=DAY)
    documents.acts.issue(link.paper_id, by=city.right, today=DAY)
    assert titles(city.liaison) == []
    documents.acts.serve(link.paper_id, by=city.right, method="platform", today=DAY)
    assert titles(city.liaison) == [f"{matter.number} 文书送达，现在整改中"]


def test_who_answers_an_extension_or_an_objection_hears_of_it(matter: Matter, city: City) -> None:
    rectifying(matter, city)
    Notice.objects.all().delete()
    later = DAY + timedelta(days=1)
    matter_outcomes.ask_extension(matter.pk, days=5, **by(city.liaison, later))
    assert titles(city.right) == [f"{matter.number} 申请延期，现在整改中"]
    matter_outcomes.refuse_extension(matter.pk, **by(city.right, later))
    matter_papers.raise_objection(matter.pk, **by(city.liaison, later))
    assert titles(city.district_head) == [f"{matter.number} 提出异议，现在整改中"]
    matter_papers.answer_objection(matter.pk, outcome="upheld", **by(city.district_head, later))
    assert titles(city.liaison) == [
        f"{matter.number} 不准延期，现在整改中",
        f"{matter.number} 答复异议，现在整改中",
    ]


def test_what_is_to_be_put_right_is_the_agencys_to_do(matter: Matter, city: City) -> None:
    rectifying(matter, city)
    flow = load_matter_flow()
    assert "rectifying" in flow.waiting_for(city.liaison)
    assert "rectifying" not in flow.waiting_for(city.right)
    assert [user.username for user in holders(Matter.objects.get(), flow)] == ["liaison"]
