"""A table under construction: equally long numpy columns, texts as object arrays."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NO_DAY = np.datetime64("NaT", "D")
NO_TIME = np.datetime64("NaT", "s")


class Records:
    """Rows as columns. Every change gives new columns of the same length or fails."""

    def __init__(self, columns: Mapping[str, np.ndarray] | None = None) -> None:
        self.columns: dict[str, np.ndarray] = {}
        for name, values in (columns or {}).items():
            self[name] = values

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def __setitem__(self, name: str, values: np.ndarray) -> None:
        if self.columns and len(values) != len(self):
            raise ValueError(f"{name}：{len(values)} 行，表有 {len(self)} 行")
        self.columns[name] = values

    def fill(self, name: str, value: Any) -> None:
        """One value for every row."""
        self[name] = filled(len(self), value)

    def take(self, rows: np.ndarray) -> "Records":
        """The rows at these positions, or where a mask is true."""
        return Records({name: values[rows] for name, values in self.columns.items()})

    def copy(self) -> "Records":
        return Records({name: values.copy() for name, values in self.columns.items()})


def filled(count: int, value: Any) -> np.ndarray:
    """`count` times one value, in the dtype its kind of column has."""
    if value is None or isinstance(value, str):
        column = np.empty(count, object)
        column[:] = value
        return column
    return np.full(count, value)


def stack(parts: Iterable[Records]) -> Records:
    """Tables below each other; a column that a part lacks is empty there."""
    tables = [part for part in parts if len(part)]
    if not tables:
        return Records()
    models = {name: values for table in tables for name, values in table.columns.items()}
    joined = {}
    for name, model in models.items():
        pieces = [t.columns.get(name, _empty(len(t), model)) for t in tables]
        joined[name] = np.concatenate(pieces)
    return Records(joined)


def _empty(count: int, model: np.ndarray) -> np.ndarray:
    if model.dtype.kind == "M":
        return np.full(count, "NaT", model.dtype)
    if model.dtype.kind == "f":
        return np.full(count, np.nan)
    if model.dtype.kind == "b":
        return np.zeros(count, bool)
    return filled(count, None)


def joined(*parts: np.ndarray | str) -> np.ndarray:
    """Texts put together row by row; whole numbers are written plainly."""
    count = next(len(part) for part in parts if not isinstance(part, str))
    arrays = [
        pa.scalar(part) if isinstance(part, str) else _as_text(part)
        for part in parts
        if not isinstance(part, str) or part
    ]
    if not count:
        return np.empty(0, object)
    return pc.binary_join_element_wise(*arrays, "").to_numpy(zero_copy_only=False)


def padded(numbers: np.ndarray, width: int) -> np.ndarray:
    """Whole numbers with leading zeros."""
    texts = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return texts.to_numpy(zero_copy_only=False)


def _as_text(values: np.ndarray) -> pa.Array:
    if values.dtype.kind == "O":
        return pa.array(values, pa.string())
    return pa.array(values).cast(pa.string())


def texts(values: list[str]) -> np.ndarray:
    """A list of texts as an object array, for look-ups by number."""
    column = np.empty(len(values), object)
    column[:] = values
    return column


def running_number(groups: np.ndarray) -> np.ndarray:
    """1, 2, 3 … within each group, in row order; `groups` are whole numbers."""
    if not len(groups):
        return np.empty(0, np.int64)
    order = np.argsort(groups, kind="stable")
    sorted_groups = groups[order]
    starts = np.r_[True, sorted_groups[1:] != sorted_groups[:-1]]
    positions = np.arange(len(groups))
    first = np.maximum.accumulate(np.where(starts, positions, 0))
    numbers = np.empty(len(groups), np.int64)
    numbers[order] = positions - first + 1
    return numbers
