"""Every change to alerts, matters and monitors.

By module: `raising` (the round's), `handling`, `rectifying`, `grouping` (people's, on alerts),
`matters`, `campaigns`, `campaign_lists`, `monitors`; `engine` is the one way they all go.
"""

from mingjian.supervision.acts.campaign_lists import drop_alert, join_alert
from mingjian.supervision.acts.clock import run_clock
from mingjian.supervision.acts.filters import forget_filter, save_filter
from mingjian.supervision.acts.grouping import merge, unmerge
from mingjian.supervision.acts.handling import (
    accept_claim,
    add_note,
    assign,
    check_again,
    dispatch,
    feed_back,
    give_verdict,
    sign,
)
from mingjian.supervision.acts.matters import matter_from_alerts, raise_to_matter
from mingjian.supervision.acts.monitors import change_status, end_value, set_value
from mingjian.supervision.acts.raising import raise_alerts
from mingjian.supervision.acts.rectifying import (
    accept,
    ask_extension,
    grant_extension,
    order_rectification,
    refuse_extension,
    report_rectified,
    resume,
    send_back,
    suspend,
)
from mingjian.supervision.acts.rounds import keep_round

__all__ = [
    "accept",
    "accept_claim",
    "add_note",
    "ask_extension",
    "assign",
    "change_status",
    "check_again",
    "dispatch",
    "drop_alert",
    "end_value",
    "feed_back",
    "forget_filter",
    "give_verdict",
    "grant_extension",
    "join_alert",
    "keep_round",
    "matter_from_alerts",
    "merge",
    "order_rectification",
    "raise_alerts",
    "raise_to_matter",
    "refuse_extension",
    "report_rectified",
    "resume",
    "run_clock",
    "save_filter",
    "send_back",
    "set_value",
    "sign",
    "suspend",
    "unmerge",
]
