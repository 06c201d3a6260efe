"""推送口令: what a department's system shows when it pushes records of one source."""

import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.models import SourceToken, User
from mingjian.access.roles import require

MANAGE = "source_token.manage"
DAYS_AT_MOST = 366
_PREFIX = "mj_"
_USED_EVERY = timedelta(minutes=1)


def create_token(
    source_code: str, *, by: User, days: int, today: date, ip: str | None = None
) -> tuple[SourceToken, str]:
    """Make a token for one source; the text is returned once and kept only as a hash."""
    require(by, MANAGE)
    if not 1 <= days <= DAYS_AT_MOST:
        raise ValidationError(f"有效期 {days} 天不行，应为 1 至 {DAYS_AT_MOST} 天")
    text = _PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = SourceToken.objects.create(
            source_code=source_code,
            token_hash=audit.digest(text.encode()),
            hint=text[-4:],
            created_by=by,
            expires_on=today + timedelta(days=days),
        )
        audit.record(
            by,
            "source_token.create",
            token,
            ip=ip,
            source=source_code,
            expires_on=token.expires_on,
        )
    return token, text


def revoke_token(token_id: int, *, by: User, ip: str | None = None) -> None:
    """Switch a token off at once; repeating it changes nothing."""
    require(by, MANAGE)
    with transaction.atomic():
        live = SourceToken.objects.filter(pk=token_id, revoked_at__isnull=True)
        if live.update(revoked_at=timezone.now()):
            audit.record(by, "source_token.revoke", ("SourceToken", token_id), ip=ip)


def token_for(text: str) -> SourceToken | None:
    """The live token of this text, noting that it was used; None for any other text."""
    now = timezone.now()
    live = Q(revoked_at__isnull=True, expires_on__gte=timezone.localdate(now))
    token = SourceToken.objects.filter(live, token_hash=audit.digest(text.encode())).first()
    if token and (token.last_used_at is None or now - token.last_used_at > _USED_EVERY):
        SourceToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def all_tokens() -> QuerySet[SourceToken]:
    return SourceToken.objects.select_related("created_by").order_by("source_code", "-created_at")
