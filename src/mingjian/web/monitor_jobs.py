"""Work over the records for pages about monitors: queued, done by the worker, seen as it goes."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django_tasks import task

from mingjian.access.background import Work
from mingjian.access.models import User
from mingjian.access.scope import AllAgencies, agencies_of
from mingjian.monitor import (
    Hit,
    Library,
    Monitor,
    compare,
    compile_monitor,
    draft_monitor,
    first_look,
    test_monitor,
)
from mingjian.monitor.finding import json_safe
from mingjian.standards import ContentError
from mingjian.store import open_store
from mingjian.supervision.acts.drafts import drafts_folder
from mingjian.supervision.models import MonitorDraft, MonitorVersion
from mingjian.supervision.monitor_life import effective_library
from mingjian.web.models import ComparedUnit, MonitorJob

ATTEMPTS_ALLOWED = 2
FAULT = "平台做这项工作时出了故障，没有结果。请稍后重来；再次出现请把编号 {number} 告诉系统管理员。"
KILLED = f"后台进程被中断了 {ATTEMPTS_ALLOWED} 次，没有再试。请缩短时段，或联系系统管理员。"


def queue(
    kind: str, title: str, asked: dict[str, Any], by: User, draft: MonitorDraft | None = None
) -> MonitorJob:
    """Ask for a piece of work; nothing is read in the request itself."""
    with transaction.atomic():
        job = MonitorJob.objects.create(kind=kind, title=title, asked=asked, by=by, draft=draft)
        WORK.queue(job)
    return job


@task()
def run_job(job_id: int) -> str:
    """Do one piece of work, in the worker."""
    if not WORK.claim(job_id, stage="开始"):
        return "已由别的进程处理"
    job = MonitorJob.objects.select_related("by", "draft").get(pk=job_id)
    doing = {MonitorJob.COMPARE: _compare, MonitorJob.LOOK: _look}[job.kind]
    try:
        with WORK.heartbeat(job):
            result = doing(job)
    except ContentError as error:
        lines = "；".join(f"第 {p.line} 行 {p.field}：{p.message}" for p in error.problems)
        WORK.finish(job, MonitorJob.FAILED, message=f"说明书有误：{lines}")
        return "refused"
    except Exception:
        WORK.finish(job, MonitorJob.FAILED, message=FAULT.format(number=job.pk))
        raise
    WORK.finish(job, MonitorJob.DONE, result=result, share=1)
    return "done"


WORK = Work(MonitorJob, run_job.enqueue, ATTEMPTS_ALLOWED, KILLED, {"stage": ""})


def version_of(key: str, monitor: Monitor) -> Monitor:
    """A version as pages name it: “now”, “v:” and a kept version, “d:” and a draft.

    Raises ContentError where its text cannot be read, and LookupError where there is none.
    """
    kind, _, number = key.partition(":")
    if kind == "now":
        return monitor
    if kind == "v":
        kept = MonitorVersion.objects.filter(pk=number, monitor_id=monitor.id).first()
        text = kept.text if kept else ""
    else:
        draft = MonitorDraft.objects.filter(pk=number, monitor_id=monitor.id).first()
        text = draft.text if draft else ""
    if not text:
        raise LookupError(f"没有“{key}”这个版本")
    return draft_monitor(text, monitor.id, drafts_folder())


def month_ends(start: date, end: date) -> list[date]:
    """The last day of each month from one to the other; the last one may be cut short."""
    days = []
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        days.append(min(date(year, month, 1) - timedelta(days=1), end))
    return days


def _compare(job: MonitorJob) -> dict[str, Any]:
    """Judge the month ends by both versions; keep the units, hand back the months."""
    library = effective_library()
    monitor = library.monitors[job.asked["monitor_id"]]
    old, new = (version_of(job.asked[side], monitor) for side in ("old", "new"))
    days = month_ends(*(date.fromisoformat(job.asked[name]) for name in ("start", "end")))
    seen: dict[str, dict[str, tuple[Hit, date, date]]] = {"old": {}, "new": {}}
    months = []
    with_store = open_store().reader
    for number, day in enumerate(compare(with_store, library, old, new, days), 1):
        for side, hits in (("old", day.old or {}), ("new", day.new or {})):
            for unit_id, hit in hits.items():
                first = seen[side].get(unit_id, (hit, day.as_of, day.as_of))[1]
                seen[side][unit_id] = (hit, first, day.as_of)
        months.append(_month(day.as_of, day.message, day.old, day.new))
        WORK.say(job, stage=f"{day.as_of:%Y-%m} 已比较", share=number / len(days))
    with transaction.atomic():
        job.units.all().delete()
        ComparedUnit.objects.bulk_create(_units(job, seen), batch_size=1000)
    return {"months": months}


def _month(
    day: date, message: str, old: dict[str, Hit] | None, new: dict[str, Hit] | None
) -> dict[str, Any]:
    """Counts of one month end; None where a version had no result, which is not zero."""
    both_ran = old is not None and new is not None
    before, after = set(old or {}), set(new or {})
    return {
        "month": f"{day:%Y-%m}",
        "as_of": day.isoformat(),
        "message": message,
        "old": None if old is None else len(before),
        "new": None if new is None else len(after),
        "both": len(before & after) if both_ran else None,
        "only_old": len(before - after) if both_ran else None,
        "only_new": len(after - before) if both_ran else None,
    }


def _units(
    job: MonitorJob, seen: dict[str, dict[str, tuple[Hit, date, date]]]
) -> Iterator[ComparedUnit]:
    for unit_id in seen["old"] | seen["new"]:
        found = [seen[side][unit_id] for side in ("new", "old") if unit_id in seen[side]]
        side = ComparedUnit.BOTH
        if len(found) == 1:
            side = ComparedUnit.NEW if unit_id in seen["new"] else ComparedUnit.OLD
        hit = found[0][0]
        yield ComparedUnit(
            job=job,
            side=side,
            unit_id=unit_id,
            agency_id=hit.agency_id or "",
            message=hit.message,
            evidence=hit.evidence,
            first_on=min(first for _, first, _ in found),
            last_on=max(last for _, _, last in found),
        )


def _look(job: MonitorJob) -> dict[str, Any]:
    """Try a draft's condition on the records in its writer's scope, then test its examples."""
    draft = job.draft
    assert draft is not None
    monitor = draft_monitor(job.asked["text"], draft.monitor_id, drafts_folder())
    library = effective_library().with_monitors(monitor)
    as_of = date.fromisoformat(job.asked["as_of"])
    seen = agencies_of(job.by)
    agencies = None if isinstance(seen, AllAgencies) else seen
    with open_store().reader() as reader:
        look = first_look(reader, library, monitor, as_of, agencies=agencies)
    WORK.say(job, stage="已看过记录，正在核对样例", share=0.6)
    return {
        "text_of": job.asked["text"],
        "as_of": as_of.isoformat(),
        "count": look.count,
        "year_count": look.year_count,
        "dated_by": look.dated_by,
        "hits": [_plain(row) for row in look.hits],
        "near": [
            {"row": _plain(miss.row), "missed": miss.missed, "sentence": miss.sentence}
            for miss in look.near
        ],
        "near_counts": look.near_counts,
        "sql": _sql(library, monitor, as_of),
        "report": _report(library, monitor),
    }


def _sql(library: Library, monitor: Monitor, as_of: date) -> str:
    return compile_monitor(library, monitor, as_of).sql("duckdb", pretty=True)


def _report(library: Library, monitor: Monitor) -> dict[str, Any]:
    """What testing the draft showed, in lines for a person."""
    report = test_monitor(monitor, library)
    faults = [f"{problem.field}：{problem.message}" for problem in report.problems]
    others = report.lines()[1 + len(faults) :]  # those of reading name a file that is no one's
    return {
        "passed": report.passed,
        "lines": [*faults, *(line.strip() for line in others)],
        "mutants": report.mutant_count,
        "noticed": report.mutant_count - len(report.survivors),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json_safe(value) for name, value in row.items()}
