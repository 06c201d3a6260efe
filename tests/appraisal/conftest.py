"""The city, confirmed problems, and the figures by which zero is told from never reported."""

from alert_runs import library, run_of
from audited import every_act_is_audited
from confirmed_city import grouped, own_home, raised
from office import city, quick_passwords
from papers import district_head

__all__ = [
    "city",
    "district_head",
    "every_act_is_audited",
    "grouped",
    "library",
    "own_home",
    "quick_passwords",
    "raised",
    "run_of",
]
