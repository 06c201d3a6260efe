"""Regions, agencies, users, the audit log, wrong passwords and push tokens."""

from typing import Any, NoReturn

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from mingjian.access.roles import load_roles
from mingjian.access.sign_in_models import (
    FormerPassword,
    RecoveryCode,
    SecondFactor,
    UserSession,
)
from mingjian.access.standing_models import AgencySuccession, Delegation, VerticalNote

__all__ = [
    "Agency",
    "AgencySuccession",
    "AgencyVersion",
    "AuditHead",
    "AuditLine",
    "Delegation",
    "FormerPassword",
    "LoginFailure",
    "RecoveryCode",
    "Region",
    "SecondFactor",
    "SourceToken",
    "User",
    "UserSession",
    "VerticalNote",
]


class Region(models.Model):
    """行政区划; the code is text (GB/T 2260; 9 digits for a sub-district)."""

    region_code = models.CharField("区划代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    tier = models.CharField("层级", max_length=20)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["region_code"]

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """执法主体, as the newest submission of the agency register says. Never deleted."""

    agency_id = models.CharField("主体代码", max_length=64, primary_key=True)
    name = models.CharField("主体名称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    tier = models.CharField("层级", max_length=20, blank=True)
    kind = models.CharField("主体类型", max_length=30, blank=True)
    field = models.CharField("执法领域", max_length=30, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="agencies", verbose_name="区划"
    )
    parent_agency_id = models.CharField("上级主管部门代码", max_length=64, blank=True)
    peer_group = models.CharField("同组比较的组", max_length=60, blank=True)
    status = models.CharField("状态", max_length=20, blank=True)
    # "/A/B/C/": from the top of the line down to this agency, so that a line is one condition.
    line_path = models.CharField("条线路径", max_length=400, db_index=True, editable=False)
    is_listed = models.BooleanField("在主体库中", default=True)
    changed_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "执法主体"
        ordering = ["region_id", "agency_id"]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def district(self) -> Region | None:
        """The district the agency lies in; the city itself for a city agency."""
        region = self.region
        return region.parent if region is not None and region.tier == "street" else region


class AgencyVersion(models.Model):
    """What an agency was before a change: reforms must not re-write history."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="versions")
    replaced_at = models.DateTimeField("更替时间", auto_now_add=True)
    values = models.JSONField("原值")

    class Meta:
        verbose_name = verbose_name_plural = "执法主体沿革"
        ordering = ["-replaced_at"]


class User(AbstractUser):
    """An account. The role says what it may do, the scope which agencies it may see."""

    SCOPES = [
        ("city", "全市"),
        ("region", "行政区"),
        ("line", "本条线"),
        ("agency", "本单位"),
        ("none", "不看业务数据"),
    ]
    first_name = None
    last_name = None
    display_name = models.CharField("姓名", max_length=40)
    role = models.CharField("角色", max_length=30)
    scope = models.CharField("范围", max_length=10, choices=SCOPES, default="none")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="行政区"
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="单位"
    )
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, editable=False)

    # The person on leave whose role and scope stand on this object for one request.
    acting_for: "User | None" = None

    REQUIRED_FIELDS = ["display_name", "role"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(
                name="user_scope_names_its_place",
                condition=Q(scope__in=["city", "none"])
                | Q(scope="region", region__isnull=False)
                | Q(scope__in=["line", "agency"], agency__isnull=False),
                violation_error_message="范围为“行政区”须选行政区，为“本条线”“本单位”须选单位",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses to keep another's role and scope that were put on for a request."""
        kept = set(kwargs.get("update_fields") or ["role"])
        if self.acting_for is not None and kept & {"role", "scope", "region", "agency"}:
            raise PermissionError("代办期间不能保存账号的角色与范围")
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def get_role_display(self) -> str:
        return load_roles().roles[self.role].title

    @property
    def scope_label(self) -> str:
        """全市 / 朝阳区 / 市市监局条线 / 本单位名称."""
        place = {
            "region": str(self.region or ""),
            "line": f"{self.agency or ''}条线",
            "agency": str(self.agency or ""),
        }
        return place.get(self.scope) or self.get_scope_display()

    def clean(self) -> None:
        super().clean()
        known = load_roles().roles
        if self.role not in known:
            raise ValidationError({"role": f"没有名为“{self.role}”的角色"})
        if self.scope not in known[self.role].scopes:
            titles = dict(self.SCOPES)
            allowed = "、".join(titles[scope] for scope in known[self.role].scopes)
            raise ValidationError({"scope": f"“{known[self.role].title}”的范围只能是：{allowed}"})


class AppendOnly(models.QuerySet):
    """Rows are added and read, nothing else."""

    def _refuse(self) -> NoReturn:
        raise PermissionError("审计日志只能追加，不能修改或删除")

    def update(self, **_values: Any) -> NoReturn:
        self._refuse()

    def delete(self) -> NoReturn:
        self._refuse()

    def bulk_create(self, *_args: Any, **_options: Any) -> NoReturn:
        """Lines are chained one by one by audit.record."""
        self._refuse()

    def bulk_update(self, *_args: Any, **_options: Any) -> NoReturn:
        self._refuse()


class AuditLine(models.Model):
    """One act of one person. Each line holds the hash of the line before it."""

    at = models.DateTimeField("时间", db_index=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="账号")
    username = models.CharField("账号名", max_length=150, db_index=True)
    role = models.CharField("角色", max_length=30, blank=True)
    act = models.CharField("行为", max_length=60, db_index=True)
    object_kind = models.CharField("对象种类", max_length=40, blank=True)
    object_id = models.CharField("对象", max_length=200, blank=True)
    detail = models.JSONField("内容", default=dict)
    ip = models.GenericIPAddressField("来源地址", null=True)
    previous_hash = models.CharField("前一行摘要", max_length=64)
    hash = models.CharField("摘要", max_length=64, unique=True)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计日志"
        base_manager_name = "objects"
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.username} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PermissionError("审计日志只能追加，不能修改或删除")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise PermissionError("审计日志只能追加，不能修改或删除")


class AuditHead(models.Model):
    """The last hash of the chain; locking this one row puts writers of the log in line."""

    hash = models.CharField(max_length=64)
    line_count = models.BigIntegerField(default=0)


class LoginFailure(models.Model):
    """A wrong password; enough of them lock the account or the address for a while."""

    at = models.DateTimeField(db_index=True)
    username = models.CharField(max_length=150)
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["username", "at"]),
            models.Index(fields=["ip", "at"]),
        ]


class SourceToken(models.Model):
    """推送口令 of one data source. Only its hash is kept; it is shown once, when made."""

    source_code = models.CharField("数据源", max_length=80, db_index=True)
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField("口令末四位", max_length=4)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发放人")
    created_at = models.DateTimeField("发放时间", auto_now_add=True)
    expires_on = models.DateField("有效期至")
    revoked_at = models.DateTimeField("停用时间", null=True)
    last_used_at = models.DateTimeField("最近使用", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送口令"
        constraints = [
            models.CheckConstraint(
                name="token_revoked_after_creation",
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
            )
        ]
