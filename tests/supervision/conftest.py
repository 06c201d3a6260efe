"""The city, its people, and an alert to work on."""

from alert_runs import alert, library, run_of
from audited import every_act_is_audited
from office import city, quick_passwords
from papers import district_head

__all__ = [
    "alert",
    "city",
    "district_head",
    "every_act_is_audited",
    "library",
    "quick_passwords",
    "run_of",
]
