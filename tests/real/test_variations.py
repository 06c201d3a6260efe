"""The same real records, as other systems would export them, come out as the same records.

Other separators, encodings, order of columns, line ends, a workbook instead of text, and a file
that was put together from two.
"""

import csv
import gzip
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

Rows = list[list[str]]
Write = Callable[[Rows, Path], None]


def read(file: Path) -> Rows:
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


def text(
    rows: Rows, file: Path, *, delimiter: str = ",", encoding: str = "utf-8", **options: Any
) -> None:
    with file.open("w", encoding=encoding, newline="") as opened:
        csv.writer(opened, delimiter=delimiter, **options).writerows(rows)


def shuffled_columns(rows: Rows) -> Rows:
    order = list(range(len(rows[0])))
    random.Random(7).shuffle(order)
    return [[row[i] for i in order] for row in rows]


def workbook(rows: Rows, file: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("sheet")
    for row in rows:
        sheet.append([cell or None for cell in row])
    book.save(file)


VARIATIONS: dict[str, Write] = {
    "semicolons": lambda rows, file: text(rows, file, delimiter=";"),
    "tabs": lambda rows, file: text(rows, file, delimiter="\t"),
    "bars": lambda rows, file: text(rows, file, delimiter="|"),
    "gb18030": lambda rows, file: text(rows, file, encoding="gb18030"),
    "utf-8 with mark": lambda rows, file: text(rows, file, encoding="utf-8-sig"),
    "utf-16": lambda rows, file: text(rows, file, encoding="utf-16"),
    "other order of columns": lambda rows, file: text(shuffled_columns(rows), file),
    "every cell quoted": lambda rows, file: text(rows, file, quoting=csv.QUOTE_ALL),
    "blank lines": lambda rows, file: text([*rows[:5], [], *rows[5:], []], file),
    "carriage returns only": lambda rows, file: text(rows, file, lineterminator="\r"),
    "blanks in the header": lambda rows, file: text([[f" {c} " for c in rows[0]], *rows[1:]], file),
    "header again half way": lambda rows, file: text([*rows[:5], rows[0], *rows[5:]], file),
    "workbook": workbook,
}
FILES = {
    "pboc-penalties": "penalties_zh/pboc_2025_31_38.csv",
    "beijing-register": "enterprises/beijing_register_sample.csv.gz",
}


def records(desk: Any, table: str) -> list[dict[str, Any]]:
    own = {"submission_id", "row_no", "version_no", "first_received_at", "received_at", "row_hash"}
    rows = desk.rows(f"SELECT * FROM {table} ORDER BY {table.split('_')[-1]}_id")
    return [{key: value for key, value in row.items() if key not in own} for row in rows]


@pytest.mark.parametrize("variation", VARIATIONS)
@pytest.mark.parametrize("code", FILES)
def test_the_same_records_in_another_shape(
    desk: Any, shared_data: Path, tmp_path: Path, code: str, variation: str
) -> None:
    original = shared_data / FILES[code]
    table = {"pboc-penalties": "penalty_case", "beijing-register": "party"}[code]
    first = desk.take(code, original)
    before = records(desk, table)
    file = tmp_path / f"other.{'xlsx' if variation == 'workbook' else 'csv'}"
    VARIATIONS[variation](read(original), file)
    again = desk.take(code, file)
    assert again.status == "accepted"
    repeated = 1 if variation == "header again half way" else 0
    assert (again.accepted_count, again.rejected_count) == (first.accepted_count, repeated)
    assert (again.new_count, again.changed_count) == (0, 0)
    assert records(desk, table) == before
    says = any("分隔" in signal for signal in again.signals)
    assert says == (variation in ("semicolons", "tabs", "bars"))


def test_merged_cells_in_another_order_of_columns(
    desk: Any, shared_data: Path, tmp_path: Path
) -> None:
    """Filling down does not depend on where a column stands, nor on the separator."""
    original = shared_data / "discretion" / "jiangmen_广东省大气条例.csv"
    file = tmp_path / "other.txt"
    text(shuffled_columns(read(original)), file, delimiter="\t", encoding="gb18030")
    assert desk.take("jiangmen-benchmark", original).new_count == 38
    again = desk.take("jiangmen-benchmark", file)
    assert (again.accepted_count, again.unchanged_count) == (38, 38)
