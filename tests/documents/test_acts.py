"""The life of a paper: who may do what in which order, once, and what is left of it."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from mingjian.access.flow import NotPossible
from mingjian.access.models import AuditLine, Region
from mingjian.documents import acts, events
from mingjian.documents.models import NumberSeries, Paper, PaperFile
from papers import DAY, DECISION, LETTER, OPINION, approved, draft_of, issued, opinion, served

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district_head")]


def test_a_draft_is_filled_from_its_facts(city: Any) -> None:
    paper = opinion(city, subject="matter:7")
    assert paper.title == "关于部分行政处罚案件超期未作出决定的监督意见书"
    assert paper.issuer_name == "朝阳区司法局"
    assert paper.addressee_name == "示例市朝阳区市场监督管理局"
    assert "1. 示例案件一立案后超过九十日未作出决定。" in paper.body
    assert "30日内" in paper.body
    assert (paper.state, paper.subject, paper.document_no) == ("draft", "matter:7", "")


def test_missing_facts_are_named_and_unknown_ones_refused(city: Any) -> None:
    with pytest.raises(NotPossible, match="查明的事实与证据"):
        draft_of(city, "supervision_opinion", {**OPINION, "findings": []})
    with pytest.raises(ValueError, match="colour"):
        draft_of(city, "supervision_opinion", {**OPINION, "colour": "红"})
    assert Paper.objects.count() == 0


def test_a_part_without_its_optional_fact_is_left_out_and_the_numbers_close_up(city: Any) -> None:
    without = draft_of(city, "urging_letter", LETTER).body
    with_process = draft_of(city, "urging_letter", {**LETTER, "process": "走访两次。"}).body
    assert "二、查明的事实" in without
    assert "二、监督经过" in with_process
    assert "三、查明的事实" in with_process


def test_the_same_draft_asked_for_twice_is_made_once(city: Any) -> None:
    assert opinion(city, key="once").pk == opinion(city, key="once").pk
    assert AuditLine.objects.filter(act="paper.draft").count() == 1


def test_nobody_drafts_in_another_bodys_name(city: Any) -> None:
    for person, error in ((city.other, NotPossible), (city.supervisor, NotPossible)):
        with pytest.raises(error, match="名义"):
            acts.draft(
                person,
                "supervision_opinion",
                issuer=Region.objects.get(pk="110105"),
                addressee=city.agencies["110105-SCJG"],
                facts=OPINION,
            )
    with pytest.raises(PermissionDenied):
        acts.draft(
            city.model_admin,
            "supervision_opinion",
            issuer=Region.objects.get(pk="110000"),
            addressee=city.agencies["110105-SCJG"],
            facts=OPINION,
        )


def test_the_whole_way_with_the_receipt(city: Any) -> None:
    heard: list[Any] = []

    def listen(**sent: Any) -> None:
        heard.append(sent["paper"].pk)

    events.served.connect(listen)
    try:
        paper = served(city)
    finally:
        events.served.disconnect(listen)
    assert heard == [paper.pk]
    assert paper.document_no == "朝执监意〔2026〕1号"
    assert paper.reply_due_on == date(2026, 4, 1)
    paper = acts.acknowledge(paper.pk, by=city.liaison, receiver="李某", today=date(2026, 3, 3))
    assert (paper.state, paper.acknowledged_by) == ("acknowledged", "李某")
    assert [event.act for event in paper.events.all()] == [
        *("draft", "submit", "pass_review", "sign", "issue", "serve", "acknowledge"),
    ]
    lines = AuditLine.objects.filter(object_kind="Paper", object_id=str(paper.pk)).order_by("id")
    assert [line.act.removeprefix("paper.") for line in lines] == [
        e.act for e in paper.events.all()
    ]


def test_who_drafted_neither_reviews_nor_signs(city: Any) -> None:
    paper = acts.submit(opinion(city).pk, by=city.right, today=DAY)
    with pytest.raises(NotPossible, match="另一个人"):
        acts.pass_review(paper.pk, by=city.right, today=DAY)
    with pytest.raises(PermissionDenied):
        acts.sign(paper.pk, by=city.right, signer="王某", today=DAY)


def test_a_decision_is_signed_by_the_government_only(city: Any) -> None:
    paper = draft_of(city, "supervision_decision", DECISION)
    assert paper.issuer_name == "朝阳区人民政府"
    acts.submit(paper.pk, by=city.right, today=DAY)
    acts.pass_review(paper.pk, by=city.district_head, today=DAY)
    with pytest.raises(NotPossible, match="没有“签批”这一步"):
        acts.sign(paper.pk, by=city.district_head, signer="王某", today=DAY)
    acts.petition(paper.pk, by=city.district_head, reason="意见书逾期未纠正", today=DAY)
    with pytest.raises(PermissionDenied):
        acts.government_sign(paper.pk, by=city.district_head, signer="王某", today=DAY)
    acts.government_sign(paper.pk, by=city.signer, signer="赵某", today=DAY)
    paper = acts.issue(paper.pk, by=city.right, today=DAY)
    assert paper.document_no == "朝政执监决〔2026〕1号"
    assert paper.signer == "赵某"


def test_text_that_lost_what_it_must_say_is_not_submitted(city: Any) -> None:
    paper = opinion(city)
    body = paper.body.replace("有异议的", "有看法的")
    acts.edit(paper.pk, by=city.right, title=paper.title, body=body, today=DAY)
    with pytest.raises(NotPossible, match="异议途径"):
        acts.submit(paper.pk, by=city.right, today=DAY)


def test_a_draft_with_blanks_is_not_submitted(city: Any) -> None:
    paper = draft_of(city, "urging_letter", {**LETTER, "duty": "（待填写：依据的条款）"})
    with pytest.raises(NotPossible, match="还有没填的，没有送审：（待填写：依据的条款）"):
        acts.submit(paper.pk, by=city.right, today=DAY)
    body = paper.body.replace("（待填写：依据的条款）", "《噪声污染防治法》第八条")
    acts.edit(paper.pk, by=city.right, title=paper.title, body=body, today=DAY)
    assert acts.submit(paper.pk, by=city.right, today=DAY).state == "reviewing"


def test_an_agency_never_writes_as_its_overseer(city: Any) -> None:
    with pytest.raises(ValueError, match="不由"):
        acts.draft(
            city.liaison,
            "urging_letter",
            issuer=city.agencies["110105-SCJG"],
            addressee=city.agencies["110105-CG"],
            facts=LETTER,
        )
    assert not Paper.objects.exists()


def test_an_issued_paper_is_frozen(city: Any) -> None:
    paper = issued(city)
    with pytest.raises(NotPossible, match="不能“修改”"):
        acts.edit(paper.pk, by=city.right, title="改", body="改", today=DAY)
    with pytest.raises(PermissionError, match="不能删除"):
        paper.delete()
    assert bytes(PaperFile.objects.get(paper=paper).pdf).startswith(b"%PDF")


def test_sent_back_a_signature_is_gone(city: Any) -> None:
    paper = approved(city)
    paper = acts.send_back(paper.pk, by=city.district_head, reason="事实再核", today=DAY)
    assert (paper.state, paper.signer, paper.dated_on) == ("draft", "", None)


def test_of_two_people_the_second_is_told_and_changes_nothing(city: Any) -> None:
    paper = acts.submit(opinion(city).pk, by=city.right, today=DAY)
    seen = paper.version
    acts.send_back(paper.pk, by=city.district_head, reason="再核", today=DAY, version=seen)
    with pytest.raises(NotPossible, match="区负责人 某已经“退回修改”"):
        acts.discard(paper.pk, by=city.right, reason="不发了", today=DAY, version=seen)
    assert Paper.objects.get(pk=paper.pk).state == "draft"


def test_the_same_form_sent_twice_has_one_effect(city: Any) -> None:
    paper = approved(city)
    first = acts.issue(paper.pk, by=city.right, today=DAY, version=paper.version)
    again = acts.issue(paper.pk, by=city.right, today=DAY, version=paper.version)
    assert first.document_no == again.document_no
    assert NumberSeries.objects.get().last == 1
    assert paper.events.filter(act="issue").count() == 1


def test_a_failed_issue_gives_its_number_back(city: Any) -> None:
    paper = approved(city)

    def fail(_paper: Paper) -> None:
        raise RuntimeError("no disk")

    with pytest.raises(RuntimeError):
        acts.issue(paper.pk, by=city.right, today=DAY, also=fail)
    assert not PaperFile.objects.exists()
    assert acts.issue(paper.pk, by=city.right, today=DAY).number == 1


def test_a_receiver_that_raises_undoes_the_service(city: Any) -> None:
    paper = issued(city)

    def refuse(**_sent: Any) -> None:
        raise RuntimeError("the matter is closed")

    events.served.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            acts.serve(paper.pk, by=city.right, method="platform", today=DAY)
    finally:
        events.served.disconnect(refuse)
    assert Paper.objects.get(pk=paper.pk).state == "issued"


def test_withdrawn_before_service_annulled_after(city: Any) -> None:
    heard: list[tuple[str, int]] = []

    def hear_withdrawn(**sent: Any) -> None:
        heard.append(("withdrawn", sent["paper"].pk))

    def hear_annulled(**sent: Any) -> None:
        heard.append(("annulled", sent["paper"].pk))

    events.withdrawn.connect(hear_withdrawn)
    events.annulled.connect(hear_annulled)
    first, second = issued(city), served(city)
    with pytest.raises(NotPossible):
        acts.withdraw(second.pk, by=city.district_head, reason="发错", today=DAY)
    acts.withdraw(first.pk, by=city.district_head, reason="发错", today=DAY)
    acts.annul(second.pk, by=city.district_head, reason="异议成立", today=DAY)
    assert heard == [("withdrawn", first.pk), ("annulled", second.pk)]
    # Both numbers stay used.
    assert issued(city).number == 3


def test_a_correction_is_a_paper_of_its_own(city: Any) -> None:
    paper = served(city)
    body = paper.body
    made = acts.correct(
        paper.pk, by=city.right, corrections="原文“一”，更正为“二”", version=paper.version
    )
    again = acts.correct(
        paper.pk, by=city.right, corrections="原文“一”，更正为“二”", version=paper.version
    )
    assert made.pk == again.pk
    assert made.corrects_id == paper.pk
    assert "朝执监意〔2026〕1号" in made.title
    assert Paper.objects.get(pk=paper.pk).body == body


def test_a_served_reply_is_noted_on_what_it_answers(city: Any) -> None:
    paper = acts.acknowledge(served(city).pk, by=city.liaison, receiver="李某", today=DAY)
    facts = {
        "about": paper.document_no,
        "received_on": "2026-03-02",
        "problems": ["示例案件一：已作出决定。"],
        "evidence": ["决定书"],
    }
    report = acts.draft(
        city.liaison,
        "rectification_report",
        issuer=city.agencies["110105-SCJG"],
        addressee=Region.objects.get(pk="110105"),
        facts=facts,
        in_reply_to=paper,
    )
    acts.submit(report.pk, by=city.liaison, today=DAY)
    acts.pass_review(report.pk, by=city.reviewer, today=DAY)
    acts.sign(report.pk, by=city.reviewer, signer="孙某", today=DAY)
    acts.issue(report.pk, by=city.liaison, today=DAY)
    with pytest.raises(Http404):
        acts.acknowledge(report.pk, by=city.right, receiver="钱某", today=DAY)
    acts.serve(report.pk, by=city.liaison, method="platform", today=DAY)
    acts.acknowledge(report.pk, by=city.right, receiver="钱某", today=DAY)
    assert Paper.objects.get(pk=paper.pk).replied_on == DAY
    assert paper.events.last().act == "replied"


def test_only_the_addressee_acknowledges(city: Any) -> None:
    paper = served(city)
    with pytest.raises(NotPossible, match="由示例市朝阳区市场监督管理局办理"):
        acts.acknowledge(paper.pk, by=city.right, receiver="王某", today=DAY)
    with pytest.raises(Http404):
        acts.acknowledge(paper.pk, by=city.neighbour, receiver="王某", today=DAY)
