"""Excel templates of the standard tables, for departments that fill in by hand."""

from datetime import date, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from mingjian.standards.tables import Field, FieldType, Standard, Table, load_standard
from mingjian.standards.wording import TYPE_TITLES, example_value, field_rules

DATA_SHEET, EXAMPLE_SHEET, HELP_SHEET, CODES_SHEET = "数据", "示例", "填写说明", "代码"

_LAST_ROW = 1_048_576
_FORMATS: dict[FieldType, str] = {
    "date": "yyyy-mm-dd",
    "timestamp": "yyyy-mm-dd hh:mm:ss",
    "money": "0.00",
    "integer": "0",
    "decimal": "General",
}
_TEXT = "@"  # keeps leading zeros and all eighteen digits of identity numbers
_REQUIRED_FILL = PatternFill("solid", fgColor="1F4E79")
_OPTIONAL_FILL = PatternFill("solid", fgColor="8EA9C1")
_HEAD_FONT = Font(bold=True, color="FFFFFF")
_EDGE = Border(bottom=Side(style="thin", color="808080"))


def excel_template(table: Table) -> bytes:
    """A workbook to fill in: sheet 数据 has the header alone, then 示例, 填写说明, hidden 代码.

    Headers are exactly the fields' titles, so that a filled-in template needs no mapping.
    """
    standard = load_standard()
    book = Workbook()
    data = book.active
    assert isinstance(data, Worksheet)  # a new workbook has one
    data.title = DATA_SHEET
    ranges = _write_codes(book.create_sheet(CODES_SHEET), table, standard)
    _write_data(data, table, standard, ranges)
    _write_example(book.create_sheet(EXAMPLE_SHEET, 1), table, standard)
    _write_help(book.create_sheet(HELP_SHEET, 2), table, standard)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_data(sheet: Worksheet, table: Table, standard: Standard, ranges: dict[str, str]) -> None:
    for column, (name, field) in enumerate(table.fields.items(), start=1):
        _write_header(sheet, column, name, table, standard)
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].number_format = _FORMATS.get(field.type, _TEXT)
        validation = _validation(field, ranges)
        if validation:
            sheet.add_data_validation(validation)
            validation.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[1].height = 30


def _write_header(
    sheet: Worksheet, column: int, name: str, table: Table, standard: Standard
) -> None:
    field = table.fields[name]
    codes = standard.codes[field.codes] if field.codes else None
    cell = sheet.cell(1, column, field.title)
    cell.font = _HEAD_FONT
    cell.fill = _REQUIRED_FILL if field.required else _OPTIONAL_FILL
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    rules = field_rules(field, table, name, codes)
    note = [f"【{rules[0]}】{field.title}", *rules[1:], *([field.note] if field.note else [])]
    cell.comment = Comment("\n".join(note), "明鉴", height=40 + 22 * len(note), width=320)
    width = max(12, 2 * len(field.title) + 4, 22 if field.type == "timestamp" else 0)
    sheet.column_dimensions[get_column_letter(column)].width = min(width, 40)


def _validation(field: Field, ranges: dict[str, str]) -> DataValidation | None:
    """A drop-down for codes and 是/否, a warning for dates and numbers of the wrong kind."""
    if field.type == "code" and field.codes:
        return _strict(ranges[field.codes], "请从下拉列表中选择")
    if field.type == "boolean":
        return _strict('"是,否"', "请填“是”或“否”")
    if field.type in ("date", "timestamp"):
        return DataValidation(
            type="date",
            operator="between",
            formula1="2",
            formula2="73415",  # 2100-12-31
            allow_blank=True,
            errorStyle="warning",
            errorTitle="不是日期",
            error="应为日期，如 2025-03-18",
            showErrorMessage=True,
        )
    if field.type in ("money", "integer", "decimal") and field.check == "not_negative":
        return DataValidation(
            type="whole" if field.type == "integer" else "decimal",
            operator="greaterThanOrEqual",
            formula1="0",
            allow_blank=True,
            errorStyle="warning",
            errorTitle="不是数字",
            error="应为不小于零的数字" + ("，以元为单位" if field.type == "money" else ""),
            showErrorMessage=True,
        )
    return None


