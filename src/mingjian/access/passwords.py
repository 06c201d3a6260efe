"""What a password must be: the validator that reads content/access/sign_in.yaml."""

from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from mingjian.access.models import FormerPassword, User
from mingjian.access.policy import load_policy


class PolicyValidator:
    """Length, words that everybody would try here, and the passwords used before."""

    def validate(self, password: str, user: User | None = None) -> None:
        rules = load_policy().password
        if len(password) < rules.min_length:
            raise ValidationError(f"密码只有 {len(password)} 位，至少要 {rules.min_length} 位。")
        found = next((w for w in rules.forbidden_words if w.lower() in password.lower()), None)
        if found:
            raise ValidationError(f"密码里含有“{found}”，太容易被猜到，请换一个。")
        if user is not None and user.pk and rules.history:
            former = FormerPassword.objects.filter(user_id=user.pk)[: rules.history]
            if any(check_password(password, used.password) for used in former):
                raise ValidationError(f"最近 {rules.history} 次用过的密码不能再用。")

    def get_help_text(self) -> str:
        rules = load_policy().password
        again = f"，不能与最近 {rules.history} 次用过的相同" if rules.history else ""
        return f"至少 {rules.min_length} 位{again}。"

    def password_changed(self, _password: str, user: User) -> None:
        """Called by Django once the new password is saved."""
        FormerPassword.objects.create(user_id=user.pk, password=user.password)
        keep = FormerPassword.objects.filter(user_id=user.pk)[: load_policy().password.history]
        kept = [former.pk for former in keep]
        FormerPassword.objects.filter(user_id=user.pk).exclude(pk__in=kept).delete()
        now = timezone.now()
        User.objects.filter(pk=user.pk).update(password_changed_at=now)
        user.password_changed_at = now


def must_change(user: User) -> bool:
    """Whether the password was given by somebody else, or has been in use for too long."""
    if user.must_change_password:
        return True
    days = load_policy().password.max_age_days
    since = user.password_changed_at or user.date_joined
    return bool(days) and timezone.now() - since > timedelta(days=days)
