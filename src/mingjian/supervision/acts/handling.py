"""What people do with an alert until it is judged: dispatch, sign, verify, give a verdict."""

from collections.abc import Sequence
from typing import Unpack

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.crypto import salted_hmac

from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.access.roles import permits
from mingjian.access.scope import for_user
from mingjian.supervision.acts.engine import ALERTS, Change, Sent, checked_reason, follow, perform
from mingjian.supervision.acts.parts import check_verdict, with_files
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import RIGHT, Alert

_OF_10_000 = 10_000


def dispatch(alert_id: int, **sent: Unpack[Sent]) -> Alert:
    """派发: the supervisor has looked at it and sends it to the agency."""
    return perform(ALERTS, alert_id, "dispatch", Change(), sent)


def assign(alert_id: int, *, assignee: User, **sent: Unpack[Sent]) -> Alert:
    """分办: whose desk at the supervising side it lies on; changes nobody's permissions."""
    if not (assignee.is_active and permits(assignee, "alert.dispatch")):
        raise NotPossible(f"{assignee} 不是监督机构的经办人，不能分给他。")

    def check(alert: Alert) -> None:
        if not for_user(Alert.objects, assignee).filter(pk=alert.pk).exists():
            raise NotPossible(f"{alert.number} 不在 {assignee} 的范围内，分给他也看不见。")

    change = Change[Alert](
        values={"assignee": assignee}, detail={"assignee": assignee.username}, check=check
    )
    return perform(ALERTS, alert_id, "assign", change, sent)


def sign(alert_id: int, **sent: Unpack[Sent]) -> Alert:
    """签收: the agency has seen the alert and begins to verify."""
    return perform(ALERTS, alert_id, "sign", Change({"signed_on": sent["today"]}), sent)


def feed_back(
    alert_id: int,
    *,
    verdict: str,
    reason: str,
    files: Sequence[UploadedFile] = (),
    **sent: Unpack[Sent],
) -> Alert:
    """核查反馈: what the agency says is so; it counts once the supervisor agrees.

    Of claims that the finding is wrong a share, by level, is drawn to be looked into one by one.
    """
    check_verdict(verdict)
    reason = checked_reason(reason)
    values = {"verified_on": sent["today"], "claimed_verdict": verdict, "claimed_reason": reason}
    change = Change[Alert](values, text=reason, verdict=verdict)

    def check(alert: Alert) -> None:
        change.values["is_drawn"] = verdict in RIGHT or _is_drawn(alert)

    change.check = check
    return perform(
        ALERTS, alert_id, "feed_back", with_files(change, "feed_back", files, sent), sent
    )


def check_again(alert_id: int, *, reason: str, **sent: Unpack[Sent]) -> Alert:
    """退回重核: the feedback does not answer the question."""
    values = {"verified_on": None, "claimed_verdict": "", "claimed_reason": ""}
    change = Change[Alert](values, text=checked_reason(reason))
    return perform(ALERTS, alert_id, "check_again", change, sent)


def give_verdict(
    alert_id: int,
    *,
    verdict: str,
    reason: str,
    files: Sequence[UploadedFile] = (),
    **sent: Unpack[Sent],
) -> Alert:
    """认定结论: the supervisor decides whether the finding is right; this closes the alert."""
    check_verdict(verdict)
    change = _closing(verdict, checked_reason(reason), sent)
    change = with_files(change, "give_verdict", files, sent)
    return perform(ALERTS, alert_id, "give_verdict", change, sent)


def accept_claim(alert_id: int, **sent: Unpack[Sent]) -> Alert:
    """采信反馈: a claim that it is unfounded, not drawn to be looked into, is taken on trust.

    It says nothing of the monitor: only the supervisor's own verdicts count for its precision.
    """
    change = _closing("", "", sent)

    def check(alert: Alert) -> None:
        if alert.claimed_verdict in RIGHT:
            raise NotPossible("单位反馈属实的，不能直接采信办结，请认定结论或者责令整改。")
        if alert.is_drawn:
            raise NotPossible(f"{alert.number} 抽中复核，须逐条看过再认定结论。")
        change.values |= {"verdict": alert.claimed_verdict, "verdict_reason": alert.claimed_reason}
        change.verdict = alert.claimed_verdict

    change.check = check
    return perform(ALERTS, alert_id, "accept_claim", change, sent)


def add_note(
    alert_id: int,
    *,
    reason: str,
    files: Sequence[UploadedFile] = (),
    **sent: Unpack[Sent],
) -> Alert:
    """记一笔: a remark in the alert's history; nothing else changes."""
    change = with_files(Change[Alert](text=checked_reason(reason)), "add_note", files, sent)
    return perform(ALERTS, alert_id, "add_note", change, sent)


def close_merged(main: Alert, sent: Sent) -> None:
    """Alerts merged into one that is closed are closed with it, in the same transaction."""
    values = {
        "closed_on": main.closed_on,
        "verdict": main.verdict,
        "verdict_reason": f"随主预警 {main.number} 办结。",
    }
    for alert in main.merged.filter(state="merged"):
        change = Change[Alert](dict(values), verdict=main.verdict, text=f"主预警 {main.number}")
        follow(ALERTS, alert, "follow", change, sent["today"], sent["by"])


def _closing(verdict: str, reason: str, sent: Sent) -> Change[Alert]:
    values = {"closed_on": sent["today"], "verdict": verdict, "verdict_reason": reason}
    change = Change[Alert](values, text=reason, verdict=verdict)

    def check(alert: Alert) -> None:
        change.detail["fingerprint"] = alert.fingerprint  # the version that was judged

    def then(alert: Alert) -> None:
        close_merged(alert, sent)

    change.check, change.then = check, then
    return change


def _is_drawn(alert: Alert) -> bool:
    """By lot, in the share of its level; nobody outside can work out which, and it stays so."""
    share = load_flow().file.spot_check.get(alert.level, 1.0)
    lot = salted_hmac("spot-check", f"{alert.pk}:{alert.found_on}", secret=settings.SECRET_KEY)
    return int(lot.hexdigest()[:8], 16) % _OF_10_000 < share * _OF_10_000
