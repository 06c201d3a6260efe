"""The quality report of the last round, kept as one small file so that pages need not measure."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mingjian.intake.quality import QualityRow

_SCHEMA = pa.schema(
    [
        ("agency_id", pa.string()),
        ("table", pa.string()),
        ("table_title", pa.string()),
        ("aspect", pa.string()),
        ("check", pa.string()),
        ("title", pa.string()),
        ("good_count", pa.int64()),
        ("row_count", pa.int64()),
        ("state", pa.string()),
    ]
)
_FILE = "quality.parquet"


@dataclass(frozen=True, eq=False)
class KeptQuality:
    """A report and the day it speaks of."""

    rows: tuple[QualityRow, ...]
    as_of: date


def save_quality(rows: Iterable[QualityRow], as_of: date, folder: Path) -> Path:
    """Replace the kept report at once, so that a page never sees half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist([asdict(row) for row in rows], schema=_SCHEMA)
    kept = json.dumps({"as_of": as_of.isoformat()}).encode()
    target = folder / _FILE
    draft = target.with_suffix(f".{os.getpid()}.new")
    pq.write_table(table.replace_schema_metadata({b"mingjian": kept}), draft)
    os.replace(draft, target)
    return target


def load_quality(folder: Path) -> KeptQuality | None:
    """The kept report, or None when no round has been run yet."""
    path = folder / _FILE
    if not path.is_file():
        return None
    table = pq.read_table(path)
    kept = json.loads(table.schema.metadata[b"mingjian"])
    rows = tuple(QualityRow(**row) for row in table.to_pylist())
    return KeptQuality(rows, date.fromisoformat(kept["as_of"]))
