"""考试: started, handed in, judged on the server; a paper that was never handed in is closed."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.appraisal import exam_paper
from mingjian.appraisal.acts.step import Step
from mingjian.appraisal.courses import Exam, load_banks
from mingjian.appraisal.models import Enrolment, OffDutyProposal, Sitting, TrainingSession

FLOW = "training_session"
SEED_BELOW = 2**31


def exam_of(session: TrainingSession) -> Exam | None:
    """The exam's rules as they were when the session was arranged."""
    return Exam.model_validate(session.exam) if session.exam else None


def last_day(session: TrainingSession, exam: Exam) -> date:
    """Until when the exam may be started."""
    return session.held_on + timedelta(days=exam.within_days)


def start(by: User, enrolment_id: int, *, now: datetime, ip: str | None = None) -> Sitting:
    """开始考试: a paper of one's own, drawn by a seed that is kept; an open one goes on."""
    enrolment = _own(by, enrolment_id)
    going = _open_sitting(enrolment)
    if going is not None and now <= _closes_at(going):
        return going
    if going is not None:
        _close(going, now)
    made: list[Sitting] = []

    def check(session: TrainingSession) -> None:
        enrolment.refresh_from_db()
        _refuse_start(enrolment, exam_of(session), timezone.localdate(now))

    def then(session: TrainingSession) -> dict[str, Any]:
        exam = exam_of(session)
        assert exam is not None
        seed = secrets.randbelow(SEED_BELOW)
        sitting = Sitting.objects.create(
            enrolment=enrolment,
            attempt=enrolment.sittings.count() + 1,
            seed=seed,
            questions=exam_paper.draw(load_banks()[exam.bank], exam, seed),
            started_at=now,
            ends_at=now + timedelta(minutes=exam.minutes),
        )
        made.append(sitting)
        return {"enrolment": enrolment.pk, "attempt": sitting.attempt, "seed": seed}

    own = TrainingSession.objects.filter(enrolments__user=by)
    Step(FLOW, "start_exam", by, own, {}, ip=ip, check=check, then=then).do(enrolment.session_id)
    return made[0]


def submit(
    by: User,
    sitting_id: int,
    answers: Mapping[str, Sequence[str]],
    *,
    now: datetime,
    ip: str | None = None,
) -> Sitting:
    """交卷: judged at once. After time and grace it counts nothing; twice it is refused."""
    sitting = Sitting.objects.filter(pk=sitting_id, enrolment__user=by).first()
    if sitting is None:
        raise Http404("没有这场考试，或者它不是您的。")
    _refuse_stand_in(by)

    def check(_session: TrainingSession) -> None:
        sitting.refresh_from_db()
        if sitting.submitted_at is not None:
            raise NotPossible("这份卷子已经交过了。")

    def then(_session: TrainingSession) -> dict[str, Any]:
        is_late = now > _closes_at(sitting)
        _judge(sitting, {} if is_late else answers, now, is_late=is_late)
        return {"sitting": sitting.pk, "score": sitting.score, "late": is_late}

    own = TrainingSession.objects.filter(enrolments__user=by)
    step = Step(FLOW, "submit_exam", by, own, {}, ip=ip, check=check, then=then)
    step.do(sitting.enrolment.session_id)
    return sitting


def close_expired(now: datetime) -> int:
    """Papers whose time and grace are over and that nobody handed in: nothing was answered."""
    waiting = Sitting.objects.filter(submitted_at=None, ends_at__lt=now).order_by("pk")
    return sum(_close(sitting, now) for sitting in list(waiting) if now > _closes_at(sitting))


def is_last(sitting: Sitting) -> bool:
    """Whether no further attempt is left: then answers may be shown."""
    enrolment = sitting.enrolment
    exam = exam_of(enrolment.session)
    used_up = exam is not None and enrolment.sittings.count() >= exam.attempts
    return bool(enrolment.result) or used_up


def _close(sitting: Sitting, now: datetime) -> bool:
    with transaction.atomic():
        locked = Sitting.objects.select_for_update().get(pk=sitting.pk)
        if locked.submitted_at is not None:
            return False
        _judge(locked, {}, now, is_late=True)
        audit.record(None, "training_session.expire_exam", locked, enrolment=locked.enrolment_id)
    return True


def _judge(
    sitting: Sitting, answers: Mapping[str, Sequence[str]], now: datetime, *, is_late: bool
) -> None:
    """Score and result, and where attempts are used up the proposal; inside a transaction."""
    known = {question["id"] for question in sitting.questions}
    sitting.answers = {key: sorted(set(given)) for key, given in answers.items() if key in known}
    sitting.score = exam_paper.score(sitting.questions, sitting.answers)
    sitting.submitted_at, sitting.is_late = now, is_late
    sitting.save(update_fields=["answers", "score", "submitted_at", "is_late"])
    enrolment = sitting.enrolment
    exam = exam_of(enrolment.session)
    assert exam is not None
    if sitting.score >= exam.pass_score:
        enrolment.result = "passed"
    elif sitting.attempt >= exam.attempts:
        enrolment.result = "failed"
    else:
        return
    today = timezone.localdate(now)
    enrolment.result_on = today
    enrolment.save(update_fields=["result", "result_on"])
    if enrolment.result == "failed":
        propose_off_duty(enrolment, today)


def propose_off_duty(enrolment: Enrolment, today: date) -> None:
    """条例第三十二条: only a proposal; a person decides."""
    proposal, is_new = OffDutyProposal.objects.get_or_create(
        enrolment=enrolment, defaults={"state": "proposed", "proposed_on": today}
    )
    if is_new:
        audit.record(None, "off_duty.propose", proposal, enrolment=enrolment.pk)


def _refuse_start(enrolment: Enrolment, exam: Exam | None, today: date) -> None:
    if exam is None:
        raise NotPossible("这门课程没有考试。")
    if not enrolment.attended:
        raise NotPossible("没有到课的不能考试。")
    if enrolment.result:
        raise NotPossible(f"您的结果已定：{enrolment.get_result_display()}。")
    session = enrolment.session
    if today > last_day(session, exam):
        raise NotPossible(f"考试期限到 {last_day(session, exam)}，已经过了。")
    last = enrolment.sittings.order_by("-attempt").first()
    if last is not None and last.submitted_at is not None:
        again = timezone.localdate(last.submitted_at) + timedelta(days=exam.wait_days)
        if today < again:
            raise NotPossible(f"补考须在 {again} 之后（含当日）。")


def _open_sitting(enrolment: Enrolment) -> Sitting | None:
    going: Sitting | None = enrolment.sittings.filter(submitted_at=None).first()
    return going


def _closes_at(sitting: Sitting) -> datetime:
    exam = exam_of(sitting.enrolment.session)
    assert exam is not None
    return sitting.ends_at + timedelta(seconds=exam.grace_seconds)


def _own(by: User, enrolment_id: int) -> Enrolment:
    own = Enrolment.objects.filter(user=by).select_related("session")
    enrolment: Enrolment | None = own.filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Http404("您没有报这个班，或者没有这个班。")
    _refuse_stand_in(by)
    return enrolment


def _refuse_stand_in(by: User) -> None:
    if by.acting_for is not None:
        raise NotPossible("代办期间不能考试：考试须由本人参加。请先结束代办。")
