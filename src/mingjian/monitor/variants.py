"""Other parameter values for some agencies: how one round judges places by different bounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from mingjian.monitor.file import Value
from mingjian.monitor.library import Library, Monitor


@dataclass(frozen=True)
class Variant:
    """A monitor's parameter values that hold for these agencies instead of the library's."""

    monitor_id: str
    values: Mapping[str, Value]
    agencies: frozenset[str]


@dataclass(frozen=True)
class Part:
    """Rows of one result that were found with the same parameter values."""

    monitor: Monitor
    table: pa.Table


def layers(
    library: Library, variants: Sequence[Variant]
) -> Iterator[list[tuple[Monitor, Variant]]]:
    """The variants so ordered that a monitor stands once in each layer: a layer is one scan."""
    waiting = list(variants)
    while waiting:
        first: dict[str, Variant] = {}
        for variant in waiting:
            first.setdefault(variant.monitor_id, variant)
        yield [
            (library.monitors[name].with_values(variant.values), variant)
            for name, variant in first.items()
        ]
        waiting = [variant for variant in waiting if variant not in first.values()]


def of_agencies(table: pa.Table, agencies: frozenset[str]) -> pa.Table:
    """The rows of these agencies."""
    return table.filter(_is_in(table["agency_id"], agencies))


def of_others(table: pa.Table, agencies: frozenset[str]) -> pa.Table:
    """The rows of all other agencies, and of none."""
    return table.filter(pc.invert(_is_in(table["agency_id"], agencies)))


def unseen(table: pa.Table, parts: Sequence[Part]) -> pa.Table:
    """The rows whose unit no part has."""
    for part in parts:
        units = part.table["unit_id"].combine_chunks()
        table = table.filter(pc.invert(pc.is_in(table["unit_id"], value_set=units)))
    return table


def joined(parts: Sequence[Part]) -> pa.Table:
    """All rows together. A column may be of another type where a part is empty."""
    return pa.concat_tables([part.table for part in parts], promote_options="permissive")


def _is_in(column: pa.ChunkedArray, agencies: frozenset[str]) -> pa.ChunkedArray:
    found = pc.is_in(column, value_set=pa.array(sorted(agencies), pa.string()))
    return pc.fill_null(found, False)
