"""The pages of assessment and training, by the right person, another district and the agency."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from alert_runs import DAY
from confirmed_city import MARKET, YEAR, close_confirmed, confirm, nights
from mingjian.access.models import Agency, AuditLine
from mingjian.appraisal.acts import exams, needs, sessions
from mingjian.appraisal.models import (
    Appraisal,
    Deduction,
    DeductionObjection,
    OffDutyProposal,
    Sitting,
    TrainingNeed,
    TrainingPlan,
    TrainingSession,
)
from office import City


def as_(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


@pytest.fixture
def drawn(grouped: City, raised: Any) -> Appraisal:
    """The district's assessment of the year, drawn up through the page."""
    confirm(raised(MARKET, 1), grouped)
    nights(DAY, DAY + timedelta(days=40))
    given = {"scheme": "law_based", "start_on": str(YEAR[0]), "end_on": str(YEAR[1])}
    answer = as_(grouped.right).post("/appraisal/", given)
    made = Appraisal.objects.get()
    assert answer.headers["Location"] == f"/appraisal/{made.pk}/"
    return made


@pytest.fixture
def course(city: City, district_head: Any) -> TrainingSession:
    """Held today, the officer and the clerk there."""
    today = timezone.localdate()
    plan = sessions.make_plan(
        city.right, title="示例计划", start_on=today, end_on=today, today=today
    )
    made = sessions.arrange(
        city.right, plan.pk, course="penalty_procedure", held_on=today, place="示例教室"
    )
    sessions.enrol(city.right, made.pk, people=[city.officer, city.liaison])
    came = list(made.enrolments.values_list("pk", flat=True))
    return sessions.hold(city.right, made.pk, attended=came, today=today)


def test_the_scheme_is_told_in_words_with_what_never_counts(grouped: City) -> None:
    text = text_of(as_(grouped.liaison), "/appraisal/schemes/law_based/")
    for words in ("每件扣 3 分，最多扣 30 分", "罚款、没收的数额", "第七十四条", "未取得全文"):
        assert words in text
    text_of(as_(grouped.right), "/appraisal/schemes/fines/", 404)


def test_a_period_drawn_up_twice_is_refused_on_the_page(drawn: Appraisal, grouped: City) -> None:
    given = {"scheme": "law_based", "start_on": str(YEAR[0]), "end_on": str(YEAR[1])}
    answer = as_(grouped.right).post("/appraisal/", given)
    assert answer.status_code == 422
    assert "已经测算过" in answer.content.decode()


def test_zero_and_never_reported_look_different(drawn: Appraisal, grouped: City) -> None:
    text = text_of(as_(grouped.right), f"/appraisal/{drawn.pk}/")
    assert text.count('class="unreported">未报送') == 1  # 110105-CG alone
    assert "样本少，不排位次" in text  # two of the group are in this district
    only = text_of(as_(grouped.right), f"/appraisal/{drawn.pk}/?group=示例组")
    assert "未报送</span></td>" not in only


def test_every_deduction_leads_to_its_alert(drawn: Appraisal, grouped: City) -> None:
    text = text_of(as_(grouped.right), f"/appraisal/{drawn.pk}/{MARKET}/")
    row = Deduction.objects.filter(item="rectified_late").get()
    assert f'href="/alerts/{row.alert_id}/"' in text
    assert "没有扣分的项目" in text


def test_the_number_of_confirmed_problems_leads_to_each(drawn: Appraisal, grouped: City) -> None:
    table = text_of(as_(grouped.right), f"/appraisal/{drawn.pk}/")
    assert f'<a href="/appraisal/{drawn.pk}/{MARKET}/#confirmed">1</a>' in table
    alert = Deduction.objects.filter(item="rectified_late").get().alert
    for person in (grouped.right, grouped.liaison):
        text = text_of(as_(person), f"/appraisal/{drawn.pk}/{MARKET}/")
        assert '<a class="figure-value" href="#confirmed">1</a>' in text
        listed = text.partition('id="confirmed"')[2]
        assert f'<td class="date">{DAY}</td>' in listed
        assert f'<a href="/alerts/{alert.pk}/">{alert.number}</a>' in listed
    street = text_of(as_(grouped.right), f"/appraisal/{drawn.pk}/110105-JT/")
    assert 'id="confirmed"' not in street


