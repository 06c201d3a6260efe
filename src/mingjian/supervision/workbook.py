"""The alert list as an Excel workbook, with the filter, the person and the time printed on it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from mingjian.standards import load_standard
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import Alert
from mingjian.supervision.wording import days_left, masked_message

COLUMNS = [
    ("预警编号", 15),
    ("等级", 8),
    ("状态", 9),
    ("单位", 26),
    ("行政区", 10),
    ("模型编号", 10),
    ("模型", 30),
    ("问题", 70),
    ("对象标识", 22),
    ("发现日期", 12),
    ("最近命中", 12),
    ("不再命中", 12),
    ("期限", 12),
    ("期限情况", 14),
    ("单位反馈", 10),
    ("认定结论", 10),
]
# A text that begins so is taken for a formula by spreadsheet programs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_workbook(
    path: Path, alerts: Iterable[Alert], *, filter_text: str, by: str, scope: str, at: datetime
) -> int:
    """Write the rows to `path`, a few at a time; returns how many there were."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("预警清单")
    for i, (_, width) in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + i)].width = width
    sheet.freeze_panes = "A6"
    heading = WriteOnlyCell(sheet, "预警清单")
    heading.font = Font(bold=True, size=14)
    sheet.append([heading])
    sheet.append([safe_text(f"筛选条件：{filter_text or '无'}")])
    sheet.append([safe_text(f"导出人：{by}　范围：{scope}　导出时间：{at:%Y-%m-%d %H:%M}")])
    sheet.append(["预警只提示先看哪里，不等于违法认定。个人信息已脱敏。"])
    append_header(sheet)
    count = 0
    for row in alert_rows(alerts, at.date()):
        append_texts(sheet, row)
        count += 1
    book.save(path)
    return count


def append_header(sheet: Any) -> None:
    """The row of column titles of a list of alerts."""
    sheet.append(list(_header(sheet)))


def append_texts(sheet: Any, row: Iterable[Any]) -> None:
    """A row whose texts no spreadsheet program will run."""
    sheet.append([safe_text(value) if isinstance(value, str) else value for value in row])


def _header(sheet: Any) -> Iterator[WriteOnlyCell]:
    for title, _ in COLUMNS:
        cell = WriteOnlyCell(sheet, title)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="ECEEF5")
        cell.alignment = Alignment(horizontal="center")
        yield cell


def alert_rows(alerts: Iterable[Alert], today: date) -> Iterator[list[Any]]:
    """The cells of each alert, in the order of COLUMNS, masked."""
    codes = load_standard().codes
    levels = {code: entry.title for code, entry in codes["alert_level"].codes.items()}
    verdicts = {code: entry.title for code, entry in codes["verdict"].codes.items()} | {"": ""}
    flow = load_flow()
    for alert in alerts:
        agency = alert.agency
        yield [
            alert.number,
            levels[alert.level],
            flow.state_title(alert.state),
            agency.name if agency else "未标明",
            str(agency.district or "") if agency else "",
            alert.monitor_code,
            alert.monitor_name,
            masked_message(alert),
            alert.unit_id,
            alert.found_on,
            alert.last_found_on,
            alert.gone_on,
            alert.due_on,
            days_left(alert, today).text,
            verdicts[alert.claimed_verdict],
            verdicts[alert.verdict],
        ]


def safe_text(value: str) -> str:
    """Text that no spreadsheet program will run."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
