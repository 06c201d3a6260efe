"""Papers of a matter, and what becomes of the matter when one is served, withdrawn, annulled.

The papers live in the room below (`documents`); this side keeps the link and listens.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Unpack

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from mingjian import documents
from mingjian.access.flow import NotPossible
from mingjian.access.models import Region, User
from mingjian.access.roles import permits
from mingjian.access.superiors import office_region
from mingjian.documents.models import Paper
from mingjian.supervision.acts import parts
from mingjian.supervision.acts.engine import (
    MATTERS,
    Change,
    Sent,
    checked_reason,
    follow,
    perform,
)
from mingjian.supervision.flow import load_matter_flow
from mingjian.supervision.models import Matter, MatterPaper, Objection
from mingjian.supervision.paper_facts import facts_for, reply_facts

BINDING = ("urging_letter", "opinion", "decision")  # the agency must act on these


def issue(matter_id: int, *, paper: str, reason: str, **sent: Unpack[Sent]) -> Matter:
    """出具文书: drafts a 督办函 or 意见书; the matter moves on when it is served."""
    if paper not in ("urging_letter", "opinion"):
        raise NotPossible("请选督办函或者意见书。")
    reason = checked_reason(reason)
    change = Change[Matter]({"paper": paper}, text=reason)

    def check(matter: Matter) -> None:
        finding = load_matter_flow().file.findings[matter.finding]
        if matter.finding in ("none", "corrected"):
            raise NotPossible(f"认定为“{finding.title}”的不出具文书。")
        _refuse_while_alive(matter)
        change.detail = {"paper": paper, "listed": finding.paper}

    change.check = check
    change.then = lambda matter: _draft_from(matter, paper, reason, sent)
    return perform(MATTERS, matter_id, "issue", change, sent)


def propose(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """报请政府: drafts the proposal to the government of that level."""
    reason = checked_reason(reason)

    def check(matter: Matter) -> None:
        if matter.is_vertical:
            raise NotPossible("实行垂直管理的机关，问题告知其上一级主管部门，不走决定书。")
        _refuse_while_alive(matter)

    change = Change[Matter]({"paper": "proposal"}, text=reason, check=check)
    change.then = lambda matter: _draft_from(matter, "proposal", reason, sent)
    return perform(MATTERS, matter_id, "propose", change, sent)


def draft_decision(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """起草决定书, in the government's name, for its signature; one at a time."""
    reason = checked_reason(reason)

    def check(matter: Matter) -> None:
        if _alive(matter).filter(kind="decision").exists():
            raise NotPossible("决定书已经起草，请到文书里接着办。")

    change = Change[Matter]({"paper": "decision"}, text=reason, check=check)
    change.then = lambda matter: _draft_from(matter, "decision", reason, sent)
    return perform(MATTERS, matter_id, "draft_decision", change, sent)


def raise_objection(
    matter_id: int,
    *,
    reason: str,
    paper_served: str = "",
    files: Sequence[UploadedFile] = (),
    **sent: Unpack[Sent],
) -> Matter:
    """提出异议, within its limit; its own clock runs, the limit of the matter is not stopped."""
    reason = checked_reason(reason)
    rule = load_matter_flow().file.objection
    change = Change[Matter](text=reason)

    def then(matter: Matter) -> None:
        link = matter.papers.filter(paper_id=paper_served).first() if paper_served else None
        begun = _may_object_from(matter, link)
        last = rule.raise_within.end(begun)
        if sent["today"] > last:
            raise NotPossible(f"提出异议的期限（{last}）已过。")
        try:
            with transaction.atomic():
                Objection.objects.create(
                    matter=matter,
                    paper=link,
                    reason=reason,
                    raised_by=sent["by"],
                    raised_on=sent["today"],
                    due_on=rule.answer_within.end(sent["today"]),
                )
        except IntegrityError as error:
            raise NotPossible("上一次异议还没有答复，不能再提。") from error

    change.then = then
    change = parts.with_files(change, "object", files, sent)
    return perform(MATTERS, matter_id, "object", change, sent)


def answer_objection(matter_id: int, *, outcome: str, reason: str, **sent: Unpack[Sent]) -> Matter:
    """答复异议: upheld, changed, or withdrawn; what is withdrawn is annulled, and found anew."""
    rule = load_matter_flow().file.objection
    if outcome not in rule.outcomes:
        raise NotPossible("答复不在可选值之内。")
    reason = checked_reason(reason)
    change = Change[Matter](text=f"{rule.outcomes[outcome]}。{reason}")
    change.detail = {"outcome": outcome}

    def then(matter: Matter) -> None:
        objection = matter.objections.filter(outcome="").select_related("paper").first()
        if objection is None:
            raise NotPossible("没有待答复的异议。")
        if objection.paper is not None and objection.paper.kind in rule.in_writing:
            raise NotPossible("对督办函、意见书的异议须书面答复：请起草异议答复书，送达即为答复。")
        settle_objection(matter, objection, outcome, reason, sent["by"], sent["today"])

    change.then = then
    return perform(MATTERS, matter_id, "answer_objection", change, sent)


