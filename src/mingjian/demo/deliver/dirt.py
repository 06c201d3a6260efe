"""Dirt as it comes: odd spellings that can be read, and a known small share that cannot."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.deliver.writers import Columns
from mingjian.demo.records import Column
from mingjian.intake import Source
from mingjian.standards import Table

BAD_SHARE = 0.009  # of rows, in an average district
ODD_SHARE = 0.01
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_BAD_DAYS = ("2025/13/02", "2025-02-30", "不详", "20251301", "待定")


def odd_spellings(
    columns: Columns, source: Source, table: Table, chance: Chance, factor: float = 1
) -> None:
    """Trailing blanks, full-width digits and another form of date; all of it can be read."""
    count = len(next(iter(columns.values())))
    share = ODD_SHARE * factor
    for header, target in source.targets():
        kind = table.fields[target.to].type
        if header not in columns or target.refer or target.to in table.key:
            continue
        if kind == "date":
            _some(columns, header, chance, share, lambda text: text.translate(_WIDE))
        elif kind == "text" and target.to in ("cause", "party_name", "name", "address", "title"):
            _some(columns, header, chance, share, lambda text: text + "　")
        elif kind == "code" and not target.lookup:
            _some(columns, header, chance, share, lambda text: text + " ")
    assert all(len(values) == count for values in columns.values())


def _some(columns: Columns, header: str, chance: Chance, share: float, change: object) -> None:
    values = columns[header]
    rows = np.flatnonzero(chance.share(len(values), share))
    for row in rows:
        if values[row] is not None:
            values[row] = change(values[row])  # type: ignore[operator]


def spoiled(
    columns: Columns, source: Source, table: Table, weight: Column, chance: Chance
) -> tuple[Column, Columns]:
    """Rows that no longer can be read, and those rows with one cell made wrong."""
    rows = np.flatnonzero(chance.share(len(weight), BAD_SHARE * weight))
    bad = {header: values[rows].copy() for header, values in columns.items()}
    ways = _ways(columns, source, table)
    spoilt = np.zeros(len(rows), bool)
    for i, way in enumerate(chance.rng.integers(0, len(ways), len(rows))):
        header, kind = ways[way]
        value = bad[header][i]
        wrong = _wrong(kind, value, int(chance.rng.integers(0, 1000)))
        if value is not None and wrong != value:
            bad[header][i] = wrong
            spoilt[i] = True
    return rows[spoilt], {header: values[spoilt] for header, values in bad.items()}


def _ways(columns: Columns, source: Source, table: Table) -> list[tuple[str, str]]:
    """Columns that can be made wrong, and how; what is required can also be left out."""
    ways = []
    for header, target in source.targets():
        field = table.fields[target.to]
        if header not in columns or target.refer or target.to in table.key:
            continue
        if field.required:
            ways.append((header, "missing"))
        if field.type in ("date", "timestamp"):
            ways.append((header, "day"))
        elif field.type == "code":
            ways.append((header, "code"))
        elif field.check == "credit_code":
            ways += [(header, "credit")] * 3
        elif field.type == "money":
            ways.append((header, "money"))
    return ways or [(next(iter(columns)), "missing")]


def _wrong(kind: str, value: object, number: int) -> str | None:
    if value is None or kind == "missing":
        return None
    text = str(value)
    if kind == "day":
        return _BAD_DAYS[number % len(_BAD_DAYS)]
    if kind == "code":
        return "其它情形" if number % 2 else text + "？"
    if kind == "credit":
        other = "0" if text[-1] != "0" else "1"
        return text[:-1] + other if number % 2 else text[:-2]
    return "约三千" if number % 2 else "-100"
