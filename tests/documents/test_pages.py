"""The pages of papers: who reaches what, buttons from the flow, two people, a form sent twice."""

import re
from typing import Any

import pytest
from django.test import Client

from mingjian.access.models import AuditLine
from mingjian.documents import acts
from mingjian.documents.models import Paper
from papers import DAY, LETTER, approved, issued, opinion, served

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district_head")]


def browse(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: Any, address: str) -> str:
    answer = browse(person).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def typed(paper: Paper) -> dict[str, Any]:
    """The paper's facts as the edit form sends them."""
    facts = paper.facts.items()
    return {f"fact_{n}": "\n".join(v) if isinstance(v, list) else v for n, v in facts}


def test_the_list_shows_what_is_ones_own(city: Any) -> None:
    paper = opinion(city)
    assert paper.title in page(city.right, "/papers/")
    assert paper.title not in page(city.liaison, "/papers/")
    assert "没有符合条件的文书" in page(city.other, "/papers/")


@pytest.mark.parametrize("end", ["", "edit/", "paper.pdf", "paper.docx", "page/1.png"])
def test_a_guessed_address_leads_nowhere(city: Any, end: str) -> None:
    paper = opinion(city)
    address = f"/papers/{paper.pk}/{end}"
    for person in (city.other, city.liaison, city.neighbour, city.supervisor):
        assert browse(person).get(address).status_code == 404
    for person in (city.auditor, city.system_admin, city.officer):
        assert browse(person).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_nobody_acts_on_a_foreign_paper(city: Any) -> None:
    paper = approved(city)
    sent = {"issue-version": paper.version}
    for person in (city.other, city.supervisor, city.liaison):
        assert browse(person).post(f"/papers/{paper.pk}/act/issue/", sent).status_code == 404
    assert Paper.objects.get(pk=paper.pk).state == "approved"


def test_buttons_come_from_the_flow_and_from_who_one_is(city: Any) -> None:
    paper = acts.submit(opinion(city).pk, by=city.right, today=DAY)
    address = f"/papers/{paper.pk}/"
    assert f"{address}act/pass_review/" in page(city.district_head, address)
    mine = page(city.right, address)  # drafted it, so somebody else reviews
    assert "act/pass_review/" not in mine
    assert "act/sign/" not in mine


def test_an_act_from_the_page_and_the_same_form_again(city: Any) -> None:
    paper = approved(city)
    sent = {"issue-version": paper.version}
    client = browse(city.right)
    for _ in range(2):
        answer = client.post(f"/papers/{paper.pk}/act/issue/", sent)
        assert answer.headers["Location"] == f"/papers/{paper.pk}/"
    assert Paper.objects.get(pk=paper.pk).document_no == "朝执监意〔2026〕1号"
    assert AuditLine.objects.filter(act="paper.issue").count() == 1


def test_the_second_of_two_people_keeps_what_was_typed(city: Any) -> None:
    paper = opinion(city)
    form = page(city.right, f"/papers/{paper.pk}/edit/")
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version
    acts.edit(paper.pk, by=city.district_head, title="别人改的标题", body=paper.body, today=DAY)
    sent = {"version": version[1], "title": "我改的标题", "body": paper.body, "cc": ""}
    facts = {
        f"fact_{n}": "\n".join(v) if isinstance(v, list) else v for n, v in paper.facts.items()
    }
    sent |= facts | {"limit_days": 30, "limit_kind": "days", "attachments": ""}
    answer = browse(city.right).post(f"/papers/{paper.pk}/edit/", sent)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "区负责人 某已经“修改”" in text
    assert "我改的标题" in text
    assert Paper.objects.get(pk=paper.pk).title == "别人改的标题"


