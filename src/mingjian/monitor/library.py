"""The library: every view and monitor file, read strictly and found by id or code."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from sqlglot import exp

from mingjian.monitor.analysis import Analysis, analyse
from mingjian.monitor.file import (
    Example,
    ExamplesFile,
    Level,
    MonitorFile,
    Parameter,
    Status,
    Value,
    ViewFile,
)
from mingjian.monitor.query import parse_condition, parse_query, to_sql
from mingjian.monitor.relations import relations
from mingjian.standards import (
    ContentError,
    Document,
    Problem,
    content_files,
    content_layers,
    shape_document,
)

EXAMPLES_SUFFIX = ".examples.yaml"


@dataclass(frozen=True)
class View:
    """A view file with its parsed query."""

    file: ViewFile
    document: Document
    query: exp.Query

    @property
    def name(self) -> str:
        return self.file.name

    @cached_property
    def text(self) -> str:
        """The query as one line of SQL, which layout and comments do not change."""
        return to_sql(self.query)

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names of the tables the query reads."""
        return tables_of(self.query)

    @cached_property
    def analysis(self) -> Analysis:
        """The query resolved against the standard, or the reasons why it cannot be."""
        return analyse(self.query, {})


@dataclass(frozen=True)
class Monitor:
    """A monitor file with its parsed logic; `id` is its path, e.g. penalty.decision_overdue."""

    id: str
    file: MonitorFile
    document: Document
    logic: exp.Expr
    defaults: dict[str, Any]
    examples: list[Example]

    @property
    def code(self) -> str:
        return self.file.code

    @cached_property
    def text(self) -> str:
        """The logic as one line of SQL, which layout and comments do not change."""
        return to_sql(self.logic)

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def status(self) -> Status:
        return self.file.status

    @property
    def level(self) -> Level:
        return self.file.level

    @property
    def unit(self) -> str:
        return self.file.unit

    @property
    def parameters(self) -> dict[str, Parameter]:
        return self.file.parameters

    @property
    def source(self) -> str:
        """The text of the logic as it stands in the file."""
        return self.file.when or self.file.sql or ""

    @property
    def logic_key(self) -> str:
        return "when" if self.file.when is not None else "sql"

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names of the tables and views the logic reads."""
        if self.file.view:
            return frozenset([self.file.view])
        return tables_of(self.logic)

    def with_values(self, values: Mapping[str, Value]) -> "Monitor":
        """The same monitor with other values of some parameters; those not named keep theirs."""
        known = self.parameters
        changed = {
            name: known[name].model_copy(update={"value": value, "type": known[name].kind})
            for name, value in values.items()
        }
        return replace(self, file=self.file.model_copy(update={"parameters": {**known, **changed}}))


@dataclass(frozen=True)
class Library:
    """All monitors by id and all views by name."""

    monitors: dict[str, Monitor] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, Monitor]:
        return {monitor.code: monitor for monitor in self.monitors.values()}

    @cached_property
    def view_columns(self) -> dict[str, dict[str, str]]:
        """Columns and SQL types of each view."""
        return {name: view.analysis.columns for name, view in self.views.items()}

    def monitor(self, name: str) -> Monitor:
        """The monitor of this id or code; raises KeyError with a Chinese sentence."""
        found = self.by_code.get(name) or self.monitors.get(name.replace("/", "."))
        if found is None:
            raise KeyError(f"没有模型“{name}”，可写标识（penalty.decision_overdue）或编号（PT-01）")
        return found

    def with_status(self, statuses: Mapping[str, Status]) -> "Library":
        """The library in which the monitors named stand where people have put them."""
        changed = {
            name: replace(found, file=found.file.model_copy(update={"status": status}))
            for name, status in statuses.items()
            if (found := self.monitors.get(name)) is not None
        }
        return Library({**self.monitors, **changed}, self.views)

    def with_monitors(self, *monitors: Monitor) -> "Library":
        """The library with these monitors in it, each in the place of one with the same id."""
        return Library({**self.monitors, **{one.id: one for one in monitors}}, self.views)

    def view_of_unit(self, unit: str) -> View | None:
        """The view of single records of this kind that draws the fullest time line, if any."""
        key = relations()[unit].key
        views = [
            view
            for view in self.views.values()
            if view.file.unit == unit and (view.file.key,) == key
        ]
        return max(views, key=lambda view: len(view.file.milestones), default=None)


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
    return Library(monitors, views), (*problems, *_repeated_codes(monitors))


def read_view(path: Path) -> View:
    document = Document(path)
    file = shape_document(document, ViewFile)
    if file.name != path.stem:
        raise document.error(("name",), f"应与文件名“{path.stem}”相同")
    return View(file, document, parse_query(document, ("sql",), file.sql))


def read_monitor(path: Path) -> Monitor:
    document = Document(path)
    file = shape_document(document, MonitorFile)
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


def tables_of(query: exp.Expr) -> frozenset[str]:
    """Tables a query reads, its own CTEs left out."""
    named = {cte.alias for cte in query.find_all(exp.CTE)}
    return frozenset(table.name for table in query.find_all(exp.Table)) - named


def _repeated_codes(monitors: dict[str, Monitor]) -> list[Problem]:
    seen: dict[str, Monitor] = {}
    problems = []
    for monitor in monitors.values():
        first = seen.setdefault(monitor.code, monitor)
        if first is not monitor:
            message = f"编号“{monitor.code}”已被 {first.id} 使用，编号不得重复、不得再用"
            problems.append(monitor.document.problem(("code",), message))
    return problems
