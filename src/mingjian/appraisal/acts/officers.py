"""Learners without an account: enrolled by the codes of the records, examined on paper."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.appraisal import result_sheet
from mingjian.appraisal.acts.exams import exam_of, last_day, propose_off_duty
from mingjian.appraisal.acts.sessions import session_step
from mingjian.appraisal.courses import Exam
from mingjian.appraisal.models import Enrolment, TrainingSession
from mingjian.appraisal.officers import AT_MOST, Officer, officers
from mingjian.appraisal.result_sheet import Result
from mingjian.supervision.records import RecordsUnavailable

FAULTS_SHOWN = 20


def enrol_officers(
    by: User,
    session_id: int,
    *,
    codes: Sequence[str],
    version: int | None = None,
    ip: str | None = None,
) -> TrainingSession:
    """报名 by 人员代码; all or none. Who is enrolled already stays so once."""
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if not wanted:
        raise NotPossible("没有写人员代码。一行写一个。")
    if len(wanted) > AT_MOST:
        raise NotPossible(f"一次最多 {AT_MOST} 人，您写了 {len(wanted)} 人。")
    found = _known(by, wanted)
    _refuse([fault for fault in (_why_not(code, found) for code in wanted) if fault])

    def then(session: TrainingSession) -> dict[str, Any]:
        there = set(session.enrolments.values_list("officer_id", flat=True))
        new = [found[code] for code in wanted if code not in there]
        Enrolment.objects.bulk_create(
            Enrolment(
                session=session,
                officer_id=one.officer_id,
                officer_name=one.name,
                agency_id=one.agency_id,
            )
            for one in new
        )
        return {"officers": [one.officer_id for one in new]}

    return session_step("enrol_officers", by, session_id, {}, version, ip, then=then)


def take_results(
    by: User,
    session_id: int,
    *,
    sheet: Path,
    today: date,
    version: int | None = None,
    ip: str | None = None,
) -> TrainingSession:
    """登记笔试成绩 from a filled sheet: every row is right, or nothing of it is taken."""
    rows, faults = result_sheet.read(sheet)
    _refuse(faults)
    judged: list[tuple[Enrolment, Result]] = []

    def check(session: TrainingSession) -> None:
        exam = exam_of(session)
        if exam is None:
            raise NotPossible("这门课程没有考试，到课即达标，不用登记成绩。")
        people = session.enrolments.exclude(officer_id="").filter(attended=True)
        came = {one.officer_id: one for one in people.select_related("session")}
        found = [_fault(row, came, session, exam, today) for row in rows]
        _refuse([fault for fault in found if fault])
        judged.extend((came[row.officer_id], row) for row in rows)

    def then(session: TrainingSession) -> dict[str, Any]:
        exam = exam_of(session)
        assert exam is not None
        for enrolment, row in judged:
            _judge(enrolment, row, exam)
        return {"results": {row.officer_id: row.score for _, row in judged}}

    return session_step("take_results", by, session_id, {}, version, ip, check, then)


def _known(by: User, codes: Sequence[str]) -> dict[str, Officer]:
    try:
        return officers(by, codes)
    except RecordsUnavailable as error:
        raise NotPossible(str(error)) from error


def _why_not(code: str, found: Mapping[str, Officer]) -> str:
    if code not in found:
        return f"人员代码“{code}”不在您范围内的人员库里。请核对代码，或者先报送人员库。"
    if not found[code].is_active:
        return f"人员代码“{code}”在人员库里已不在职，不能报名。"
    return ""


def _fault(
    row: Result,
    came: Mapping[str, Enrolment],
    session: TrainingSession,
    exam: Exam,
    today: date,
) -> str:
    """What is wrong with a row in this session; "" when it can be taken."""
    enrolment = came.get(row.officer_id)
    if enrolment is None:
        return row.fault("人员代码", row.officer_id, "应为本班次到课的、没有账号的学员")
    if row.name != enrolment.officer_name:
        return row.fault("姓名", row.name, f"与人员库登记的（{enrolment.who}）不一致")
    if enrolment.result:
        return row.fault("人员代码", row.officer_id, "这个人的结果已定，不能再登记")
    last = last_day(session, exam)
    if not session.held_on <= row.on <= min(last, today):
        words = f"应在授课之日 {session.held_on} 至考试期限 {last} 之间，且不晚于今天"
        return row.fault("考试日期", str(row.on), words)
    if enrolment.paper_exams:
        before = date.fromisoformat(enrolment.paper_exams[-1]["on"])
        if row.on < before + timedelta(days=max(exam.wait_days, 1)):
            return row.fault(
                "考试日期", str(row.on), f"{before} 刚考过，补考须隔 {exam.wait_days} 日"
            )
    return ""


def _judge(enrolment: Enrolment, row: Result, exam: Exam) -> None:
    """The score is kept; the result is set when it is enough, or when no attempt is left."""
    enrolment.paper_exams = [*enrolment.paper_exams, {"on": row.on.isoformat(), "score": row.score}]
    if row.score >= exam.pass_score:
        enrolment.result = "passed"
    elif len(enrolment.paper_exams) >= exam.attempts:
        enrolment.result = "failed"
    if enrolment.result:
        enrolment.result_on = row.on
    enrolment.save(update_fields=["paper_exams", "result", "result_on"])
    if enrolment.result == "failed":
        propose_off_duty(enrolment, row.on)


def _refuse(faults: Sequence[str]) -> None:
    """All faults at once, a line each; NotPossible when there is any."""
    if not faults:
        return
    shown = list(faults[:FAULTS_SHOWN])
    if len(faults) > len(shown):
        shown.append(f"……共 {len(faults)} 处。")
    raise NotPossible("\n".join([*shown, "什么也没有登记；改好后整份重传即可。"]))
