"""A delimited text file into Parquet, piece by piece: good records, and broken ones by name."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mingjian.store.errors import StoreError

_PIECE = 20_000
_BROKEN = pa.schema([("row_no", pa.int64()), ("message", pa.string()), ("raw", pa.string())])


def copy_csv(
    path: Path,
    good: Path,
    broken: Path,
    *,
    encoding: str,
    delimiter: str,
    quote: str,
    header_row: int,
) -> list[str]:
    """Copy the file's records; returns the columns. `row_no` counts records, the first is 1."""
    with path.open(encoding=encoding, newline="", errors="surrogateescape") as file:
        records = csv.reader(file, delimiter=delimiter, quotechar=quote, strict=False)
        header: list[str] = []
        for number, record in enumerate(records, 1):
            if number == header_row:
                header = column_names(record)
                break
        if not header:
            raise StoreError(f"{path.name} 没有第 {header_row} 行，读不到表头")
        schema = pa.schema([*((name, pa.string()) for name in header), ("row_no", pa.int64())])
        with pq.ParquetWriter(good, schema) as out, pq.ParquetWriter(broken, _BROKEN) as bad:
            for piece in _pieces(enumerate(records, header_row + 1), len(header)):
                out.write_table(piece.table(schema))
                bad.write_table(pa.Table.from_pylist(piece.broken, _BROKEN))
    return header


def column_names(record: list[str]) -> list[str]:
    """Header cells as distinct column names."""
    names: list[str] = []
    for i, cell in enumerate(record, 1):
        plain = cell.lstrip("\ufeff").strip() or f"第{i}列"
        name, nth = plain, 2
        while name in names or name == "row_no":
            name, nth = f"{plain}_{nth}", nth + 1
        names.append(name)
    return names


@dataclass
class _Piece:
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    broken: list[dict[str, object]] = field(default_factory=list)

    def table(self, schema: pa.Schema) -> pa.Table:
        columns = [pa.array(column, pa.string()) for column in zip(*self.rows, strict=True)]
        if not columns:
            return schema.empty_table()
        return pa.table([*columns, pa.array(self.numbers, pa.int64())], schema=schema)


def _pieces(records: Iterator[tuple[int, list[str]]], width: int) -> Iterator[_Piece]:
    piece = _Piece()
    for number, record in records:
        if not record:
            continue
        raw = ",".join(record)
        if any("\udc80" <= letter <= "\udcff" for letter in raw):
            shown = raw.encode("utf-8", "replace").decode("utf-8")
            piece.broken.append({"row_no": number, "message": "有不能识别的字节", "raw": shown})
        elif len(record) != width:
            message = f"有 {len(record)} 列，表头有 {width} 列"
            piece.broken.append({"row_no": number, "message": message, "raw": raw})
        else:
            piece.rows.append(record)
            piece.numbers.append(number)
        if len(piece.rows) + len(piece.broken) >= _PIECE:
            yield piece
            piece = _Piece()
    yield piece
