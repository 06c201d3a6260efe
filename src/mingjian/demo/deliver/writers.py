"""Files byte for byte the same on every run: CSV, JSON, and Excel without clocks inside."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from mingjian.demo.records import Column

Columns = dict[str, Column]
_FIXED = (2025, 1, 1, 0, 0, 0)
_EPOCH = np.datetime64("1899-12-30")


def write_csv(path: Path, columns: Columns, encoding: str) -> None:
    """`utf-8-sig` puts the mark in front that Excel asks for."""
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    buffer = io.BytesIO()
    buffer.write((",".join(columns) + "\n").encode())
    pc.write_csv(table, buffer, pc.WriteOptions(include_header=False, quoting_style="needed"))
    path.write_bytes(buffer.getvalue().decode().encode(encoding))


def write_json_lines(path: Path, columns: Columns) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in _objects(columns):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_json(path: Path, columns: Columns) -> None:
    """One document as an interface returns it: the rows under data.items."""
    rows = _objects(columns)
    document = {"code": 0, "message": "成功", "data": {"total": len(rows), "items": rows}}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _objects(columns: Columns) -> list[dict[str, Any]]:
    """Rows as objects; a dotted name stands inside, empty values are left out."""
    paths = [name.split(".") for name in columns]
    rows = []
    for cells in zip(*columns.values(), strict=True):
        row: dict[str, Any] = {}
        for parts, cell in zip(paths, cells, strict=True):
            if cell is None:
                continue
            inner = row
            for part in parts[:-1]:
                inner = inner.setdefault(part, {})
            inner[parts[-1]] = cell
        rows.append(row)
    return rows


def write_xlsx(
    path: Path,
    columns: Columns,
    sheet: str = "Sheet1",
    title: str | None = None,
    days: frozenset[str] = frozenset(),
) -> None:
    """A workbook of one sheet. Texts in `days` that are ISO dates become real date cells."""
    lines = [] if title is None else [[title]]
    lines.append(list(columns))
    first = len(lines) + 1
    body = [_row(i, [_text(c) for c in cells]) for i, cells in enumerate(lines, 1)]
    coded = [_cells(values, name in days) for name, values in columns.items()]
    body += [_row(i, cells) for i, cells in enumerate(zip(*coded, strict=True), first)]
    parts = dict(_PARTS)
    parts["xl/workbook.xml"] = _WORKBOOK.format(sheet=escape(sheet, {'"': "&quot;"}))
    parts["xl/worksheets/sheet1.xml"] = _SHEET.format(rows="".join(body))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)


def _row(number: int, cells: tuple[str, ...] | list[str]) -> str:
    placed = "".join(
        cell.replace("<c", f'<c r="{_letters(i)}{number}"', 1)
        for i, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{number}">{placed}</row>'


def _letters(index: int) -> str:
    """Column letters: 0 is A, 26 is AA."""
    head, tail = divmod(index, 26)
    return (_letters(head - 1) if head else "") + chr(65 + tail)


def _text(value: object) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def _cells(values: Column, is_day: bool) -> list[str]:
    known: dict[object, str] = {None: ""}
    for value in values.tolist():
        if value not in known:
            known[value] = _day(value) if is_day else _text(value)
    return [known[value] for value in values.tolist()]


def _day(value: str) -> str:
    try:
        serial = int((np.datetime64(value, "D") - _EPOCH).astype(int))
    except ValueError:
        return _text(value)
    return f'<c s="1"><v>{serial}</v></c>'


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACK = "http://schemas.openxmlformats.org/package/2006"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "application/vnd.openxmlformats-package.relationships+xml"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WORKBOOK = (
    f'{_HEAD}<workbook {_MAIN} xmlns:r="{_DOC}"><sheets>'
    '<sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET = f"{_HEAD}<worksheet {_MAIN}><sheetData>{{rows}}</sheetData></worksheet>"
_PARTS = {
    "[Content_Types].xml": (
        f'{_HEAD}<Types xmlns="{_PACK}/content-types">'
        f'<Default Extension="rels" ContentType="{_RELS}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACK}/relationships">'
        f'<Relationship Id="rId1" Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACK}/relationships">'
        f'<Relationship Id="rId1" Type="{_DOC}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_DOC}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'{_HEAD}<styleSheet {_MAIN}><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    ),
}
