"""比较版本: another version is checked, both are run in the background, differences are listed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mingjian.access.background import SILENCE_ALLOWED
from mingjian.access.models import AuditLine
from mingjian.monitor import load_library
from mingjian.supervision.models import MonitorDraft, MonitorVersion
from mingjian.web import monitor_jobs
from mingjian.web.models import ComparedUnit, MonitorJob
from mingjian.web.monitor_jobs import ATTEMPTS_ALLOWED, WORK, month_ends, run_job
from site_data import CHAOYANG, browse
from worker import work

CODE = "PT-01"
PATH = f"/monitors/{CODE}/compare/"
SPAN = {"old": "now", "new": "", "start": "2025-10-01", "end": "2025-11-20"}


def other_text() -> str:
    """A version that finds every case without a decision, due or not."""
    text = load_library().by_code[CODE].document.path.read_text(encoding="utf-8")
    changed = text.replace(
        "decision_due_on < decision_counted_to", "decision_due_on IS NOT NULL", 1
    )
    assert changed != text
    return changed


@pytest.fixture
def own_drafts(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Texts of drafts are kept apart from the shared, read-only deployment folder."""
    folder = tmp_path / "drafts"
    for module in (monitor_jobs, __import__("mingjian.web.pages.monitor_compare", fromlist=["x"])):
        monkeypatch.setattr(module, "drafts_folder", lambda: folder)
    return site


@pytest.mark.django_db(transaction=True)
def test_two_versions_are_compared_month_by_month(own_drafts: Any) -> None:
    client = browse(own_drafts.model_admin)
    answer = client.post(PATH, SPAN | {"text": other_text()})
    job = MonitorJob.objects.get()
    assert answer.headers["Location"] == f"/monitors/jobs/{job.pk}/"
    assert MonitorDraft.objects.get().text == other_text()
    waiting = client.get(f"/monitors/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    work()
    job.refresh_from_db()
    assert (job.state, job.message) == (MonitorJob.DONE, "")
    months = job.result["months"]
    assert [month["month"] for month in months] == ["2025-10", "2025-11"]
    assert months[1]["old"] == 1
    assert months[1]["new"] >= months[1]["both"] == 1
    page = client.get(f"/monitors/jobs/{job.pk}/?side=both").content.decode()
    assert "compare-data" in page
    assert f"{CHAOYANG}-99" in page
    assert "/records/penalty_case/one/?case_id=110105-SCJG-99" in page
    assert ComparedUnit.objects.filter(side="both").count() == 1
    assert AuditLine.objects.filter(act="monitor.compare", username="model_admin").exists()


@pytest.mark.django_db(transaction=True)
def test_a_version_used_before_can_be_chosen(own_drafts: Any) -> None:
    version = MonitorVersion.objects.create(
        monitor_id="penalty.decision_overdue",
        fingerprint="0" * 64,
        text=other_text(),
        seen_on=date(2025, 1, 1),
    )
    client = browse(own_drafts.model_admin)
    client.post(PATH, SPAN | {"new": f"v:{version.pk}"})
    work()
    job = MonitorJob.objects.get()
    assert job.state == MonitorJob.DONE
    assert not MonitorDraft.objects.exists()
    assert "2025-01-01 起用" in client.get(f"/monitors/jobs/{job.pk}/").content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "请选一个对照版本，或者上传、粘贴一个"),
        ({"new": "now"}, "两个版本相同"),
        ({"text": "code: 1"}, "缺少这一项"),
        ({"text": "x: [", "new": ""}, "YAML 写法有误"),
        ({"new": "now", "end": "2025-09-01"}, "止日早于起日"),
        ({"new": "now", "start": "2020-01-01"}, "一次最多比较"),
        ({"new": "v:999"}, "选择一个有效的选项"),
    ],
)
def test_what_cannot_be_compared_is_said(own_drafts: Any, given: dict[str, str], said: str) -> None:
    answer = browse(own_drafts.model_admin).post(PATH, SPAN | given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not MonitorJob.objects.exists()


def test_a_misquoted_statute_is_named_with_its_line(own_drafts: Any) -> None:
    text = other_text().replace("九十日内作出行政处罚决定。", "六十日内作出行政处罚决定。", 1)
    page = browse(own_drafts.model_admin).post(PATH, SPAN | {"text": text}).content.decode()
    assert "引文与" in page
    assert "原文不一致" in page


def test_a_file_is_taken_and_one_that_is_no_text_refused(own_drafts: Any) -> None:
    client = browse(own_drafts.model_admin)
    good = SimpleUploadedFile("v2.yaml", other_text().encode())
    assert client.post(PATH, SPAN | {"file": good}).status_code == 302
    bad = SimpleUploadedFile("v2.yaml", b"\xff\xfe\x00")
    assert "不是 UTF-8" in client.post(PATH, SPAN | {"file": bad}).content.decode()


def test_a_comparison_is_seen_by_who_asked_for_it(own_drafts: Any) -> None:
    client = browse(own_drafts.model_admin)
    client.post(PATH, SPAN | {"text": other_text()})
    path = f"/monitors/jobs/{MonitorJob.objects.get().pk}/"
    assert client.get(path).status_code == 200
    other = own_drafts.supervisor
    assert browse(other).get(path).status_code == 403
    other.role = "model_admin"
    other.save()
    assert browse(other).get(path).status_code == 404


def test_a_fault_of_the_platform_is_told_without_its_trace(
    own_drafts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError("secret detail")

    client = browse(own_drafts.model_admin)
    client.post(PATH, SPAN | {"text": other_text()})
    job = MonitorJob.objects.get()
    monkeypatch.setattr(monitor_jobs, "compare", broken)
    with pytest.raises(RuntimeError):
        run_job.func(job.pk)
    job.refresh_from_db()
    assert job.state == MonitorJob.FAILED
    page = client.get(f"/monitors/jobs/{job.pk}/").content.decode()
    assert "出了故障" in page
    assert "secret" not in page


def test_work_whose_worker_was_killed_is_taken_up_again_then_given_up(own_drafts: Any) -> None:
    browse(own_drafts.model_admin).post(PATH, SPAN | {"text": other_text()})
    job = MonitorJob.objects.get()
    long_ago = timezone.now() - SILENCE_ALLOWED * 2
    MonitorJob.objects.update(state=MonitorJob.RUNNING, seen_at=long_ago)
    assert WORK.reap() == 1
    assert WORK.reap() == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == (MonitorJob.WAITING, 2)
    assert DBTaskResult.objects.count() == 2
    MonitorJob.objects.update(state=MonitorJob.RUNNING, seen_at=long_ago, attempts=ATTEMPTS_ALLOWED)
    assert WORK.reap() == 1
    job.refresh_from_db()
    assert job.state == MonitorJob.FAILED
    assert "被中断" in job.message
    assert run_job.func(job.pk) == "已由别的进程处理"


def test_months_end_on_their_last_day() -> None:
    assert month_ends(date(2024, 12, 5), date(2025, 2, 28)) == [
        date(2024, 12, 31),
        date(2025, 1, 31),
        date(2025, 2, 28),
    ]
    assert month_ends(date(2025, 2, 3), date(2025, 2, 10)) == [date(2025, 2, 10)]
