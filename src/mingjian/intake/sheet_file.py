"""Excel workbooks (xlsx, and old xls): the values of cells, never their formulas."""

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from mingjian.intake.faults import UnreadableFile
from mingjian.intake.limits import Limits

MENDING_SHEET = "退回行"


def read_sheet(
    path: Path, sheet: str | None, header_row: int, limits: Limits
) -> tuple[list[str], Iterator[tuple[int, list[str | None]]], bool]:
    """Header cells, the rows below with their row numbers, and whether it is an error workbook."""
    _refuse_bomb(path, limits)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        is_mending = MENDING_SHEET in names
        chosen = MENDING_SHEET if is_mending else _choose(names, sheet)
        rows = workbook.get_sheet_by_name(chosen)
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(
            f"Excel 文件打不开（{error}）。可能已损坏或设了密码；请用 Excel 另存为 xlsx 后再传。"
        ) from error
    header_row = 1 if is_mending else header_row
    if rows.start is None:
        raise UnreadableFile(f"工作表“{chosen}”是空的。请检查导出是否成功，或数据源里的 sheet。")
    # Calamine gives the used range only: blank rows in front of it must be counted.
    numbered = enumerate(rows.iter_rows(), rows.start[0] + 1)
    for number, cells in numbered:
        if number == header_row:
            header = [cell_text(cell) or "" for cell in cells]
            return header, _body(numbered), is_mending
        if number > header_row:
            break
    raise UnreadableFile(
        f"工作表“{chosen}”的第 {header_row} 行是空的，读不到表头。请检查数据源里的 header_row。"
    )


def _body(numbered: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, list[str | None]]]:
    for number, cells in numbered:
        texts = [cell_text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def _choose(names: list[str], sheet: str | None) -> str:
    if sheet is None:
        return names[0]
    if sheet not in names:
        raise UnreadableFile(
            f"没有名为“{sheet}”的工作表（文件里有：{'、'.join(names)}）。"
            "请检查文件或数据源里的 sheet。"
        )
    return sheet


def cell_text(cell: Any) -> str | None:
    """A cell as the text that a person would read; whole numbers lose their `.0`."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e17 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _refuse_bomb(path: Path, limits: Limits) -> None:
    """Look at the sizes written in the archive before anything of it is unpacked."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            if file.read(2) == b"PK":
                raise UnreadableFile(
                    "Excel 文件不完整（压缩目录缺失），多半传输中断了。整个文件未入库，请重新传。"
                )
        return
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if total > limits.workbook_bytes:
        raise UnreadableFile(
            f"Excel 文件解开后有 {total >> 20} MB，"
            f"超过 {limits.workbook_bytes >> 20} MB 的上限，没有打开。"
            "请拆成几个文件或改用 CSV；来历不明的文件请不要再传。"
        )
    if total > 64 << 20 and total / packed > limits.workbook_ratio:
        raise UnreadableFile(
            f"Excel 文件的压缩比是 {total // packed} 倍，不像真实的表格（疑似压缩炸弹），没有打开。"
        )
