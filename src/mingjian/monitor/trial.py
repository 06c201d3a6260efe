"""`mingjian monitor test`: the examples of a monitor, and whether they notice every small fault."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlglot import exp

from mingjian.law import load_laws
from mingjian.monitor.checks import check_monitor
from mingjian.monitor.compile import bound_views, compile_monitor
from mingjian.monitor.examples import ExampleResult, differences, example_reader, run_example
from mingjian.monitor.file import Example
from mingjian.monitor.library import Library, Monitor, View
from mingjian.monitor.mutants import Mutant, faulty_comparisons, mutants
from mingjian.monitor.query import bind, to_sql
from mingjian.monitor.reading import load_library
from mingjian.standards import Problem
from mingjian.store import Reader, StoreError


@dataclass(frozen=True)
class TestReport:
    """What testing one monitor showed; survivors are faults that no example noticed."""

    __test__ = False  # the test runner must not take it for a test case

    name: str
    problems: list[Problem] = field(default_factory=list)
    examples: list[ExampleResult] = field(default_factory=list)
    mutant_count: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        fine = all(result.passed for result in self.examples)
        return fine and not (self.problems or self.survivors)

    def summary(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The report as Chinese lines, one a fault, with a summary first."""
        good = sum(result.passed for result in self.examples)
        killed = self.mutant_count - len(self.survivors)
        head = (
            f"{self.name}：{'通过' if self.passed else '未通过'}；"
            f"样例 {good}/{len(self.examples)}，变异 {killed}/{self.mutant_count} 被发现"
        )
        faults = [str(problem) for problem in self.problems]
        for result in self.examples:
            faults += [f"样例“{result.name}”：{fault}" for fault in result.faults]
        faults += [
            f"没有样例能发现——{mutant}（补一个样例，或在该条件后注明 只为提速）"
            for mutant in self.survivors
        ]
        return [head, *(f"  {fault}" for fault in faults)]


def test_monitor(monitor: Monitor, library: Library | None = None) -> TestReport:  # noqa: PT028
    """Check the file, run the examples, then every mutant until some example notices it."""
    library = library or load_library()
    problems = check_monitor(monitor, library, load_laws())
    results = [run_example(library, monitor, example) for example in monitor.examples]
    found = list(mutants(monitor.logic, monitor.parameters))
    compared = list(_compared_otherwise(library, monitor))
    survivors = [*found, *(mutant for mutant, _ in compared)]
    count = len(survivors)
    if all(result.passed for result in results):
        survivors = surviving(library, monitor, found)
        survivors += [
            mutant for mutant, view in compared if not _noticed_in_view(library, monitor, view)
        ]
    return TestReport(monitor.id, problems, results, count, survivors)


def surviving(library: Library, monitor: Monitor, found: list[Mutant]) -> list[Mutant]:
    """Those of `found` whose findings equal the expected ones in every example."""
    alive = list(found)
    for example in monitor.examples:
        if not alive:
            break
        with example_reader(monitor, example) as reader:
            # The views are not mutated: work them out once, for all mutants.
            for name, query in bound_views(library, monitor.reads, example.as_of).items():
                reader.create(name, to_sql(query))
            if monitor.file.view is None:
                alive = [mutant for mutant in alive if not _noticed(reader, example, mutant)]
            else:
                alive = _unnoticed_over_view(reader, monitor.file.view, example, alive)
    return alive


def _compared_otherwise(library: Library, monitor: Monitor) -> Iterator[tuple[Mutant, View]]:
    """Small faults in `peers` and `recurs`, each with the view that has it."""
    view = library.views.get(monitor.file.view or "")
    if view is None or view.base is None or view.asked is None:
        return
    for deed, fragment, asked in faulty_comparisons(view.asked):
        faulty = view.base.with_comparison(asked)
        named = faulty.file.model_copy(update={"name": view.name})
        mutant = Mutant(deed, fragment, monitor.logic, monitor.parameters)
        yield mutant, replace(faulty, file=named)


def _noticed_in_view(library: Library, monitor: Monitor, view: View) -> bool:
    """Whether some example comes out otherwise over a view with a fault."""
    with_fault = Library(library.monitors, {**library.views, view.name: view})
    for example in monitor.examples:
        query = to_sql(compile_monitor(with_fault, monitor, example.as_of))
        with example_reader(monitor, example) as reader:
            if differences(reader.rows(query), example.finds):
                return True
    return False


def _noticed(reader: Reader, example: Example, mutant: Mutant) -> bool:
    """Whether a mutant of a query finds otherwise; a refusal by the engine is noticed, too."""
    query = bind(mutant.logic, mutant.parameters, example.as_of)
    try:
        return bool(differences(reader.rows(to_sql(query)), example.finds))
    except StoreError:
        return True


def _unnoticed_over_view(
    reader: Reader, view: str, example: Example, found: list[Mutant]
) -> list[Mutant]:
    """All mutants of one condition in one pass over the view: one truth value a mutant."""
    flags = [
        exp.alias_(bind(mutant.logic, mutant.parameters, example.as_of), f"mutant_{i}")
        for i, mutant in enumerate(found)
    ]
    query = exp.select("unit_id", *flags).from_(exp.to_table(view))
    try:
        rows = reader.rows(to_sql(query))
    except StoreError:
        if len(found) == 1:
            return []
        middle = len(found) // 2
        halves = (found[:middle], found[middle:])
        return [m for half in halves for m in _unnoticed_over_view(reader, view, example, half)]
    expected = {str(row["unit_id"]) for row in example.finds}
    return [
        mutant
        for i, mutant in enumerate(found)
        if {str(row["unit_id"]) for row in rows if row[f"mutant_{i}"]} == expected
    ]
