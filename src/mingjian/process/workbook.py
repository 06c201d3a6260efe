"""What a check found as a file: a workbook with four sheets, or the deviating cases as CSV."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from mingjian.process.check import Checked, RuleResult
from mingjian.process.log import LogError
from mingjian.process.procedure import KINDS

_MOST_ROWS = 1_000_000  # a sheet holds 1,048,576
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_DEVIATIONS = ("规则编号", "规则", "案件", "单位", "日数", "期限届满日", "有关环节")
_SHOWN = 200


def write_deviations(checked: Checked, path: Path) -> int:
    """Write the file that its ending names (.xlsx or .csv); returns how many lines it has."""
    lines = list(_deviations(checked))
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_DEVIATIONS)
            writer.writerows([_safe(value) for value in line] for line in lines)
        return len(lines)
    if path.suffix.lower() != ".xlsx":
        raise LogError(f"只能写 .xlsx 或 .csv，不能写“{path.suffix}”。")
    if len(lines) > _MOST_ROWS:
        raise LogError(f"偏离的有 {len(lines):,} 行，Excel 放不下，请写成 .csv。")
    _workbook(checked, lines).save(path)
    return len(lines)


def _workbook(checked: Checked, lines: list[list[Any]]) -> Workbook:
    book = Workbook(write_only=True)
    _sheet(
        book,
        "规则",
        ("编号", "规则", "种类", "等级", "检查的案件", "偏离", "比例", "无法判断", "理由"),
        (
            [r.rule.code, r.rule.title, KINDS[r.rule.kind], r.rule.level, *_counts(r)]
            for r in checked.rules
        ),
    )
    _sheet(book, "偏离个案", _DEVIATIONS, lines)
    _sheet(
        book,
        "走法",
        ("案件数", "例", "环节"),
        ([way.cases, way.example, " → ".join(way.steps)] for way in checked.variants(_SHOWN)),
    )
    _sheet(
        book,
        "环节间隔",
        ("前一环节", "后一环节", "次数", "中位数（日）", "九成不超过（日）"),
        ([g.before, g.after, g.count, g.median, g.p90] for g in checked.gaps(_SHOWN)),
    )
    return book


def _counts(result: RuleResult) -> list[Any]:
    return [result.checked, result.deviating, result.share, result.unclear, result.rule.reason]


def _deviations(checked: Checked) -> Iterator[list[Any]]:
    titles = {rule.code: rule.title for rule in checked.procedure.rules}
    for row in checked.deviations():
        code = row["rule_code"]
        known = [code, titles[code], row["case_id"], row["agency_id"], row["days"]]
        yield [*known, row["due_on"], row["proof"]]


def _sheet(book: Workbook, title: str, heads: Iterable[str], rows: Iterable[list[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, head) for head in heads]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    for row in rows:
        sheet.append([_safe(value) for value in row])


def _safe(value: Any) -> Any:
    """Text that no spreadsheet program will run, and that a sheet can hold."""
    if not isinstance(value, str):
        return value
    plain = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000]
    return f"'{plain}" if plain.startswith(_FORMULA_STARTS) else plain
