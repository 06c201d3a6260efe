"""Rejected rows go back as a workbook in the sender's columns; mended, they come in again."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from mingjian.intake import Source, error_workbook, take
from mingjian.store import Store

from .conftest import AT, CASES, HEADER, case_file, case_line

Send = Callable[..., Path]
Declare = Callable[[str], Source]


def test_round_trip_through_a_source_of_another_format(
    store: Store, cases: Source, send: Send, tmp_path: Path
) -> None:
    lines = [case_line(n) for n in range(1, 8)]
    lines[2] = case_line(3, 立案时间="2025/13/02", 信用代码="x")
    lines[5] = case_line(6, 适用程序="")
    first = take(store, cases, send(case_file(*lines)), by="李工", at=AT)
    assert (first.accepted_count, first.rejected_count) == (5, 2)

    book = openpyxl.load_workbook(io.BytesIO(error_workbook(store, first.id)))
    sheet = book["退回行"]
    header = [str(cell.value) for cell in sheet[1]]
    assert header[:2] == ["错误说明", "原行号"]
    assert header[2:] == HEADER.split(",")[:-1], "the sender's columns, without the ignored one"
    assert [cell.value for cell in sheet["B"][1:]] == ["4", "7"]
    assert "“立案时间”是“2025/13/02”，不是日期" in str(sheet["A2"].value)
    assert "“适用程序”必填" in str(sheet["A3"].value)
    highlighted = {
        (cell.row, header[cell.column - 1])
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.fill.fill_type
    }
    assert highlighted == {(2, "立案时间"), (2, "信用代码"), (3, "适用程序")}

    sheet.cell(2, header.index("立案时间") + 1).value = "2025-03-02"
    sheet.cell(2, header.index("信用代码") + 1).value = "91110108551385082Q"
    sheet.cell(3, header.index("适用程序") + 1).value = "普通程序"
    book.save(tmp_path / "改好的.xlsx")
    again = take(store, cases, tmp_path / "改好的.xlsx", by="李工", at=AT)
    assert (again.status, again.rejected_count, again.new_count) == ("accepted", 0, 2)
    assert again.signals == (), "nothing is odd about a mended workbook"
    with store.reader() as reader:
        assert reader.rows("SELECT count(*) AS n FROM penalty_case") == [{"n": 7}]


def test_the_whole_file_mended_and_sent_again(store: Store, cases: Source, send: Send) -> None:
    lines = [case_line(1), case_line(2, 立案时间="昨天")]
    take(store, cases, send(case_file(*lines)), by="李工", at=AT)
    done = take(store, cases, send(case_file(case_line(1), case_line(2))), by="李工", at=AT)
    assert (done.new_count, done.unchanged_count) == (1, 1)


def test_a_few_mended_rows_are_not_held(
    store: Store, declare: Declare, send: Send, tmp_path: Path
) -> None:
    source = declare(CASES + "assertions: {rows: {min: 3}}\n")
    lines = [case_line(1), case_line(2), case_line(3, 立案时间="昨天")]
    first = take(store, source, send(case_file(*lines)), by="李工", at=AT)
    book = openpyxl.load_workbook(io.BytesIO(error_workbook(store, first.id)))
    sheet = book["退回行"]
    column = [cell.value for cell in sheet[1]].index("立案时间") + 1
    sheet.cell(2, column).value = "2025-01-01"
    book.save(tmp_path / "x.xlsx")
    again = take(store, source, tmp_path / "x.xlsx", by="李工", at=AT)
    assert (again.status, again.new_count) == ("accepted", 1)


def test_steps_are_not_applied_twice(store: Store, declare: Declare, send: Send) -> None:
    """A number that was given by the order of all rows stays with the mended row."""
    source = declare("""
code: steps
name: 流程
agency: A1
into: case_step
transport: {kind: file, format: csv}
sequence: {column: 序号, by: [案件], order: 时间}
columns:
  案件: case_id
  序号: step_no
  环节: activity
  时间: occurred_at
""")
    text = "案件,环节,时间\n1,立案,2025-01-01\n1,,2025-01-02\n1,决定,2025-01-03\n"
    first = take(store, source, send(text), by="x", at=AT)
    assert (first.accepted_count, first.rejected_count) == (2, 1)
    book = openpyxl.load_workbook(io.BytesIO(error_workbook(store, first.id)))
    sheet = book["退回行"]
    header = [cell.value for cell in sheet[1]]
    sheet.cell(2, header.index("环节") + 1).value = "调查"
    out = io.BytesIO()
    book.save(out)
    again = take(store, source, send(out.getvalue(), "x.xlsx"), by="x", at=AT)
    assert again.new_count == 1, again
    with store.reader() as reader:
        steps = reader.rows("SELECT step_no, activity FROM case_step ORDER BY step_no")
    assert [(s["step_no"], s["activity"]) for s in steps] == [(1, "立案"), (2, "调查"), (3, "决定")]


def test_no_such_submission(store: Store) -> None:
    with pytest.raises(KeyError, match="没有批次"):
        error_workbook(store, "x")
