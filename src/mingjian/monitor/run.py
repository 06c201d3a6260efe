"""The round: all monitors over the records of a reader, as of a day."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from time import perf_counter
from typing import Literal

import pyarrow as pa

from mingjian.monitor.finding import Finding, findings_in
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.readiness import measure, readiness
from mingjian.monitor.recall import Recall, Remembered
from mingjian.monitor.scan import Answer, scan
from mingjian.monitor.variants import Part, Variant, joined, layers, of_agencies, of_others, unseen
from mingjian.store import Fill, Reader

Progress = Callable[[str], None]
OutcomeStatus = Literal["ran", "insufficient", "failed", "skipped"]

_SKIPPED = {"draft": "起草中，不参加例行监测", "retired": "已停用"}


@dataclass(frozen=True)
class Outcome:
    """How one monitor fared. `count` is the number of findings, `seconds` its share of the time.

    Monitors answered in one scan share its time equally. `message` says in Chinese why a monitor
    did not run, or which data were incomplete although it ran.
    """

    monitor_id: str
    status: OutcomeStatus
    count: int = 0
    seconds: float = 0.0
    message: str = ""


@dataclass(frozen=True)
class Run:
    """One round: what every monitor found, or why it did not run."""

    as_of: date
    started_at: datetime
    seconds: float
    snapshot: int
    outcomes: list[Outcome]
    _library: Library = field(repr=False)
    _tables: dict[str, pa.Table] = field(repr=False)
    fills: Mapping[str, Fill] = field(default_factory=dict, repr=False)
    _parts: Mapping[str, list[Part]] = field(default_factory=dict, repr=False)
    remembered: Remembered | None = field(default=None, repr=False)

    def findings(self) -> Iterator[Finding]:
        """Every finding of every monitor that ran, in the order of the outcomes."""
        for outcome in self.outcomes:
            if outcome.status == "ran":
                yield from self.findings_of(outcome.monitor_id)

    def findings_of(self, monitor_id: str) -> Iterator[Finding]:
        whole = Part(self._library.monitors[monitor_id], self.table(monitor_id))
        for part in self._parts.get(monitor_id, [whole]):
            yield from findings_in(self._library, part.monitor, part.table, self.as_of)

    def of_agencies(self, agencies: Collection[str]) -> "Run":
        """The round as if it had looked only at these agencies: a pilot before the whole city."""
        kept = {
            name: of_agencies(table, frozenset(agencies)) for name, table in self._tables.items()
        }
        return replace(self, _tables=kept, _parts={}, remembered=None)

    def table(self, monitor_id: str) -> pa.Table:
        """unit_id, agency_id and evidence columns, a row a finding; KeyError if it did not run."""
        return self._tables[monitor_id]

    @property
    def failed(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status == "failed"]


def run_round(
    reader: Reader,
    library: Library,
    as_of: date,
    *,
    only: Iterable[str] | None = None,
    progress: Progress | None = None,
    variants: Sequence[Variant] = (),
    recall: Recall | None = None,
) -> Run:
    """Run the production and shadow monitors, or those named in `only` by id or code.

    A monitor that lacks data or fails is an outcome, never silence, and does not stop the others.

    `variants` give some agencies other parameter values: their monitor runs once more for each
    set of values, on all records (so that peers stay the same), and of each run only the findings
    of the agencies concerned are kept. A finding carries the values it was found with.

    `recall` lets the round take over what an earlier one found, where nothing has touched it; the
    findings are the same. `remembered` of the result is for the next round.
    """
    return run_monitors(
        reader, library, as_of, only=only, progress=progress, variants=variants, recall=recall
    )


def run_monitors(
    reader: Reader,
    library: Library,
    as_of: date,
    *,
    only: Iterable[str] | None = None,
    progress: Progress | None = None,
    with_requirements: bool = True,
    variants: Sequence[Variant] = (),
    recall: Recall | None = None,
) -> Run:
    """As run_round; without requirements for a single draft, which is never a whole city's data."""
    started_at, start = datetime.now(), perf_counter()
    say = progress or (lambda _: None)
    chosen, outcomes = _chosen(library, only)
    notes: dict[str, str] = {}
    fills: Mapping[str, Fill] = {}
    if with_requirements:
        say("核对数据要求")
        fills = measure(reader, chosen, recall.known_fills() if recall else None)
        chosen, notes = _ready(chosen, fills, outcomes)
    look = partial(scan, reader, library, as_of=as_of, say=say, recall=recall)
    answers = {answer.monitor_id: answer for answer in look(chosen)}
    parts = _varied(library, answers, variants, look)
    tables: dict[str, pa.Table] = {}
    for answer in answers.values():
        outcomes[answer.monitor_id] = _outcome(answer, notes.get(answer.monitor_id, ""))
        if answer.table is not None:
            tables[answer.monitor_id] = answer.table
    ordered = [outcomes[name] for name in library.monitors if name in outcomes]
    seconds = perf_counter() - start
    rest = (tables, fills, parts, recall.remembered(fills) if recall else None)
    return Run(as_of, started_at, seconds, reader.snapshot, ordered, library, *rest)


