"""消息: told inside the platform at once, and handed to the channels; read by their owner alone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from mingjian.access.flow import Flow
from mingjian.access.models import Delegation, User
from mingjian.supervision import channels
from mingjian.supervision.models import Alert, Campaign, Notice
from mingjian.supervision.people import Thing, holders, who_may


def tell(
    users: Iterable[User], *, key: str, kind: str, title: str, text: str = "", path: str
) -> list[Notice]:
    """Tell each of them once: the same `key` to the same person only brings the words up to date.

    Returns the new ones. Call it inside the transaction of what is told.
    """
    new = []
    for user in users:
        words = {"kind": kind, "title": title[:200], "text": text[:500], "path": path}
        notice, is_new = Notice.objects.get_or_create(user=user, key=key[:120], defaults=words)
        if is_new:
            new.append(notice)
        elif (notice.title, notice.text) != (words["title"], words["text"]):
            Notice.objects.filter(pk=notice.pk).update(**words, read_at=None)
    channels.send_out(new)
    return new


def tell_digest(
    counts: Mapping[str, int], *, key: str, kind: str, what: str, today: date, path: str
) -> None:
    """One notice a person of how many things the night spoke of; `counts` by account name."""
    for user in User.objects.filter(username__in=list(counts), is_active=True):
        tell(
            [user],
            key=key,
            kind=kind,
            title=f"{counts[user.username]} 件{what}",
            text=f"{today} 夜间核对期限。",
            path=path,
        )


def tell_of_act(thing: Thing, flow: Flow[Any], act: str, before: str, by: User) -> None:
    """Whose turn it has become is told, unless it is the side that acted; of what changes no
    state, who is asked or answered by it."""
    if thing.state != before:
        turn = set(holders(thing, flow))
    elif act in _ANSWERED_BY:
        needed = [flow.permission_for(answer) for answer in _ANSWERED_BY[act]]
        turn = {user for permission in needed for user in who_may(thing, permission)}
    else:
        return
    waiting = [user for user in turn if not _same_side(user, by)]
    if not waiting:
        return
    event = thing.events.order_by("-id").first()
    tell(
        waiting,
        key=f"act:{type(thing).__name__}:{event.pk}",
        kind="act",
        title=f"{thing.number} {flow.act_title(act)}，现在{flow.state_title(thing.state)}",
        text=_name_of(thing),
        path=path_of(thing),
    )


def on_delegated(*, made: Delegation, by: User, **_signal: Any) -> None:
    """Both hear of it: who is away and who stands in, whoever arranged it. Not why: a notice may
    leave the platform."""
    title = f"{made.delegate} 代 {made.absent} 办理，{made.starts_on} 至 {made.ends_on}"
    _tell_of_delegation(made, "made", title, f"{by} 安排。")


def on_delegation_ended(*, made: Delegation, by: User, **_signal: Any) -> None:
    title = f"{made.delegate} 代 {made.absent} 办理已提前结束"
    _tell_of_delegation(made, "ended", title, f"{by} 结束。")


def _tell_of_delegation(made: Delegation, about: str, title: str, text: str) -> None:
    tell(
        [made.absent, made.delegate],
        key=f"delegation:{made.pk}:{about}",
        kind="delegation",
        title=title,
        text=text,
        path=reverse("access:account"),
    )


def path_of(thing: Thing | Campaign) -> str:
    if isinstance(thing, Alert):
        return reverse("supervision:alert", args=[thing.pk])
    if isinstance(thing, Campaign):
        return reverse("supervision:campaign", args=[thing.pk])
    return reverse("supervision:matter", args=[thing.pk])


def notices_of(user: User) -> QuerySet[Notice]:
    """One's own, newest first."""
    return Notice.objects.filter(user=user)


def unread_count(user: User) -> int:
    return notices_of(user).filter(read_at__isnull=True).count()


def mark_read(user: User, now: datetime, pk: int | None = None) -> None:
    """One, or all, of one's own."""
    rows = notices_of(user).filter(read_at__isnull=True)
    (rows.filter(pk=pk) if pk is not None else rows).update(read_at=now)


# What one side does without moving the thing → what the other side can do about it.
_ANSWERED_BY = {
    "ask_material": ("give_material",),
    "give_material": ("find",),
    "ask_extension": ("grant_extension",),
    "grant_extension": ("ask_extension",),
    "refuse_extension": ("ask_extension",),
    "object": ("draft_reply", "answer_objection"),
    "answer_objection": ("object",),
}


def _same_side(user: User, by: User) -> bool:
    """Both at the agency, or both at the supervising side."""
    return (user.scope == "agency") == (by.scope == "agency")


def _name_of(thing: Thing) -> str:
    """No personal data in a notice: it may leave the platform."""
    name = thing.monitor_name if isinstance(thing, Alert) else thing.title
    return f"{thing.agency or '未标明单位'}　{name}"
