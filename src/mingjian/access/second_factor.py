"""动态码 (TOTP, RFC 6238): bound by the person, asked after the password, each code good once."""

import base64
import hashlib
import hmac
import secrets
import time

import pyotp
import segno
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.models import RecoveryCode, SecondFactor, User
from mingjian.access.policy import load_policy
from mingjian.access.roles import require
from mingjian.access.sessions import end_sessions

ISSUER = "明鉴"
STEP_SECONDS = 30
WRONG = "动态码不对，或者已经用过。请等手机上出现新的 6 位数字再输。"


def is_bound(user: User) -> bool:
    """Whether the account asks for a second factor when signing in."""
    return SecondFactor.objects.filter(user_id=user.pk, confirmed_at__isnull=False).exists()


def is_required(user: User) -> bool:
    """Whether content names the user's role as one that must have a second factor."""
    return user.role in load_policy().second_factor.required_for


def begin_binding(user: User) -> SecondFactor:
    """The secret to put on the phone; the same one until it is confirmed.

    Raises ValidationError when one is bound already: it must be taken off first.
    """
    if is_bound(user):
        raise ValidationError("已经绑定动态码。换手机请先解除，再重新绑定。")
    factor, _ = SecondFactor.objects.get_or_create(
        user_id=user.pk, defaults={"secret": _seal(pyotp.random_base32())}
    )
    return factor


def shown_secret(factor: SecondFactor) -> tuple[str, str]:
    """The secret as text, and as a picture to scan (a data address)."""
    secret = _open(factor.secret)
    totp = pyotp.TOTP(secret)
    address = totp.provisioning_uri(name=factor.user.username, issuer_name=ISSUER)
    return secret, segno.make(address, error="m").svg_data_uri(scale=5, border=2)


def finish_binding(user: User, code: str, *, ip: str | None = None) -> list[str]:
    """Bind with the first code from the phone; returns the recovery codes, shown once."""
    factor = begin_binding(user)
    with transaction.atomic():
        if not _accept(factor, code):
            raise ValidationError(WRONG)
        SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=timezone.now())
        codes = _new_recovery_codes(user)
        audit.record(user, "second_factor.bind", ("User", user.pk), ip=ip)
    return codes


def check(user: User, code: str) -> str:
    """How the code proves the person: `code`, `recovery`, or nothing (""). Uses the code up."""
    plain = code.replace(" ", "").replace("-", "").lower()
    factor = SecondFactor.objects.filter(user_id=user.pk, confirmed_at__isnull=False).first()
    if factor is None:
        return ""
    if plain.isdigit() and len(plain) == 6:
        return "code" if _accept(factor, plain) else ""
    unused = RecoveryCode.objects.filter(user_id=user.pk, used_at__isnull=True)
    hashed = audit.digest(plain.encode())
    return "recovery" if unused.filter(code_hash=hashed).update(used_at=timezone.now()) else ""


def unbind(user: User, code: str, *, ip: str | None = None) -> None:
    """Take one's own second factor off, with a code as proof; not where the role requires it."""
    if is_required(user):
        raise ValidationError("您的角色必须绑定动态码，不能自行解除。换手机请找系统管理员重设。")
    with transaction.atomic():
        if not check(user, code):
            raise ValidationError(WRONG)
        _remove(user)
        audit.record(user, "second_factor.unbind", ("User", user.pk), ip=ip)


def reset(user: User, *, by: User, ip: str | None = None) -> None:
    """For who has lost phone and recovery codes: the administrator takes it off."""
    require(by, "user.manage")
    if by.pk == user.pk:
        raise PermissionError("不能重设自己的动态码，请由另一位系统管理员办理。")
    with transaction.atomic():
        _remove(user)
        end_sessions(user)
        audit.record(by, "second_factor.reset", ("User", user.pk), ip=ip)


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user_id=user.pk, used_at__isnull=True).count()


def _accept(factor: SecondFactor, code: str) -> bool:
    """Whether the code is of a time step not used yet; the step is used up in one update."""
    totp, now = pyotp.TOTP(_open(factor.secret)), int(time.time()) // STEP_SECONDS
    drift = load_policy().second_factor.drift_steps
    for step in range(now - drift, now + drift + 1):
        if hmac.compare_digest(totp.generate_otp(step), code.replace(" ", "")):
            unused = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
            return bool(unused.update(last_step=step))
    return False


def _new_recovery_codes(user: User) -> list[str]:
    """Eighty random bits each: no guessing, so a plain hash is enough."""
    RecoveryCode.objects.filter(user_id=user.pk).delete()
    codes = [secrets.token_hex(10) for _ in range(load_policy().second_factor.recovery_codes)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user_id=user.pk, code_hash=audit.digest(code.encode())) for code in codes
    )
    return ["-".join(code[i : i + 5] for i in range(0, 20, 5)) for code in codes]


def _remove(user: User) -> None:
    SecondFactor.objects.filter(user_id=user.pk).delete()
    RecoveryCode.objects.filter(user_id=user.pk).delete()


def _sealer() -> Fernet:
    key = hashlib.sha256(f"mingjian second factor {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _seal(secret: str) -> str:
    return _sealer().encrypt(secret.encode()).decode()


def _open(sealed: str) -> str:
    return _sealer().decrypt(sealed.encode()).decode()
