"""Rows on their way from a file into a Parquet file of texts, piece by piece."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROW_NO = "__row_no"
_PIECE = 20_000


@dataclass(frozen=True)
class RowFault:
    """A row that could not even be read as cells."""

    row_no: int
    rule: str
    raw: str


@dataclass
class RawRows:
    """What a file held: Parquet files of texts with `__row_no`, and rows that broke."""

    files: list[Path]
    columns: list[str]
    faults: list[RowFault] = field(default_factory=list)


def write_records(
    path: Path, columns: list[str], records: Iterable[tuple[int, list[str | None]]]
) -> RawRows:
    """Write rows of cells under a known header."""
    schema = pa.schema([(ROW_NO, pa.int64()), *((name, pa.string()) for name in columns)])
    rows = iter(records)
    with pq.ParquetWriter(path, schema, compression="lz4") as writer:
        while piece := list(islice(rows, _PIECE)):
            numbers = pa.array([number for number, _ in piece], pa.int64())
            cells = zip(*(cells for _, cells in piece), strict=True)
            writer.write_table(
                pa.table([numbers, *(pa.array(c, pa.string()) for c in cells)], schema=schema)
            )
    return RawRows([path], columns)


def write_mappings(
    folder: Path, records: Iterable[tuple[int, Mapping[str, str | None]]]
) -> RawRows:
    """Write rows that name their own columns; a column may appear first in a late row."""
    columns: dict[str, None] = {}
    files: list[Path] = []
    for piece in _pieces(records):
        here: dict[str, None] = {}
        for _, row in piece:
            here |= dict.fromkeys(row)
        columns |= here
        arrays = {ROW_NO: pa.array([number for number, _ in piece], pa.int64())}
        for name in here:
            arrays[name] = pa.array([row.get(name) for _, row in piece], pa.string())
        file = folder / f"rows-{len(files)}.parquet"
        pq.write_table(pa.table(arrays), file, compression="lz4")
        files.append(file)
    return RawRows(files, list(columns))


def _pieces(
    records: Iterable[tuple[int, Mapping[str, str | None]]],
) -> Iterator[list[tuple[int, Mapping[str, str | None]]]]:
    rows = iter(records)
    while piece := list(islice(rows, _PIECE)):
        yield piece
