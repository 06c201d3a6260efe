"""Reference tables: facts that the law leaves to notices and departments, as files people edit.

One file a table in content/standards/reference/; long lists stand in a CSV file beside it.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, Literal

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
from mingjian.standards.tables import Standard, load_standard

ReferenceType = Literal["text", "date", "money", "integer", "decimal", "boolean", "code"]
ReferenceValue = Scalar | Decimal


class ReferenceColumn(ContentFile):
    """One column; types are those of the standard tables."""

    title: str
    type: ReferenceType
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
    tables, problems = read_reference(load_standard())
    if problems:
        raise ContentError(problems)
    return tables


def read_reference(standard: Standard) -> tuple[dict[str, ReferenceTable], list[Problem]]:
    """Every reference table that can be read, and every fault."""
    problems: list[Problem] = []
    tables: dict[str, ReferenceTable] = {}
    for path in content_files("standards/reference"):
        try:
            document = Document(path)
            file = shape_document(document, ReferenceFile)
            tables[file.name] = _table(document, file, path, standard)
        except ContentError as error:
            problems += error.problems
    return tables, problems


def _table(
    document: Document, file: ReferenceFile, path: Path, standard: Standard
) -> ReferenceTable:
    problems = []
    if file.name != path.stem:
        problems.append(document.problem(("name",), f"应与文件名“{path.stem}”相同"))
    for name, column in file.columns.items():
        here = ("columns", name, "codes")
        if column.type == "code" and column.codes not in standard.codes:
            problems.append(document.problem(here, f"代码集“{column.codes}”不存在"))
        if column.type != "code" and column.codes:
            problems.append(document.problem(here, "只有代码类的列可以写代码集"))
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
        try:
            reader = csv.DictReader(StringIO(path.read_text(encoding="utf-8")), strict=True)
            if reader.fieldnames != list(self.file.columns):
                expected = ",".join(self.file.columns)
                self.problems.append(Problem(name, 1, "", f"表头应为 {expected}"))
                return []
            return [
                self._row(name, reader.line_num, "", {k: v or None for k, v in row.items()})
                for row in reader
            ]
        except UnicodeDecodeError as error:
            self.problems.append(Problem(name, 1, "", f"不是 UTF-8 文本（第 {error.start} 字节）"))
        except csv.Error as error:
            self.problems.append(Problem(name, reader.line_num, "", f"CSV 写法有误：{error}"))
        return []

    def _row(
        self, path: str, line: int, where: str, row: dict[Any, Any]
    ) -> dict[str, ReferenceValue]:
        typed: dict[str, ReferenceValue] = {}
        for name in row:
            if name is None:  # DictReader's key for cells beyond the header
                self._fault(path, line, where, "", "单元格比表头多")
            elif name not in self.file.columns:
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
    if column.codes:
        if value not in standard.codes[column.codes].codes:
            raise ValueError(f"应为代码集“{column.codes}”中的代码")
        return str(value)
    read, rule = _READERS[column.type]
    try:
        return read(value)
    except (ValueError, TypeError, KeyError, InvalidOperation) as error:
        raise ValueError(f"应为{rule}") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError
    return number


def _day(value: Any) -> date:
    return value if type(value) is date else date.fromisoformat(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool | float):
        raise TypeError
    return int(value)


_READERS: dict[ReferenceType, tuple[Callable[[Any], ReferenceValue], str]] = {
    "text": (_text, "文字（数字样的要加引号）"),
    "code": (_text, "代码"),
    "date": (_day, "日期（如 2025-03-01）"),
    "money": (_number, "数字"),
    "decimal": (lambda value: float(_number(value)), "数字"),
    "integer": (_whole, "整数"),
    "boolean": (lambda value: {"true": True, "false": False}[str(value).lower()], "true 或 false"),
}
