"""Reading a file in two speeds: as the engine reads it, or record by record where that fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mingjian.intake.faults import UnreadableFile
from mingjian.intake.first_pass import Job
from mingjian.intake.inbox import salt
from mingjian.intake.judging import Judged, judge
from mingjian.intake.limits import limits_in_force
from mingjian.intake.opening import Opened, open_file, prove_encoding
from mingjian.intake.planning import plans_of
from mingjian.intake.shaping import shape_rows
from mingjian.intake.signals import (
    column_signals,
    content_signals,
    missing_required,
    repeated_keys,
    silent_signals,
)
from mingjian.intake.source import Source
from mingjian.intake.sources import made_key
from mingjian.intake.staging import Staged, stage_file
from mingjian.intake.text_file import TextFacts, has_blank_lines, text_facts
from mingjian.store import QueryError, Store, Workbench


@dataclass(frozen=True)
class Read:
    """What a file held, judged row by row, and what was noticed about it as a whole."""

    judged: Judged
    signals: list[str]
    newlines_wanted: int | None


def read_and_judge(
    store: Store,
    bench: Workbench,
    source: Source,
    file: Path,
    received_on: date,
    when_read: Callable[[], None],
) -> Read:
    """Read a file and judge its rows, or raise UnreadableFile."""
    opened = open_file(file, source.transport, bench.folder, limits_in_force())
    if opened.format not in ("csv", "tsv"):
        return _judged(store, bench, source, opened, received_on, when_read, exactly=False)
    facts = text_facts(opened.path)
    if not facts.has_nul:
        try:
            read = _judged(store, bench, source, opened, received_on, when_read, exactly=False)
        except QueryError:
            # Broken records or bytes: which of the two, the exact reading will say.
            prove_encoding(opened, source.transport, bench.folder)
        else:
            if _rows_have_their_lines(read, facts, opened.path):
                return read
    return _judged(store, bench, source, opened, received_on, when_read, exactly=True)


def _rows_have_their_lines(read: Read, facts: TextFacts, path: Path) -> bool:
    """The engine passes over blank lines; then its n-th row is not the n-th of the file."""
    wanted = read.newlines_wanted
    return wanted is None or wanted == facts.newlines or not has_blank_lines(path)


def _judged(
    store: Store,
    bench: Workbench,
    source: Source,
    opened: Opened,
    received_on: date,
    when_read: Callable[[], None],
    *,
    exactly: bool,
) -> Read:
    table = store.standard.tables[source.into]
    staged = stage_file(bench, opened, source, limits_in_force(), exactly=exactly)
    shape_rows(staged, source, bench)
    signals = [*([] if staged.is_shaped else opened.signals), *staged.signals]
    _refuse_missing(source, staged, missing_required(source, staged, table))
    signals += column_signals(source, staged)
    when_read()
    plans = plans_of(source, staged.columns, store, received_on, salt())
    required = [plan.name for plan in plans if table.fields[plan.name].required]
    job = Job(bench, staged, source, plans, required, made_key(source, table), received_on)
    judged = judge(job, table)
    signals += repeated_keys(job, judged, table)
    if not judged.is_mending:
        signals += [*content_signals(job, judged), *silent_signals(job)]
    lines, rows = staged.header_lines, staged.rows_read or judged.rows_read
    return Read(judged, signals, None if lines is None else lines + rows)


def _refuse_missing(source: Source, staged: Staged, missing: list[str]) -> None:
    if missing:
        raise UnreadableFile(
            f"缺少必需的列：{'、'.join(missing)}（文件里的列：{'、'.join(staged.columns[:30])}）。"
            f"整个文件未入库；请检查传的是不是“{source.name}”的文件，或部门是否改了表样。"
        )
