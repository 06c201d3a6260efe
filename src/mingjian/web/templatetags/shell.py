"""Template tags of the page shell: menu, scope and date, icons, levels, empty states, bars."""

from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mingjian.intake import ASPECTS
from mingjian.standards import load_standard
from mingjian.web.navigation import entry_of, menu_for
from mingjian.web.submission_query import outcome_title

register = template.Library()

WEEKDAYS = "一二三四五六日"


@register.simple_tag(takes_context=True)
def repeat_block(context: Context, name: str) -> str:
    """Render a block once more, so that a page writes its title a single time."""
    blocks = context.render_context[BLOCK_CONTEXT_KEY]
    block = blocks.get_block(name)
    return str(block.render(context))


@register.inclusion_tag("components/nav.html", takes_context=True)
def shell_nav(context: Context) -> dict[str, Any]:
    request = context.get("request")
    here = entry_of(request.path) if request else None
    groups = menu_for(context.get("may", {}))
    return {"groups": groups, "here": here, "icons": static("icons.svg")}


@register.simple_tag
def shell_date() -> str:
    """Today in Beijing, with the weekday: working days are counted on these pages all day."""
    today = timezone.localdate()
    return f"{today.year}年{today.month}月{today.day}日 星期{WEEKDAYS[today.weekday()]}"


@register.simple_tag(takes_context=True)
def shell_scope(context: Context) -> str:
    """“范围：朝阳区”: what the person signed in can see at all."""
    label = context.get("scope_title", "")
    if not label:
        return ""
    return format_html('<span class="topbar-scope">{}范围：{}</span>', icon("scope"), label)


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name
    )


@register.inclusion_tag("components/level.html")
def level(code: str) -> dict[str, str]:
    """An alert level as word, shape and colour."""
    return {"code": code, "title": load_standard().codes["alert_level"].title_of(code)}


@register.simple_tag
def verdict_title(code: str) -> str:
    return load_standard().codes["verdict"].title_of(code)


@register.simple_tag
def aspect_title(code: str) -> str:
    return next(title for aspect, title in ASPECTS.items() if aspect == code)


@register.simple_tag
def submission_status(code: str) -> str:
    return outcome_title(code)


@register.inclusion_tag("components/empty.html")
def empty(title: str, advice: str = "", href: str = "", action: str = "") -> dict[str, str]:
    """Nothing to show: say so, and what to do next."""
    return {"title": title, "advice": advice, "href": href, "action": action}


@register.simple_tag
def page_numbers(page: Any) -> list[int | str]:
    """Numbers around the page shown, with … for those left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag
def bar(share: float | None) -> str:
    """A share from 0 to 1 as a short bar; nothing at all when there is no share."""
    if share is None:
        return ""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="8"/></svg>',
        f"{max(0.0, min(1.0, share)) * 100:.1f}",
    )


@register.filter
def day(value: date | None) -> str:
    """A date as 2025-04-03, “—” when there is none."""
    return f"{value:%Y-%m-%d}" if value else "—"


@register.filter
def minute(value: Any) -> str:
    """An instant to the minute."""
    return f"{value:%Y-%m-%d %H:%M}" if value else "—"


@register.filter
def localminute(value: datetime | None) -> str:
    """An instant of the office database, in Beijing time, to the minute."""
    return minute(timezone.localtime(value)) if value else "—"


@register.filter
def count(value: int | None) -> str:
    """A number with thousands separators, “—” when there is none."""
    return "—" if value is None else f"{value:,}"


@register.filter
def percent(value: float | None) -> str:
    """A share from 0 to 1 as 98.7%; “—” when there is none. Never rounds up to 100%."""
    if value is None:
        return "—"
    shown = f"{value * 100:.1f}"
    return "99.9%" if shown == "100.0" and value < 1 else f"{shown.removesuffix('.0')}%"


@register.filter
def whole(value: float | None) -> str:
    """A count or sum without decimals, “—” when there is none."""
    return "—" if value is None else f"{value:,.0f}"


@register.filter
def unlocalized(value: float) -> str:
    """A coordinate: SVG knows no thousands separators."""
    return f"{value:.1f}"


@register.filter
def short_place(name: str) -> str:
    """朝阳区 → 朝阳, as maps write it."""
    return name.removesuffix("区").removesuffix("县") if len(name) > 2 else name
