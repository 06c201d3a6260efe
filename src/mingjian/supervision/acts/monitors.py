"""What people do with monitors: move them along their life, give places other values."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.models import Region, User
from mingjian.access.roles import require
from mingjian.access.scope import region_prefix
from mingjian.monitor import Library, Monitor, fingerprint_of
from mingjian.monitor.finding import json_safe
from mingjian.supervision.models import (
    MonitorEvent,
    MonitorState,
    MonitorVersion,
    ParameterOverride,
)
from mingjian.supervision.monitor_flow import load_life
from mingjian.supervision.monitor_life import BadValue, effective_library, parsed_value
from mingjian.supervision.precision import judged_in_use

ADJUST = "monitor.adjust"
REASON_AT_MOST = 2000


def change_status(
    monitor_id: str, act: str, *, by: User, reason: str, today: date, ip: str | None = None
) -> MonitorEvent:
    """Move a monitor along its life; raises Http404, PermissionDenied or NotPossible."""
    library = effective_library()
    monitor = _known(library, monitor_id)
    arrow = load_life().acts.get(act)
    if arrow is None:
        raise Http404("没有这个办法。")
    require(by, str(arrow.permission))
    for_the_city(by)
    if monitor.file.retired is not None:
        raise NotPossible("说明书已写明停用，不能在页面上变更；要恢复须先改说明书。")
    before = monitor.status
    after = load_life().after(act, before)
    reason = checked_reason(reason)
    detail: dict[str, Any] = {}
    if after == before:
        detail = {"judged": judged_in_use(library, monitor).judged}
    with transaction.atomic():
        MonitorState.objects.get_or_create(pk=monitor.id, defaults={"status": before})
        # Whoever comes second finds the status changed and is told so.
        same = MonitorState.objects.filter(pk=monitor.id, status=before)
        if same.update(status=after, changed_at=timezone.now()) != 1:
            raise NotPossible(f"这个模型刚刚被别人变更，“{arrow.title}”没有做成。请刷新后再看。")
        event = _note(library, monitor, act, before, after, by, reason, today, detail)
        values = {"before": before, "after": after, "reason": reason}
        audit.record(by, f"monitor.{act}", ("Monitor", monitor.id), ip=ip, **values)
    return event


def set_value(
    monitor_id: str,
    name: str,
    region_code: str,
    text: str,
    *,
    by: User,
    reason: str,
    today: date,
    ip: str | None = None,
) -> ParameterOverride:
    """Give a district (or, with an empty code, the city) another value of a parameter.

    A former value of the same place ends with it. Raises NotPossible for a value out of bounds.
    """
    require(by, ADJUST)
    library = effective_library()
    monitor = _known(library, monitor_id)
    region = _place(by, region_code)
    parameter = monitor.parameters.get(name)
    if parameter is None:
        raise Http404("这个模型没有这个参数。")
    try:
        value = json_safe(parsed_value(parameter, text))
    except BadValue as error:
        raise NotPossible(str(error)) from error
    reason = checked_reason(reason)
    try:
        with transaction.atomic():
            former = ParameterOverride.objects.filter(
                monitor_id=monitor.id, name=name, region=region, ended_at__isnull=True
            )
            former.update(ended_at=timezone.now(), ended_by=by, ended_reason="由新的取值代替")
            override = ParameterOverride.objects.create(
                monitor_id=monitor.id, name=name, region=region, value=value, reason=reason, by=by
            )
            detail = {"name": name, "region": region_code, "value": value}
            _note(library, monitor, "adjust", "", "", by, reason, today, detail)
            audit.record(by, ADJUST, ("Monitor", monitor.id), ip=ip, reason=reason, **detail)
    except IntegrityError as error:
        raise NotPossible("这个参数刚刚被别人调整，请刷新后再看。") from error
    return override


def end_value(
    override_id: int, *, by: User, reason: str, today: date, ip: str | None = None
) -> ParameterOverride:
    """Let the value above it hold again: the city's for a district, the file's for the city."""
    require(by, ADJUST)
    override = ParameterOverride.objects.filter(pk=override_id).first()
    if override is None:
        raise Http404("没有这条调整。")
    _place(by, override.region_id or "")
    library = effective_library()
    monitor = _known(library, override.monitor_id)
    reason = checked_reason(reason)
    with transaction.atomic():
        active = ParameterOverride.objects.filter(pk=override.pk, ended_at__isnull=True)
        if not active.update(ended_at=timezone.now(), ended_by=by, ended_reason=reason):
            raise NotPossible("这条调整已经结束。请刷新后再看。")
        detail = {"name": override.name, "region": override.region_id or ""}
        _note(library, monitor, "adjust_end", "", "", by, reason, today, detail)
        audit.record(by, "monitor.adjust_end", ("Monitor", monitor.id), ip=ip, **detail)
    override.refresh_from_db()
    return override


def keep_version(library: Library, monitor: Monitor, day: date) -> str:
    """Keep the text of the monitor's file under its fingerprint, once; returns the fingerprint."""
    fingerprint = fingerprint_of(library, monitor)
    MonitorVersion.objects.get_or_create(
        monitor_id=monitor.id,
        fingerprint=fingerprint,
        defaults={
            "text": monitor.document.path.read_text(encoding="utf-8"),
            "seen_on": day,
        },
    )
    return fingerprint


def checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise NotPossible("没有写理由。请写明依据什么。")
    if len(reason) > REASON_AT_MOST:
        raise NotPossible(f"理由 {len(reason)} 字，超过 {REASON_AT_MOST} 字，请精简。")
    return reason


def for_the_city(by: User) -> None:
    """A monitor's life concerns everybody: it is in the hands of those who see the whole city."""
    if by.scope != "city":
        raise PermissionDenied("模型的状态和说明书对全市有效，由市级模型管理员办理。")


def _place(by: User, region_code: str) -> Region | None:
    """The district, if it lies in the person's scope; None for the city."""
    if not region_code:
        if by.scope != "city":
            raise PermissionDenied("全市的取值由市级模型管理员调整，您只能调整本区的。")
        return None
    region = Region.objects.filter(pk=region_code, tier="district").first()
    own = region_prefix(by.region_id or "") if by.scope == "region" else ""
    if region is None or (by.scope != "city" and not (own and region_code.startswith(own))):
        raise Http404("没有这个区，或者不在您的范围内。")
    return region


def _known(library: Library, monitor_id: str) -> Monitor:
    monitor = library.monitors.get(monitor_id)
    if monitor is None:
        raise Http404("没有这个模型。")
    return monitor


def _note(
    library: Library,
    monitor: Monitor,
    act: str,
    before: str,
    after: str,
    by: User,
    reason: str,
    today: date,
    detail: dict[str, Any],
) -> MonitorEvent:
    return MonitorEvent.objects.create(
        monitor_id=monitor.id,
        on=today,
        by=by,
        act=act,
        before=before or monitor.status,
        after=after or monitor.status,
        reason=reason,
        fingerprint=keep_version(library, monitor, today),
        detail=detail,
    )
