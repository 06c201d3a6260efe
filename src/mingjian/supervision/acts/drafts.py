"""A monitor written on the page: kept as a draft, submitted, and accepted by another person."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.monitor import (
    Library,
    Monitor,
    check_draft,
    draft_monitor,
    draft_path,
    fingerprint_of,
    is_identifier,
    load_library,
    test_monitor,
)
from mingjian.standards import ContentError, home, own_content
from mingjian.supervision.acts.monitors import checked_reason, for_the_city
from mingjian.supervision.models import MonitorDraft, MonitorEvent, MonitorVersion

PERMISSION = "monitor.manage"


def drafts_folder() -> Path:
    """Where texts that are no files of the library yet are kept to be read."""
    return home() / "monitor_drafts"


def create_draft(
    *, by: User, title: str, form: dict[str, Any], ip: str | None = None
) -> MonitorDraft:
    """Begin a new monitor."""
    require(by, PERMISSION)
    with transaction.atomic():
        draft = MonitorDraft.objects.create(by=by, title=title[:120], form=form)
        audit.record(by, "monitor.draft", draft, ip=ip, title=draft.title)
    return draft


def save_draft(
    draft: MonitorDraft,
    *,
    by: User,
    title: str,
    monitor_id: str,
    form: dict[str, Any],
    text: str,
    ip: str | None = None,
) -> None:
    """Keep what the writer changed; only the writer may, and only while it is open.

    A draft that was returned is being written again from here on.
    """
    require(by, PERMISSION)
    mine = MonitorDraft.objects.filter(
        pk=draft.pk,
        by=by,
        state__in=(MonitorDraft.WRITING, MonitorDraft.RETURNED),
        changed_at=draft.changed_at,
    )
    with transaction.atomic():
        changed = mine.update(
            title=title[:120],
            monitor_id=monitor_id,
            form=form,
            text=text,
            state=MonitorDraft.WRITING,
            changed_at=timezone.now(),
        )
        if not changed:
            raise NotPossible("这份草稿已提交，或者刚刚在别处改过，没有保存。请刷新后再改。")
        audit.record(by, "monitor.save", draft, ip=ip, monitor=monitor_id)
    draft.refresh_from_db()


def submit_draft(draft_id: int, *, by: User, ip: str | None = None) -> MonitorDraft:
    """Hand a draft to another person; it must pass everything a file of the library must."""
    require(by, PERMISSION)
    draft = _draft(draft_id)
    if draft.by_id != by.pk:
        raise PermissionDenied("只有编写人可以提交自己的草稿。")
    if not draft.is_open:
        raise NotPossible("这份草稿已经提交过了。")
    proven(draft)
    with transaction.atomic():
        same = MonitorDraft.objects.filter(pk=draft.pk, changed_at=draft.changed_at)
        now = timezone.now()
        if not same.update(state=MonitorDraft.SUBMITTED, opinion="", changed_at=now):
            raise NotPossible("这份草稿刚刚改过，请刷新后再提交。")
        audit.record(by, "monitor.submit", draft, ip=ip, monitor=draft.monitor_id)
    draft.refresh_from_db()
    return draft


def accept_draft(draft_id: int, *, by: User, reason: str, ip: str | None = None) -> Path:
    """Take a draft into the deployment's own content; it begins its life as a draft there."""
    draft = _reviewable(draft_id, by)
    reason = checked_reason(reason)
    monitor = proven(draft)
    path = own_content() / draft_path(draft.monitor_id)
    library = load_library().with_monitors(monitor)
    with transaction.atomic():
        _close(draft, by, MonitorDraft.ACCEPTED, reason)
        fingerprint = fingerprint_of(library, monitor)
        day = timezone.localdate()
        MonitorEvent.objects.create(
            monitor_id=monitor.id,
            on=day,
            by=by,
            act="adopt",
            before="draft",
            after="draft",
            reason=reason,
            fingerprint=fingerprint,
            detail={"draft": draft.pk, "written_by": draft.by.username},
        )
        MonitorVersion.objects.get_or_create(
            monitor_id=monitor.id,
            fingerprint=fingerprint,
            defaults={"text": draft.text, "seen_on": day},
        )
        audit.record(
            by, "monitor.accept", draft, ip=ip, monitor=monitor.id, fingerprint=fingerprint
        )
        _write(path, draft.text)  # last: if it fails, nothing of the above has happened
    return path


