"""The one way alerts, matters and campaigns change: permission, table, version, write, audit.

Every act of a person goes through `perform`, what follows from it for another thing through
`follow`. Both run inside one transaction with the lines they leave; nothing else may write a
state (`handled.moving`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Required, TypedDict, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.flow import FORMER, Flow, NotPossible
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.access.scope import for_user
from mingjian.supervision.flow import load_flow, load_matter_flow
from mingjian.supervision.handled import Handled, moving
from mingjian.supervision.models import ActKey, Alert, Campaign, Extension, Matter
from mingjian.supervision.notices import tell_of_act

REASON_AT_MOST = 2000
# Kept by the clock for itself: writing them is no change that a person would be overtaken by.
CLOCK_FIELDS = frozenset({"warned_for", "escalated_for", "escalation_step"})
ThingT = TypeVar("ThingT", Alert, Matter, Campaign)


class Sent(TypedDict, total=False):
    """What comes with every act: who, on which day, and from which form.

    `version` is the version of the thing that the person saw, `key` the form's own number: the
    same key of the same person has one effect, however often it is sent.
    """

    by: Required[User]
    today: Required[date]
    ip: str | None
    key: str
    version: int | None


class Overtaken(NotPossible):
    """Somebody else acted on the thing after the person had opened it."""


@dataclass(frozen=True)
class Kind(Generic[ThingT]):
    """How the engine handles things of one kind: their flow, who sees them, who is told."""

    name: str
    model: type[ThingT]
    flow: Callable[[], Flow[Any]]
    missing: str
    seen: Callable[[Any, User], Any] = for_user
    tell: Callable[[Any, Flow[Any], str, str, User], None] = tell_of_act

    def note_key(self, thing: ThingT, act: str, by: User, key: str) -> None:
        """Remember the form that was sent; IntegrityError when its twin was faster."""
        if key:
            ActKey.objects.create(
                user=by, key=key, act=act, object_kind=self.name, object_id=str(thing.pk)
            )


ALERTS: Kind[Alert] = Kind("alert", Alert, load_flow, "没有这条预警，或者不在您的范围内。")
MATTERS: Kind[Matter] = Kind(
    "matter", Matter, load_matter_flow, "没有这件监督事项，或者不在您的范围内。"
)


@dataclass
class Change(Generic[ThingT]):
    """What an act writes. `values` go into the row; `then` does the rest in the transaction.

    `check` looks at the locked row before anything is written and raises NotPossible.
    """

    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    verdict: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    check: Callable[[ThingT], None] | None = None
    then: Callable[[ThingT], None] | None = None


def perform(kind: Kind[ThingT], pk: int, act: str, change: Change[ThingT], sent: Sent) -> ThingT:
    """Do one act of a person; returns the thing as it then is.

    Raises Http404 outside the person's scope, PermissionDenied without the permission,
    Overtaken when somebody was faster, NotPossible when the flow does not lead there.
    """
    by, today, key = sent["by"], sent["today"], sent.get("key", "")
    flow = kind.flow()
    permission = flow.permission_for(act)
    with transaction.atomic(), moving():
        rows = kind.seen(kind.model.objects.select_for_update(of=("self",)), by)
        thing: ThingT | None = rows.filter(pk=pk).first()
        if thing is None:
            raise Http404(kind.missing)
        require(by, permission)
        if key and not _is_first(kind, thing, act, by, key):
            return thing
        _refuse_overtaken(kind, thing, act, sent.get("version"))
        flow.after(act, thing.state, thing.former_state)
        _refuse_by_history(flow, thing, act, by)
        if change.check:
            change.check(thing)
        before = thing.state
        _write(flow, thing, act, change, by, today)
        detail = {"before": before, "after": thing.state}
        detail |= {"verdict": change.verdict} if change.verdict else {}
        kind.tell(thing, flow, act, before, by)
        audit.record(by, f"{kind.name}.{act}", thing, ip=sent.get("ip"), **detail)
    return thing


def follow(
    kind: Kind[ThingT],
    thing: ThingT,
    act: str,
    change: Change[ThingT],
    today: date,
    by: User | None = None,
) -> None:
    """What an act on one thing means for another; inside the first one's transaction."""
    flow = kind.flow()
    assert flow.file.acts[act].by == "consequence", act
    with moving():
        locked = kind.model.objects.select_for_update(of=("self",)).get(pk=thing.pk)
        before = locked.state
        _write(flow, locked, act, change, by, today)
        detail = {"before": before, "after": locked.state}
        if by is not None:
            kind.tell(locked, flow, act, before, by)
        audit.record(by, f"{kind.name}.{act}", locked, **detail)


