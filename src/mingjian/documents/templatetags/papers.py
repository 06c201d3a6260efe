"""Template tags of this room: a paper in words."""

from datetime import date

from django import template
from django.utils.html import format_html

from mingjian.documents.acts.moving import SERVICE_METHODS
from mingjian.documents.flow import load_flow
from mingjian.documents.models import Paper
from mingjian.documents.template import load_templates
from mingjian.standards import load_calendar

register = template.Library()

_TONES = {"acknowledged": "tag-good", "archived": "", "withdrawn": "tag-bad", "annulled": "tag-bad"}


@register.filter
def kind_name(paper: Paper) -> str:
    return load_templates()[paper.template].name


@register.filter
def state_name(paper: Paper) -> str:
    return load_flow().state_title(paper.state)


@register.filter
def paper_act(act: str) -> str:
    return load_flow().act_title(act)


@register.filter
def method_name(method: str) -> str:
    return SERVICE_METHODS[method]


@register.filter
def paper_day(paper: Paper) -> str:
    """The day that says most of a paper of `paper_list`: served, else dated, else drafted."""
    day = paper.served_on or paper.dated_on or paper.drafted_on
    word = "送达" if paper.served_on else ("成文" if paper.dated_on else "起草")
    return f"{day:%Y-%m-%d} {word}"


@register.simple_tag
def paper_state(paper: Paper) -> str:
    state = load_flow().file.states[paper.state]
    css = f"tag {_TONES.get(paper.state, 'tag-accent')}".strip()
    return format_html('<span class="{}" title="{}">{}</span>', css, state.meaning, state.title)


@register.simple_tag
def paper_due(paper: Paper, today: date) -> str:
    """The nearest end: of this step, or of the time for the answer."""
    ends = [(paper.due_on, "办理")]
    if paper.replied_on is None and paper.state in ("served", "acknowledged"):
        ends.append((paper.reply_due_on, "回复"))
    dated = [(day, word) for day, word in ends if day is not None]
    if not dated:
        return "—"
    day, word = min(dated)
    left = load_calendar().working_days_between(today, day)
    tone, text = "", f"{word}剩 {left} 个工作日"
    if day < today:
        tone, text = "due-late", f"{word}已超 {max(1, -left)} 个工作日"
    elif day == today:
        tone, text = "due-late", f"{word}今日到期"
    elif left <= 2:
        tone = "due-soon"
    return format_html('<span class="due {}" title="{} 届满">{}</span>', tone, day, text)
