"""Mutates a view: whether some example of some monitor over it notices each small fault.

Slower than the trial of one monitor, since every monitor over the view is run again; asked for
by name only.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace

from sqlglot import exp

from mingjian.monitor.compile import compile_monitor
from mingjian.monitor.examples import differences, example_reader
from mingjian.monitor.file import Example
from mingjian.monitor.library import Library, Monitor, View
from mingjian.monitor.mutants import Mutant, mutants
from mingjian.monitor.query import to_sql
from mingjian.monitor.trial import TestReport
from mingjian.store import Reader, StoreError


@dataclass(frozen=True)
class _Witness:
    """One example of one monitor over the view, with its records open."""

    monitor: Monitor
    example: Example
    reader: Reader

    def notices(self, library: Library) -> bool:
        """Whether the example comes out otherwise than written; a refusal by the engine counts."""
        query = compile_monitor(library, self.monitor, self.example.as_of)
        try:
            rows = self.reader.rows(to_sql(query))
        except StoreError:
            return True
        return bool(differences(rows, self.example.finds))


def test_view(view: View, library: Library) -> TestReport:
    """Every mutant of the view's query against the examples of all monitors that read it."""
    found = list(mutants(view.query, {}))
    survivors: list[Mutant] = []
    with ExitStack() as stack:
        witnesses = [
            _Witness(monitor, example, stack.enter_context(example_reader(monitor, example)))
            for monitor in library.monitors.values()
            if view.name in monitor.reads
            for example in monitor.examples
        ]
        for mutant in found:
            assert isinstance(mutant.logic, exp.Query)
            changed = replace(view, query=mutant.logic)
            with_fault = Library(library.monitors, {**library.views, view.name: changed})
            noticed = next((one for one in witnesses if one.notices(with_fault)), None)
            if noticed is None:
                survivors.append(mutant)
            else:  # neighbours in the text are often noticed by the same example: ask it first
                witnesses.remove(noticed)
                witnesses.insert(0, noticed)
    return TestReport(view.name, [], [], len(found), survivors)


test_view.__test__ = False  # type: ignore[attr-defined]  # not a test case
