"""`mingjian check`: everything that can be said about model files without real records."""

from collections.abc import Iterator

from mingjian.law import Laws, load_laws
from mingjian.monitor.compile import IDENTITY
from mingjian.monitor.kept import check_night
from mingjian.monitor.library import Library, Monitor, View
from mingjian.monitor.local_checks import monitor_local_faults, view_local_faults
from mingjian.monitor.logic_checks import monitor_faults, view_faults
from mingjian.monitor.page_checks import example_faults, law_faults, unit_faults, wording_faults
from mingjian.monitor.query import to_sql
from mingjian.monitor.reading import read_library
from mingjian.monitor.relations import relations
from mingjian.standards import Problem


def check_library() -> list[Problem]:
    """Every fault of every view and monitor file, and of how the round is run."""
    library, problems = read_library()
    problems += check_night()
    laws = load_laws()
    for view in library.written_views.values():
        problems += [*check_view(view), *view_local_faults(library, view)]
    for monitor in library.monitors.values():
        problems += check_monitor(monitor, library, laws)
    return [*problems, *_twins(library), *_lost_successors(library)]


def check_view(view: View) -> list[Problem]:
    """Every fault of one view file."""
    return [*_shape_faults(view), *view_faults(view)]


def check_monitor(monitor: Monitor, library: Library, laws: Laws) -> list[Problem]:
    """Every fault of one monitor file."""
    return [
        *unit_faults(monitor),
        *law_faults(monitor, laws),
        *wording_faults(monitor),
        *example_faults(monitor),
        *_view_unit_faults(library, monitor),
        *monitor_faults(library, monitor),
        *monitor_local_faults(library, monitor),
    ]


def _shape_faults(view: View) -> Iterator[Problem]:
    """Columns that the time line and the peer group point to exist; identity is there."""
    file, problem = view.file, view.document.problem
    for column in (*IDENTITY, "region_code"):
        if column not in file.columns:
            yield problem(("columns",), f"视图须有 {column} 一列")
    for i, milestone in enumerate(file.milestones):
        if milestone.on not in file.columns:
            yield problem(("milestones", i, "on"), f"没有“{milestone.on}”这一列")
    for i, limit in enumerate(file.limits):
        for part in ("start", "end", "met"):
            if getattr(limit, part) not in file.columns:
                yield problem(("limits", i, part), f"没有“{getattr(limit, part)}”这一列")
    if file.peers is not None:
        for column in (file.peers.value, *file.peers.group):
            if column not in file.columns:
                yield problem(("peers",), f"没有“{column}”这一列")
        if not file.peers.title:
            yield problem(("peers", "title"), "缺少这一项")
    relation = relations().get(file.unit)
    if relation is None or relation.kind != "standard":
        yield problem(("unit",), f"“{file.unit}”不是标准表")
    elif file.key not in relation.columns:
        yield problem(("key",), f"表 {file.unit} 没有“{file.key}”这一列")


def _view_unit_faults(library: Library, monitor: Monitor) -> Iterator[Problem]:
    view = library.views.get(monitor.file.view or "")
    if view is not None and view.file.unit != monitor.unit:
        yield monitor.document.problem(("unit",), f"视图 {view.name} 的对象是 {view.file.unit}")


def _twins(library: Library) -> Iterator[Problem]:
    seen: dict[tuple[str | None, str], Monitor] = {}
    for monitor in library.monitors.values():
        first = seen.setdefault((monitor.file.view, to_sql(monitor.logic)), monitor)
        if first is not monitor:
            message = f"与 {first.id} 的逻辑完全相同"
            yield monitor.document.problem((monitor.logic_key,), message)


def _lost_successors(library: Library) -> Iterator[Problem]:
    for monitor in library.monitors.values():
        retired = monitor.file.retired
        if retired and retired.successor and retired.successor not in library.monitors:
            message = f"没有“{retired.successor}”这个模型"
            yield monitor.document.problem(("retired", "successor"), message)
