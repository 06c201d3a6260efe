"""The error workbook: rejected rows in the sender's own columns, to be mended and sent again."""

import io
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from mingjian.intake.sheet_file import MENDING_SHEET
from mingjian.intake.staging import MENDING_COLUMNS
from mingjian.store import Store

_BAD = PatternFill("solid", fgColor="FFC7CE")
_HEAD = PatternFill("solid", fgColor="D9E1F2")
_MOST_ROWS = 1_000_000  # a sheet holds 1,048,576
_WRAP = Alignment(wrap_text=True, vertical="top")
_TOP = Alignment(vertical="top")


def error_workbook(store: Store, submission_id: str) -> bytes:
    """The rejected rows of a submission as xlsx; raises KeyError when there is no such submission.

    Columns: 错误说明, 原行号, then the source's own. Bad cells are highlighted. Every value is
    text, so that a cell that begins with `=` cannot become a formula. Sent through the same source
    it goes in, whatever format that source has.
    """
    if store.submission(submission_id) is None:
        raise KeyError(f"没有批次 {submission_id}")
    with store.reader() as reader:
        rows = reader.rows(
            "SELECT row_no, field, value, rule, raw_json FROM rejected_row "
            f"WHERE submission_id = :id ORDER BY row_no LIMIT {_MOST_ROWS}",
            {"id": submission_id},
        )
    faults = [list(group) for _, group in groupby(rows, key=lambda row: row["row_no"])]
    columns = _columns(faults)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(MENDING_SHEET)
    _lay_out(sheet, columns)
    sheet.append([_text(sheet, name, _HEAD, bold=True) for name in (*MENDING_COLUMNS, *columns)])
    for group in faults:
        sheet.append(list(_row(sheet, group, columns)))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns(faults: list[list[dict[str, Any]]]) -> list[str]:
    names: dict[str, None] = {}
    for group in faults:
        if group[0]["raw_json"]:
            names |= dict.fromkeys(json.loads(group[0]["raw_json"]))
    return list(names)


def _lay_out(sheet: WriteOnlyWorksheet, columns: list[str]) -> None:
    sheet.freeze_panes = "C2"
    widths = [60, 8, *(18 for _ in columns)]
    for i, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width


def _row(
    sheet: WriteOnlyWorksheet, group: list[dict[str, Any]], columns: list[str]
) -> Iterator[WriteOnlyCell]:
    cells = json.loads(group[0]["raw_json"] or "{}")
    bad = {fault["field"] for fault in group}
    bad |= {part for field in bad for part in field.split("、")}
    yield _text(sheet, "；".join(map(_said, group)), wrap=True)
    yield _text(sheet, str(group[0]["row_no"]))
    for name in columns:
        yield _text(sheet, cells.get(name), _BAD if name in bad else None)


def _said(fault: dict[str, Any]) -> str:
    if not fault["field"]:
        return f"{fault['rule']}，原文：{fault['value']}"
    value = f"是“{fault['value']}”，" if fault["value"] is not None else ""
    return f"“{fault['field']}”{value}{fault['rule']}"


def _text(
    sheet: WriteOnlyWorksheet,
    value: str | None,
    fill: PatternFill | None = None,
    *,
    bold: bool = False,
    wrap: bool = False,
) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    if value is not None:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("␀", value)
        cell.data_type = "s"
        # Excel shows the text as it is and does not read it anew when somebody edits it.
        cell.quotePrefix = True
    cell.number_format = "@"
    cell.alignment = _WRAP if wrap else _TOP
    if fill:
        cell.fill = fill
    if bold:
        cell.font = Font(bold=True)
    return cell
