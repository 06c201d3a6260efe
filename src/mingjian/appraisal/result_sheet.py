"""签到表与成绩表: written for a session, and read back with every fault by row, field and value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from mingjian.appraisal.models import Enrolment, TrainingSession
from mingjian.appraisal.officers import Officer
from mingjian.intake.faults import UnreadableFile
from mingjian.intake.limits import Limits
from mingjian.intake.sheet_file import read_sheet
from mingjian.standards import parse_date
from mingjian.supervision.workbook import safe_text

RESULTS, SIGN_IN = "成绩", "签到表"
COLUMNS = ("人员代码", "姓名", "成绩", "考试日期")
FULL_MARKS = 100
LIMITS = Limits(unpacked_bytes=32 << 20, workbook_bytes=32 << 20)


@dataclass(frozen=True)
class Result:
    """One row of the sheet; `line` is its number as Excel shows it."""

    line: int
    officer_id: str
    name: str
    score: int
    on: date

    def fault(self, column: str, value: str, rule: str) -> str:
        return _fault(self.line, column, value, rule)


def write(
    path: Path,
    session: TrainingSession,
    people: Sequence[Enrolment],
    known: Mapping[str, Officer],
) -> None:
    """Two sheets: 签到表 to be signed on paper, identity masked; 成绩 to be filled and sent back,
    with the codes of those who have no account. Names are filled in by hand, as a check."""
    book = Workbook(write_only=True)
    signing, results = book.create_sheet(SIGN_IN), book.create_sheet(RESULTS)
    signing.append([safe_text(f"{session.course_name}　{session.held_on}　{session.place}")])
    signing.append(["序号", "姓名", "单位", "人员代码", "证件号码（脱敏）", "签到"])
    results.append(list(COLUMNS))
    for number, one in enumerate(people, 1):
        officer = known.get(one.officer_id)
        identity = officer.masked_identity if officer else ""
        signing.append(
            [number, safe_text(one.who), safe_text(one.agency.name), one.officer_id, identity, ""]
        )
        if one.officer_id:
            results.append([one.officer_id, "", "", ""])
    book.save(path)


def read(path: Path) -> tuple[list[Result], list[str]]:
    """The filled rows, and every fault; rows without a score are those who did not sit."""
    try:
        header, rows, _ = read_sheet(path, _sheet_of(path), 1, LIMITS)
    except UnreadableFile as error:
        return [], [str(error)]
    lacking = [name for name in COLUMNS if name not in header]
    if lacking:
        return [], [f"缺少列：{'、'.join(lacking)}。表头应为：{'、'.join(COLUMNS)}。"]
    at = [header.index(name) for name in COLUMNS]
    results: list[Result] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for line, cells in rows:
        code, name, score, on = ((cells[i] or "").strip() if i < len(cells) else "" for i in at)
        if not (score or on):
            continue
        found = _faults(line, code, name, score, on)
        if code in seen:
            found.append(_fault(line, "人员代码", code, f"与第 {seen[code]} 行重复"))
        seen.setdefault(code, line)
        faults += found
        if not found:
            results.append(Result(line, code, name, int(score), parse_date(on)))
    if not results and not faults:
        faults.append("表里没有填成绩的行。")
    return results, faults


def _sheet_of(path: Path) -> str | None:
    """The sheet of results where the workbook has one, else its first."""
    try:
        read_sheet(path, RESULTS, 1, LIMITS)
    except UnreadableFile:
        return None
    return RESULTS


def _faults(line: int, code: str, name: str, score: str, on: str) -> list[str]:
    faults = [
        _fault(line, column, value, "不能是空的")
        for column, value in zip(COLUMNS, (code, name, score, on), strict=True)
        if not value
    ]
    if score and not (score.isdecimal() and int(score) <= FULL_MARKS):
        faults.append(_fault(line, "成绩", score, f"应为 0 至 {FULL_MARKS} 的整数"))
    if on:
        try:
            parse_date(on)
        except ValueError as error:
            faults.append(_fault(line, "考试日期", on, f"不是日期（{error}）"))
    return faults


def _fault(line: int, column: str, value: str, rule: str) -> str:
    return f"第 {line} 行“{column}”是“{value}”，{rule}。"
