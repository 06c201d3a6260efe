"""The computed figures, kept as one small file so that no page adds up records in a request."""

import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mingjian.indicators.files import Indicator


@dataclass(frozen=True)
class Figures:
    """What `compute_all` made, and the day and data snapshot it was made from."""

    table: pa.Table
    as_of: date
    snapshot: int

    def total(
        self,
        indicator: Indicator,
        *,
        agencies: Collection[str] | None = None,
        start: date | None = None,
        end: date | None = None,
    ) -> float | None:
        """The indicator over a set of agencies (None: all) and months (by their first day)."""
        rows = self._rows(indicator, agencies, start, end)
        parts = {
            part: pc.sum(rows.filter(pc.equal(rows["part"], part))["amount"]).as_py() or 0.0
            for part in indicator.parts
        }
        return indicator.value(parts["numerator"], parts.get("denominator"))

    def by(
        self,
        indicator: Indicator,
        column: str,
        *,
        agencies: Collection[str] | None = None,
        start: date | None = None,
        end: date | None = None,
    ) -> dict[str | date, tuple[float | None, float, float | None]]:
        """Value, numerator and denominator for each `month` or `agency_id` that has rows."""
        rows = self._rows(indicator, agencies, start, end)
        grouped = rows.group_by([column, "part"]).aggregate([("amount", "sum")]).to_pylist()
        sums: dict[str | date, dict[str, float]] = {}
        for row in grouped:
            sums.setdefault(row[column], {})[row["part"]] = row["amount_sum"] or 0.0
        return {
            key: (
                indicator.value(parts.get("numerator", 0.0), parts.get("denominator")),
                parts.get("numerator", 0.0),
                parts.get("denominator"),
            )
            for key, parts in sorted(sums.items(), key=lambda item: str(item[0]))
        }

    def _rows(
        self,
        indicator: Indicator,
        agencies: Collection[str] | None,
        start: date | None,
        end: date | None,
    ) -> pa.Table:
        chosen = pc.equal(self.table["indicator_code"], indicator.code)
        if agencies is not None:
            listed = pa.array(sorted(agencies), pa.string())
            chosen = pc.and_(chosen, pc.is_in(self.table["agency_id"], value_set=listed))
        if start is not None:
            chosen = pc.and_(chosen, pc.greater_equal(self.table["month"], pa.scalar(start)))
        if end is not None:
            chosen = pc.and_(chosen, pc.less_equal(self.table["month"], pa.scalar(end)))
        return self.table.filter(chosen)


def save_figures(figures: Figures, folder: Path) -> Path:
    """Replace the kept figures at once, so that a page never sees half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "figures.parquet"
    kept = {"as_of": figures.as_of.isoformat(), "snapshot": figures.snapshot}
    table = figures.table.replace_schema_metadata({b"mingjian": json.dumps(kept).encode()})
    temporary = target.with_suffix(".new")
    pq.write_table(table, temporary)
    os.replace(temporary, target)
    return target


def load_figures(folder: Path) -> Figures | None:
    """The kept figures, or None when no round has been run yet."""
    path = folder / "figures.parquet"
    if not path.is_file():
        return None
    table = pq.read_table(path)
    kept = json.loads(table.schema.metadata[b"mingjian"])
    return Figures(table, date.fromisoformat(kept["as_of"]), int(kept["snapshot"]))
