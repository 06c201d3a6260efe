"""Planting in one line: choose free rows, change them, write them into the sealed list."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mingjian.demo.ledger import Ledger
from mingjian.demo.records import Column, Records

Change = Callable[[Column], None]


@dataclass(frozen=True)
class Sower:
    """Plants on the rows of one table, known by one identity column."""

    ledger: Ledger
    name: str
    table: Records
    identity: str

    def plant(
        self, code: str, mask: Column, usual: int, note: str, change: Change | None = None
    ) -> Column:
        """Rows that now have the problem."""
        rows = self._chosen(code, mask, usual, change)
        self.ledger.plant(code, self.name, self.table[self.identity][rows], note)
        return rows

    def near(
        self, code: str, mask: Column, usual: int, note: str, change: Change | None = None
    ) -> Column:
        """Rows that now look like it and are lawful."""
        rows = self._chosen(code + ".near", mask, usual, change)
        self.ledger.near(code, self.name, self.table[self.identity][rows], note)
        return rows

    def also(self, code: str, rows: Column, note: str) -> None:
        """The same rows have another problem as well."""
        self.ledger.plant(code, self.name, self.table[self.identity][rows], note)

    def _chosen(self, code: str, mask: Column, usual: int, change: Change | None) -> Column:
        rows = self.ledger.choose(self.name, mask, usual, code)
        if change is not None and len(rows):
            change(rows)
        return rows

    def set(self, **values: object) -> Change:
        """A change that puts one value into a column of every chosen row."""

        def change(rows: Column) -> None:
            for column, value in values.items():
                self.table[column][rows] = np.datetime64("NaT") if value == "NaT" else value

        return change
