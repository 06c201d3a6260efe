"""What acts on alerts and on matters share: problems, measures, extensions, suspension."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from mingjian.access.flow import NotPossible
from mingjian.standards import load_calendar, load_standard
from mingjian.supervision.acts.engine import (
    Change,
    Kind,
    Sent,
    ThingT,
    checked_reason,
    of_kind,
    perform,
)
from mingjian.supervision.evidence import check_files, keep_files
from mingjian.supervision.models import Alert, Extension, Matter, Problem

PROBLEM_LENGTH = 500
PROBLEMS_AT_MOST = 50
GROUNDS = {"reconsideration": "行政复议", "litigation": "行政诉讼", "other": "其他法定事由"}


def with_files(
    change: Change[ThingT], act: str, files: Sequence[UploadedFile], sent: Sent
) -> Change[ThingT]:
    """The change that also keeps the files handed in with it."""
    check_files(files)
    rest = change.then

    def then(thing: ThingT) -> None:
        if rest:
            rest(thing)
        keep_files(thing, act, files, sent["by"])

    if files:
        change.then = then
        change.detail = {**change.detail, "files": [file.name for file in files]}
    return change


def check_verdict(verdict: str, allowed: Sequence[str] | None = None) -> None:
    """Raise NotPossible for a verdict that is not in the list, or not among those allowed here."""
    codes = load_standard().codes["verdict"].codes
    names = [name for name in codes if allowed is None or name in allowed]
    if verdict not in names:
        titles = "、".join(codes[name].title for name in names)
        shown = codes[verdict].title if verdict in codes else verdict
        raise NotPossible(f"结论“{shown}”不在可选值之内（{titles}）。")


def split_problems(text: str) -> list[str]:
    """One problem a line; raises NotPossible when there is none, or one is too long."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise NotPossible("没有写要整改的问题。一行写一个。")
    if len(lines) > PROBLEMS_AT_MOST:
        raise NotPossible(f"问题 {len(lines)} 条，超过 {PROBLEMS_AT_MOST} 条，请归并。")
    long = next((line for line in lines if len(line) > PROBLEM_LENGTH), None)
    if long is not None:
        raise NotPossible(f"“{long[:20]}……”超过 {PROBLEM_LENGTH} 字，请精简。")
    return lines


def of(thing: Alert | Matter) -> dict[str, Any]:
    """The condition for what hangs on this alert or matter."""
    return {of_kind(thing): thing}


def add_problems(thing: Alert | Matter, texts: Sequence[str]) -> None:
    """Number the problems on from those that are there."""
    last = Problem.objects.filter(**of(thing)).count()
    for no, text in enumerate(texts, start=last + 1):
        Problem.objects.create(no=no, text=text, **of(thing))


def keep_measures(thing: Alert | Matter, measures: dict[int, str], today: date) -> None:
    """What was done about each problem; raises NotPossible when one is left without a word."""
    problems = list(Problem.objects.filter(**of(thing)))
    missing = [p.no for p in problems if not measures.get(p.no, "").strip()]
    if missing:
        numbers = "、".join(str(no) for no in missing)
        raise NotPossible(f"第 {numbers} 个问题没有写措施。每个问题都要写改了什么。")
    for problem in problems:
        problem.measure = measures[problem.no].strip()
        problem.reported_on = today
        problem.save(update_fields=["measure", "reported_on"])


def ask_extension(kind: Kind[ThingT], pk: int, days: int, reason: str, sent: Sent) -> ThingT:
    """申请延期: the limit runs on until it is granted; one application at a time."""
    reason = checked_reason(reason)
    most = kind.flow().file.clock.extension_at_most
    if not 1 <= days <= most:
        raise NotPossible(f"延期 {days} 日不行：一次可以申请 1 至 {most} 日。")

    def check(thing: ThingT) -> None:
        if thing.due_on is None:
            raise NotPossible("这一步没有期限，不用申请延期。")

    def then(thing: ThingT) -> None:
        try:
            with transaction.atomic():
                Extension.objects.create(
                    days=days,
                    reason=reason,
                    asked_by=sent["by"],
                    asked_on=sent["today"],
                    former_due_on=thing.due_on,
                    **of(thing),
                )
        except IntegrityError as error:
            raise NotPossible("上一次延期申请还没有答复，不能再申请。") from error

    change = Change[ThingT](text=reason, detail={"days": days}, check=check, then=then)
    return perform(kind, pk, "ask_extension", change, sent)


def answer_extension(
    kind: Kind[ThingT], pk: int, reason: str, sent: Sent, *, granted: bool
) -> ThingT:
    """准予 or 不准延期. A granted one counts from the old limit, and moves on over holidays."""
    reason = checked_reason(reason)
    change = Change[ThingT](text=reason)

    def check(thing: ThingT) -> None:
        asked = Extension.objects.filter(answer="", **of(thing)).first()
        if asked is None:
            raise NotPossible("没有待答复的延期申请。")
        asked.answer, asked.answer_reason = "granted" if granted else "refused", reason
        asked.answered_on = sent["today"]
        if granted:
            start = asked.former_due_on or sent["today"]
            asked.new_due_on = load_calendar().add_days(start, asked.days)
            change.values["due_on"] = asked.new_due_on
            change.detail["due_on"] = asked.new_due_on.isoformat()
        asked.save()

    change.check = check
    return perform(kind, pk, f"{'grant' if granted else 'refuse'}_extension", change, sent)


def suspend(kind: Kind[ThingT], pk: int, ground: str, reason: str, sent: Sent) -> ThingT:
    """中止: the matter is in reconsideration or before a court; its limit stands still."""
    reason = checked_reason(reason)
    if ground not in GROUNDS:
        raise NotPossible(f"中止的事由“{ground}”不在可选值之内（{'、'.join(GROUNDS.values())}）。")
    change = Change[ThingT](text=f"{GROUNDS[ground]}：{reason}", detail={"ground": ground})

    def check(thing: ThingT) -> None:
        left = None
        if thing.due_on is not None:
            calendar = load_calendar()
            early = thing.due_on >= sent["today"]
            first, last = sorted((thing.due_on, sent["today"]))
            left = calendar.working_days_between(first, last) * (1 if early else -1)
        change.values["paused_left"] = left

    change.check = check
    return perform(kind, pk, "suspend", change, sent)


def resume(kind: Kind[ThingT], pk: int, reason: str, sent: Sent) -> ThingT:
    """恢复: back to the state before, with the days that were left (at least the next day)."""
    change = Change[ThingT](text=checked_reason(reason))

    def check(thing: ThingT) -> None:
        due = None
        if thing.paused_left is not None:
            due = load_calendar().add_working_days(sent["today"], max(thing.paused_left, 1))
        change.values |= {"due_on": due, "paused_left": None}

    change.check = check
    return perform(kind, pk, "resume", change, sent)
