"""Rows that a later file changes, and rows that come far too late."""

from dataclasses import dataclass

import numpy as np

from mingjian.demo.records import Column, Records


@dataclass(frozen=True)
class Corrections:
    """For penalty cases: what the earlier files said before a correction (`said`: column and old
    values of `rows`), from which delivery on the new value is sent, and which rows are withheld
    until which delivery."""

    rows: Column
    turn: Column
    said: dict[str, Column]
    late_rows: Column
    late_turn: Column

    def due(self, number: int, count: int) -> Column:
        """Rows that this delivery must hold because they are corrected or come late."""
        mask = np.zeros(count, bool)
        mask[self.rows[self.turn == number]] = True
        mask[self.late_rows[self.late_turn == number]] = True
        return mask

    def withheld(self, number: int, count: int) -> Column:
        mask = np.zeros(count, bool)
        mask[self.late_rows[self.late_turn > number]] = True
        return mask

    def before(self, known: Records, rows: Column, number: int) -> None:
        """Put the old values back into what is sent before the correction."""
        old = np.flatnonzero(self.turn > number)
        place = np.searchsorted(rows, self.rows[old])
        inside = (place < len(rows)) & (rows[np.minimum(place, len(rows) - 1)] == self.rows[old])
        for column, values in self.said.items():
            mine = values[old][inside]
            keep = mine == None if values.dtype.kind == "O" else np.isnat(mine)  # noqa: E711
            at = place[inside]
            known[column][at[~keep]] = mine[~keep]
