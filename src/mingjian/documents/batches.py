"""Many papers issued in one go: queued, done one by one by the worker, seen as it goes.

Each paper is a transaction of its own that also ticks it off, so a killed worker loses nothing
and nothing is issued twice: whoever takes over goes on with what is still waiting.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django_tasks import task

from mingjian.access import audit
from mingjian.access.background import Work
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.documents.acts import issue
from mingjian.documents.flow import NotPossible
from mingjian.documents.models import BatchItem, Paper, PaperBatch
from mingjian.documents.queries import visible

AT_MOST = 1000
ATTEMPTS_ALLOWED = 5
FAULT = "平台制发这一批时出了故障，已制发的有效，其余没有动。请把批号 {number} 告诉系统管理员。"
KILLED = f"后台进程被中断了 {ATTEMPTS_ALLOWED} 次，没有再试。已制发的有效，其余可以重新发起。"


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
        WORK.queue(batch)
        audit.record(by, "paper.batch", batch, ip=ip, count=len(papers))
    return batch


@task()
def issue_batch(batch_id: int) -> str:
    """Issue what is still waiting of one batch, in the worker."""
    if not WORK.claim(batch_id):
        return "已由别的进程处理"
    batch = PaperBatch.objects.select_related("by").get(pk=batch_id)
    try:
        for item in batch.items.filter(state=BatchItem.WAITING).order_by("id"):
            _issue_one(item, batch.by)
            WORK.say(batch)
    except Exception:
        WORK.finish(batch, PaperBatch.FAILED, message=FAULT.format(number=batch.pk))
        raise
    WORK.finish(batch, PaperBatch.DONE)
    return "done"


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


WORK = Work(PaperBatch, issue_batch.enqueue, ATTEMPTS_ALLOWED, KILLED)
