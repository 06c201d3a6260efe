"""What becomes of a matter after the finding: rectified, reviewed, closed."""

from collections.abc import Sequence
from typing import Any, Unpack

from django.core.files.uploadedfile import UploadedFile

from mingjian import documents
from mingjian.access.flow import NotPossible
from mingjian.access.scope import for_user
from mingjian.supervision.acts import parts
from mingjian.supervision.acts.engine import (
    ALERTS,
    MATTERS,
    Change,
    Sent,
    checked_reason,
    follow,
    perform,
)
from mingjian.supervision.acts.handling import close_merged
from mingjian.supervision.acts.matter_papers import BINDING
from mingjian.supervision.flow import load_matter_flow
from mingjian.supervision.models import Alert, Matter
from mingjian.supervision.rerun import rerun


def correct_at_once(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """当场纠正: nothing is left but to look whether it holds."""

    def check(matter: Matter) -> None:
        if matter.finding != "corrected":
            raise NotPossible("认定为“能够当场纠正”的才能当场纠正。")

    change = Change[Matter](text=checked_reason(reason), check=check)
    return perform(MATTERS, matter_id, "correct_at_once", change, sent)


def no_paper(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """不发文书: where the rules list one, the head decides and says why."""
    change = Change[Matter](text=checked_reason(reason))

    def check(matter: Matter) -> None:
        if matter.finding == "none":
            raise NotPossible("认定没有问题的，请结案。")
        listed = load_matter_flow().file.findings[matter.finding].paper
        change.detail = {"listed": listed}

    change.check = check
    return perform(MATTERS, matter_id, "no_paper", change, sent)


def conclude(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """没有问题，结案."""
    change = _closing(checked_reason(reason), sent)

    def check(matter: Matter) -> None:
        if matter.finding != "none":
            raise NotPossible("认定有问题的不能直接结案；不发文书的，由负责人决定并写明理由。")

    change.check = check
    return perform(MATTERS, matter_id, "conclude", change, sent)


def tell_superior(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """告知上级主管部门, of a vertically managed body."""

    def check(matter: Matter) -> None:
        if not matter.is_vertical:
            raise NotPossible("不是垂直管理的机关，不走告知；请按认定出具文书。")

    change = Change[Matter](text=checked_reason(reason), check=check)
    return perform(MATTERS, matter_id, "tell_superior", change, sent)


def superior_answered(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """上级已处理."""
    return perform(
        MATTERS, matter_id, "superior_answered", _closing(checked_reason(reason), sent), sent
    )


def report(
    matter_id: int,
    *,
    measures: dict[int, str],
    reason: str,
    files: Sequence[UploadedFile] = (),
    **sent: Unpack[Sent],
) -> Matter:
    """报送整改, by the agency: a measure for every problem."""
    change = Change[Matter](text=checked_reason(reason))

    def then(matter: Matter) -> None:
        parts.keep_measures(matter, measures, sent["today"])
        _note_answer(matter, sent)

    change.then = then
    change = parts.with_files(change, "report", files, sent)
    return perform(MATTERS, matter_id, "report", change, sent)


def pass_review(
    matter_id: int, *, reason: str, despite_hit: bool = False, **sent: Unpack[Sent]
) -> Matter:
    """复核达标，销号: the monitors of its alerts run again first, as for an alert."""
    reason = checked_reason(reason)
    rows = for_user(Alert.objects.select_related("agency"), sent["by"]).filter(matter_id=matter_id)
    still = [a.number for a in rows.filter(state="matter") if rerun(a, sent["today"]).is_hit]
    if still and not despite_hit:
        raise NotPossible(
            f"复算仍命中 {len(still)} 条（{'、'.join(still[:3])}）：报告说已经改了，记录上没有改。"
            "请退回再改；确属已经发生、无法消除的，勾选“仍命中也办结”并写明理由。"
        )
    change = _closing(reason, sent)
    change.detail = {"still_hit": still}
    return perform(MATTERS, matter_id, "pass", change, sent)


def send_back(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """退回再改, once; after that the government is asked to decide."""
    change = Change[Matter](text=checked_reason(reason))

    def check(matter: Matter) -> None:
        change.values["sent_back_count"] = matter.sent_back_count + 1

    change.check = check
    return perform(MATTERS, matter_id, "send_back", change, sent)


def look_back(matter_id: int, *, recurred: str, reason: str, **sent: Unpack[Sent]) -> Matter:
    """回头看: whether the problem came again."""
    if recurred not in ("yes", "no"):
        raise NotPossible("请写明问题是否复发。")
    values = {"looked_back_on": sent["today"], "recurred": recurred == "yes"}
    words = "复发。" if recurred == "yes" else "没有复发。"
    change = Change[Matter](values, text=words + checked_reason(reason))

    def check(matter: Matter) -> None:
        if matter.look_back_on is None:
            raise NotPossible("这件事项没有认定问题，不用回头看。")

    change.check = check
    return perform(MATTERS, matter_id, "look_back", change, sent)


def note(
    matter_id: int, *, reason: str, files: Sequence[UploadedFile] = (), **sent: Unpack[Sent]
) -> Matter:
    """记一笔."""
    change = parts.with_files(Change[Matter](text=checked_reason(reason)), "add_note", files, sent)
    return perform(MATTERS, matter_id, "add_note", change, sent)


def ask_extension(matter_id: int, *, days: int, reason: str, **sent: Unpack[Sent]) -> Matter:
    return parts.ask_extension(MATTERS, matter_id, days, reason, sent)


def grant_extension(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    return parts.answer_extension(MATTERS, matter_id, reason, sent, granted=True)


def refuse_extension(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    return parts.answer_extension(MATTERS, matter_id, reason, sent, granted=False)


def suspend(matter_id: int, *, ground: str, reason: str, **sent: Unpack[Sent]) -> Matter:
    return parts.suspend(MATTERS, matter_id, ground, reason, sent)


def resume(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    return parts.resume(MATTERS, matter_id, reason, sent)


def _note_answer(matter: Matter, sent: Sent) -> None:
    """The papers that asked for the report are answered by it."""
    for link in matter.papers.filter(kind__in=BINDING, paper__served_on__isnull=False):
        text = f"在监督事项 {matter.number} 里报送整改。"
        documents.acts.note_answer(link.paper, by=sent["by"], today=sent["today"], text=text)


def _closing(reason: str, sent: Sent) -> Change[Matter]:
    """Closed, its alerts with it; to be looked back at when there was a problem."""
    change = Change[Matter]({"closed_on": sent["today"]}, text=reason)

    def then(matter: Matter) -> None:
        has_problem = matter.finding != "none"
        if has_problem:
            back = load_matter_flow().file.look_back_after.end(sent["today"])
            Matter.objects.filter(pk=matter.pk).update(look_back_on=back)
        verdict = "confirmed" if has_problem else "unfounded"
        for alert in matter.alerts.filter(state="matter"):
            _settle(alert, matter, verdict, sent)

    change.then = then
    return change


def _settle(alert: Alert, matter: Matter, verdict: str, sent: Sent) -> None:
    """A verdict that the alert had before stands; else it is that of the matter."""
    text = f"随监督事项 {matter.number} 办结。{matter.finding_reason}"
    values: dict[str, Any] = {"closed_on": sent["today"]}
    change = Change[Alert](values, text=text, detail={"fingerprint": alert.fingerprint})
    if not alert.verdict:
        values |= {"verdict": verdict, "verdict_reason": text}
        change.verdict = verdict
    follow(ALERTS, alert, "settle", change, sent["today"], sent["by"])
    alert.refresh_from_db()
    close_merged(alert, sent)
