"""Many papers in one go: progress, what is refused, and a worker killed in the middle."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mingjian.access.background import SILENCE_ALLOWED
from mingjian.access.flow import NotPossible
from mingjian.documents import acts, batches
from mingjian.documents.models import BatchItem, Paper, PaperBatch
from papers import DAY, approved, opinion
from worker import work

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("district_head"),
]


def numbers() -> list[int]:
    return sorted(Paper.objects.exclude(number=None).values_list("number", flat=True))


def test_all_of_them_are_issued_by_the_worker(city: Any) -> None:
    papers = [approved(city).pk for _ in range(5)]
    draft = opinion(city).pk
    batch = batches.queue([*papers, draft], by=city.right)
    assert batches.counts(batch) == {"waiting": 5, "done": 0, "refused": 0, "all": 5}
    assert numbers() == []
    work()
    batch.refresh_from_db()
    assert batch.state == PaperBatch.DONE
    assert batches.counts(batch)["done"] == 5
    assert numbers() == [1, 2, 3, 4, 5]


def test_what_changed_in_between_is_refused_by_name(city: Any) -> None:
    first, second = approved(city), approved(city)
    batch = batches.queue([first.pk, second.pk], by=city.right)
    acts.send_back(first.pk, by=city.district_head, reason="再核", today=DAY)
    work()
    refused = batch.items.get(paper=first)
    assert refused.state == BatchItem.REFUSED
    assert "退回修改" in refused.message
    assert numbers() == [1]


def test_a_killed_worker_loses_nothing_and_repeats_nothing(city: Any) -> None:
    papers = [approved(city).pk for _ in range(4)]
    batch = batches.queue(papers, by=city.right)
    issue_one = batches._issue_one
    done: list[int] = []

    def killed(item: BatchItem, by: Any) -> None:
        if len(done) == 2:
            raise SystemExit  # like a kill: no clean-up of ours runs
        issue_one(item, by)
        done.append(item.pk)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_issue_one", killed)
        with pytest.raises(SystemExit):
            batches.issue_batch.func(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, numbers()) == (PaperBatch.RUNNING, [1, 2])
    assert batches.WORK.reap(timezone.now()) == 0  # it may still live
    assert batches.WORK.reap(timezone.now() + SILENCE_ALLOWED + timedelta(seconds=1)) == 1
    work()
    batch.refresh_from_db()
    assert batch.state == PaperBatch.DONE
    assert numbers() == [1, 2, 3, 4]


def test_killed_too_often_it_says_so(city: Any) -> None:
    batch = batches.queue([approved(city).pk], by=city.right)
    PaperBatch.objects.update(
        state=PaperBatch.RUNNING,
        attempts=batches.ATTEMPTS_ALLOWED,
        seen_at=timezone.now() - timedelta(hours=1),
    )
    assert batches.WORK.reap() == 1
    batch.refresh_from_db()
    assert batch.state == PaperBatch.FAILED
    assert "中断" in batch.message


def test_nothing_to_issue_is_said_at_once(city: Any) -> None:
    with pytest.raises(NotPossible, match="没有待制发的"):
        batches.queue([opinion(city).pk], by=city.right)
    with pytest.raises(NotPossible):
        batches.queue([approved(city).pk], by=city.other)
