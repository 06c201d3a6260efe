"""The steps between drafting and archive that only move a paper along."""

from datetime import date
from typing import Any

from mingjian.access.flow import Limit
from mingjian.access.models import User
from mingjian.documents import events
from mingjian.documents.acts.step import note, paper_in_sight, step
from mingjian.documents.body import blanks_of
from mingjian.documents.flow import NotPossible
from mingjian.documents.models import Paper
from mingjian.documents.template import load_templates

SERVICE_METHODS = {"platform": "平台送达", "in_person": "直接送达", "post": "邮寄送达"}


def submit(paper_id: int, *, by: User, **how: Any) -> Paper:
    """送审: nothing is left to fill in, and the text says all that this kind of paper has to."""
    paper = paper_in_sight(by, paper_id)
    unsaid = load_templates()[paper.template].unsaid(paper.body)
    if unsaid and paper.state == "draft":
        raise NotPossible(f"正文缺少要素，没有送审：{'；'.join(unsaid)}。补上后再送。")
    blanks = blanks_of(f"{paper.title}\n{paper.body}")
    if blanks and paper.state == "draft":
        raise NotPossible(f"还有没填的，没有送审：{'；'.join(blanks)}。填好后再送。")
    return step("submit", paper_id, by=by, **how)


def pass_review(paper_id: int, *, by: User, **how: Any) -> Paper:
    """审核通过, by somebody who did not draft, edit or submit."""
    return step("pass_review", paper_id, by=by, **how)


def sign(paper_id: int, *, by: User, signer: str, today: date, **how: Any) -> Paper:
    """签批: the date of the paper is the day it is signed (GB/T 9704-2012, 7.3.5.4)."""
    return _signed("sign", paper_id, by=by, signer=signer, today=today, **how)


def petition(paper_id: int, *, by: User, reason: str, **how: Any) -> Paper:
    """报请: a decision goes up to the government of that level."""
    return step("petition", paper_id, by=by, text=given(reason, "理由"), **how)


def government_sign(paper_id: int, *, by: User, signer: str, today: date, **how: Any) -> Paper:
    """政府签批, by the signer of the government."""
    return _signed("government_sign", paper_id, by=by, signer=signer, today=today, **how)


def send_back(paper_id: int, *, by: User, reason: str, **how: Any) -> Paper:
    """退回修改: back to the draft; signature and seal are gone."""
    return _sent_back("send_back", paper_id, by, reason, how)


def government_send_back(paper_id: int, *, by: User, reason: str, **how: Any) -> Paper:
    """政府退回: as send_back, by the signer of the government."""
    return _sent_back("government_send_back", paper_id, by, reason, how)


def serve(paper_id: int, *, by: User, method: str, today: date, **how: Any) -> Paper:
    """送达: the time for the answer begins the day after; `events.served` is sent."""
    if method not in SERVICE_METHODS:
        raise NotPossible(f"送达方式应为：{'、'.join(SERVICE_METHODS.values())}。")
    paper = paper_in_sight(by, paper_id)
    due = Limit.model_validate(paper.reply_limit).end(today) if paper.reply_limit else None

    def then(served: Paper) -> None:
        _answer(served, by, today)
        events.served.send(Paper, paper=served, by=by, today=today)

    values = {"served_on": today, "service_method": method, "reply_due_on": due}
    text = SERVICE_METHODS[method]
    return step("serve", paper_id, by=by, today=today, set_=values, text=text, then=then, **how)


def acknowledge(paper_id: int, *, by: User, receiver: str, today: date, **how: Any) -> Paper:
    """签收: the receipt of service, by the addressee."""
    receiver = given(receiver, "签收人姓名", at_most=40)
    values = {"acknowledged_on": today, "acknowledged_by": receiver}
    text = f"签收人：{receiver}"
    return step("acknowledge", paper_id, by=by, today=today, set_=values, text=text, **how)


def archive(paper_id: int, *, by: User, **how: Any) -> Paper:
    """归档."""
    return step("archive", paper_id, by=by, **how)


def discard(paper_id: int, *, by: User, reason: str, **how: Any) -> Paper:
    """作废 a draft that never had a number."""
    return step("discard", paper_id, by=by, text=given(reason, "理由"), **how)


def withdraw(paper_id: int, *, by: User, reason: str, **how: Any) -> Paper:
    """撤回 what is not served yet; the number stays used. `events.withdrawn` is sent."""

    def then(paper: Paper) -> None:
        events.withdrawn.send(Paper, paper=paper, by=by, today=how.get("today"))

    return step("withdraw", paper_id, by=by, text=given(reason, "理由"), then=then, **how)


def annul(paper_id: int, *, by: User, reason: str, **how: Any) -> Paper:
    """撤销 a served paper, e.g. because an objection holds. `events.annulled` is sent."""

    def then(paper: Paper) -> None:
        events.annulled.send(Paper, paper=paper, by=by, today=how.get("today"))

    return step("annul", paper_id, by=by, text=given(reason, "理由"), then=then, **how)


def note_answer(asked: Paper, *, by: User, today: date, text: str) -> None:
    """收到回复: a served paper was answered, by another paper or by what `text` says; the first
    answer counts. Called inside the transaction of the act that answers it."""
    if asked.replied_on is not None:
        return
    Paper.objects.filter(pk=asked.pk, replied_on__isnull=True).update(replied_on=today)
    note(asked, "replied", by=by, today=today, before=asked.state, text=text)


def given(text: str, what: str, at_most: int = 2000) -> str:
    """The text that a person must give; NotPossible when it is empty or too long."""
    text = text.strip()
    if not text:
        raise NotPossible(f"没有写{what}。")
    if len(text) > at_most:
        raise NotPossible(f"{what}有 {len(text)} 字，最多 {at_most} 字。")
    return text


def _signed(act: str, paper_id: int, *, by: User, signer: str, today: date, **how: Any) -> Paper:
    signer = given(signer, "签发人姓名", at_most=40)
    values = {"signer": signer, "dated_on": today}
    return step(act, paper_id, by=by, today=today, set_=values, text=f"签发人：{signer}", **how)


def _sent_back(act: str, paper_id: int, by: User, reason: str, how: dict[str, Any]) -> Paper:
    values = {"signer": "", "dated_on": None, "seal": None}
    return step(act, paper_id, by=by, set_=values, text=given(reason, "理由"), **how)


def _answer(reply: Paper, by: User, today: date) -> None:
    """A served reply is noted on the paper it answers."""
    if reply.in_reply_to is not None:
        note_answer(reply.in_reply_to, by=by, today=today, text=reply.document_no)
