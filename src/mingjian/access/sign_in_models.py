"""What signing in remembers of an account: former passwords, second factor, open sessions."""

from django.db import models


class FormerPassword(models.Model):
    """The hash of a password that was used, so that it is not used again soon."""

    user = models.ForeignKey("access.User", models.PROTECT, related_name="former_passwords")
    password = models.CharField(max_length=200)
    set_at = models.DateTimeField("启用时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ["-id"]


class SecondFactor(models.Model):
    """动态码 of one account. Counts only once a first code has proved that the phone has it."""

    user = models.OneToOneField("access.User", models.PROTECT, related_name="second_factor")
    # Sealed with the deployment's key: a copy of the database alone makes no codes.
    secret = models.CharField(max_length=300)
    made_at = models.DateTimeField("生成时间", auto_now_add=True)
    confirmed_at = models.DateTimeField("启用时间", null=True)
    # The last time step that was accepted: a code is good once.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "动态码"


class RecoveryCode(models.Model):
    """备用码: opens once, for who has lost the phone. Only its hash is kept."""

    user = models.ForeignKey("access.User", models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "备用码"
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once")
        ]


class UserSession(models.Model):
    """Where an account is signed in now; the row goes with the session."""

    user = models.ForeignKey("access.User", models.PROTECT, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    ip = models.GenericIPAddressField("来源地址", null=True)
    browser = models.CharField("浏览器", max_length=200, blank=True)
    started_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最近操作")

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"
        ordering = ["-seen_at"]

    @property
    def browser_name(self) -> str:
        """Edge, Firefox … as far as the browser says so, to recognise the place by."""
        names = (name for name in ("Edg", "Firefox", "Chrome", "Safari") if name in self.browser)
        name = next(names, self.browser[:30]).replace("Edg", "Edge")
        return f"{name}（手机）" if "Mobile" in self.browser else name