def of_kind(thing: Alert | Matter) -> str:
    """The name of the key that leads from what hangs on a thing to the thing."""
    return "alert" if isinstance(thing, Alert) else "matter"


def checked_reason(reason: str) -> str:
    """The reason without blanks around it; raises NotPossible when missing or too long."""
    reason = reason.strip()
    if not reason:
        raise NotPossible("没有写理由。请写明查了什么、依据什么。")
    if len(reason) > REASON_AT_MOST:
        raise NotPossible(f"理由 {len(reason)} 字，超过 {REASON_AT_MOST} 字，请精简。")
    return reason


def _write(
    flow: Flow[Any],
    thing: ThingT,
    act: str,
    change: Change[ThingT],
    by: User | None,
    today: date,
) -> None:
    """The row, the event, and what hangs on it. Locked by the caller."""
    before = thing.state
    after = flow.after(act, before, thing.former_state)
    values = dict(change.values)
    if after != before:
        tier = "" if isinstance(thing, Campaign) or thing.agency is None else thing.agency.tier
        due = flow.due_on(after, thing.level, today, tier)
        values = {"due_on": due, **values, "state": after}
        back = flow.file.acts[act].to == FORMER
        values["former_state"] = "" if back else before
        if not isinstance(thing, Campaign):
            _lapse_extensions(thing, today)
    if values:
        same = type(thing).objects.filter(pk=thing.pk, state=before, version=thing.version)
        if set(values) - CLOCK_FIELDS:
            values["version"] = F("version") + 1
        if same.update(**values) != 1:
            raise _overtaken(flow, thing, act)
    event: dict[str, Any] = {"verdict": change.verdict} if change.verdict else {}
    thing.events.create(
        on=today,
        by=by,
        act=act,
        before=before,
        after=after,
        text=change.text,
        detail=change.detail,
        **event,
    )
    thing.refresh_from_db()
    if change.then:
        change.then(thing)
        thing.refresh_from_db()


def _lapse_extensions(thing: Alert | Matter, today: date) -> None:
    """An application that was not answered before the state was left is moot."""
    asked = Extension.objects.filter(answer="", **{of_kind(thing): thing})
    asked.update(answer="lapsed", answered_on=today)


def _is_first(kind: Kind[ThingT], thing: ThingT, act: str, by: User, key: str) -> bool:
    """Whether this form was not sent before; noted in the same transaction."""
    if ActKey.objects.filter(user=by, key=key).exists():
        return False
    try:
        with transaction.atomic():
            kind.note_key(thing, act, by, key)
    except IntegrityError:  # the twin was faster: its effect is the one effect
        return False
    return True


def sent_before(kind: Kind[ThingT], by: User, key: str) -> ThingT | None:
    """The thing that this form made when it was sent the first time."""
    noted = ActKey.objects.filter(user=by, key=key, object_kind=kind.name).first() if key else None
    return kind.model.objects.get(pk=noted.object_id) if noted else None


def _refuse_overtaken(kind: Kind[ThingT], thing: ThingT, act: str, version: int | None) -> None:
    if version is not None and version != thing.version:
        raise _overtaken(kind.flow(), thing, act)


def _overtaken(flow: Flow[Any], thing: Handled, act: str) -> Overtaken:
    """Says who did what meanwhile, so that the person need not search for it."""
    last = thing.events.select_related("by").order_by("-id").first()
    who = "平台"
    what = ""
    if last is not None:
        who = str(last.by) if last.by else "平台"
        what = f"（{timezone.localtime(last.at):%H:%M} {who}：{flow.act_title(last.act)}）"
    return Overtaken(
        f"{flow.file.subject}在您打开之后被别人办理过{what}，“{flow.act_title(act)}”没有做成。"
        "您写的内容还在下面，请看过最新情况再办。"
    )


def _refuse_by_history(flow: Flow[Any], thing: ThingT, act: str, by: User) -> None:
    """Who did one thing does not judge it himself; and some acts are done only so often."""
    arrow = flow.file.acts[act]
    if own := flow.same_person(act, thing.events.all(), by):
        raise NotPossible(own)
    if arrow.at_most is not None:
        done = thing.events.filter(act=act).count()
        if done >= arrow.at_most:
            raise NotPossible(
                f"“{arrow.title}”最多 {arrow.at_most} 次，已经办过 {done} 次。{arrow.hint}"
            )
