"""An upload's way: kept, queued, taken in by the worker, picked up again when that was killed."""

import logging
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from mingjian.access import audit
from mingjian.access.models import User
from mingjian.intake import Progress, Source, Submission, take
from mingjian.store import open_store
from mingjian.web.content import sources
from mingjian.web.models import Upload

ATTEMPTS_ALLOWED = 3
BEAT_SECONDS = 5
SILENCE_ALLOWED = timedelta(seconds=60)
PROGRESS_EVERY_SECONDS = 0.5
NAME_LENGTH = 120

log = logging.getLogger(__name__)


def receive(source: Source, file: UploadedFile, *, by: User) -> Upload:
    """Keep the file that was sent and queue it; nothing is read in the request itself."""
    with transaction.atomic():
        upload = Upload.objects.create(
            source_code=source.code,
            file_name=safe_name(file.name or "未命名"),
            size=file.size or 0,
            by=by,
        )
        upload.path.parent.mkdir(parents=True, exist_ok=True)
        with upload.path.open("wb") as kept:
            for chunk in file.chunks():
                kept.write(chunk)
        _enqueue(upload)
        audit.record(by, "submission.send", ("upload", upload.pk), source=source.code)
    return upload


def safe_name(name: str) -> str:
    """The file's own name without folders or control characters, short enough for any disk."""
    last = re.split(r"[/\\]", name)[-1]
    clean = re.sub(r"[\x00-\x1f<>:\"|?*]", "_", last).strip(". ") or "未命名"
    stem, suffix = Path(clean).stem, Path(clean).suffix
    return f"{stem[:NAME_LENGTH]}{suffix[:20]}"


@task()
def take_upload(upload_id: int) -> str:
    """Take one upload in, in the worker. Repeating it is harmless: intake knows the file."""
    started = timezone.now()
    claimed = Upload.objects.filter(pk=upload_id, state=Upload.WAITING).update(
        state=Upload.RUNNING, seen_at=started, stage="开始处理"
    )
    if not claimed:
        return "已由别的进程处理"
    upload = Upload.objects.select_related("by").get(pk=upload_id)
    try:
        with _heartbeat(upload.pk):
            submission = _take(upload)
    except Exception:
        _finish(upload, Upload.FAILED, message=FAULT_MESSAGE.format(number=upload.pk))
        raise
    _finish(
        upload,
        Upload.DONE,
        submission_id=submission.id,
        outcome=submission.status,
        message=submission.message,
    )
    shutil.rmtree(upload.path.parent, ignore_errors=True)
    return submission.id


FAULT_MESSAGE = (
    "平台处理这个文件时出了故障，没有任何一行入库。请稍后重传；"
    "如果再次出现，请把上传编号 {number} 告诉系统管理员。"
)


def reap(now: datetime | None = None) -> int:
    """Queue again what a killed worker left behind; after three tries, say so. Returns how many."""
    now = now or timezone.now()
    silent = Upload.objects.filter(state=Upload.RUNNING, seen_at__lt=now - SILENCE_ALLOWED)
    reaped = 0
    for upload in silent:
        with transaction.atomic():
            # Conditional, so that two reapers do not queue it twice.
            state = Upload.WAITING if upload.attempts < ATTEMPTS_ALLOWED else Upload.FAILED
            changed = Upload.objects.filter(
                pk=upload.pk, state=Upload.RUNNING, seen_at=upload.seen_at
            ).update(state=state)
            if not changed:
                continue
            DBTaskResult.objects.filter(pk=upload.task_id, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.FAILED, finished_at=now
            )
            upload.refresh_from_db()
            if state == Upload.WAITING:
                _enqueue(upload)
            else:
                _finish(upload, Upload.FAILED, message=KILLED_MESSAGE)
            reaped += 1
            log.warning("upload %s was left behind and is now %s", upload.pk, state)
    return reaped


KILLED_MESSAGE = (
    f"处理这个文件的后台进程被中断了 {ATTEMPTS_ALLOWED} 次，没有再试。"
    "文件可能太大或机器内存不足，请联系系统管理员。"
)


def _enqueue(upload: Upload) -> None:
    result = take_upload.enqueue(upload.pk)
    upload.task_id = str(result.id)
    upload.attempts += 1
    upload.save(update_fields=["task_id", "attempts"])


def _take(upload: Upload) -> Submission:
    said_at = 0.0

    def say(progress: Progress) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= PROGRESS_EVERY_SECONDS:
            said_at = time.monotonic()
            Upload.objects.filter(pk=upload.pk).update(
                stage=progress.stage,
                share=progress.done / progress.total,
                seen_at=timezone.now(),
            )

    source = sources()[upload.source_code]
    moment = timezone.localtime().replace(tzinfo=None)  # the store keeps naive Beijing time
    return take(
        open_store(),
        source,
        upload.path,
        by=upload.by.username,
        at=moment,
        name=upload.file_name,
        progress=say,
    )


def _finish(upload: Upload, state: str, **values: Any) -> None:
    Upload.objects.filter(pk=upload.pk).update(
        state=state, finished_at=timezone.now(), stage="", **values
    )


@contextmanager
def _heartbeat(upload_id: int) -> Iterator[None]:
    """Say every few seconds that the worker lives, also while a long step reports nothing."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            Upload.objects.filter(pk=upload_id).update(seen_at=timezone.now())
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
