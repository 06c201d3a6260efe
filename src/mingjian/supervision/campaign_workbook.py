"""The report of a campaign as a workbook: plan, conclusion, tables, weeks, list of alerts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from mingjian.access.models import User
from mingjian.supervision.campaign_sheet import (
    CampaignSheet,
    Line,
    kind_title,
    monitor_titles,
)
from mingjian.supervision.flow import load_campaign_flow
from mingjian.supervision.models import Alert, Campaign
from mingjian.supervision.workbook import alert_rows, append_header, append_texts

UNWATCHED = "未监测"


def write_report(
    path: Path,
    campaign: Campaign,
    sheet: CampaignSheet,
    alerts: Iterable[Alert],
    *,
    user: User,
    at: datetime,
) -> int:
    """Write to `path`; returns the number of alerts listed."""
    said = [
        str(campaign),
        f"导出人：{user.display_name}（{user.username}）　范围：{user.scope_label}"
        f"　导出时间：{at:%Y-%m-%d %H:%M}",
        "预警只提示先看哪里，不等于违法认定；数字只含导出人范围内的。",
    ]
    book = Workbook(write_only=True)
    _summary(book, said, campaign, sheet)
    outcomes = [kind.title for kind in sheet.headings]
    _table(book, "分阶段", said, ["阶段", "起止", *sheet.stage_headings], sheet.stages)
    _table(book, "分地区", said, ["地区", "", *outcomes], sheet.districts)
    _table(book, "分单位", said, ["单位", "地区", *outcomes], sheet.agencies)
    _table(book, "分模型", said, ["模型", "编号", *outcomes], sheet.monitors)
    _weeks(book, said, sheet)
    page = _page(book, "预警清单", said)
    append_header(page)
    count = 0
    for row in alert_rows(alerts, at.date()):
        append_texts(page, row)
        count += 1
    book.save(path)
    return count


def _page(book: Any, title: str, said: Sequence[str]) -> Any:
    page = book.create_sheet(title)
    for line in said:
        append_texts(page, [line])
    return page


def _summary(book: Any, said: Sequence[str], campaign: Campaign, sheet: CampaignSheet) -> None:
    page = _page(book, "概况", said)
    places = "、".join(str(region) for region in campaign.districts.all())
    facts: list[tuple[str, Any]] = [
        ("种类", kind_title(campaign)),
        ("状态", load_campaign_flow().state_title(campaign.state)),
        ("组织", str(campaign.region)),
        ("缘由与依据", campaign.basis),
        ("批准", campaign.approval or "—"),
        ("起止", f"{campaign.starts_on} 至 {campaign.ends_on}"),
        ("地区", places or "本级全部"),
        ("模型", "；".join(monitor_titles(campaign)) or "全部模型"),
        ("结论", campaign.conclusion or "尚未结束"),
        *(
            (kind.title, cell.count)
            for kind, cell in zip(sheet.headings, sheet.totals, strict=True)
        ),
    ]
    for pace in sheet.paces:
        mean = "—" if pace.mean is None else round(pace.mean, 2)
        facts.append((f"{pace.title}每周预警", mean))
        facts.append((f"{pace.title}合计（监测过的 {pace.weeks} 个整周）", pace.total))
    for name, value in facts:
        append_texts(page, [name, value])


def _table(
    book: Any, title: str, said: Sequence[str], heading: Sequence[str], lines: Iterable[Line]
) -> None:
    page = _page(book, title, said)
    append_texts(page, heading)
    for line in lines:
        append_texts(page, [line.title, line.note, *(cell.count for cell in line.cells)])


def _weeks(book: Any, said: Sequence[str], sheet: CampaignSheet) -> None:
    page = _page(book, "每周", said)
    append_texts(page, ["自", "至", "时段", "新发出的同类预警"])
    for week in sheet.weeks:
        count = UNWATCHED if week.count is None else week.count
        append_texts(page, [week.first, week.last, week.phase_title, count])
