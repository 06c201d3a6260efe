"""Drafting a paper from a template and facts, editing it, and drafting the correction of one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.flow import Limit
from mingjian.access.models import Agency, Region, User
from mingjian.access.roles import require
from mingjian.documents.acts.moving import given
from mingjian.documents.acts.step import note, step
from mingjian.documents.acts.top import Top
from mingjian.documents.flow import NotPossible
from mingjian.documents.models import Paper
from mingjian.documents.places import Side, number_word, side_of
from mingjian.documents.queries import may_issue_for
from mingjian.documents.template import FactValue, Template, limit_words, load_templates, words

TITLE_AT_MOST = 200
BODY_AT_MOST = 60_000


def draft(
    by: User,
    template: str,
    *,
    issuer: Agency | Region,
    addressee: Agency | Region,
    facts: Mapping[str, FactValue],
    subject: str = "",
    agency: Agency | None = None,
    cc: str = "",
    attachments: Sequence[str] = (),
    in_reply_to: Paper | None = None,
    key: str | None = None,
    today: date | None = None,
    ip: str | None = None,
) -> Paper:
    """A new draft, filled from `facts`.

    `issuer` and `addressee` are an agency, or a region that stands for its supervision office or
    its government, as the template says. `agency` is the agency concerned where neither end is.
    `subject` names what the paper is about in the room above, e.g. "matter:12". A draft asked for
    twice with the same `key` is made once. Raises NotPossible when required facts are missing.
    """
    plan = load_templates()[template]
    if unknown := plan.unknown(dict(facts)):
        raise ValueError(f"模板 {template} 没有事实：{'、'.join(unknown)}")
    if missing := plan.missing(dict(facts)):
        raise NotPossible(f"起草{plan.name}还缺：{'、'.join(missing)}。")
    if (plan.issuer == "agency") != isinstance(issuer, Agency):
        raise ValueError(f"{plan.name}不由 {issuer} 制发")  # an agency never writes as its overseer
    sides = (side_of(plan.issuer, issuer), side_of(plan.addressee, addressee))
    values = _values(plan, sides, facts, subject, agency)
    values |= {"cc": cc, "attachments": list(attachments), "in_reply_to": in_reply_to}
    return _create(by, issuer, values, key, today, ip)


def edit(
    paper_id: int,
    *,
    by: User,
    title: str,
    body: str,
    cc: str = "",
    remark: str = "",
    attachments: Sequence[str] = (),
    top: Top | None = None,
    facts: Mapping[str, FactValue] | None = None,
    limit: Limit | None = None,
    **how: Any,
) -> Paper:
    """修改 a draft. Facts that are given replace those it had; the page shows which changed.

    `top` is what stands at the top left; None leaves it as it is.
    """
    values: dict[str, Any] = {
        "title": given(title, "标题", TITLE_AT_MOST),
        "body": given(body.replace("\r\n", "\n"), "正文", BODY_AT_MOST),
        "cc": cc.strip(),
        "remark": _bare(remark.strip()),
        "attachments": [line.strip() for line in attachments if line.strip()],
    }
    if top is not None:
        values |= asdict(top.checked())
    if facts is not None:
        values["facts"] = dict(facts)
    if limit is not None:
        values |= {
            "reply_limit": limit.model_dump(exclude_none=True),
            "limit_words": limit_words(limit),
        }
    return step("edit", paper_id, by=by, set_=values, **how)


def _bare(remark: str) -> str:
    """A remark without the brackets that the layout puts around it."""
    is_bracketed = remark[:1] + remark[-1:] in ("（）", "()")
    return remark[1:-1] if is_bracketed else remark


def correct(paper_id: int, *, by: User, corrections: str, **how: Any) -> Paper:
    """更正: drafts a paper that corrects a served one; returns the new draft."""
    lines = [line.strip() for line in given(corrections, "更正内容").splitlines() if line.strip()]
    made: list[Paper] = []

    def then(paper: Paper) -> None:
        made.append(_correction_of(paper, by, lines, how))

    paper = step("correct", paper_id, by=by, text="；".join(lines), then=then, **how)
    # The same form sent twice leads to the draft made the first time.
    return made[0] if made else paper.corrections.order_by("-id")[0]


def _correction_of(paper: Paper, by: User, lines: list[str], how: dict[str, Any]) -> Paper:
    """The correction goes out under the same name and approval as the paper it corrects."""
    plan, first = load_templates()["correction"], load_templates()[paper.template]
    issuer = paper.issuer_agency or paper.issuer_region
    addressee = paper.addressee_agency or paper.addressee_region
    assert issuer is not None
    assert addressee is not None
    about = f"{first.name}（{paper.document_no}）"
    sides = (side_of(first.issuer, issuer), side_of(first.addressee, addressee))
    facts: dict[str, FactValue] = {"about": about, "corrections": lines}
    values = _values(plan, sides, facts, paper.subject, paper.agency)
    values |= {"corrects": paper, "cc": paper.cc, "approval": paper.approval}
    return _create(by, issuer, values, None, how.get("today"), how.get("ip"))


def _values(
    plan: Template,
    sides: tuple[Side, Side],
    facts: Mapping[str, FactValue],
    subject: str,
    agency: Agency | None,
) -> dict[str, Any]:
    issuer, addressee = sides
    filled = {n: words(plan.facts[n], v) for n, v in facts.items() if v not in ("", [])}
    filled |= {"issuer": issuer.name, "addressee": addressee.name}
    filled |= {
        name: limit_words(limit)
        for name, limit in (("limit", plan.limit), ("objection_limit", plan.objection_limit))
        if limit
    }
    reply_words = limit_words(plan.limit) if plan.limit else ""
    return {
        "template": plan.code,
        "issuer_agency": issuer.agency,
        "issuer_region": issuer.region,
        "issuer_name": issuer.name,
        "addressee_agency": addressee.agency,
        "addressee_region": addressee.region,
        "addressee_name": addressee.name,
        "agency": agency or addressee.agency or issuer.agency,
        "approval": plan.approval,
        "subject": subject,
        "title": given(plan.fill_title(filled), "标题", TITLE_AT_MOST),
        "body": given(plan.fill_body(filled), "正文", BODY_AT_MOST),
        "facts": dict(facts),
        "drafted_facts": {**facts, **({"limit": reply_words} if reply_words else {})},
        "limit_words": reply_words,
        "reply_limit": plan.limit.model_dump(exclude_none=True) if plan.limit else {},
        "number_word": number_word(plan.number, issuer),
    }


def _create(
    by: User,
    issuer: Agency | Region,
    values: dict[str, Any],
    key: str | None,
    today: date | None,
    ip: str | None,
) -> Paper:
    require(by, "paper.draft")
    if not may_issue_for(by, issuer):
        raise NotPossible(f"您不能以{values['issuer_name']}的名义起草文书。")
    with transaction.atomic():
        values |= {"state": "draft", "generated_by": by}
        if key is not None:
            paper, is_new = Paper.objects.get_or_create(draft_key=key, defaults=values)
            if not is_new:
                return paper
        else:
            paper = Paper.objects.create(**values)
        note(paper, "draft", by=by, today=today or timezone.localdate(), before="")
        audit.record(by, "paper.draft", paper, ip=ip, template=paper.template)
    return paper