def _varied(
    library: Library,
    answers: dict[str, Answer],
    variants: Sequence[Variant],
    look: Callable[[Sequence[Monitor]], Iterator[Answer]],
) -> dict[str, list[Part]]:
    """Put the findings of the variants in the place of those found with the library's values.

    A monitor of which one variant fails has failed: half a city must not pass for a whole one.
    """
    found: dict[str, list[tuple[Variant, Monitor, pa.Table]]] = {}
    for layer in layers(library, [v for v in variants if v.monitor_id in answers]):
        monitors = {monitor.id: (monitor, variant) for monitor, variant in layer}
        for answer in look([monitor for monitor, _ in layer]):
            before = answers[answer.monitor_id]
            seconds = before.seconds + answer.seconds
            if before.table is None or answer.table is None:
                error = before.error or answer.error
                answers[answer.monitor_id] = Answer(answer.monitor_id, None, seconds, error)
                continue
            monitor, variant = monitors[answer.monitor_id]
            found.setdefault(monitor.id, []).append((variant, monitor, answer.table))
            answers[monitor.id] = Answer(monitor.id, before.table, seconds)
    parts = {}
    for name, results in found.items():
        base = answers[name]
        if base.table is None:
            continue
        parts[name] = _parts(library.monitors[name], base.table, results)
        answers[name] = Answer(name, joined(parts[name]), base.seconds)
    return parts


def _parts(
    monitor: Monitor, table: pa.Table, results: list[tuple[Variant, Monitor, pa.Table]]
) -> list[Part]:
    """Who is judged by which values, each unit once: by its agency's own values before others."""
    parts: list[Part] = []
    for variant, varied, rows in results:
        mine = of_agencies(rows, variant.agencies)
        parts.append(Part(varied, unseen(mine, parts)))
    elsewhere = frozenset[str]().union(*(variant.agencies for variant, _, _ in results))
    return [Part(monitor, unseen(of_others(table, elsewhere), parts)), *parts]


def _chosen(
    library: Library, only: Iterable[str] | None
) -> tuple[list[Monitor], dict[str, Outcome]]:
    if only is not None:
        return list({m.id: m for m in map(library.monitor, only)}.values()), {}
    chosen, outcomes = [], {}
    for monitor in library.monitors.values():
        if monitor.status in _SKIPPED:
            message = _SKIPPED[monitor.status]
            outcomes[monitor.id] = Outcome(monitor.id, "skipped", message=message)
        else:
            chosen.append(monitor)
    return chosen, outcomes


def _ready(
    monitors: list[Monitor], fills: Mapping[str, Fill], outcomes: dict[str, Outcome]
) -> tuple[list[Monitor], dict[str, str]]:
    """Monitors whose data suffice, with a note on each; the others get their outcome."""
    ready, notes = [], {}
    for monitor in monitors:
        state = readiness(monitor, fills)
        if state.ready:
            ready.append(monitor)
            notes[monitor.id] = state.message
        else:
            outcomes[monitor.id] = Outcome(monitor.id, "insufficient", message=state.message)
    return ready, notes


def _outcome(answer: Answer, note: str) -> Outcome:
    if answer.table is None:
        return Outcome(answer.monitor_id, "failed", 0, answer.seconds, answer.error)
    return Outcome(answer.monitor_id, "ran", answer.table.num_rows, answer.seconds, note)