def _strict(formula: str, error: str) -> DataValidation:
    return DataValidation(
        type="list",
        formula1=formula,
        allow_blank=True,
        errorTitle="不在可选值之内",
        error=error,
        showErrorMessage=True,
    )


def _write_codes(sheet: Worksheet, table: Table, standard: Standard) -> dict[str, str]:
    """One column a code list; the ranges are where the drop-downs look."""
    sheet.sheet_state = "hidden"
    used = dict.fromkeys(field.codes for field in table.fields.values() if field.codes)
    ranges = {}
    for column, name in enumerate(used, start=1):
        codes = standard.codes[name].codes
        sheet.cell(1, column, standard.codes[name].title)
        for row, code in enumerate(codes.values(), start=2):
            sheet.cell(row, column, code.title)
        letter = get_column_letter(column)
        ranges[name] = f"'{CODES_SHEET}'!${letter}$2:${letter}${len(codes) + 1}"
    return ranges


def _write_example(sheet: Worksheet, table: Table, standard: Standard) -> None:
    note = "本页只示范每一列的写法，不会被读取；请在“数据”页填写。"
    sheet.cell(1, 1, note).font = Font(bold=True)
    for column, (name, field) in enumerate(table.fields.items(), start=1):
        head = sheet.cell(2, column, field.title)
        head.font, head.border = Font(bold=True), _EDGE
        cell = sheet.cell(3, column, _typed(example_value(name, field, standard), field))
        cell.number_format = _FORMATS.get(field.type, _TEXT)
        width = max(14, 2 * len(field.title) + 4, len(str(cell.value)) + 4)
        sheet.column_dimensions[get_column_letter(column)].width = min(width, 40)


def _typed(value: str, field: Field) -> str | int | float | date | datetime:
    """The example as the kind of cell that Excel would hold."""
    if field.type == "date":
        return date.fromisoformat(value)
    if field.type == "timestamp":
        return datetime.fromisoformat(value)
    if field.type == "integer":
        return int(value)
    return float(value) if field.type in ("money", "decimal") else value


def _write_help(sheet: Worksheet, table: Table, standard: Standard) -> None:
    keys = "、".join(table.fields[name].title for name in table.key)
    lines = [
        f"{table.title}（{table.name}）",
        table.meaning,
        f"定义依据：{table.source}",
        f"在“数据”页从第二行起填写，一行一条；深色表头为必填。{keys}相同的行是同一条记录，后报的为准。",
        "表头不要改名；用不到的列可以留空。有错的行会退回并说明原因，改好后重传即可，不会重复入库。",
    ]
    for row, line in enumerate(lines, start=1):
        sheet.cell(row, 1, line).font = Font(bold=row == 1, size=14 if row == 1 else 11)
    titles = ("字段", "标识", "类型", "必填", "填写要求", "示例", "说明", "来源")
    first = len(lines) + 2
    for column, title in enumerate(titles, start=1):
        cell = sheet.cell(first, column, title)
        cell.font, cell.fill = _HEAD_FONT, _REQUIRED_FILL
    for row, (name, field) in enumerate(table.fields.items(), start=first + 1):
        for column, value in enumerate(_help_row(name, field, table, standard), start=1):
            cell = sheet.cell(row, column, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for letter, width in zip("ABCDEFGH", (24, 26, 16, 8, 52, 26, 40, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"A{first + 1}"


def _help_row(name: str, field: Field, table: Table, standard: Standard) -> list[str]:
    codes = standard.codes[field.codes] if field.codes else None
    rules = field_rules(field, table, name, codes)
    return [
        field.title,
        name,
        TYPE_TITLES[field.type],
        "是" if field.required else "否",
        "；".join(rules[1:]),
        example_value(name, field, standard),
        field.note,
        field.source,
    ]
