"""Every change to an alert, the round's (`raising`) and people's (`handling`), and to monitors."""

from mingjian.supervision.acts.filters import forget_filter, save_filter
from mingjian.supervision.acts.handling import add_note, feed_back, give_verdict, sign
from mingjian.supervision.acts.monitors import change_status, end_value, set_value
from mingjian.supervision.acts.raising import raise_alerts
from mingjian.supervision.acts.rounds import keep_round

__all__ = [
    "add_note",
    "change_status",
    "end_value",
    "feed_back",
    "forget_filter",
    "give_verdict",
    "keep_round",
    "raise_alerts",
    "save_filter",
    "set_value",
    "sign",
]
