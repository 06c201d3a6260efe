"""The last round's findings, kept in a folder so that the next round looks only at what changed.

`round.json` says what was found in which state of the records, and names a Parquet file for each
monitor by its content. It is replaced as a whole; a file that no `round.json` names is rubbish.
"""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field as Rule

from mingjian.monitor.library import Library
from mingjian.monitor.recall import Recall, Remembered
from mingjian.monitor.run import Run, run_round
from mingjian.monitor.variants import Variant
from mingjian.standards import ContentError, ContentFile, Problem, content_files, load_file
from mingjian.store import Fill, Reader

_NOTE = "round.json"
_FORMAT = 2
_logger = logging.getLogger(__name__)


class NightFile(ContentFile):
    """content/rounds/night.yaml."""

    whole_every_days: int = Rule(ge=0)


def load_night() -> NightFile:
    """How the nightly round is run; raises ContentError."""
    return load_file(next(iter(content_files("rounds", "night.yaml"))), NightFile)


def check_night() -> list[Problem]:
    """Every fault of content/rounds/night.yaml."""
    try:
        load_night()
    except ContentError as error:
        return error.problems
    return []


def next_round(
    reader: Reader,
    library: Library,
    as_of: date,
    folder: Path,
    *,
    full: bool = False,
    progress: Callable[[str], None] | None = None,
    variants: Sequence[Variant] = (),
) -> Run:
    """Run a round from where the last one, kept in `folder`, left off; keep it for the next.

    The findings are those of a round over everything. When the last round cannot be used, or the
    last look at everything is too long ago, everything is looked at, and `progress` says why.
    """
    say = progress or (lambda _: None)
    every = load_night().whole_every_days
    full = full or every == 0
    earlier, why = (None, "要求全量监测") if full else load_remembered(folder)
    recall = Recall(reader, library, as_of, earlier, why)
    say(f"全量监测（{recall.why}）" if recall.earlier is None else "增量监测")
    run = run_round(reader, library, as_of, progress=say, variants=variants, recall=recall)
    last = None if recall.earlier is None else recall.earlier.whole_on
    if last is not None and (as_of - last).days >= every:
        say("全量监测（定期与增量的结果对照）")
        fresh = Recall(reader, library, as_of)
        whole = run_round(reader, library, as_of, progress=say, variants=variants, recall=fresh)
        if differing := differences(whole, run):
            _logger.error("增量监测与全量监测的结果不同，以全量为准：%s", "、".join(differing))
        run = whole
    if run.remembered is not None:
        save_remembered(run.remembered, folder)
    return run


def differences(one: Run, other: Run) -> list[str]:
    """Monitors whose outcome or findings differ between two rounds.

    Decimal fractions (means, scores) are left out: their last digit may hang on the order in
    which the engine adds.
    """
    theirs = {outcome.monitor_id: outcome for outcome in other.outcomes}
    differing = [name for name in theirs if name not in {o.monitor_id for o in one.outcomes}]
    for outcome in one.outcomes:
        name = outcome.monitor_id
        beside = theirs.get(name)
        same = beside is not None and beside.status == outcome.status
        if same and outcome.status == "ran":
            same = _rows(one.table(name)) == _rows(other.table(name))
        if not same:
            differing.append(name)
    return differing


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    exact = [f.name for f in table.schema if not pa.types.is_floating(f.type)]
    rows: list[dict[str, Any]] = table.select(exact).sort_by("unit_id").to_pylist()
    return rows


def save_remembered(round_: Remembered, folder: Path) -> None:
    """Replace what is kept, at once."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {key: _save_table(table, folder) for key, table in round_.answers.items()}
    note = {
        "format": _FORMAT,
        "as_of": round_.as_of.isoformat(),
        "commit_no": round_.commit_no,
        "history": round_.history,
        "ground": round_.ground,
        "whole_on": round_.whole_on.isoformat(),
        "fills": {
            table: {"rows": fill.rows, "filled": dict(fill.filled)}
            for table, fill in round_.fills.items()
        },
        "answers": files,
    }
    draft = folder / f"{_NOTE}.{os.getpid()}.new"
    draft.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
    os.replace(draft, folder / _NOTE)
    named = set(files.values())
    for path in folder.glob("*.parquet"):
        if path.name not in named:
            path.unlink(missing_ok=True)


def load_remembered(folder: Path) -> tuple[Remembered | None, str]:
    """What is kept, or None and in Chinese why there is nothing to go by."""
    path = folder / _NOTE
    if not path.is_file():
        return None, "还没有上一轮的结果"
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        if note["format"] != _FORMAT:
            return None, "上一轮的结果是别的版本的程序存的"
        fills = {
            table: Fill(int(fill["rows"]), dict(fill["filled"]))
            for table, fill in note["fills"].items()
        }
        answers = {key: _load_table(folder / file) for key, file in note["answers"].items()}
        remembered = Remembered(
            date.fromisoformat(note["as_of"]),
            int(note["commit_no"]),
            str(note["history"]),
            str(note["ground"]),
            date.fromisoformat(note["whole_on"]),
            fills,
            answers,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException) as error:
        return None, f"上一轮的结果已损坏：{error}"
    return remembered, ""


def _save_table(table: pa.Table, folder: Path) -> str:
    """Write a table under a name that tells its content; the same content is not written again."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content = sink.getvalue().to_pybytes()
    name = f"{hashlib.sha256(content).hexdigest()}.parquet"
    if not (folder / name).is_file() or (folder / name).read_bytes() != content:
        draft = folder / f"{name}.{os.getpid()}.new"
        draft.write_bytes(content)
        os.replace(draft, folder / name)
    return name


def _load_table(path: Path) -> pa.Table:
    """The table of a file; ValueError when the file is not what its name says."""
    content = path.read_bytes()
    if f"{hashlib.sha256(content).hexdigest()}.parquet" != path.name:
        raise ValueError(f"{path.name} 的内容有变")
    return pq.read_table(pa.BufferReader(content))
