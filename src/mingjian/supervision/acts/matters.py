"""监督事项: registered from alerts or another clue, opened, investigated, found."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Unpack

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from mingjian.access import audit, verticals
from mingjian.access.flow import NotPossible
from mingjian.access.models import Agency
from mingjian.access.roles import require
from mingjian.access.scope import for_user
from mingjian.standards import load_calendar
from mingjian.supervision import records
from mingjian.supervision.acts import parts
from mingjian.supervision.acts.campaign_lists import into_campaign
from mingjian.supervision.acts.engine import (
    ALERTS,
    MATTERS,
    Change,
    Sent,
    checked_reason,
    follow,
    perform,
    sent_before,
)
from mingjian.supervision.flow import load_matter_flow
from mingjian.supervision.models import LEVEL_RANKS, Alert, Matter

ALERTS_AT_MOST = 500


def register(
    *,
    title: str,
    clue_kind: str,
    clue: str,
    agency: Agency,
    level: str,
    clue_ref: str = "",
    is_vertical: bool = False,
    **sent: Unpack[Sent],
) -> Matter:
    """登记线索: the matter begins; the same form sent again leads to the matter made first."""
    by, today = sent["by"], sent["today"]
    flow = load_matter_flow()
    require(by, flow.permission_for("register"))
    if clue_kind not in flow.file.clue_kinds or level not in LEVEL_RANKS:
        raise NotPossible("线索来源或者等级不在可选值之内。")
    if not for_user(Agency.objects, by, "").filter(pk=agency.pk).exists():
        raise NotPossible(f"{agency} 不在您的范围内。")
    with transaction.atomic():
        if made := sent_before(MATTERS, by, sent.get("key", "")):
            return made
        state = flow.file.acts["register"].to or ""
        matter = Matter.objects.create(
            title=checked_reason(title)[:200],
            clue_kind=clue_kind,
            clue_ref=clue_ref.strip()[:100],
            clue=checked_reason(clue),
            agency=agency,
            level=level,
            is_vertical=is_vertical or managed_vertically(agency.pk, today),
            state=state,
            registered_on=today,
            due_on=flow.due_on(state, level, today, agency.tier),
            assignee=by,
        )
        matter.events.create(on=today, by=by, act="register", after=state, text=clue)
        MATTERS.note_key(matter, "register", by, sent.get("key", ""))
        audit.record(by, "matter.register", matter, ip=sent.get("ip"), clue=clue_kind)
    return matter


def managed_vertically(agency_id: str, today: date) -> bool:
    """What the office noted of the agency counts before what the register of agencies says."""
    noted = verticals.vertical_on(agency_id, today)
    return records.is_vertical(agency_id) if noted is None else noted


def matter_from_alerts(pks: Sequence[int], *, reason: str, sent: Sent) -> int:
    """Several alerts of one cause become one matter, or join one; returns its number.

    All must be visible, open and of one agency; otherwise nothing is done.
    """
    reason = checked_reason(reason)
    rows = for_user(Alert.objects.select_related("agency"), sent["by"]).filter(pk__in=pks)
    alerts = list(rows.order_by("level_rank", "pk"))
    if not alerts or len(alerts) != len(set(pks)):
        raise NotPossible("有的预警不存在，或者不在您的范围内。")
    if len(alerts) > ALERTS_AT_MOST:
        raise NotPossible(f"一件事项最多并入 {ALERTS_AT_MOST} 条预警。")
    agency = alerts[0].agency
    if agency is None or any(alert.agency_id != agency.pk for alert in alerts):
        raise NotPossible("这些预警不是同一个单位的，请分别立事项。")
    with transaction.atomic():
        key = sent.get("key", "")
        if made := sent_before(MATTERS, sent["by"], key):
            return made.pk
        within: Sent = {**sent, "key": "", "version": None}
        names = list(dict.fromkeys(alert.monitor_name for alert in alerts))
        matter = register(
            title=f"{agency}{'、'.join(names[:3])}{'等' if len(names) > 3 else ''}",
            clue_kind="alert",
            clue_ref="、".join(alert.number for alert in alerts[:5])[:100],
            clue=reason,
            agency=agency,
            level=alerts[0].level,
            **sent,
        )
        for alert in alerts:
            change = Change[Alert]({"matter": matter}, text=reason)
            change.detail = {"matter": matter.number}
            perform(ALERTS, alert.pk, "raise_to_matter", change, within)
    return matter.pk


def raise_to_matter(alert_id: int, *, reason: str, **sent: Unpack[Sent]) -> Alert:
    """转监督事项, one alert: it rests until the matter is closed."""
    matter_from_alerts([alert_id], reason=reason, sent=sent)
    return Alert.objects.get(pk=alert_id)


def open_matter(
    matter_id: int, *, form: str, reason: str, campaign: int | None = None, **sent: Unpack[Sent]
) -> Matter:
    """立项; a matter of a campaign says of which."""
    if form not in load_matter_flow().file.forms:
        raise NotPossible("监督方式不在可选值之内。")
    if (form == "campaign") != (campaign is not None):
        raise NotPossible("监督方式为专项监督的，须选是哪一次专项；其他方式不选专项。")
    values = {"form": form, "opened_on": sent["today"]}
    change = Change[Matter](values, text=checked_reason(reason))
    if campaign is not None:
        change.check = into_campaign(change, campaign, sent["by"])
    return perform(MATTERS, matter_id, "open", change, sent)


def refuse(matter_id: int, *, refusal: str, reason: str, **sent: Unpack[Sent]) -> Matter:
    """不立项: told where to go instead; its alerts return to where they were."""
    kinds = load_matter_flow().file.refusals
    if refusal not in kinds:
        raise NotPossible("不立项的情形不在可选值之内。")
    text = f"{kinds[refusal]}。{checked_reason(reason)}"

    def then(matter: Matter) -> None:
        for alert in matter.alerts.filter(state="matter"):
            change = Change[Alert]({"matter": None}, text=f"{matter.number} {text}")
            follow(ALERTS, alert, "release", change, sent["today"], sent["by"])

    change = Change[Matter]({"closed_on": sent["today"]}, text=text, then=then)
    change.detail = {"refusal": refusal}
    return perform(MATTERS, matter_id, "refuse", change, sent)


def ask_material(matter_id: int, *, days: int, reason: str, **sent: Unpack[Sent]) -> Matter:
    """要求提交材料, within so many working days."""
    due = load_calendar().add_working_days(sent["today"], days)
    change = Change[Matter](text=checked_reason(reason), detail={"due_on": due.isoformat()})
    return perform(MATTERS, matter_id, "ask_material", change, sent)


def give_material(
    matter_id: int, *, reason: str, files: Sequence[UploadedFile] = (), **sent: Unpack[Sent]
) -> Matter:
    """提交材料, by the agency."""
    change = Change[Matter](text=checked_reason(reason))
    change = parts.with_files(change, "give_material", files, sent)
    return perform(MATTERS, matter_id, "give_material", change, sent)


def extend_investigation(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """延长调查, once."""
    change = Change[Matter](text=checked_reason(reason))

    def check(matter: Matter) -> None:
        limit = load_matter_flow().file.investigation_extension
        change.values["due_on"] = limit.end(matter.due_on or sent["today"])

    change.check = check
    return perform(MATTERS, matter_id, "extend_investigation", change, sent)


def find(
    matter_id: int, *, finding: str, reason: str, problems: str = "", **sent: Unpack[Sent]
) -> Matter:
    """认定: what the investigation ends in, with the problems one by one."""
    findings = load_matter_flow().file.findings
    if finding not in findings:
        raise NotPossible("认定不在可选值之内。")
    texts = [] if finding == "none" else parts.split_problems(problems)
    reason = checked_reason(reason)
    values: dict[str, Any] = {"finding": finding, "finding_reason": reason}
    change = Change[Matter](values, text=f"{findings[finding].title}。{reason}")

    def check(matter: Matter) -> None:
        # Which way is open, a paper or word to the superior, is decided as of today.
        noted = verticals.vertical_on(matter.agency_id, sent["today"])
        if noted is not None:
            values["is_vertical"] = noted

    change.check = check
    change.then = lambda matter: parts.add_problems(matter, texts)
    return perform(MATTERS, matter_id, "find", change, sent)
