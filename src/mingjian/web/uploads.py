"""An upload's way: kept, queued, taken in by the worker, picked up again when that was killed."""

import re
import shutil
import time
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from mingjian.access import audit
from mingjian.access.background import Work
from mingjian.access.models import User
from mingjian.intake import Progress, Source, Submission, take
from mingjian.store import open_store
from mingjian.web.content import sources
from mingjian.web.models import Upload
from mingjian.web.submission_query import outcome

ATTEMPTS_ALLOWED = 3
PROGRESS_EVERY_SECONDS = 0.5
NAME_LENGTH = 120


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
        WORK.queue(upload)
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
    if not WORK.claim(upload_id, stage="开始处理"):
        return "已由别的进程处理"
    upload = Upload.objects.select_related("by").get(pk=upload_id)
    try:
        with WORK.heartbeat(upload):
            submission = _take(upload)
    except Exception:
        message = FAULT_MESSAGE.format(number=upload.pk)
        WORK.finish(upload, Upload.FAILED, message=message)
        raise
    WORK.finish(
        upload,
        Upload.DONE,
        submission_id=submission.id,
        outcome=outcome(submission.status, submission.rows_in, submission.accepted_count),
        message=submission.message,
    )
    shutil.rmtree(upload.path.parent, ignore_errors=True)
    return submission.id


FAULT_MESSAGE = (
    "平台处理这个文件时出了故障，没有任何一行入库。请稍后重传；"
    "如果再次出现，请把上传编号 {number} 告诉系统管理员。"
)


KILLED_MESSAGE = (
    f"处理这个文件的后台进程被中断了 {ATTEMPTS_ALLOWED} 次，没有再试。"
    "文件可能太大或机器内存不足，请联系系统管理员。"
)

WORK = Work(Upload, take_upload.enqueue, ATTEMPTS_ALLOWED, KILLED_MESSAGE, {"stage": ""})


def _take(upload: Upload) -> Submission:
    said_at = 0.0

    def say(progress: Progress) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= PROGRESS_EVERY_SECONDS:
            said_at = time.monotonic()
            WORK.say(upload, stage=progress.stage, share=progress.done / progress.total)

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
