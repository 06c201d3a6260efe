"""系统复算: before something is said to be put right, its monitor runs again on today's records."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mingjian.monitor import Library, find_unit
from mingjian.supervision.models import Alert
from mingjian.supervision.monitor_life import as_for, effective_library
from mingjian.supervision.records import RecordsUnavailable, library, records

Outcome = Literal["hit", "clear", "unknown"]


@dataclass(frozen=True)
class Recheck:
    """`unknown`: the monitor or the records are away; then the person decides without it."""

    outcome: Outcome
    words: str

    @property
    def is_hit(self) -> bool:
        return self.outcome == "hit"


def recheck(alert: Alert, today: date) -> Recheck:
    """Judge the alert's unit once more, by the monitor in force for its agency, as of today."""
    known = library()
    monitor = known.monitors.get(alert.monitor_id)
    if monitor is None:
        return Recheck("unknown", "模型文件已移除，没有复算。")
    alone = effective_library(Library({monitor.id: monitor}, known.views))
    used = as_for(alone.monitors[monitor.id], alert.agency)
    try:
        with records() as reader:
            found = find_unit(reader, alone, used, alert.unit_id, today)
    except RecordsUnavailable as error:
        return Recheck("unknown", f"没有复算：{error}")
    if found:
        return Recheck("hit", f"按 {today} 的记录复算，模型仍然命中。")
    return Recheck("clear", f"按 {today} 的记录复算，模型不再命中。")
