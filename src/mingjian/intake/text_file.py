"""Delimited text, record by record: the exact reading that names every row that broke."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from mingjian.intake.faults import UnreadableFile
from mingjian.intake.limits import Limits
from mingjian.intake.rows import RawRows, RowFault, write_records

csv.field_size_limit(64 << 20)
_PIECE = 1 << 20
_DELIMITERS = (",", "\t", ";", "|")
_BLANK_LINE = re.compile(rb"\n\r?\n")


@dataclass(frozen=True)
class TextFacts:
    """What the bytes of a text say before it is read. `newlines` counts an unended last line."""

    newlines: int
    has_nul: bool


def text_facts(path: Path) -> TextFacts:
    """Count lines and look for NUL bytes, at the speed of the disk."""
    newlines, has_nul, last = 0, False, b"\n"
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            newlines += piece.count(b"\n")
            has_nul = has_nul or b"\0" in piece
            last = piece[-1:]
    return TextFacts(newlines + (last != b"\n"), has_nul)


def has_blank_lines(path: Path) -> bool:
    """Whether an empty line stands in front of something."""
    waiting, before = False, b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            text = before + piece
            blank = _BLANK_LINE.search(text)
            if waiting and text.strip():
                return True
            if blank and text[blank.end() :].strip():
                return True
            waiting, before = waiting or blank is not None, piece[-2:]
    return False


def delimiter_of(declared: str | None, kind: str) -> str:
    """The delimiter written in the source, else the one that the format implies."""
    return declared or ("\t" if kind == "tsv" else ",")


def real_delimiter(
    path: Path, declared: str, header_row: int, wanted: set[str], limits: Limits
) -> str:
    """The declared delimiter, unless only another one shows columns that the source knows."""
    if _known(path, declared, header_row, wanted, limits):
        return declared
    others = [delimiter for delimiter in _DELIMITERS if delimiter != declared]
    best = max(others, key=lambda other: _known(path, other, header_row, wanted, limits))
    return best if _known(path, best, header_row, wanted, limits) > 1 else declared


def _known(path: Path, delimiter: str, header_row: int, wanted: set[str], limits: Limits) -> int:
    header, _ = read_header(path, delimiter, header_row, limits)
    return len(wanted & set(column_names(header)[0]))


def read_header(
    path: Path, delimiter: str, header_row: int, limits: Limits
) -> tuple[list[str], int]:
    """The header's cells and the number of physical lines up to its end."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        for number, record in enumerate(reader, 1):
            if number == header_row:
                check_width(len(record), limits)
                return record, reader.line_num
    raise UnreadableFile(
        f"文件没有第 {header_row} 行，读不到表头。请检查导出是否成功，或数据源里的 header_row。"
    )


def check_width(width: int, limits: Limits) -> None:
    """Refuse a file with absurdly many columns."""
    if width > limits.columns:
        raise UnreadableFile(
            f"文件有 {width} 列，超过 {limits.columns} 列的上限，多半不是这个数据源的表。"
            "请检查分隔符和传的文件；确需这么多列的请管理员调整上限。"
        )


def column_names(record: list[str]) -> tuple[list[str], list[str]]:
    """Header cells as distinct names, and those names that stood there more than once."""
    names: list[str] = []
    repeated: list[str] = []
    for i, cell in enumerate(record, 1):
        plain = " ".join(cell.strip("\ufeff \t\r\n\u3000").split()) or f"第{i}列"
        name, nth = plain, 2
        while name in names:
            name, nth = f"{plain}（第{nth}次）", nth + 1
        if name != plain and plain not in repeated:
            repeated.append(plain)
        names.append(name)
    return names, repeated


def read_text(path: Path, delimiter: str, header_row: int, columns: list[str], to: Path) -> RawRows:
    """Every record of the file, with the row number that a spreadsheet would show."""
    faults: list[RowFault] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = _records(file, delimiter, header_row, len(columns), faults)
        rows = write_records(to, columns, records)
    rows.faults = faults
    return rows


def _records(
    file: TextIO, delimiter: str, header_row: int, width: int, faults: list[RowFault]
) -> Iterator[tuple[int, list[str | None]]]:
    recent: list[str] = []
    reader = csv.reader(_remembering(file, recent), delimiter=delimiter)
    number = 0
    while True:
        recent.clear()
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(
                f"第 {number + 1} 行读不下去（{error}），多半是前面少了一个引号。"
                "整个文件未入库；请检查这一行附近的引号后重传。"
            ) from error
        if record is None:
            return
        number += 1
        _refuse_open_quote(recent, delimiter, number)
        if number <= header_row or not record:
            continue
        raw = "".join(recent).rstrip("\r\n")
        if "\0" in raw:
            rule = "含有看不见的空字符（NUL）"
            faults.append(RowFault(number, rule, raw.replace("\0", "␀")))
        elif len(record) != width:
            rule = f"有 {len(record)} 个单元格，表头有 {width} 个（多半是分隔符或引号错位）"
            faults.append(RowFault(number, rule, raw))
        else:
            yield number, [cell or None for cell in record]


def _remembering(file: TextIO, recent: list[str]) -> Iterator[str]:
    for line in file:
        recent.append(line)
        yield line


def _refuse_open_quote(recent: list[str], delimiter: str, number: int) -> None:
    """A quote that is never closed swallows the rest of the file: it was cut, or lost a quote."""
    if sum(line.count('"') for line in recent) % 2 == 0:
        return
    try:
        list(csv.reader(recent, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise UnreadableFile(
                f"文件从第 {number} 行起有一个引号没有合上，读到文件末尾也没有结束；"
                "多半是文件在传输或导出时断了。整个文件未入库，请重新导出后再传。"
            ) from error
