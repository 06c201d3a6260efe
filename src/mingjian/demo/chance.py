"""Chance that can be repeated: one stream a name, so that a new table shifts no other."""

import zlib
from collections.abc import Sequence

import numpy as np

from mingjian.demo.records import Column, where


class Chance:
    """Seeded draws over whole columns."""

    def __init__(self, seed: int, name: str = "city") -> None:
        self._seed, self._name = seed, name
        self.rng = np.random.Generator(
            np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))
        )

    def stream(self, name: str) -> "Chance":
        """An independent stream of the same seed."""
        return Chance(self._seed, f"{self._name}.{name}")

    def share(self, count: int, probability: float | Column) -> Column:
        """True with this probability."""
        return self.rng.random(count) < probability

    def whole(self, count: int, low: int, high: int | Column) -> Column:
        """Whole numbers from `low` to `high`, both included."""
        return self.rng.integers(low, np.asarray(high) + 1, count)

    def days(self, count: int, low: int, high: int | Column) -> Column:
        """Lengths in whole days from `low` to `high`, both included."""
        return self.whole(count, low, high).astype("timedelta64[D]")

    def weighted(self, count: int, weights: Sequence[float] | Column) -> Column:
        """Positions 0 … n-1 with these relative weights."""
        edges = np.cumsum(np.asarray(weights, float))
        return np.searchsorted(edges, self.rng.random(count) * edges[-1], side="right")

    def pick(self, count: int, values: Column) -> Column:
        return values[self.rng.integers(0, len(values), count)]

    def some(self, positions: Column, count: int) -> Column:
        """`count` different ones of these positions, fewer if there are not so many."""
        size = min(count, len(positions))
        return np.sort(self.rng.choice(positions, size, replace=False))

    def allot(self, count: int, weights: Column, least: int = 0) -> Column:
        """`count` split by weight into whole parts of at least `least`; the sum is near `count`.

        Where the weight is nothing, so is the part.
        """
        some = weights > 0
        shares = weights / weights.sum() * max(count - least * int(some.sum()), 0)
        parts = np.floor(shares + self.rng.random(len(weights))).astype(np.int64) + least
        return where(some, parts, 0)
