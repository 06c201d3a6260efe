"""职权 × 制度 × 模型 × 数据: what is watched, what lacks data, what nobody watches yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from mingjian.monitor import Library, Monitor
from mingjian.standards import (
    ContentError,
    ContentFile,
    Document,
    content_files,
    load_standard,
    shape_document,
)
from mingjian.supervision.models import MonitorRound

GENERAL = "general"
GENERAL_TITLE = "不分职权"


class Wanted(ContentFile):
    """One monitor of the catalogue, written already or not."""

    name: str
    level: str
    powers: list[str] = []


class CatalogueFile(ContentFile):
    """content/pages/monitor_catalogue.yaml."""

    name: str
    title: str
    groups: dict[str, list[str]]
    units: dict[str, list[str]]
    monitors: dict[str, Wanted]


@dataclass(frozen=True)
class Cell:
    """A group and a kind of power: monitors by how they stand, catalogue codes not watched."""

    group: str
    power: str
    production: list[Monitor]
    shadow: list[Monitor]
    lacking: list[Monitor]
    resting: list[Monitor]  # drafts and retired ones
    unwatched: list[str]

    @property
    def is_empty(self) -> bool:
        parts = (self.production, self.shadow, self.lacking, self.resting, self.unwatched)
        return not any(parts)

    @property
    def is_bare(self) -> bool:
        """Something should be watched here, and nothing is."""
        return not (self.production or self.shadow) and bool(self.unwatched or self.lacking)


@cache
def load_catalogue() -> CatalogueFile:
    """Read the file; a power or level that is not in the standard is an error by its line."""
    (path,) = content_files("pages", "monitor_catalogue.yaml")
    document = Document(path)
    file = shape_document(document, CatalogueFile)
    known = load_standard().codes["power_kind"].codes.keys() | {GENERAL}
    named = [(("groups", name), powers) for name, powers in file.groups.items()]
    named += [(("units", name), powers) for name, powers in file.units.items()]
    named += [(("monitors", name), wanted.powers) for name, wanted in file.monitors.items()]
    problems = [
        document.problem(place, f"没有“{power}”这种职权类型")
        for place, powers in named
        for power in powers
        if power not in known
    ]
    groups = load_standard().codes["monitor_group"].codes
    problems += [
        document.problem(("monitors", code), "没有这个组")
        for code in file.monitors
        if code.split("-")[0] not in groups
    ]
    if problems:
        raise ContentError(problems)
    return file


def power_titles() -> dict[str, str]:
    """Kinds of power in the standard's order, then what belongs to no kind."""
    codes = load_standard().codes["power_kind"].codes
    return {code: entry.title for code, entry in codes.items()} | {GENERAL: GENERAL_TITLE}


def power_choices() -> list[tuple[str, str]]:
    return list(power_titles().items())


def powers_of(monitor: Monitor) -> list[str]:
    """Kinds of power that a monitor watches: by the catalogue, or by its unit."""
    catalogue = load_catalogue()
    wanted = catalogue.monitors.get(monitor.code)
    if wanted is not None:
        return _powers(monitor.code, wanted)
    return catalogue.units.get(monitor.unit, [GENERAL])


def unwatched(library: Library) -> dict[str, Wanted]:
    """What the catalogue names and no monitor of the library does."""
    return {
        code: wanted
        for code, wanted in load_catalogue().monitors.items()
        if code not in library.by_code
    }


def coverage(
    library: Library, rounds: Mapping[str, MonitorRound]
) -> tuple[list[str], list[tuple[str, list[Cell]]]]:
    """The kinds of power that have anything, and for each group its cells in that order."""
    cells: dict[tuple[str, str], Cell] = {}

    def cell(group: str, power: str) -> Cell:
        return cells.setdefault((group, power), Cell(group, power, [], [], [], [], []))

    for monitor in sorted(library.monitors.values(), key=lambda m: m.code):
        for power in powers_of(monitor):
            _stand(cell(monitor.code.split("-")[0], power), monitor, rounds).append(monitor)
    for code, wanted in unwatched(library).items():
        for power in _powers(code, wanted):
            cell(code.split("-")[0], power).unwatched.append(code)
    powers = [power for power in power_titles() if any(key[1] == power for key in cells)]
    groups = load_standard().codes["monitor_group"].codes
    return powers, [(group, [cell(group, power) for power in powers]) for group in groups]


def is_lacking(monitor: Monitor, rounds: Mapping[str, MonitorRound]) -> bool:
    """Whether the last round had to leave the monitor out for want of data."""
    last = rounds.get(monitor.id)
    return last is not None and last.status == "insufficient"


def _stand(cell: Cell, monitor: Monitor, rounds: Mapping[str, MonitorRound]) -> list[Monitor]:
    if monitor.status not in ("production", "shadow"):
        return cell.resting
    if is_lacking(monitor, rounds):
        return cell.lacking
    return cell.production if monitor.status == "production" else cell.shadow


def _powers(code: str, wanted: Wanted) -> list[str]:
    return wanted.powers or load_catalogue().groups.get(code.split("-")[0], [GENERAL])


def count(cells: Iterable[Cell], name: str) -> int:
    """How many different monitors (or codes) stand so in these cells; one may be in several."""
    found = [getattr(cell, name) for cell in cells]
    return len({getattr(item, "code", item) for part in found for item in part})
