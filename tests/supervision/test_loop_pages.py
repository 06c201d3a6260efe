"""The loop through its pages: batches, forms that are late or sent twice, evidence, notices."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alert_runs import DAY, OVERDUE, SERVICE
from mingjian.access.models import AuditLine
from mingjian.monitor import Library, Run
from mingjian.supervision import acts
from mingjian.supervision.acts import matter_outcomes, matters, raise_alerts
from mingjian.supervision.models import Alert, AlertEvent, Matter, Notice
from office import City

MakeRun = Callable[..., Run]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))


@pytest.fixture
def alerts(city: City, run_of: MakeRun, library: Library) -> list[Alert]:
    """Three of one agency, one of another district."""
    mine = [(str(n), "110105-SCJG") for n in range(3)]
    raise_alerts(run_of({OVERDUE: [*mine, ("9", "110101-SCJG")], SERVICE: []}), library)
    return list(Alert.objects.order_by("pk"))


def as_(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


def batch(client: Client, alerts: list[Alert], act: str, **more: str) -> str:
    given = {"act": act, "alert": [a.pk for a in alerts], "back": "/alerts/?state=all"} | more
    return client.post("/alerts/batch/", given, follow=True).text


def test_a_batch_does_what_it_may_and_says_what_it_did_not(
    alerts: list[Alert], city: City, client: Client
) -> None:
    page = batch(as_(client, city.liaison), alerts, "sign")
    assert "签收：办成 3 条" in page
    assert "签收：1 条没有办成" in page
    states = list(Alert.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["signed", "signed", "signed", "new"]
    assert AuditLine.objects.filter(act="alert.sign").count() == 3


def test_a_batch_sent_twice_has_one_effect(alerts: list[Alert], city: City, client: Client) -> None:
    as_(client, city.right)
    for _ in range(2):
        page = batch(client, alerts[:3], "assign", assignee="right", key="once")
        assert "分办：办成 3 条" in page
    assert AlertEvent.objects.filter(act="assign").count() == 3


def test_merging_and_raising_in_one_go(alerts: list[Alert], city: City, client: Client) -> None:
    as_(client, city.right)
    page = batch(client, alerts[1:3], "merge", main=alerts[0].number, reason="同一案件")
    assert "并入：办成 2 条" in page
    page = batch(client, [alerts[0]], "raise_to_matter", reason="反复发生", key="k")
    assert "并入的预警" in page
    assert Matter.objects.get().alerts.get() == alerts[0]


@pytest.mark.parametrize(
    ("act", "marked", "said"),
    [
        ("sign", 0, "还没有勾选"),
        ("", 1, "请选择要办的事"),
        ("delete", 1, "请选择要办的事"),
        ("merge", 1, "没有写主预警编号"),
        ("assign", 1, "没有选经办人"),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused_in_words(
    alerts: list[Alert], city: City, client: Client, act: str, marked: int, said: str
) -> None:
    assert said in batch(as_(client, city.right), alerts[:marked], act)
    assert not AlertEvent.objects.exists()


def test_a_batch_leads_back_to_the_site_only(
    alerts: list[Alert], city: City, client: Client
) -> None:
    given = {"act": "", "back": "//evil.example/"}
    answer = as_(client, city.right).post("/alerts/batch/", given)
    assert answer.headers["Location"] == "/alerts/"


def test_who_comes_second_keeps_what_he_wrote(
    alerts: list[Alert], city: City, client: Client
) -> None:
    alert = alerts[0]
    path = f"/alerts/{alert.pk}/"
    given = {
        "give_verdict-verdict": "confirmed",
        "give_verdict-reason": "我写了很久的理由",
        "give_verdict-version": str(alert.version),
    }
    acts.assign(alert.pk, assignee=city.right, by=city.supervisor, today=DAY)
    answer = as_(client, city.right).post(f"{path}give_verdict/", given)
    assert answer.status_code == 409
    assert "被别人办理过" in answer.text
    assert "我写了很久的理由" in answer.text
    acts.give_verdict(alert.pk, by=city.supervisor, verdict="unfounded", reason="x", today=DAY)
    late = client.post(f"{path}give_verdict/", given)
    assert late.status_code == 409
    assert "我写了很久的理由" in late.text
    assert Alert.objects.get(pk=alert.pk).verdict == "unfounded"


def test_back_and_send_again_has_one_effect(
    alerts: list[Alert], city: City, client: Client
) -> None:
    path = f"/alerts/{alerts[0].pk}/"
    page = as_(client, city.right).get(path).text
    key = page.split('name="give_verdict-key" value="')[1].split('"')[0]
    given = {
        "give_verdict-verdict": "confirmed",
        "give_verdict-reason": "属实",
        "give_verdict-key": key,
        "give_verdict-version": "0",
    }
    for _ in range(2):
        assert "已认定结论" in client.post(f"{path}give_verdict/", given, follow=True).text
    assert AlertEvent.objects.filter(act="give_verdict").count() == 1


def test_evidence_is_read_in_scope_and_audited(
    alerts: list[Alert], city: City, client: Client
) -> None:
    alert = alerts[0]
    as_(client, city.liaison).post(f"/alerts/{alert.pk}/sign/")
    given = {
        "feed_back-verdict": "confirmed",
        "feed_back-reason": "见附件",
        "feed_back-files": [
            SimpleUploadedFile("呈批表.pdf", b"%PDF-1"),
            SimpleUploadedFile("b.txt", b"1"),
        ],
    }
    client.post(f"/alerts/{alert.pk}/feed_back/", given)
    first = alert.attachments.get(name="呈批表.pdf")
    path = f"/attachments/{first.pk}/"
    answer = as_(client, city.right).get(path)
    assert b"".join(answer.streaming_content) == b"%PDF-1"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert AuditLine.objects.get(act="attachment.read").username == "right"
    for name in ("other", "neighbour", "auditor"):
        assert as_(client, city.people[name]).get(path).status_code == 404


def test_notices_are_ones_own(alerts: list[Alert], city: City, client: Client) -> None:
    acts.sign(alerts[0].pk, by=city.liaison, today=DAY)
    acts.feed_back(alerts[0].pk, by=city.liaison, verdict="confirmed", reason="属实", today=DAY)
    page = as_(client, city.right).get("/notices/").text
    assert "现在已反馈" in page
    assert 'aria-label="消息，1 条没有读"' in page
    notice = Notice.objects.get(user=city.right)
    assert as_(client, city.other).post(f"/notices/{notice.pk}/open/").status_code == 404
    answer = as_(client, city.right).post(f"/notices/{notice.pk}/open/")
    assert answer.headers["Location"] == f"/alerts/{alerts[0].pk}/"
    assert 'aria-label="消息"' in client.get("/notices/").text


def test_a_clue_becomes_a_matter_on_the_page(city: City, client: Client) -> None:
    as_(client, city.right)
    given = {
        "title": "夜间施工噪声未见查处",
        "clue_kind": "hotline",
        "agency": "110105-CG",
        "level": "orange",
        "clue": "一月内反映七次",
    }
    wrong = client.post("/matters/new/", {**given, "agency": "110101-SCJG"})
    assert wrong.status_code == 422
    assert "您的范围内没有这个单位" in wrong.text
    client.post("/matters/new/", given)
    matter = Matter.objects.get()
    path = f"/matters/{matter.pk}/"
    assert "待研判" in client.get(path).text
    opened = {"open-form": "daily", "open-reason": "查清"}
    assert "已立项" in client.post(f"{path}open/", opened, follow=True).text
    assert as_(client, city.other).get(path).status_code == 404
    assert as_(client, city.other).post(f"{path}find/").status_code == 404
    assert as_(client, city.auditor).get("/matters/").status_code == 403


def test_the_agency_reads_what_was_put_to_it_and_reports(
    alerts: list[Alert], city: City, client: Client
) -> None:
    sent: Any = {"by": city.right, "today": DAY}
    made = matters.matter_from_alerts([alerts[0].pk], reason="内部研判意见", sent=sent)
    path = f"/matters/{made}/"
    assert as_(client, city.liaison).get(path).status_code == 404
    matters.open_matter(made, form="daily", reason="内部立项意见", **sent)
    matters.find(made, finding="unlawful", reason="超期", problems="超期一件", **sent)
    assert "内部立项意见" not in client.get(path).text
    matter_outcomes.no_paper(made, reason="情节轻微", by=city.head, today=DAY)
    assert "超期一件" in client.get(path).text
    report = {"report-measure_1": "已补", "report-reason": "改完了"}
    client.post(f"{path}report/", report)
    assert Matter.objects.get().state == "reported"
