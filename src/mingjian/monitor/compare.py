"""Two versions of a monitor on the same past days: what both find, what only one of them does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mingjian.monitor.backtest import Readers, judged_on
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.run import Run

NEW = "~new"  # no identifier of a file has this character


@dataclass(frozen=True)
class Hit:
    """One unit that a version finds on a day."""

    unit_id: str
    agency_id: str | None
    message: str
    evidence: dict[str, Any]


@dataclass(frozen=True)
class ComparedDay:
    """Both versions on one day; `old` or `new` is None when that version could not run."""

    as_of: date
    as_known: bool
    message: str
    old: dict[str, Hit] | None
    new: dict[str, Hit] | None


def compare(
    readers: Readers, library: Library, old: Monitor, new: Monitor, days: Sequence[date]
) -> Iterator[ComparedDay]:
    """Judge each day by both versions, on what was known on it, in one round."""
    other = replace(new, id=f"{new.id}{NEW}")
    both = library.with_monitors(old, other)
    for day in days:
        run, known = judged_on(readers, both, [old.id, other.id], day)
        notes = [] if known else ["当日尚未归集数据，按现有数据推算"]
        for title, one in (("现行", old.id), ("对照", other.id)):
            outcome = next(o for o in run.outcomes if o.monitor_id == one)
            if outcome.status != "ran":
                notes.append(f"{title}版本没有结果：{outcome.message}")
        yield ComparedDay(day, known, "；".join(notes), _hits(run, old.id), _hits(run, other.id))


def _hits(run: Run, monitor_id: str) -> dict[str, Hit] | None:
    outcome = next(o for o in run.outcomes if o.monitor_id == monitor_id)
    if outcome.status != "ran":
        return None
    return {
        found.unit_id: Hit(found.unit_id, found.agency_id, found.message, found.evidence)
        for found in run.findings_of(monitor_id)
    }
