"""Many papers issued in one go: queued, done one by one by the worker, seen as it goes.

Each paper is a transaction of its own that also ticks it off, so a killed worker loses nothing
and nothing is issued twice: whoever takes over goes on with what is still waiting.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from mingjian.access import audit
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.documents.acts import issue
from mingjian.documents.flow import NotPossible
from mingjian.documents.models import BatchItem, Paper, PaperBatch
from mingjian.documents.queries import visible

AT_MOST = 1000
ATTEMPTS_ALLOWED = 5
SILENCE_ALLOWED = timedelta(seconds=60)
FAULT = "平台制发这一批时出了故障，已制发的有效，其余没有动。请把批号 {number} 告诉系统管理员。"
KILLED = f"后台进程被中断了 {ATTEMPTS_ALLOWED} 次，没有再试。已制发的有效，其余可以重新发起。"

log = logging.getLogger(__name__)


def queue(paper_ids: Iterable[int], *, by: User, ip: str | None = None) -> PaperBatch:
    """Ask for these approved papers to be issued; NotPossible when there is none to issue."""
    require(by, "paper.issue")
    papers = list(visible(by).filter(pk__in=paper_ids, state="approved").order_by("id"))
    if not papers:
        raise NotPossible("选中的文书里没有待制发的。")
    if len(papers) > AT_MOST:
        raise NotPossible(f"选了 {len(papers):,} 件，一批最多 {AT_MOST:,} 件。")
    with transaction.atomic():
        batch = PaperBatch.objects.create(by=by)
        BatchItem.objects.bulk_create(
            BatchItem(batch=batch, paper=paper, version=paper.version) for paper in papers
        )
        _enqueue(batch)
        audit.record(by, "paper.batch", batch, ip=ip, count=len(papers))
    return batch


@task()
def issue_batch(batch_id: int) -> str:
    """Issue what is still waiting of one batch, in the worker."""
    claimed = PaperBatch.objects.filter(pk=batch_id, state=PaperBatch.WAITING).update(
        state=PaperBatch.RUNNING, seen_at=timezone.now()
    )
    if not claimed:
        return "已由别的进程处理"
    batch = PaperBatch.objects.select_related("by").get(pk=batch_id)
    try:
        for item in batch.items.filter(state=BatchItem.WAITING).order_by("id"):
            _issue_one(item, batch.by)
            PaperBatch.objects.filter(pk=batch.pk).update(seen_at=timezone.now())
    except Exception:
        _finish(batch, PaperBatch.FAILED, FAULT.format(number=batch.pk))
        raise
    _finish(batch, PaperBatch.DONE)
    return "done"


def reap(now: datetime | None = None) -> int:
    """Queue again what a killed worker left behind; in the end, say so. Returns how many."""
    now = now or timezone.now()
    reaped = 0
    silent = PaperBatch.objects.filter(state=PaperBatch.RUNNING, seen_at__lt=now - SILENCE_ALLOWED)
    for batch in silent:
        again = batch.attempts < ATTEMPTS_ALLOWED
        state = PaperBatch.WAITING if again else PaperBatch.FAILED
        with transaction.atomic():
            # Conditional, so that two reapers do not queue it twice.
            same = PaperBatch.objects.filter(
                pk=batch.pk, state=PaperBatch.RUNNING, seen_at=batch.seen_at
            )
            if not same.update(state=state):
                continue
            DBTaskResult.objects.filter(pk=batch.task_id, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.FAILED, finished_at=now
            )
            if again:
                _enqueue(batch)
            else:
                _finish(batch, PaperBatch.FAILED, KILLED)
        reaped += 1
        log.warning("batch %s was left behind and is now %s", batch.pk, state)
    return reaped


def counts(batch: PaperBatch) -> dict[str, int]:
    """How many papers of the batch are waiting, done, refused, and how many there are."""
    found = {BatchItem.WAITING: 0, BatchItem.DONE: 0, BatchItem.REFUSED: 0}
    for state in batch.items.values_list("state", flat=True):
        found[state] += 1
    return {**found, "all": sum(found.values())}


def _issue_one(item: BatchItem, by: User) -> None:
    def tick(_paper: Paper) -> None:
        BatchItem.objects.filter(pk=item.pk).update(state=BatchItem.DONE)

    today = timezone.localdate()
    try:
        issue(item.paper_id, by=by, today=today, version=item.version, also=tick)
    except (NotPossible, PermissionDenied, Http404) as error:
        BatchItem.objects.filter(pk=item.pk, state=BatchItem.WAITING).update(
            state=BatchItem.REFUSED, message=str(error)[:400]
        )


def _enqueue(batch: PaperBatch) -> None:
    result = issue_batch.enqueue(batch.pk)
    batch.task_id = str(result.id)
    batch.attempts += 1
    batch.save(update_fields=["task_id", "attempts"])


def _finish(batch: PaperBatch, state: str, message: str = "") -> None:
    PaperBatch.objects.filter(pk=batch.pk).update(
        state=state, message=message, finished_at=timezone.now()
    )
