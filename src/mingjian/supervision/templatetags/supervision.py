"""Template tags of this room: an alert in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.forms import CheckboxInput, RadioSelect
from django.utils.html import format_html

from mingjian.standards import load_standard
from mingjian.supervision import wording
from mingjian.supervision.flow import load_campaign_flow, load_flow, load_matter_flow
from mingjian.supervision.models import Alert, Campaign, Matter
from mingjian.supervision.notices import unread_count

register = template.Library()

_TONES = {"late": "due-late", "today": "due-late", "soon": "due-soon"}
_NIGHT = "夜间作业"


@register.filter
def sentence(alert: Alert) -> str:
    """What is wrong, in one sentence, personal data masked."""
    return wording.masked_message(alert)


@register.simple_tag
def due(alert: Alert | Matter | Campaign, today: date) -> str:
    """剩 3 个工作日 / 今日到期 / 已超 2 个工作日, or — where no limit runs."""
    left = wording.days_left(alert, today)
    if not left.text:
        return "—"
    css = f"due {_TONES.get(left.tone, '')}".strip()
    return format_html('<span class="{}" title="{} 届满">{}</span>', css, alert.due_on, left.text)


@register.filter
def is_choice(field: Any) -> bool:
    """Whether a form field is a group of radio buttons."""
    return isinstance(field.field.widget, RadioSelect)


@register.filter
def is_check(field: Any) -> bool:
    """Whether a form field is one box to tick."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def of_monitor(shares: Any, monitor_id: str) -> str:
    """What a dict by monitor says of one; nothing where there is no dict."""
    return shares.get(monitor_id, "") if isinstance(shares, dict) else ""


@register.filter
def matter_state(state: str) -> str:
    return load_matter_flow().state_title(state)


@register.filter
def matter_act(act: str) -> str:
    return load_matter_flow().act_title(act)


@register.filter
def campaign_state(state: str) -> str:
    return load_campaign_flow().state_title(state)


@register.filter
def campaign_act(act: str) -> str:
    return load_campaign_flow().act_title(act)


@register.filter
def at(items: Sequence[Any], index: int) -> Any:
    """The item at a place, for two lists that go together."""
    return items[index]


@register.simple_tag(takes_context=True)
def unread(context: Any) -> int:
    """How many notices the person has not read."""
    user = context["request"].user
    return unread_count(user) if user.is_authenticated else 0


@register.filter
def state_title(state: str) -> str:
    return load_flow().state_title(state)


@register.filter
def act_title(act: str) -> str:
    return load_flow().act_title(act)


@register.filter
def verdict_title(verdict: str) -> str:
    """属实, 部分属实 …; empty where there is none."""
    return load_standard().codes["verdict"].title_of(verdict) if verdict else ""


@register.filter
def group_title(code: str) -> str:
    """The group of a monitor code: PT-01 → 程序与时限."""
    return load_standard().codes["monitor_group"].title_of(code.split("-")[0])


@register.filter
def doer(event: Any) -> str:
    return str(event.by) if event.by_id else _NIGHT


@register.filter
def at_level(counts: dict[str, int] | None, level: str) -> int:
    """A level's number in a dict of counts."""
    return (counts or {}).get(level, 0)


@register.filter
def total(counts: dict[str, int]) -> int:
    return sum(counts.values())


@register.simple_tag
def alert_levels() -> list[str]:
    """The levels from the gravest down."""
    return list(load_standard().codes["alert_level"].codes)
