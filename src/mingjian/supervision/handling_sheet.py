"""What the page shows of the handling of an alert: acts, problems, extensions, evidence, likes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mingjian.access.flow import OpenAct
from mingjian.access.models import User
from mingjian.supervision import campaign_queries
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import RIGHT, Alert, Attachment, Extension, Problem
from mingjian.supervision.precision import precision_of, shares
from mingjian.supervision.rerun import Rerun, rerun

JUDGED_AT_LEAST = 5  # fewer verdicts suggest nothing


@dataclass(frozen=True)
class Handling:
    """The side of the sheet."""

    acts: list[OpenAct]
    problems: list[Problem]
    extensions: list[Extension]
    attachments: list[Attachment]
    merged: list[Alert]
    share: str
    again: Rerun | None  # before acceptance: what the monitor says today


def handling_of(alert: Alert, user: User, today: date) -> Handling:
    """Read once for a page; the caller checked that the user may see the alert."""
    acts = open_acts(alert, user)
    accepts = any(act.name == "accept" for act in acts)
    return Handling(
        acts=acts,
        problems=list(alert.problems.all()),
        extensions=list(alert.extensions.all()),
        attachments=list(alert.attachments.select_related("by")),
        merged=list(alert.merged.order_by("pk")[:50]),
        share="" if alert.is_closed else share_of_likes(alert),
        again=rerun(alert, today) if accepts else None,
    )


def open_acts(alert: Alert, user: User) -> list[OpenAct]:
    """The flow's acts for this user, without those that this alert gives no occasion for."""
    found = load_flow().open_to(user, alert.state)
    campaigns = campaign_queries.campaigns_of(alert)
    asked = alert.extensions.filter(answer="").exists()
    trusted = alert.claimed_verdict not in ("", *RIGHT) and not alert.is_drawn
    fits = {
        "grant_extension": asked,
        "refuse_extension": asked,
        "ask_extension": alert.due_on is not None and not asked,
        "accept_claim": trusted,
        "check_again": alert.state == "verified",
        "join_campaign": any(act.name == "join_campaign" for act in found)
        and bool(campaign_queries.open_for(alert)),
        "leave_campaign": any(c.state == campaign_queries.RUNNING for c in campaigns),
    }
    return [act for act in found if fits.get(act.name, True)]


def shares_in_words(alerts: Iterable[Alert]) -> dict[str, str]:
    """Monitor → “同类属实 15/20”, for the rows of a page; none where too few were judged."""
    found = shares(alert.monitor_id for alert in alerts)
    return {
        name: f"同类属实 {precision.right}/{precision.judged}"
        for name, precision in found.items()
        if precision.judged >= JUDGED_AT_LEAST
    }


def share_of_likes(alert: Alert) -> str:
    """以往同类预警属实多少: of the monitor, and of it at this agency; empty where too few."""
    whole = precision_of(alert.monitor_id)
    if whole.judged < JUDGED_AT_LEAST or whole.share is None or whole.interval is None:
        return ""
    low, high = whole.interval
    words = (
        f"本模型认定过 {whole.judged} 条，属实 {whole.right} 条"
        f"（{whole.share:.0%}，可能在 {low:.0%} 至 {high:.0%} 之间）"
    )
    if alert.agency_id:
        here = precision_of(alert.monitor_id, alert.agency_id)
        if here.judged:
            words += f"；本单位 {here.judged} 条，属实 {here.right} 条"
    return words + "。"
