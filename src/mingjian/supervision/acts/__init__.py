"""Every change to an alert: the round's (`raising`) and people's (`handling`)."""

from mingjian.supervision.acts.filters import forget_filter, save_filter
from mingjian.supervision.acts.handling import add_note, feed_back, give_verdict, sign
from mingjian.supervision.acts.raising import raise_alerts

__all__ = [
    "add_note",
    "feed_back",
    "forget_filter",
    "give_verdict",
    "raise_alerts",
    "save_filter",
    "sign",
]
