"""辅助办案: the same monitors on one draft case, before a decision is made."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mingjian.monitor.given import typed_rows
from mingjian.monitor.library import Library
from mingjian.monitor.run import Run, run_monitors
from mingjian.store import memory_reader


def precheck(
    rows: Mapping[str, list[dict[str, Any]]],
    library: Library,
    as_of: date,
    monitors: Iterable[str] | None = None,
) -> Run:
    """Judge the rows of a draft, by table, as of a day; raises GivenError for an untypable value.

    Data requirements are not asked, for one case is never a whole city. Monitors that compare a
    case with others can find only what the given rows show.
    """
    with memory_reader(typed_rows(rows, {})) as reader:
        return run_monitors(reader, library, as_of, only=monitors, with_requirements=False)
