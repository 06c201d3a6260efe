"""One step of a paper: scope, permission, side, other doers, flow, version, write, audit."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.documents.flow import NotPossible, load_flow, may_come
from mingjian.documents.models import Paper, PaperEvent
from mingjian.documents.queries import End, is_on_side, visible


def step(
    act: str,
    paper_id: int,
    *,
    by: User,
    today: date | None = None,
    version: int | None = None,
    ip: str | None = None,
    set_: dict[str, Any] | None = None,
    text: str = "",
    then: Callable[[Paper], None] | None = None,
) -> Paper:
    """Do one act of the flow. `version` is the version the person saw; None does not ask.

    `then` runs inside the transaction, after the paper has moved and before the audit line.
    Raises Http404 (not the person's to see), PermissionDenied, or NotPossible with the reason.
    """
    today = today or timezone.localdate()
    paper = paper_in_sight(by, paper_id)
    require(by, load_flow().permission_for(act))
    if version is not None and paper.version != version:
        if _has_done(paper, act, by, version):
            return paper  # the same form came twice
        raise NotPossible(_seen_another_version(paper, version))
    before, after = paper.state, _checked(act, paper, by)
    with transaction.atomic():
        values: dict[str, Any] = {**(set_ or {}), "version": paper.version + 1}
        if after != before:
            due = load_flow().due_on(after, "any", today)
            values |= {"state": after, "due_on": due}
        # Whoever comes second finds the version changed and is told so.
        same = Paper.objects.filter(pk=paper.pk, state=before, version=paper.version)
        if same.update(**values) != 1:
            raise NotPossible(_seen_another_version(paper, paper.version))
        paper.refresh_from_db()
        note(paper, act, by=by, today=today, before=before, text=text)
        if then:
            then(paper)
        audit.record(by, f"paper.{act}", paper, ip=ip, before=before, after=after)
    return paper


def note(
    paper: Paper, act: str, *, by: User | None, today: date, before: str, text: str = ""
) -> PaperEvent:
    """One line of the paper's history."""
    return PaperEvent.objects.create(
        paper=paper,
        on=today,
        by=by,
        act=act,
        before=before,
        after=paper.state,
        version=paper.version,
        text=text,
    )


def paper_in_sight(by: User, paper_id: int) -> Paper:
    paper: Paper | None = visible(by).filter(pk=paper_id).first()
    if paper is None:
        raise Http404("没有这件文书，或者它不在您的范围内。")
    return paper


def why_not(act: str, paper: Paper, by: User) -> str:
    """Why this person may not do this act on this paper, apart from state and permission; or ""."""
    flow = load_flow()
    end: End = "addressee" if act in flow.file.addressee_acts else "issuer"
    if not is_on_side(by, paper, end):
        whose = paper.addressee_name if end == "addressee" else paper.issuer_name
        return f"“{flow.act_title(act)}”由{whose}办理。"
    if not may_come(paper, act):
        return f"这种文书没有“{flow.act_title(act)}”这一步。"
    if act == "stamp" and paper.seal_id is not None:
        return "这件文书已经用印。"
    return flow.same_person(act, paper.events.all(), by)


def _checked(act: str, paper: Paper, by: User) -> str:
    reason = why_not(act, paper, by)
    if reason:
        raise NotPossible(reason)
    return load_flow().after(act, paper.state)


def _has_done(paper: Paper, act: str, by: User, version: int) -> bool:
    """Whether this very person did this very act on the version the form was made from."""
    return paper.events.filter(by=by, act=act, version=version + 1).exists()


def _seen_another_version(paper: Paper, version: int) -> str:
    last = paper.events.filter(version__gt=version).select_related("by").order_by("id").first()
    did = load_flow().act_title(last.act) if last else "改动"
    who = str(last.by) if last and last.by else "别人"
    return f"您打开之后，{who}已经“{did}”，您这次的操作没有做，也没有改动什么。请看过最新情况再办。"
