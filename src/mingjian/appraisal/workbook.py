"""An assessment as a workbook: the table and the deductions, with filter, person and time."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from mingjian.access.models import User
from mingjian.appraisal.models import AgencySheet, Appraisal
from mingjian.appraisal.queries import PeerGroup, scheme_of, sheet_items
from mingjian.supervision.workbook import safe_text

UNREPORTED = "未报送"


def write_workbook(
    path: Path,
    appraisal: Appraisal,
    groups: Sequence[PeerGroup],
    *,
    filter_text: str,
    user: User,
    at: datetime,
) -> int:
    """Write to `path`; returns the number of agencies."""
    items = scheme_of(appraisal).items
    book = Workbook(write_only=True)
    table, rows = book.create_sheet("考核表"), book.create_sheet("扣分明细")
    said = [
        f"{appraisal}　{appraisal.region}",
        f"筛选条件：{filter_text}",
        f"导出人：{user.display_name}（{user.username}）　范围：{user.scope_label}"
        f"　导出时间：{at:%Y-%m-%d %H:%M}",
        f"满分 {scheme_of(appraisal).full_marks} 分；位次只在同组内比较。“{UNREPORTED}”不是零分。",
    ]
    for sheet in (table, rows):
        for line in said:
            sheet.append([safe_text(line)])
    table.append(
        ["同组", "位次", "单位", "得分", "扣分", "已确认的问题", *(i.title for i in items)]
    )
    rows.append(["单位", "项目", "日期", "事由", "分值", "预警或者监督事项", "状态"])
    count = 0
    for group in groups:
        for sheet in group.sheets:
            count += 1
            table.append([_plain(value) for value in _line(group, sheet, items)])
            for detail in _details(sheet):
                rows.append([_plain(value) for value in detail])
    book.save(path)
    return count


def _line(group: PeerGroup, sheet: AgencySheet, items: Sequence[Any]) -> list[Any]:
    score = UNREPORTED if sheet.score is None else float(sheet.score)
    deducted = [float(sheet.items[item.code]["deducted"]) for item in items]
    place = sheet.rank if sheet.rank is not None else "不排"
    fixed = [group.name, place, sheet.agency.name, score, float(sheet.deducted), sheet.confirmed]
    return [*fixed, *deducted]


def _details(sheet: AgencySheet) -> list[list[Any]]:
    return [
        [
            sheet.agency.name,
            item.item.title,
            row.on,
            row.words,
            float(row.points),
            (row.alert or row.matter).number,  # one of the two, by constraint
            "已撤销" if row.is_struck else "",
        ]
        for item in sheet_items(sheet)
        for row in item.rows
    ]


def _plain(value: Any) -> Any:
    return safe_text(value) if isinstance(value, str) else value