def draft_reply(
    matter_id: int, *, outcome: str, review: str, reason: str, **sent: Unpack[Sent]
) -> Matter:
    """起草异议答复书, filled from the objection and the matter; served, it is the answer."""
    rule = load_matter_flow().file.objection
    if outcome not in rule.outcomes:
        raise NotPossible("答复不在可选值之内。")
    review, reason = checked_reason(review), checked_reason(reason)
    change = Change[Matter](text=f"{rule.outcomes[outcome]}。{reason}", detail={"outcome": outcome})

    def then(matter: Matter) -> None:
        objection = matter.objections.filter(outcome="").select_related("paper__paper").first()
        if objection is None:
            raise NotPossible("没有待答复的异议。")
        if _alive(matter).filter(kind="reply", paper__served_on__isnull=True).exists():
            raise NotPossible("答复书已经起草，请到文书里接着办；不用的先作废。")
        facts = reply_facts(objection, rule.outcomes[outcome], review, reason)
        objection.reply = _draft(matter, "reply", facts, sent)
        objection.reply_outcome, objection.answer = outcome, reason
        objection.save()

    change.then = then
    return perform(MATTERS, matter_id, "draft_reply", change, sent)


def settle_objection(
    matter: Matter, objection: Objection, outcome: str, reason: str, by: User, today: date
) -> None:
    """The objection is answered; what is withdrawn is annulled, and the matter is found anew."""
    objection.outcome, objection.answer = outcome, reason
    objection.answered_on = today
    objection.save()
    if outcome != "withdrawn":
        return
    if objection.paper is not None:
        documents.acts.annul(objection.paper.paper_id, by=by, reason=reason, today=today)
    elif matter.state in load_matter_flow().file.acts["annulled"].from_:
        follow(MATTERS, matter, "annulled", Change(text=reason), today, by)


def on_served(*, paper: Paper, by: User, today: date | None, **_signal: Any) -> None:
    """A binding paper reached the agency: it has to put things right by the day it says. A reply
    to an objection answers it."""
    link = _link(paper)
    if link is not None and link.kind == "reply":
        _answered(link, by, today or timezone.localdate())
    if link is not None and link.kind in BINDING:
        due = paper.reply_due_on
        values = {"due_on": due} if due else {}
        _moved(link.matter, "served", values, str(paper), by, today)


def on_withdrawn(*, paper: Paper, by: User, today: date | None, **_signal: Any) -> None:
    """Not served after all: the matter waits for another paper."""
    link = _link(paper)
    if link is not None and link.kind != "reply":
        _moved(link.matter, "withdrawn", {}, str(paper), by, today)


def on_annulled(*, paper: Paper, by: User, today: date | None, **_signal: Any) -> None:
    """The paper no longer holds: the matter waits for another one."""
    link = _link(paper)
    if link is not None and link.kind in BINDING:
        _moved(link.matter, "annulled", {}, str(paper), by, today)


def _answered(link: MatterPaper, by: User, today: date) -> None:
    """What the reply says comes about; a withdrawal is for who may annul the paper it is about."""
    objection = Objection.objects.filter(reply=link, outcome="").select_related("paper").first()
    if objection is None:
        return
    outcome = objection.reply_outcome
    if outcome == "withdrawn" and not permits(by, "paper.sign"):
        raise NotPossible("答复书撤回原文书，由负责人送达：送达时原文书同时撤销。")
    settle_objection(link.matter, objection, outcome, objection.answer, by, today)
    title = load_matter_flow().file.objection.outcomes[outcome]
    _moved(link.matter, "objection_answered", {}, f"{title}。{link.paper}", by, today)


def _moved(
    matter: Matter, act: str, values: dict[str, Any], text: str, by: User, today: date | None
) -> None:
    """Where the matter has moved on meanwhile, a paper of before changes nothing."""
    matter.refresh_from_db()
    if matter.state in load_matter_flow().file.acts[act].from_:
        change = Change[Matter](values, text=text)
        follow(MATTERS, matter, act, change, today or timezone.localdate(), by)


def _link(paper: Paper) -> MatterPaper | None:
    return MatterPaper.objects.select_related("matter").filter(paper=paper).first()


def _draft(matter: Matter, kind: str, facts: dict[str, Any], sent: Sent) -> MatterPaper:
    """Draft the paper of this kind; refused when the person does not act for an office."""
    by = sent["by"]
    office = _office_of(by)
    to_government = kind == "proposal"
    paper = documents.acts.draft(
        by,
        load_matter_flow().file.papers[kind].template,
        issuer=office,
        addressee=office if to_government else matter.agency,
        facts=facts,
        subject=f"matter:{matter.pk}",
        agency=matter.agency,
        today=sent["today"],
        ip=sent.get("ip"),
    )
    return MatterPaper.objects.create(matter=matter, paper=paper, kind=kind)


def _draft_from(matter: Matter, kind: str, reason: str, sent: Sent) -> None:
    """The paper of this kind filled from what the matter knows."""
    _draft(matter, kind, facts_for(matter, kind, reason), sent)


def _office_of(user: User) -> Region:
    """The region in whose office's name the person drafts."""
    region = office_region(user)
    if region is not None:
        return region
    raise NotPossible("上级主管部门的法制机构不以监督机构名义制发文书，请转同级监督机构出具。")


def _may_object_from(matter: Matter, link: MatterPaper | None) -> date:
    """The day the agency got what it objects to."""
    if link is not None and link.paper.served_on is not None:
        return link.paper.served_on
    last = matter.events.filter(after="rectifying").order_by("-id").first()
    return last.on if last is not None else matter.registered_on


def _alive(matter: Matter) -> QuerySet[MatterPaper]:
    """Its papers that are neither given up nor taken back."""
    return matter.papers.exclude(paper__state__in=("discarded", "withdrawn", "annulled"))


def _refuse_while_alive(matter: Matter) -> None:
    """Another paper of the same step only after the one on its way was given up."""
    step = {"papers": ("urging_letter", "opinion"), "proposed": ("proposal",)}.get(matter.state)
    if step and _alive(matter).filter(kind__in=step, paper__served_on__isnull=True).exists():
        raise NotPossible("这一步的文书正在办理，请到文书里接着办；不用的先作废。")
