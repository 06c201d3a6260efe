"""Reads every view and monitor file strictly, and gathers them in the library."""

from functools import lru_cache
from pathlib import Path

from sqlglot import exp

from mingjian.monitor.derived import comparison_of, derived_name
from mingjian.monitor.file import ExamplesFile, MonitorFile, ViewFile
from mingjian.monitor.library import Library, Monitor, View, derived_views
from mingjian.monitor.query import parse_condition, parse_query
from mingjian.standards import (
    ContentError,
    Document,
    Problem,
    content_files,
    content_layers,
    shape_document,
)

EXAMPLES_SUFFIX = ".examples.yaml"


def load_library() -> Library:
    """Read content/views and content/monitors; raises ContentError with every fault found."""
    library, problems = read_library()
    if problems:
        raise ContentError(problems)
    return library


def read_library() -> tuple[Library, list[Problem]]:
    """As load_library, but hands back what could be read together with the faults.

    Files that have not changed since the last call are not read again.
    """
    stamps = []
    for path in (*content_files("views"), *content_files("monitors")):
        status = path.stat()
        stamps.append((path, status.st_mtime_ns, status.st_size))
    library, problems = _read(tuple(stamps))
    return library, list(problems)


@lru_cache(maxsize=2)
def _read(_stamps: tuple[tuple[Path, int, int], ...]) -> tuple[Library, tuple[Problem, ...]]:
    problems: list[Problem] = []
    views: dict[str, View] = {}
    monitors: dict[str, Monitor] = {}
    for path in content_files("views"):
        try:
            view = read_view(path)
            views[view.name] = view
        except ContentError as error:
            problems += error.problems
    for path in content_files("monitors"):
        if path.name.endswith(EXAMPLES_SUFFIX):
            continue
        try:
            monitor = read_monitor(path)
            monitors[monitor.id] = monitor
        except ContentError as error:
            problems += error.problems
    derived, unfit = derived_views(views, monitors.values())
    problems += [*unfit, *_repeated_codes(monitors)]
    views |= derived
    fit = {m.id: m for m in monitors.values() if m.asked is None or m.file.view in views}
    return Library(fit, views), tuple(problems)


def read_view(path: Path) -> View:
    document = Document(path)
    file = shape_document(document, ViewFile)
    if file.name != path.stem:
        raise document.error(("name",), f"应与文件名“{path.stem}”相同")
    return View(file, document, parse_query(document, ("sql",), file.sql))


def read_monitor(path: Path) -> Monitor:
    document = Document(path)
    file = shape_document(document, MonitorFile)
    asked = comparison_of(file)
    if asked is not None and file.view is not None:
        file = file.model_copy(update={"view": derived_name(file.view, asked)})
    logic: exp.Expr
    if file.when is not None:
        logic = parse_condition(document, ("when",), file.when)
    else:
        logic = parse_query(document, ("sql",), file.sql or "")
    defaults, examples = file.defaults, file.examples
    beside = path.with_name(path.stem + EXAMPLES_SUFFIX)
    if beside.is_file():
        extra = shape_document(Document(beside), ExamplesFile)
        defaults, examples = defaults | extra.defaults, [*examples, *extra.examples]
    return Monitor(monitor_id(path), file, document, logic, defaults, examples)


def monitor_id(path: Path) -> str:
    for root in content_layers():
        folder = root / "monitors"
        if path.is_relative_to(folder):
            return path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
    return path.stem


def _repeated_codes(monitors: dict[str, Monitor]) -> list[Problem]:
    seen: dict[str, Monitor] = {}
    problems = []
    for monitor in monitors.values():
        first = seen.setdefault(monitor.code, monitor)
        if first is not monitor:
            message = f"编号“{monitor.code}”已被 {first.id} 使用，编号不得重复、不得再用"
            problems.append(monitor.document.problem(("code",), message))
    return problems
