"""The two commands of the room: write a city's files, and feed them through the one door in."""

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import numpy as np

from mingjian.demo.build import build_city
from mingjian.demo.chance import Chance
from mingjian.demo.deliver.files import turns, write_city
from mingjian.demo.deliver.registers import write_register
from mingjian.demo.finish import corrections, finish
from mingjian.demo.habits import NORMAL
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant import plant_alerts
from mingjian.intake import Submission, load_sources, take
from mingjian.store import Store

Progress = Callable[[str, float], None]
DELIVERIES = "deliveries.csv"
_MADE_FOR = "city.json"
SEALED = Path("sealed") / "problems.csv"
_BUILDING = 0.4  # of the time of `simulate` goes into making the truth


def simulate(
    folder: Path,
    *,
    scale: float,
    seed: int,
    until: date,
    habits: str = NORMAL,
    registers: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write two years of department files up to `until`, and the sealed list of what is wrong.

    `habits` names a way of working. The same scale, seed, date and habits give the same bytes.
    `registers` adds the supervising office's own register of alerts, which a site keeps itself.
    `folder` is emptied first. `progress` hears what is being done and the share that is done.
    """
    said = progress or _silently
    day, chance = np.datetime64(until, "D"), Chance(seed)
    steps: list[str] = []

    def told(text: str) -> None:
        said(text, _BUILDING * len(steps) / 6)
        steps.append(text)

    city, ledger = build_city(scale, seed, day, told, habits)
    if registers:
        plant_alerts(city, ledger, chance.stream("alerts"))
    told("补齐各表")
    finish(city, chance.stream("finish"))
    ends = [turn.last for turn in turns(city.world.start, day)]
    edits = corrections(city, ledger, ends, chance.stream("corrections"))
    _emptied(folder)
    arrivals = write_city(
        city,
        edits,
        folder,
        day,
        chance.stream("files"),
        lambda name, done, all_: said(f"写{name}", _BUILDING + (1 - _BUILDING) * done / all_),
    )
    if registers:
        arrivals.append(write_register(city, folder, day))
    _write_deliveries(folder / DELIVERIES, arrivals)
    _write_sealed(folder / SEALED, ledger)
    said("完成", 1.0)


def _emptied(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _silently(_text: str, _share: float) -> None:
    """Nobody listens."""


def _write_deliveries(path: Path, arrivals: list[tuple[str, str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source", "file", "received_at"])
        writer.writerows((source, name, moment) for moment, source, name in arrivals)


def _write_sealed(path: Path, ledger: Ledger) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["problem_code", "table", "unit_id", "is_near_miss", "note"])
        writer.writerows(sorted(ledger.rows))


def feed(store: Store, folder: Path, progress: Progress | None = None) -> list[Submission]:
    """Take all deliveries in the order in which they arrived, like any department's.

    Raises ValueError where a source is not declared, and where a whole file is refused, which
    a simulated department's file never should be.
    """
    sources = load_sources()
    with (folder / DELIVERIES).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    taken = []
    for i, row in enumerate(rows):
        source = sources.get(row["source"])
        if source is None:
            raise ValueError(f"没有登记的数据源“{row['source']}”（文件 {row['file']}）")
        if progress:
            progress(f"{source.name} {row['file']}", i / len(rows))
        submission = take(
            store,
            source,
            folder / source.code / row["file"],
            by="模拟部门",
            at=datetime.fromisoformat(row["received_at"]),
        )
        if submission.status == "refused":
            raise ValueError(f"模拟文件 {row['file']} 未被接收：{submission.message}")
        taken.append(submission)
    if progress:
        progress("完成", 1.0)
    return taken


def city(home: Path, scale: float, seed: int, until: date) -> Path:
    """The folder of this very city under `home`, written if it is not there yet."""
    folder = home / "demo"
    said = {"scale": scale, "seed": seed, "until": until.isoformat()}
    note = folder / _MADE_FOR
    if not note.is_file() or json.loads(note.read_text(encoding="utf-8")) != said:
        simulate(folder, scale=scale, seed=seed, until=until)
        note.write_text(json.dumps(said), encoding="utf-8")
    return folder
