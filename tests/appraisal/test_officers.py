"""Learners without an account: enrolled from the records, examined on paper, by a sheet."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from alert_runs import DAY
from mingjian.access.flow import NotPossible
from mingjian.access.models import AuditLine
from mingjian.appraisal import officers as records_of
from mingjian.appraisal.acts import officers, sessions
from mingjian.appraisal.models import Enrolment, OffDutyProposal, TrainingSession
from office import City

COURSE_DAY = DAY + timedelta(days=20)
EXAM_DAY = COURSE_DAY + timedelta(days=1)
MARKET, ELSEWHERE = "110105-SCJG", "110101-SCJG"
ROWS = [
    ("P1", "张三三", MARKET, "110101199001011234", "active"),
    ("P2", "李四", MARKET, None, "active"),
    ("P3", "王五", MARKET, None, "retired"),
    ("P9", "赵六", ELSEWHERE, None, "active"),
]


class Records:
    """The register of officers as the store answers."""

    def rows(self, _sql: str, given: dict[str, str]) -> list[dict[str, Any]]:
        names = ("officer_id", "name", "agency_id", "identity_no", "hr_status")
        wanted = set(given.values())
        return [dict(zip(names, row, strict=True)) for row in ROWS if row[0] in wanted]


@pytest.fixture(autouse=True)
def register(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened() -> Iterator[Records]:
        yield Records()

    monkeypatch.setattr(records_of, "records", opened)


@pytest.fixture
def session(city: City, district_head: Any) -> TrainingSession:
    """Held, with two officers there who have no account."""
    plan = sessions.make_plan(
        city.right, title="示例计划", start_on=DAY, end_on=date(2026, 6, 30), today=DAY
    )
    made = sessions.arrange(
        city.right, plan.pk, course="penalty_procedure", held_on=COURSE_DAY, place="示例教室"
    )
    officers.enrol_officers(city.right, made.pk, codes=["P1", "P2", "P1"])
    came = list(made.enrolments.values_list("pk", flat=True))
    return sessions.hold(city.right, made.pk, attended=came, today=COURSE_DAY)


def sheet(folder: Path, *rows: tuple[Any, ...], header: Any = None) -> Path:
    book = Workbook()
    page = book.active
    page.title = "成绩"
    page.append(header or ["人员代码", "姓名", "成绩", "考试日期"])
    for row in rows:
        page.append(row)
    path = folder / "results.xlsx"
    book.save(path)
    return path


def take(city: City, session: TrainingSession, path: Path, day: date = EXAM_DAY) -> None:
    officers.take_results(city.right, session.pk, sheet=path, today=day)


def result(code: str) -> str:
    return str(Enrolment.objects.get(officer_id=code).result)


def test_enrolled_once_from_the_records_and_shown_masked(session: TrainingSession) -> None:
    people = session.enrolments.order_by("officer_id")
    assert [(one.officer_id, one.who) for one in people] == [("P1", "张**"), ("P2", "李*")]
    assert all(one.user is None and one.agency_id == MARKET for one in people)
    assert AuditLine.objects.filter(act="training_session.enrol_officers").count() == 1


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["P1", "P0"], "P0”不在您范围内"),
        (["P9"], "P9”不在您范围内"),  # there, but in another district
        (["P3"], "P3”在人员库里已不在职"),
        ([" "], "没有写人员代码"),
    ],
)
def test_who_cannot_be_enrolled(
    city: City, district_head: Any, codes: list[str], words: str
) -> None:
    plan = sessions.make_plan(
        city.right, title="示例计划", start_on=DAY, end_on=date(2026, 6, 30), today=DAY
    )
    made = sessions.arrange(
        city.right, plan.pk, course="penalty_procedure", held_on=COURSE_DAY, place="示例教室"
    )
    with pytest.raises(NotPossible, match=words):
        officers.enrol_officers(city.right, made.pk, codes=codes)
    assert not Enrolment.objects.exists()


def test_results_of_a_paper_exam(city: City, session: TrainingSession, tmp_path: Path) -> None:
    rows = [("P1", "张三三", 92, EXAM_DAY), ("P2", "李四", "61", EXAM_DAY.isoformat())]
    take(city, session, sheet(tmp_path, *rows))
    assert (result("P1"), result("P2")) == ("passed", "")  # another attempt is left
    again = EXAM_DAY + timedelta(days=2)
    take(city, session, sheet(tmp_path, ("P2", "李四", 70, again)), again)
    assert result("P2") == "failed"
    assert OffDutyProposal.objects.get().enrolment.officer_id == "P2"
    assert sessions.finish(city.right, session.pk, today=again).state == "finished"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("P1", "张三三", "一百", EXAM_DAY), "第 3 行“成绩”是“一百”，应为 0 至 100 的整数"),
        (("P1", "张三三", 101, EXAM_DAY), "第 3 行“成绩”是“101”"),
        (("P1", "张三", 90, EXAM_DAY), r"第 3 行“姓名”是“张三”，与人员库登记的（张\*\*）不一致"),
        (("P7", "某某", 90, EXAM_DAY), "第 3 行“人员代码”是“P7”，应为本班次到课的"),
        (("P1", "张三三", 90, "2025/13/02"), "第 3 行“考试日期”是“2025/13/02”，不是日期"),
        (("P1", "张三三", 90, COURSE_DAY - timedelta(days=1)), "应在授课之日"),
        (("P1", "张三三", 90, EXAM_DAY + timedelta(days=1)), "不晚于今天"),
        (("P1", "", 90, EXAM_DAY), "第 3 行“姓名”是“”，不能是空的"),
        (("P2", "李四", 90, EXAM_DAY), "与第 2 行重复"),
    ],
)
def test_one_wrong_row_and_nothing_is_taken(
    city: City, session: TrainingSession, tmp_path: Path, row: tuple[Any, ...], words: str
) -> None:
    path = sheet(tmp_path, ("P2", "李四", 90, EXAM_DAY), row)
    with pytest.raises(NotPossible, match=words) as refused:
        take(city, session, path)
    assert "什么也没有登记" in str(refused.value)
    assert result("P2") == ""


def test_a_sheet_that_cannot_be_read(city: City, session: TrainingSession, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="缺少列：成绩、考试日期"):
        take(city, session, sheet(tmp_path, ("P1", "张三三"), header=["人员代码", "姓名"]))
    (tmp_path / "no.xlsx").write_bytes(b"no workbook")
    with pytest.raises(NotPossible, match="打不开"):
        take(city, session, tmp_path / "no.xlsx")
    with pytest.raises(NotPossible, match="没有填成绩"):
        take(city, session, sheet(tmp_path, ("P1", "", None, None)))


def test_the_sheet_masks_identity_and_leaves_names_to_be_written(
    city: City, session: TrainingSession, tmp_path: Path
) -> None:
    client = Client()
    client.force_login(city.right)
    answer = client.get(f"/training/sessions/{session.pk}/sheet.xlsx")
    path = tmp_path / "got.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    book = load_workbook(path)
    signing = [list(row) for row in book["签到表"].iter_rows(values_only=True)]
    assert signing[2][1:5] == ["张**", "示例市朝阳区市场监督管理局", "P1", "110***********1234"]
    codes = [row[:2] for row in book["成绩"].iter_rows(min_row=2, values_only=True)]
    assert codes == [("P1", None), ("P2", None)]
    assert AuditLine.objects.filter(act="training_session.sheet").count() == 1
    client.force_login(city.liaison)
    assert client.get(f"/training/sessions/{session.pk}/sheet.xlsx").status_code == 403
    client.force_login(city.other)
    assert client.get(f"/training/sessions/{session.pk}/sheet.xlsx").status_code == 404


def test_the_page_takes_the_sheet_and_says_what_is_wrong(
    city: City, session: TrainingSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(city.right)
    address = f"/training/sessions/{session.pk}/"
    page = client.get(address).content.decode()
    assert "张**" in page
    assert "张三三" not in page
    assert "登记笔试成绩" in page
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: EXAM_DAY)
    wrong = sheet(tmp_path, ("P1", "张三三", "优", EXAM_DAY))
    sent = {"results": SimpleUploadedFile("r.xlsx", wrong.read_bytes())}
    answer = client.post(f"{address}take_results/", sent)
    assert answer.status_code == 422
    assert "第 2 行“成绩”是“优”" in answer.content.decode()
    right = sheet(tmp_path, ("P1", "张三三", 95, EXAM_DAY))
    sent = {"results": SimpleUploadedFile("r.xlsx", right.read_bytes())}
    assert client.post(f"{address}take_results/", sent).status_code == 302
    assert "笔试 95 分" in client.get(address).content.decode()
