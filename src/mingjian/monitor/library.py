"""The library: views and monitors with their parsed logic, found by name, id or code."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlglot import exp

from mingjian.monitor.analysis import Analysis, analyse
from mingjian.monitor.derived import (
    Comparison,
    comparison_of,
    derived_file,
    derived_query,
    faults,
)
from mingjian.monitor.file import (
    Example,
    Level,
    MonitorFile,
    Parameter,
    Status,
    Value,
    ViewFile,
)
from mingjian.monitor.query import to_sql
from mingjian.monitor.relations import relations
from mingjian.standards import (
    ContentError,
    Document,
    Problem,
)


@dataclass(frozen=True)
class View:
    """A view file with its parsed query.

    One that a monitor's `peers` or `recurs` ask for has no file of its own: it is derived from
    its `base`, by what is `asked`.
    """

    file: ViewFile
    document: Document
    query: exp.Query
    base: "View | None" = None
    asked: Comparison | None = None

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

    def with_comparison(self, asked: Comparison) -> "View":
        """The view with the columns asked for beside its own; `faults` must have found none."""
        query = derived_query(self.file, self.query, self.analysis.columns, asked)
        return View(derived_file(self.file, query, asked), self.document, query, self, asked)


@dataclass(frozen=True)
class Monitor:
    """A monitor file with its parsed logic; `id` is its path, e.g. penalty.decision_overdue.

    `file.view` names the view that is read: for a file with `peers` or `recurs` the derived one.
    """

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
    def asked(self) -> Comparison | None:
        """The peers and recurrences that the file asks for."""
        return comparison_of(self.file)

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

    @property
    def written_views(self) -> dict[str, View]:
        """The views that have a file of their own."""
        return {name: view for name, view in self.views.items() if view.base is None}

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
        """The library with these monitors in it, each in the place of one with the same id.

        Raises ContentError where a monitor asks of its view what that cannot give.
        """
        derived, problems = derived_views(self.views, monitors)
        if problems:
            raise ContentError(problems)
        known = {**self.monitors, **{one.id: one for one in monitors}}
        return Library(known, {**self.views, **derived})

    def view_of_unit(self, unit: str) -> View | None:
        """The view of single records of this kind that draws the fullest time line, if any."""
        key = relations()[unit].key
        views = [
            view
            for view in self.written_views.values()
            if view.file.unit == unit and (view.file.key,) == key
        ]
        return max(views, key=lambda view: len(view.file.milestones), default=None)


def derived_views(
    views: Mapping[str, View], monitors: Iterable[Monitor]
) -> tuple[dict[str, View], list[Problem]]:
    """The views that monitors ask for and that are not there yet, and what cannot be given."""
    derived: dict[str, View] = {}
    problems: list[Problem] = []
    for monitor in monitors:
        asked, name = monitor.asked, monitor.file.view
        if asked is None or name in views or name in derived:
            continue
        found = list(_unfit(views, monitor, asked))
        if found:
            problems += found
        else:
            derived[str(name)] = views[monitor.document.data["view"]].with_comparison(asked)
    return derived, problems


def _unfit(views: Mapping[str, View], monitor: Monitor, asked: Comparison) -> Iterator[Problem]:
    problem = monitor.document.problem
    if monitor.file.view is None:
        key = "peers" if asked.peers else "recurs"
        yield problem((key,), "只有用 view 加 when 的模型才写；sql 里自己写窗口和汇总")
        return
    base = views.get(monitor.document.data["view"])
    if base is None:
        yield problem(("view",), f"没有“{monitor.document.data['view']}”这个视图（content/views）")
        return
    for location, message in faults(base.file, base.analysis.columns, asked):
        yield problem(location, message)


def tables_of(query: exp.Expr) -> frozenset[str]:
    """Tables a query reads, its own CTEs left out."""
    named = {cte.alias for cte in query.find_all(exp.CTE)}
    return frozenset(table.name for table in query.find_all(exp.Table)) - named
