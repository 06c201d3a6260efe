"""Alerts in words for pages and exports: masked sentences, days left, values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.access.masking import mask_always, mask_text
from mingjian.standards import load_calendar
from mingjian.supervision.models import Alert, Campaign, Matter


@dataclass(frozen=True)
class DaysLeft:
    """How an alert stands against its limit. `tone`: late, today, soon, calm or none."""

    text: str
    tone: str


def days_left(alert: Alert | Matter | Campaign, today: date) -> DaysLeft:
    """剩 3 个工作日 / 今日到期 / 已超 2 个工作日; empty where no limit runs."""
    due = alert.due_on
    if due is None or alert.is_closed:
        return DaysLeft("", "none")
    if due == today:
        return DaysLeft("今日到期", "today")
    calendar = load_calendar()
    if due < today:
        late = calendar.working_days_between(due, today)
        # A limit that ran out on Friday is late on Saturday already, by no working day yet.
        return DaysLeft(f"已超 {late} 个工作日" if late else "已超期", "late")
    left = calendar.working_days_between(today, due)
    return DaysLeft(f"剩 {left} 个工作日", "soon" if left <= 2 else "calm")


def masked_message(alert: Alert) -> str:
    """The latest sentence with the personal data of its evidence masked."""
    return masked_sentence(alert.latest_message, alert.unit, alert.latest_evidence)


def masked_sentence(message: str, unit: str, evidence: Mapping[str, Any]) -> str:
    for name, masked in mask_always(unit, evidence).items():
        value = evidence[name]
        if masked != value and isinstance(value, str):
            message = message.replace(value, str(masked))
    return mask_text(message)
