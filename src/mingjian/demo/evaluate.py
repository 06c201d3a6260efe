"""What the monitors found beside what was planted: recall and precision, with the units."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class FoundBy(Protocol):
    """A finding as far as it is needed here."""

    @property
    def monitor_code(self) -> str: ...

    @property
    def unit_id(self) -> str: ...


class Findings(Protocol):
    """Anything that yields findings; `monitor.Run` does. The room never imports `monitor`."""

    def findings(self) -> Iterable[FoundBy]: ...


@dataclass(frozen=True)
class EvaluationRow:
    """One problem code. `missed` were planted and not found; `false` were found and not planted."""

    monitor_code: str
    planted: int
    found: int
    hit: int
    near_misses: int
    near_misses_hit: int
    missed: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def recall(self) -> float | None:
        """Share of the planted that was found; None where nothing was planted."""
        return self.hit / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """Share of the found that was planted; None where nothing was found."""
        return self.hit / self.found if self.found else None


def evaluate(run: Findings, sealed_path: Path) -> list[EvaluationRow]:
    """Compare a round over a simulated city with its sealed list, code by code.

    Only codes of the sealed list are judged: a monitor for which nothing was planted cannot be.
    """
    planted: dict[str, set[str]] = {}
    near: dict[str, set[str]] = {}
    with sealed_path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind = near if row["is_near_miss"] == "1" else planted
            kind.setdefault(row["problem_code"], set()).add(row["unit_id"])
    found: dict[str, set[str]] = {}
    for finding in run.findings():
        found.setdefault(finding.monitor_code, set()).add(str(finding.unit_id))
    return [
        _row(code, planted.get(code, set()), near.get(code, set()), found.get(code, set()))
        for code in sorted(planted.keys() | near.keys())
    ]


def _row(code: str, planted: set[str], near: set[str], found: set[str]) -> EvaluationRow:
    return EvaluationRow(
        monitor_code=code,
        planted=len(planted),
        found=len(found),
        hit=len(planted & found),
        near_misses=len(near),
        near_misses_hit=len(near & found),
        missed=tuple(sorted(planted - found)),
        false=tuple(sorted(found - planted)),
    )