def test_an_agency_comes_to_its_own_sheet_and_to_no_other(drawn: Appraisal, grouped: City) -> None:
    own = as_(grouped.liaison)
    answer = own.get(f"/appraisal/{drawn.pk}/")
    assert answer.headers["Location"] == f"/appraisal/{drawn.pk}/{MARKET}/"
    text = text_of(own, answer.headers["Location"])
    assert "同组位次" not in text  # not before it is published
    text_of(own, f"/appraisal/{drawn.pk}/110105-JT/", 404)
    text_of(as_(grouped.other), f"/appraisal/{drawn.pk}/", 404)
    text_of(as_(grouped.officer), "/appraisal/", 403)


def test_objecting_and_settling_on_the_page(drawn: Appraisal, grouped: City) -> None:
    row = Deduction.objects.filter(item="rectified_late").get()
    address = f"/appraisal/deductions/{row.pk}"
    empty = as_(grouped.liaison).post(f"{address}/object/", {"reason": ""})
    assert empty.status_code == 422
    as_(grouped.liaison).post(f"{address}/object/", {"reason": "延期另有批准"})
    again = as_(grouped.liaison).post(f"{address}/object/", {"reason": "再提一次"})
    assert again.status_code == 422
    assert DeductionObjection.objects.get().reason == "延期另有批准"
    assert as_(grouped.other).post(f"{address}/settle/", {}).status_code == 404
    settled = {"outcome": "struck", "reason": "批准属实"}
    assert as_(grouped.liaison).post(f"{address}/settle/", settled).status_code == 403
    as_(grouped.right).post(f"{address}/settle/", settled)
    row.refresh_from_db()
    assert row.is_struck
    assert "采纳，撤销扣分" in text_of(as_(grouped.liaison), f"/appraisal/{drawn.pk}/{MARKET}/")


def test_publishing_too_early_keeps_the_page_and_says_why(drawn: Appraisal, grouped: City) -> None:
    head = as_(grouped.district_head)
    answer = head.post(f"/appraisal/{drawn.pk}/do/publish/", {"version": "0"})
    assert answer.status_code == 422
    assert "届满之后才能发布" in answer.content.decode()
    assert as_(grouped.right).post(f"/appraisal/{drawn.pk}/do/publish/").status_code == 403
    Appraisal.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    head.post(f"/appraisal/{drawn.pk}/do/publish/", {"version": "0"})
    text = text_of(head, f"/appraisal/{drawn.pk}/")
    assert Appraisal.objects.get().digest in text
    assert "摘要不一致" not in text
    Deduction.objects.update(points=0)
    assert "摘要不一致" in text_of(head, f"/appraisal/{drawn.pk}/")


def test_the_export_has_the_filter_on_it_and_the_scope_in_it(
    drawn: Appraisal, grouped: City
) -> None:
    Agency.objects.filter(pk=MARKET).update(name="=1+1 局")
    answer = as_(grouped.right).get(f"/appraisal/{drawn.pk}/export/?group=示例组")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    lines = list(book["考核表"].iter_rows(values_only=True))
    assert "示例组" in str(lines[1][0])
    assert "right" in str(lines[2][0])
    assert {line[2] for line in lines[5:]} == {"'=1+1 局", "示例街道办事处"}
    assert AuditLine.objects.filter(act="appraisal.export").count() == 1
    own = as_(grouped.liaison).get(f"/appraisal/{drawn.pk}/export/")
    book = load_workbook(io.BytesIO(b"".join(own.streaming_content)))  # type: ignore[attr-defined]
    assert len(list(book["考核表"].iter_rows(min_row=6))) == 1


def test_a_need_from_proposal_to_plan_on_the_pages(
    city: City, district_head: Any, raised: Any
) -> None:
    close_confirmed(raised(MARKET, 3), city)
    needs.propose_needs(DAY)
    need = TrainingNeed.objects.get()
    client = as_(city.right)
    assert "共 <b>1</b> 项" in text_of(client, "/training/")
    page = text_of(client, f"/training/needs/{need.pk}/")
    assert page.count('href="/alerts/') == 3 + 1  # each problem, and the menu
    text_of(as_(city.liaison), f"/training/needs/{need.pk}/", 404)
    today = timezone.localdate()
    client.post("/training/plans/", {"title": "计划", "start_on": today, "end_on": today})
    refused = client.post(f"/training/needs/{need.pk}/decline/", {"version": 0, "reason": ""})
    assert refused.status_code == 422
    client.post(f"/training/needs/{need.pk}/accept/", {"version": 0})
    need.refresh_from_db()
    plan = TrainingPlan.objects.get()
    stale = client.post(f"/training/needs/{need.pk}/plan/", {"version": 0, "plan": plan.pk})
    assert stale.status_code == 422
    assert "别人办理过" in stale.content.decode()
    client.post(f"/training/needs/{need.pk}/plan/", {"version": 1, "plan": plan.pk})
    need.refresh_from_db()
    assert (need.state, need.plan) == ("planned", plan)
    assert "计划" in text_of(as_(city.liaison), f"/training/plans/{plan.pk}/")
    text_of(as_(city.other), f"/training/plans/{plan.pk}/", 404)


