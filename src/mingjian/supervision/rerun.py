"""系统复算: before something is said to be put right, its monitor runs again on today's records."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mingjian.monitor import Library, explain, find_unit
from mingjian.supervision.models import Alert
from mingjian.supervision.monitor_life import as_for, effective_library
from mingjian.supervision.records import RecordsUnavailable, library, records

Outcome = Literal["hit", "clear", "unknown"]


@dataclass(frozen=True)
class Rerun:
    """`unknown`: the monitor or the records are away; then the person decides without it."""

    outcome: Outcome
    words: str

    @property
    def is_hit(self) -> bool:
        return self.outcome == "hit"


def rerun(alert: Alert, today: date) -> Rerun:
    """Judge the alert's unit once more, by the monitor in force for its agency, as of today."""
    known = library()
    monitor = known.monitors.get(alert.monitor_id)
    if monitor is None:
        return Rerun("unknown", "模型文件已移除，没有复算。")
    alone = effective_library(Library({monitor.id: monitor}, known.views))
    used = as_for(alone.monitors[monitor.id], alert.agency)
    try:
        with records() as reader:
            found = find_unit(reader, alone, used, alert.unit_id, today)
            # “不再命中”只对记录里还在的对象说得出。
            is_known = bool(found) or explain(reader, known, monitor, alert.unit_id, today)
    except RecordsUnavailable as error:
        return Rerun("unknown", f"没有复算：{error}")
    if found:
        return Rerun("hit", f"按 {today} 的记录复算，模型仍然命中。")
    if not is_known:
        return Rerun("unknown", "现在的业务记录里已查不到这个对象，没有复算。")
    return Rerun("clear", f"按 {today} 的记录复算，模型不再命中。")
