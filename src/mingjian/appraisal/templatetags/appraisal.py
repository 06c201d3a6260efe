"""Template filters of assessment and training."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from mingjian.appraisal.models import AgencySheet

register = template.Library()


@register.filter
def lost(sheet: AgencySheet, item: str) -> str:
    """What an item cost: 0, or −3.0."""
    points = Decimal(sheet.items[item]["deducted"])
    return f"−{points.normalize():f}" if points else "0"


@register.filter
def marks(points: Decimal) -> str:
    """A row's points without idle zeros."""
    return f"{points.normalize():f}"


@register.filter
def title_in(states: Mapping[str, Any], name: str) -> str:
    """What a flow calls a state."""
    return str(states[name].title)