def test_a_changed_limit_shows_until_the_text_follows(city: Any) -> None:
    paper = opinion(city)
    facts = {
        f"fact_{n}": "\n".join(v) if isinstance(v, list) else v for n, v in paper.facts.items()
    }
    sent = {"version": 1, "title": paper.title, "body": paper.body, "cc": "", "attachments": "清单"}
    sent |= facts | {"limit_days": 10, "limit_kind": "working_days"}
    assert browse(city.right).post(f"/papers/{paper.pk}/edit/", sent).status_code == 302
    text = page(city.right, f"/papers/{paper.pk}/")
    assert "起草时：30日" in text
    assert Paper.objects.get(pk=paper.pk).attachments == ["清单"]


def test_a_draft_from_the_page(city: Any) -> None:
    address = "/papers/new/urging_letter/"
    key = re.search(r'name="key" value="([^"]+)"', page(city.right, address))
    assert key
    sent = {"key": key[1], "addressee": "110105-CG"} | {f"fact_{n}": v for n, v in LETTER.items()}
    client = browse(city.right)
    first, again = client.post(address, sent), client.post(address, sent)
    assert first.headers["Location"] == again.headers["Location"]
    assert Paper.objects.get().addressee_name == "示例市朝阳区城市管理委员会"
    foreign = client.post(address, {**sent, "key": "x", "addressee": "110101-SCJG"})
    assert foreign.status_code == 422


def test_each_side_is_offered_its_own_kinds(city: Any) -> None:
    office, agency = page(city.right, "/papers/new/"), page(city.liaison, "/papers/new/")
    assert "行政执法监督督办函" in office
    assert "整改报告" not in office
    assert "整改报告" in agency
    assert "督办函" not in agency
    assert browse(city.liaison).get("/papers/new/urging_letter/").status_code == 404


def test_files_are_audited_and_the_pdf_is_the_issued_one(city: Any) -> None:
    paper = issued(city)
    client = browse(city.right)
    answer = client.get(f"/papers/{paper.pk}/paper.pdf")
    assert answer.content == bytes(paper.file.pdf)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(f"/papers/{paper.pk}/paper.docx").content[:2] == b"PK"
    lines = AuditLine.objects.filter(act="paper.download").order_by("id")
    assert [line.detail["file"] for line in lines] == ["pdf", "docx"]


def test_the_addressee_acknowledges_on_the_page(city: Any) -> None:
    paper = served(city)
    text = page(city.liaison, f"/papers/{paper.pk}/")
    assert "act/acknowledge/" in text
    assert "act/annul/" not in text
    sent = {"acknowledge-version": paper.version, "acknowledge-receiver": "李某"}
    browse(city.liaison).post(f"/papers/{paper.pk}/act/acknowledge/", sent)
    assert "李某" in page(city.right, f"/papers/{paper.pk}/")


def test_how_a_paper_came_about_is_its_issuers_business(city: Any) -> None:
    paper = served(city)
    theirs = page(city.liaison, f"/papers/{paper.pk}/")
    mine = page(city.right, f"/papers/{paper.pk}/")
    for words in ("审核通过", "起草</b>", "paper.docx", 'id="facts"'):
        assert words in mine
        assert words not in theirs
    assert "送达</b>" in theirs
    assert browse(city.liaison).get(f"/papers/{paper.pk}/paper.docx").status_code == 404


def test_a_refused_act_keeps_its_words(city: Any) -> None:
    paper = served(city)
    sent = {"annul-version": paper.version, "annul-reason": ""}
    answer = browse(city.district_head).post(f"/papers/{paper.pk}/act/annul/", sent)
    assert answer.status_code == 422
    sent = {"annul-version": paper.version - 1, "annul-reason": "异议成立，理由很长"}
    answer = browse(city.district_head).post(f"/papers/{paper.pk}/act/annul/", sent)
    assert answer.status_code == 409
    assert "异议成立，理由很长" in answer.content.decode()


def test_many_from_the_list(city: Any) -> None:
    papers = [approved(city).pk for _ in range(3)]
    assert "批量编号制发" in page(city.right, "/papers/?state=approved")
    answer = browse(city.right).post("/papers/batch/", {"paper": papers})
    text = page(city.right, answer.headers["Location"])
    assert "还有 3 件" in text
    assert browse(city.district_head).get(answer.headers["Location"]).status_code == 404
