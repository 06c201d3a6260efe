"""Reference tables: facts that the law leaves to notices and departments, as files people edit.

One file a table in content/standards/reference/; long lists stand in a CSV file beside it.
"""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from mingjian.standards.files import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    Scalar,
    content_files,
    display_path,
    shape_document,
)
from mingjian.standards.tables import FieldType, Standard, load_standard

ReferenceValue = Scalar | Decimal


class ReferenceColumn(ContentFile):
    """One column; types are those of the standard tables."""

    title: str
    type: FieldType
    required: bool = False
    codes: str | None = None


class ReferenceFile(ContentFile):
    """The file as written; `rows_file` names a CSV in the same folder instead of `rows`."""

    name: str
    title: str
    source: str
    note: str = ""
    key: list[str]
    columns: dict[str, ReferenceColumn]
    rows: list[dict[str, Any]] = []
    rows_file: str | None = None


@dataclass(frozen=True)
class ReferenceTable:
    """A checked table: every row has every column, typed; missing values are None."""

    name: str
    title: str
    source: str
    note: str
    key: tuple[str, ...]
    columns: dict[str, ReferenceColumn]
    rows: list[dict[str, ReferenceValue]]


@cache
def load_reference() -> dict[str, ReferenceTable]:
    """All reference tables by name; raises ContentError with every fault of every file."""
    problems: list[Problem] = []
    tables: dict[str, ReferenceTable] = {}
    standard = load_standard()
    for path in content_files("standards/reference"):
        try:
            document = Document(path)
            file = shape_document(document, ReferenceFile)
            tables[file.name] = _table(document, file, path, standard)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return tables


def _table(
    document: Document, file: ReferenceFile, path: Path, standard: Standard
) -> ReferenceTable:
    problems = []
    if file.name != path.stem:
        problems.append(document.problem(("name",), f"应与文件名“{path.stem}”相同"))
    for name, column in file.columns.items():
        if column.codes and column.codes not in standard.codes:
            here = ("columns", name, "codes")
            problems.append(document.problem(here, f"代码集“{column.codes}”不存在"))
    for i, name in enumerate(file.key):
        if name not in file.columns:
            problems.append(document.problem(("key", i), f"列“{name}”不在本表"))
    if file.rows and file.rows_file:
        problems.append(document.problem(("rows_file",), "rows 与 rows_file 只能写一个"))
    if problems:
        raise ContentError(problems)
    reader = _Rows(file, standard)
    if file.rows_file:
        rows = reader.from_csv(path.with_name(file.rows_file))
    else:
        rows = reader.from_document(document, file.rows)
    if reader.problems:
        raise ContentError(reader.problems)
    return ReferenceTable(
        file.name, file.title, file.source, file.note, tuple(file.key), file.columns, rows
    )


class _Rows:
    """Types the rows of one file and gathers what is wrong with them."""

    def __init__(self, file: ReferenceFile, standard: Standard) -> None:
        self.file, self.standard = file, standard
        self.problems: list[Problem] = []
        self._seen: set[tuple[ReferenceValue, ...]] = set()

    def from_document(
        self, document: Document, rows: list[dict[str, Any]]
    ) -> list[dict[str, ReferenceValue]]:
        typed = []
        for i, row in enumerate(rows):
            line = document.line(("rows", i))
            typed.append(self._row(document.name, line, f"rows.{i}", row))
        return typed

    def from_csv(self, path: Path) -> list[dict[str, ReferenceValue]]:
        """Rows of a UTF-8 CSV whose header is exactly the columns; an empty cell is no value."""
        name = display_path(path)
        if not path.is_file():
            self.problems.append(Problem(name, 1, "rows_file", "没有这个文件"))
            return []
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != list(self.file.columns):
                expected = ",".join(self.file.columns)
                self.problems.append(Problem(name, 1, "", f"表头应为 {expected}"))
                return []
            return [
                self._row(name, reader.line_num, "", {k: v or None for k, v in row.items()})
                for row in reader
            ]

    def _row(
        self, path: str, line: int, where: str, row: dict[str, Any]
    ) -> dict[str, ReferenceValue]:
        typed: dict[str, ReferenceValue] = {}
        for name in row:
            if name not in self.file.columns:
                self._fault(path, line, where, str(name), "不是本表的列")
        for name, column in self.file.columns.items():
            value = row.get(name)
            if value is None:
                if column.required or name in self.file.key:
                    self._fault(path, line, where, name, "不能为空")
                typed[name] = None
                continue
            try:
                typed[name] = _typed(value, column, self.standard)
            except ValueError as error:
                self._fault(path, line, where, name, f"{error}，现为“{value}”")
        key = tuple(typed.get(name) for name in self.file.key)
        if key in self._seen:
            self._fault(path, line, where, "、".join(self.file.key), "与前面的行重复")
        self._seen.add(key)
        return typed

    def _fault(self, path: str, line: int, where: str, column: str, message: str) -> None:
        field = f"{where}.{column}" if where else column
        self.problems.append(Problem(path, line, field, message))


def _typed(value: Any, column: ReferenceColumn, standard: Standard) -> ReferenceValue:
    """The value in the column's type; text from CSV and plain YAML values are both accepted."""
    if column.type == "text" and isinstance(value, str):
        return value
    if column.type == "code" and column.codes and value in standard.codes[column.codes].codes:
        return str(value)
    if column.type in ("money", "decimal") and isinstance(value, str | int | float):
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise ValueError("应为数字") from error
        return number if column.type == "money" else float(number)
    if column.type == "integer" and (type(value) is int or str(value).isdecimal()):
        return int(value)
    if column.type == "boolean" and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if column.type == "date" and isinstance(value, date | str):
        return value if isinstance(value, date) else date.fromisoformat(value)
    titles = {
        "text": "文字（带引号）",
        "date": "日期",
        "integer": "整数",
        "boolean": "true 或 false",
    }
    if column.type == "code" and column.codes:
        raise ValueError(f"应为代码集“{column.codes}”中的代码")
    raise ValueError(f"应为{titles.get(column.type, '数字')}")
