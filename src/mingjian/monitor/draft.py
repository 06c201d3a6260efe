"""A monitor that is not a file of the library yet: read from its text, checked like one."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mingjian.law import load_laws
from mingjian.monitor.checks import check_monitor
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.query import to_sql
from mingjian.monitor.reading import read_monitor
from mingjian.standards import ContentError, Problem

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,59}")


def is_identifier(text: str) -> bool:
    """Whether the text may be a monitor's id: its folder and file name, penalty.case_idle."""
    return _IDENTIFIER.fullmatch(text) is not None


def draft_path(identifier: str) -> Path:
    """Where the file of this id stands below a folder of content files."""
    if not is_identifier(identifier):
        raise ValueError(
            f"“{identifier}”不是模型标识（应如 penalty.case_idle：小写字母、数字、下划线）"
        )
    folder, name = identifier.split(".")
    return Path("monitors") / folder / f"{name}.yaml"


def draft_monitor(text: str, identifier: str, folder: Path) -> Monitor:
    """The monitor that the text describes; raises ContentError with every fault of reading it.

    The text is kept below `folder` (once, under its own hash), so that faults found later can
    still be placed on its lines.
    """
    kept = folder / hashlib.sha256(text.encode()).hexdigest()[:20] / draft_path(identifier)
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    return replace(read_monitor(kept), id=identifier)


def check_draft(library: Library, monitor: Monitor) -> list[Problem]:
    """Every fault the file would have if it stood in the library."""
    try:
        library = library.with_monitors(monitor)
    except ContentError as error:
        return error.problems
    return [*check_monitor(monitor, library, load_laws()), *_collisions(library, monitor)]


def _collisions(library: Library, monitor: Monitor) -> Iterator[Problem]:
    """Another monitor's code, or another monitor's logic."""
    problem = monitor.document.problem
    for other in library.monitors.values():
        if other.id == monitor.id:
            continue
        if other.code == monitor.code:
            yield problem(("code",), f"编号“{monitor.code}”已被 {other.id} 使用")
        same_view = other.file.view == monitor.file.view
        if same_view and to_sql(other.logic) == to_sql(monitor.logic):
            yield problem((monitor.logic_key,), f"与 {other.code} {other.name} 的逻辑完全相同")
