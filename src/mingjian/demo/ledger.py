"""What was planted where: the sealed list, and which rows are already spoken for."""

from dataclasses import dataclass, field

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.records import Column
from mingjian.demo.world import planted


@dataclass
class Ledger:
    """Each row of a table carries at most one planted problem or near miss, so that the sealed
    list says the whole truth about it."""

    scale: float
    chance: Chance
    rows: list[tuple[str, str, str, int, str]] = field(default_factory=list)
    used: dict[str, set[int]] = field(default_factory=dict)

    def choose(self, table: str, mask: Column, usual: int, code: str) -> Column:
        """Free rows of the mask, `usual` of them at the demonstration's scale; now spoken for."""
        candidates = np.flatnonzero(mask)
        taken = self.used.setdefault(table, set())
        if taken:
            candidates = candidates[~np.isin(candidates, list(taken))]
        rows = self.chance.stream(f"{code}.{len(self.rows)}").some(
            candidates, planted(self.scale, usual)
        )
        taken.update(rows.tolist())
        return rows

    def plant(self, code: str, table: str, units: Column, note: str) -> None:
        """These units have the problem."""
        self.rows += [(code, table, str(unit), 0, note) for unit in units]

    def near(self, code: str, table: str, units: Column, note: str) -> None:
        """These units look like it and are on the lawful side."""
        self.rows += [(code, table, str(unit), 1, note) for unit in units]

    def is_free(self, table: str, count: int) -> Column:
        """Rows that nothing was planted on."""
        free = np.ones(count, bool)
        free[list(self.used.get(table, set()))] = False
        return free
