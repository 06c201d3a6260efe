"""整改: ordered with its problems, reported with measures, accepted or sent back by others."""

from collections.abc import Sequence
from typing import Unpack

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404

from mingjian.access.flow import NotPossible
from mingjian.access.scope import for_user
from mingjian.supervision.acts import parts
from mingjian.supervision.acts.engine import ALERTS, Change, Sent, checked_reason, perform
from mingjian.supervision.acts.handling import close_merged
from mingjian.supervision.models import RIGHT, Alert
from mingjian.supervision.rerun import rerun


def order_rectification(
    alert_id: int, *, verdict: str, reason: str, problems: str, **sent: Unpack[Sent]
) -> Alert:
    """责令整改: the finding is right and something is left to be put right; one problem a line."""
    parts.check_verdict(verdict, RIGHT)
    reason = checked_reason(reason)
    texts = parts.split_problems(problems)
    change = Change[Alert]({"verdict": verdict, "verdict_reason": reason}, text=reason)
    change.verdict = verdict

    def check(alert: Alert) -> None:
        change.detail = {"fingerprint": alert.fingerprint, "problems": texts}

    def then(alert: Alert) -> None:
        parts.add_problems(alert, texts)
        Alert.objects.filter(pk=alert.pk).update(rectify_by=alert.due_on)

    change.check, change.then = check, then
    return perform(ALERTS, alert_id, "order_rectification", change, sent)


def report_rectified(
    alert_id: int,
    *,
    measures: dict[int, str],
    reason: str,
    files: Sequence[UploadedFile] = (),
    **sent: Unpack[Sent],
) -> Alert:
    """报告整改: a measure for every problem, with evidence."""
    change = Change[Alert]({"rectified_on": sent["today"]}, text=checked_reason(reason))

    def then(alert: Alert) -> None:
        parts.keep_measures(alert, measures, sent["today"])

    change.then = then
    change = parts.with_files(change, "report_rectified", files, sent)
    return perform(ALERTS, alert_id, "report_rectified", change, sent)


def accept(alert_id: int, *, reason: str, despite_hit: bool = False, **sent: Unpack[Sent]) -> Alert:
    """验收通过: never by who rectified; the monitor runs again first.

    Where it still hits although all is reported put right, the person is asked: without
    `despite_hit` this raises NotPossible, with it the reason stands in the history.
    """
    reason = checked_reason(reason)
    alert = for_user(Alert.objects.select_related("agency"), sent["by"]).filter(pk=alert_id).first()
    if alert is None:
        raise Http404(ALERTS.missing)
    # Outside the transaction: reading the store may take its time.
    again = rerun(alert, sent["today"]) if alert.state == "rectified" else None
    if again and again.is_hit and not despite_hit:
        raise NotPossible(
            f"{again.words}报告说已经改了，记录上没有改：请退回整改；"
            "确属已经发生、无法消除的，勾选“仍命中也办结”并写明理由。"
        )
    values = {"closed_on": sent["today"]}
    detail = {"rerun": again.outcome, "rerun_words": again.words} if again else {}

    def then(closed: Alert) -> None:
        close_merged(closed, sent)

    change = Change[Alert](values, text=reason, detail=detail, then=then)
    return perform(ALERTS, alert_id, "accept", change, sent)


def send_back(alert_id: int, *, reason: str, **sent: Unpack[Sent]) -> Alert:
    """退回整改: with a limit anew; how often is counted."""
    change = Change[Alert]({"rectified_on": None}, text=checked_reason(reason))

    def check(alert: Alert) -> None:
        change.values["sent_back_count"] = alert.sent_back_count + 1

    change.check = check
    return perform(ALERTS, alert_id, "send_back", change, sent)


def ask_extension(alert_id: int, *, days: int, reason: str, **sent: Unpack[Sent]) -> Alert:
    return parts.ask_extension(ALERTS, alert_id, days, reason, sent)


def grant_extension(alert_id: int, *, reason: str, **sent: Unpack[Sent]) -> Alert:
    return parts.answer_extension(ALERTS, alert_id, reason, sent, granted=True)


def refuse_extension(alert_id: int, *, reason: str, **sent: Unpack[Sent]) -> Alert:
    return parts.answer_extension(ALERTS, alert_id, reason, sent, granted=False)


def suspend(alert_id: int, *, ground: str, reason: str, **sent: Unpack[Sent]) -> Alert:
    return parts.suspend(ALERTS, alert_id, ground, reason, sent)


def resume(alert_id: int, *, reason: str, **sent: Unpack[Sent]) -> Alert:
    return parts.resume(ALERTS, alert_id, reason, sent)
