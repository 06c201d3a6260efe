"""The audit log: every act, in one chain that shows if a line was altered or taken out."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mingjian.access.models import AuditHead, AuditLine, User

FIRST_HASH = "0" * 64
SYSTEM = "夜间作业"
HEAD = 1
WRITE_BATCH = 500
Entry = tuple[object, dict[str, Any]]  # a target and the detail of its line


def record(
    by: User | AnonymousUser | None,
    act: str,
    target: object = None,
    /,
    *,
    username: str = "",
    ip: str | None = None,
    **detail: Any,
) -> AuditLine:
    """Append one line; call it last in an act's transaction, because it puts all acts in line.

    `by` is None for the night round. `target` is a model instance or a pair (kind, id). Who acts
    for a person on leave is the one who did it; the other's name stands in the line as well.
    """
    if isinstance(by, User) and by.acting_for is not None:
        detail["acting_for"] = by.acting_for.username
    with transaction.atomic():
        head = _locked_head()
        line = _next_line(head, by, act, target, detail, username=username, ip=ip)
        line.save()
        head.save()
    return line


def record_many(by: User | None, act: str, entries: Iterable[Entry], /) -> int:
    """One line for each (target, detail), in order, as `record` would append them; how many.

    For what the night round does to many things in one transaction: the head is locked once.
    """
    count = 0
    with transaction.atomic():
        head = _locked_head()
        for some in _batches(entries):
            lines = [_next_line(head, by, act, target, detail) for target, detail in some]
            QuerySet(AuditLine).bulk_create(lines)  # past AppendOnly: the lines are chained here
            count += len(lines)
        head.save()
    return count


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while some := list(islice(rest, WRITE_BATCH)):
        yield some


def _locked_head() -> AuditHead:
    head, _ = AuditHead.objects.select_for_update().get_or_create(
        pk=HEAD, defaults={"hash": FIRST_HASH}
    )
    return head


def _next_line(
    head: AuditHead,
    by: User | AnonymousUser | None,
    act: str,
    target: object,
    detail: dict[str, Any],
    *,
    username: str = "",
    ip: str | None = None,
) -> AuditLine:
    """The line after the head, not yet saved; the head moves on to it."""
    kind, identity = _name_of(target)
    user = by if isinstance(by, User) else None
    line = AuditLine(
        at=timezone.now(),
        user=user,
        username=username or (user.username if user else SYSTEM),
        role=user.role if user else "",
        act=act,
        object_kind=kind,
        object_id=identity,
        detail=json.loads(json.dumps(detail, cls=DjangoJSONEncoder)),
        ip=ip,
        previous_hash=head.hash,
    )
    line.hash = line_hash(line)
    head.hash, head.line_count = line.hash, head.line_count + 1
    return line


def line_hash(line: AuditLine) -> str:
    """SM3 (GB/T 32905) of the line's content and of the hash before it."""
    content = [
        line.previous_hash,
        _instant(line.at),
        line.username,
        line.role,
        line.act,
        line.object_kind,
        line.object_id,
        line.detail,
        line.ip,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return digest(text.encode())


def digest(data: bytes) -> str:
    """SM3 where OpenSSL offers it, SHA-256 otherwise; both give 64 hex digits."""
    name = "sm3" if "sm3" in hashlib.algorithms_available else "sha256"
    return hashlib.new(name, data).hexdigest()


def first_break(lines: Iterable[AuditLine], before: str = FIRST_HASH) -> AuditLine | None:
    """The first line (oldest first) that does not fit the chain after `before`, or None."""
    for line in lines:
        if line.previous_hash != before or line_hash(line) != line.hash:
            return line
        before = line.hash
    return None


def _name_of(target: object) -> tuple[str, str]:
    if target is None:
        return "", ""
    if isinstance(target, tuple):
        kind, identity = target
        return str(kind), str(identity)
    # Of what stands for the account in a request (request.user) the class is the account's own.
    return target.__class__.__name__, str(getattr(target, "pk", ""))


def _instant(at: datetime) -> str:
    return at.astimezone(timezone.get_fixed_timezone(480)).isoformat(timespec="microseconds")