def return_draft(draft_id: int, *, by: User, reason: str, ip: str | None = None) -> MonitorDraft:
    """Give a draft back to its writer, with what is to be mended."""
    draft = _reviewable(draft_id, by)
    reason = checked_reason(reason)
    with transaction.atomic():
        _close(draft, by, MonitorDraft.RETURNED, reason)
        audit.record(by, "monitor.return", draft, ip=ip, reason=reason)
    draft.refresh_from_db()
    return draft


def proven(draft: MonitorDraft) -> Monitor:
    """The draft as a monitor, if it passes the checks and its examples notice every mutant."""
    faults, monitor = draft_faults(draft.monitor_id, draft.text)
    if monitor is not None and not faults:
        report = test_monitor(monitor, load_library().with_monitors(monitor))
        faults = [line.strip() for line in report.lines()[1:]]
        if report.passed:
            return monitor
    shown = "；".join(faults[:5])
    more = f"……共 {len(faults)} 处" if len(faults) > 5 else ""
    raise NotPossible(f"还不能提交：{shown}{more}")


def draft_faults(monitor_id: str, text: str) -> tuple[list[str], Monitor | None]:
    """Every fault of a draft's text in words, and the monitor where it can be read at all."""
    library = load_library()
    if not is_identifier(monitor_id):
        return [f"标识“{monitor_id}”不合规定（应如 penalty.case_idle）"], None
    if _is_taken(library, monitor_id):
        return [f"标识“{monitor_id}”已有模型使用，请换一个"], None
    if not text:
        return ["还没有条件"], None
    try:
        monitor = draft_monitor(text, monitor_id, drafts_folder())
        problems = check_draft(library, monitor)
    except ContentError as error:
        return [f"{p.field}：{p.message}" for p in error.problems], None
    return [f"{p.field}：{p.message}" for p in problems], monitor


def _is_taken(library: Library, monitor_id: str) -> bool:
    return monitor_id in library.monitors


def _reviewable(draft_id: int, by: User) -> MonitorDraft:
    require(by, PERMISSION)
    for_the_city(by)
    draft = _draft(draft_id)
    if draft.state != MonitorDraft.SUBMITTED:
        raise NotPossible("这份草稿不在待复核状态。请刷新后再看。")
    if draft.by_id == by.pk:
        raise PermissionDenied("自己写的模型须由另一名模型管理员复核。")
    return draft


def _close(draft: MonitorDraft, by: User, state: str, reason: str) -> None:
    """Conditional, so that of two reviewers one is told that he came second."""
    same = MonitorDraft.objects.filter(pk=draft.pk, state=MonitorDraft.SUBMITTED)
    now = timezone.now()
    if not same.update(state=state, reviewer=by, reviewed_at=now, opinion=reason, changed_at=now):
        raise NotPossible("这份草稿刚刚被别人复核。请刷新后再看。")


def _draft(draft_id: int) -> MonitorDraft:
    draft = MonitorDraft.objects.select_related("by").filter(pk=draft_id).first()
    if draft is None:
        raise Http404("没有这份草稿。")
    return draft


def _write(path: Path, text: str) -> None:
    """A whole file or none: written beside, then linked into place, never over another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    try:
        os.link(beside, path)
    except FileExistsError as error:
        raise NotPossible(f"{path.name} 已经存在，没有覆盖。请换一个标识。") from error
    except OSError as error:
        raise NotPossible(f"写不进内容目录（{error.strerror}）。请系统管理员检查权限。") from error
    finally:
        beside.unlink()
