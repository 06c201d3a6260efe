"""Uploads: kept and queued in the request, taken in by the worker, picked up when it is killed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mingjian.access.background import SILENCE_ALLOWED
from mingjian.access.models import AuditLine
from mingjian.store import open_store
from mingjian.web import uploads
from mingjian.web.models import Upload
from mingjian.web.uploads import ATTEMPTS_ALLOWED, WORK, safe_name, take_upload
from site_data import CONTENT, browse
from worker import work

HEADING = "案件标识,主体,案号,立案时间,适用程序,当事人,打印次数\n"
GOOD = "C1,110105-SCJG,京示例罚〔2025〕1号,2025/11/03,普通程序,示例公司,1\n"
BAD = "C2,110105-SCJG,京示例罚〔2025〕2号,2025/13/02,普通程序,示例公司,1\n"


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A deployment of one's own, because uploads write into its store."""
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    monkeypatch.setenv("MINGJIAN_CONTENT", str(CONTENT))
    yield tmp_path
    open_store().close()


def csv(*rows: str, name: str = "cf_11.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (HEADING + "".join(rows)).encode("gb18030"), "text/csv")


def send(person: Any, file: SimpleUploadedFile, source: str = "zz-cf") -> Any:
    return browse(person).post("/uploads/", {"source": source, "file": file})


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_in_outside_the_request(own_home: Path, city: Any) -> None:
    answer = send(city.liaison, csv(GOOD, BAD))
    upload = Upload.objects.get()
    assert answer.headers["Location"] == f"/uploads/{upload.pk}/"
    assert (upload.state, upload.path.is_file()) == (Upload.WAITING, True)
    client = browse(city.liaison)
    waiting = client.get(f"/uploads/{upload.pk}/", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.outcome) == (Upload.DONE, "accepted")
    assert "1 行入库，1 行退回" in upload.message
    assert not upload.path.exists()
    done = client.get(f"/uploads/{upload.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in done
    assert f"/submissions/{upload.submission_id}/" in done
    page = client.get(f"/submissions/{upload.submission_id}/").content.decode()
    assert "2025/13/02" in page
    assert AuditLine.objects.filter(act="submission.send", username="liaison").exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_of_which_nothing_is_taken_is_no_success(own_home: Path, city: Any) -> None:
    send(city.liaison, csv(BAD))
    work()
    upload = Upload.objects.get()
    assert upload.outcome == "returned"
    client = browse(city.liaison)
    for path in (f"/uploads/{upload.pk}/", f"/submissions/{upload.submission_id}/"):
        page = client.get(path).content.decode()
        assert '<span class="tag tag-bad">全数退回</span>' in page
        assert "已入库</span>" not in page


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_says_so(own_home: Path, city: Any) -> None:
    send(city.liaison, csv(GOOD))
    send(city.liaison, csv(GOOD, name="另一个名字.csv"))
    work()
    first, second = Upload.objects.order_by("pk")
    assert (first.outcome, second.outcome) == ("accepted", "duplicate")
    assert "已经收过" in second.message
    with open_store().reader() as reader:
        assert reader.rows("SELECT COUNT(*) AS n FROM penalty_case_version")[0]["n"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_read_is_refused_in_words(own_home: Path, city: Any) -> None:
    send(city.liaison, SimpleUploadedFile("cf.csv", b"\x00\x01\x02" * 50))
    work()
    upload = Upload.objects.get()
    assert (upload.state, upload.outcome) == (Upload.DONE, "refused")
    assert upload.message


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_the_platform_is_told_without_its_trace(
    own_home: Path, city: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(uploads, "take", broken)
    send(city.liaison, csv(GOOD))
    work()
    upload = Upload.objects.get()
    assert upload.state == Upload.FAILED
    assert "没有任何一行入库" in upload.message
    assert "secret" not in upload.message
    assert upload.path.is_file()  # kept for the administrator


def killed(upload: Upload, attempts: int = 1) -> None:
    """Leave the upload as a worker does that was killed long ago."""
    DBTaskResult.objects.filter(pk=upload.task_id).update(status="RUNNING")
    Upload.objects.filter(pk=upload.pk).update(
        state=Upload.RUNNING,
        attempts=attempts,
        seen_at=timezone.now() - SILENCE_ALLOWED - timedelta(seconds=1),
    )


@pytest.mark.django_db(transaction=True)
def test_an_upload_whose_worker_was_killed_is_taken_up_again(own_home: Path, city: Any) -> None:
    send(city.liaison, csv(GOOD))
    upload = Upload.objects.get()
    killed(upload)
    assert WORK.reap() == 1
    assert WORK.reap() == 0
    assert DBTaskResult.objects.get(pk=upload.task_id).status == "FAILED"
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.outcome, upload.attempts) == (Upload.DONE, "accepted", 2)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_kills_its_worker_each_time_is_given_up(own_home: Path, city: Any) -> None:
    send(city.liaison, csv(GOOD))
    upload = Upload.objects.get()
    killed(upload, attempts=ATTEMPTS_ALLOWED)
    assert WORK.reap() == 1
    upload.refresh_from_db()
    assert upload.state == Upload.FAILED
    assert f"{ATTEMPTS_ALLOWED} 次" in upload.message


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lives_is_left_alone(own_home: Path, city: Any) -> None:
    send(city.liaison, csv(GOOD))
    Upload.objects.update(state=Upload.RUNNING, seen_at=timezone.now())
    assert WORK.reap() == 0
    assert take_upload.func(Upload.objects.get().pk) == "已由别的进程处理"


@pytest.mark.django_db
def test_one_may_send_only_to_the_own_sources(own_home: Path, city: Any) -> None:
    answer = send(city.neighbour, csv(GOOD))
    assert answer.status_code == 422
    assert "您不能向这个数据源报送" in answer.content.decode()
    assert not Upload.objects.exists()
    assert send(city.right, csv(GOOD)).status_code == 403


@pytest.mark.django_db
def test_an_upload_is_seen_by_its_sender_alone(own_home: Path, city: Any) -> None:
    send(city.liaison, csv(GOOD))
    page = f"/uploads/{Upload.objects.get().pk}/"
    assert browse(city.data_admin).get(page).status_code == 404


@pytest.mark.django_db
def test_a_form_without_file_or_too_large_says_what_to_do(
    own_home: Path, city: Any, settings: Any
) -> None:
    answer = browse(city.liaison).post("/uploads/", {"source": "zz-cf"})
    assert "请选择要上传的文件" in answer.content.decode()
    settings.UPLOAD_MAX_BYTES = 10
    assert "请分成几个文件" in send(city.liaison, csv(GOOD)).content.decode()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\数据\\处罚.csv", "处罚.csv"),
        ("a\nb\x00.csv", "a_b_.csv"),
        ("..", "未命名"),
        ("长" * 400 + ".xlsx", "长" * 120 + ".xlsx"),
    ],
)
def test_a_file_name_cannot_leave_its_folder(name: str, kept: str) -> None:
    assert safe_name(name) == kept
