"""The audit log: every act, in one chain that shows if a line was altered or taken out."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from mingjian.access.models import AuditHead, AuditLine, User

FIRST_HASH = "0" * 64
SYSTEM = "夜间作业"
HEAD = 1


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
    kind, identity = _name_of(target)
    user = by if isinstance(by, User) else None
    if user is not None and user.acting_for is not None:
        detail["acting_for"] = user.acting_for.username
    with transaction.atomic():
        head, _ = AuditHead.objects.select_for_update().get_or_create(
            pk=HEAD, defaults={"hash": FIRST_HASH}
        )
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
        line.save()
        head.hash, head.line_count = line.hash, head.line_count + 1
        head.save()
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
    return type(target).__name__, str(getattr(target, "pk", ""))


def _instant(at: datetime) -> str:
    return at.astimezone(timezone.get_fixed_timezone(480)).isoformat(timespec="microseconds")
