"""What people do with an alert: sign, feed back, give a verdict, note something down."""

from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.access.scope import for_user
from mingjian.standards import load_standard
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import Alert, AlertEvent

REASON_AT_MOST = 2000


def sign(alert_id: int, *, by: User, today: date, ip: str | None = None) -> Alert:
    """签收: the agency has seen the alert and begins to verify."""
    return _act("sign", alert_id, by=by, today=today, ip=ip, set_={"signed_on": today})


def feed_back(
    alert_id: int, *, by: User, verdict: str, reason: str, today: date, ip: str | None = None
) -> Alert:
    """核查反馈: what the agency says is so; it counts once the supervisor agrees."""
    _check_verdict(verdict)
    reason = _checked_reason(reason)
    values = {"verified_on": today, "claimed_verdict": verdict, "claimed_reason": reason}
    return _act(
        "feed_back", alert_id, by=by, today=today, ip=ip, set_=values, verdict=verdict, text=reason
    )


def give_verdict(
    alert_id: int, *, by: User, verdict: str, reason: str, today: date, ip: str | None = None
) -> Alert:
    """认定结论: the supervisor decides whether the finding is right; this closes the alert."""
    _check_verdict(verdict)
    reason = _checked_reason(reason)
    values = {"closed_on": today, "verdict": verdict, "verdict_reason": reason}
    return _act(
        "give_verdict",
        alert_id,
        by=by,
        today=today,
        ip=ip,
        set_=values,
        verdict=verdict,
        text=reason,
    )


def add_note(alert_id: int, *, by: User, reason: str, today: date, ip: str | None = None) -> Alert:
    """记一笔: a remark in the alert's history; nothing else changes."""
    return _act("add_note", alert_id, by=by, today=today, ip=ip, text=_checked_reason(reason))


def _act(
    name: str,
    alert_id: int,
    *,
    by: User,
    today: date,
    ip: str | None,
    set_: dict[str, Any] | None = None,
    verdict: str = "",
    text: str = "",
) -> Alert:
    """Permission, transition, write, audit; raises Http404, PermissionDenied or NotPossible."""
    flow = load_flow()
    alert = _in_scope(by, alert_id)
    permission = flow.permission_for(name)
    require(by, permission)
    before = alert.state
    after = flow.after(name, before)
    with transaction.atomic():
        values = dict(set_ or {})
        if after != before:
            values |= {"state": after, "due_on": flow.due_on(after, alert.level, today)}
        # Whoever comes second finds the state changed and is told so.
        same = Alert.objects.filter(pk=alert.pk, state=before)
        if values and same.update(**values) != 1:
            raise NotPossible(
                f"这条预警刚刚被别人办理，“{flow.act_title(name)}”没有做成。请刷新后再看。"
            )
        AlertEvent.objects.create(
            alert=alert,
            on=today,
            by=by,
            act=name,
            before=before,
            after=after,
            verdict=verdict,
            text=text,
            detail={"fingerprint": alert.fingerprint} if name == "give_verdict" else {},
        )
        detail = {"before": before, "after": after} | ({"verdict": verdict} if verdict else {})
        audit.record(by, permission, alert, ip=ip, **detail)
    alert.refresh_from_db()
    return alert


def _in_scope(by: User, alert_id: int) -> Alert:
    alert: Alert | None = for_user(Alert.objects, by).filter(pk=alert_id).first()
    if alert is None:
        raise Http404("没有这条预警，或者不在您的范围内。")
    return alert


def _check_verdict(verdict: str) -> None:
    codes = load_standard().codes["verdict"].codes
    if verdict not in codes:
        titles = "、".join(entry.title for entry in codes.values())
        raise NotPossible(f"结论“{verdict}”不在可选值之内（{titles}）。")


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise NotPossible("没有写理由。请写明查了什么、依据什么。")
    if len(reason) > REASON_AT_MOST:
        raise NotPossible(f"理由 {len(reason)} 字，超过 {REASON_AT_MOST} 字，请精简。")
    return reason
