"""A table under construction: equally long numpy columns, texts as object arrays."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# A numpy array of days, numbers, truths, or texts as objects. numpy's stubs cannot follow columns
# whose kind is known only at run time.
Column = Any

NO_DAY = np.datetime64("NaT", "D")
NO_TIME = np.datetime64("NaT", "s")


class Records:
    """Rows as columns. Every change gives new columns of the same length or fails."""

    def __init__(self, columns: Mapping[str, Column] | None = None) -> None:
        self.columns: dict[str, Column] = {}
        for name, values in (columns or {}).items():
            self[name] = values

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def __setitem__(self, name: str, values: Column) -> None:
        if self.columns and len(values) != len(self):
            raise ValueError(f"{name}：{len(values)} 行，表有 {len(self)} 行")
        self.columns[name] = values

    def fill(self, name: str, value: Any) -> None:
        """One value for every row."""
        self[name] = filled(len(self), value)

    def take(self, rows: Column) -> "Records":
        """The rows at these positions, or where a mask is true."""
        return Records({name: values[rows] for name, values in self.columns.items()})

    def copy(self) -> "Records":
        return Records({name: values.copy() for name, values in self.columns.items()})


def filled(count: int, value: Any) -> Column:
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
    whole: dict[str, Column] = {}
    for name, model in models.items():
        pieces: list[Any] = [t.columns.get(name, _empty(len(t), model)) for t in tables]
        whole[name] = np.concatenate(pieces)
    return Records(whole)


def _empty(count: int, model: Column) -> Column:
    if model.dtype.kind == "M":
        return np.full(count, "NaT", model.dtype)
    if model.dtype.kind == "f":
        return np.full(count, np.nan)
    if model.dtype.kind == "b":
        return np.zeros(count, bool)
    return filled(count, None)


def joined(*parts: Column | str) -> Column:
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


def padded(numbers: Column, width: int) -> Column:
    """Whole numbers with leading zeros."""
    texts = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return texts.to_numpy(zero_copy_only=False)


def _as_text(values: Column) -> pa.Array:
    if values.dtype.kind == "O":
        return pa.array(values, pa.string())
    return pa.array(values).cast(pa.string())


def where(mask: Column, yes: Any, no: Any) -> Column:
    """One of two values for each row; texts and None come out as objects."""
    for value in (yes, no):
        if value is None or isinstance(value, str):
            chosen = np.empty(len(mask), object)
            chosen[:] = no
            chosen[mask] = yes if np.ndim(yes) == 0 else yes[mask]
            return chosen
    return np.where(mask, yes, no)


def texts(values: Sequence[str | None]) -> Column:
    """A list of texts as an object array, for look-ups by number."""
    column = np.empty(len(values), object)
    column[:] = values
    return column


def running_number(groups: Column) -> Column:
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