def test_a_session_on_the_pages(city: City, district_head: Any) -> None:
    today = str(timezone.localdate())
    client = as_(city.right)
    client.post("/training/plans/", {"title": "计划", "start_on": today, "end_on": today})
    pk = TrainingPlan.objects.get().pk
    given = {"course": "penalty_procedure", "held_on": today, "place": "教室"}
    address = client.post(f"/training/plans/{pk}/", given).headers["Location"]
    assert "officer 某" in text_of(client, address)
    client.post(f"{address}enrol/", {"version": 0, "people": [city.officer.pk]})
    session = TrainingSession.objects.get()
    mine = session.enrolments.get()
    client.post(f"{address}hold/", {"version": 1, "attended": [mine.pk]})
    mine.refresh_from_db()
    assert mine.attended
    refused = client.post(f"{address}finish/", {"version": 2})
    assert "没有考试结果" in refused.content.decode()
    text_of(as_(city.other), address, 404)


def test_the_paper_gives_no_answer_away_before_it_is_handed_in(
    course: TrainingSession, city: City
) -> None:
    mine = course.enrolments.get(user=city.officer)
    client = as_(city.officer)
    address = client.post(f"/training/mine/{mine.pk}/start/").headers["Location"]
    sitting = Sitting.objects.get()
    page = text_of(client, address)
    for question in sitting.questions:
        assert question["text"] in page
        assert question["explanation"] not in page
        assert question["quote"] not in page
        assert question["article"] not in page
    assert "checked" not in page
    assert str(sitting.seed) not in page
    text_of(as_(city.liaison), address, 404)
    text_of(as_(city.right), address, 403)


def test_the_time_left_is_what_the_server_counts(course: TrainingSession, city: City) -> None:
    mine = course.enrolments.get(user=city.officer)
    client = as_(city.officer)
    address = client.post(f"/training/mine/{mine.pk}/start/").headers["Location"]
    for left, least in ((600, 540), (-5, 0)):
        Sitting.objects.update(ends_at=timezone.now() + timedelta(seconds=left))
        told = re.search(r'data-left="(\d+)"', text_of(client, address))
        assert told is not None
        assert least <= int(told[1]) <= max(left, 0)


def test_answers_are_shown_only_when_no_attempt_is_left(
    course: TrainingSession, city: City
) -> None:
    mine = course.enrolments.get(user=city.officer)
    client = as_(city.officer)
    first = client.post(f"/training/mine/{mine.pk}/start/").headers["Location"]
    client.post(first, {})
    page = text_of(client, first)
    assert "先不显示答案" in page
    assert "正确答案" not in page
    later = timezone.now() + timedelta(days=1)
    second = exams.start(city.officer, mine.pk, now=later)
    exams.submit(city.officer, second.pk, {}, now=later)
    for address in (first, f"/training/exams/{second.pk}/"):
        assert "正确答案" in text_of(client, address)
    decide = f"/training/proposals/{OffDutyProposal.objects.get().pk}/decide/"
    given = {"outcome": "decline", "reason": "新到岗，另行安排"}
    assert as_(city.right).post(decide, given).status_code == 403
    as_(city.district_head).post(decide, given)
    assert "新到岗" in text_of(as_(city.district_head), "/training/proposals/")


def test_right_answers_on_the_page_pass(course: TrainingSession, city: City) -> None:
    mine = course.enrolments.get(user=city.officer)
    client = as_(city.officer)
    address = client.post(f"/training/mine/{mine.pk}/start/").headers["Location"]
    questions = Sitting.objects.get().questions
    client.post(address, {f"q{no}": q["answer"] for no, q in enumerate(questions, 1)})
    assert "100 分" in text_of(client, "/training/mine/")
    material = text_of(client, f"/training/mine/{mine.pk}/material/")
    assert "行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定" in material
    text_of(as_(city.liaison), f"/training/mine/{mine.pk}/material/", 404)
    assert "100 分" in text_of(client, "/training/")  # who only attends comes to his own
