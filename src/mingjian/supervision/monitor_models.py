"""What people decide about monitors: their status, values for a place, drafts; and what shadows
find. The monitors themselves are files."""

from django.db import models
from django.db.models import Q

from mingjian.access.models import Agency, Region, User


class MonitorState(models.Model):
    """Where people have put a monitor; one that nobody moved stands where its file says."""

    monitor_id = models.CharField("模型标识", max_length=100, primary_key=True)
    status = models.CharField("状态", max_length=20)
    changed_at = models.DateTimeField("变更时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "模型状态"


class MonitorEvent(models.Model):
    """One act on a monitor: who, when, why, and on which version (fingerprint) of it."""

    monitor_id = models.CharField("模型标识", max_length=100, db_index=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    on = models.DateField("日期")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="办理人")
    act = models.CharField("行为", max_length=20)
    before = models.CharField("原状态", max_length=20)
    after = models.CharField("新状态", max_length=20)
    reason = models.TextField("理由")
    fingerprint = models.CharField("模型指纹", max_length=64)
    detail = models.JSONField("细节", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "模型变更"
        ordering = ["-id"]


class MonitorVersion(models.Model):
    """The text of a monitor's file under its fingerprint, so that versions can be compared."""

    monitor_id = models.CharField("模型标识", max_length=100)
    fingerprint = models.CharField("模型指纹", max_length=64)
    text = models.TextField("文件")
    seen_on = models.DateField("首次使用")

    class Meta:
        verbose_name = verbose_name_plural = "模型版本"
        ordering = ["-seen_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["monitor_id", "fingerprint"], name="monitor_version_once"
            )
        ]


class ParameterOverride(models.Model):
    """Another value of a parameter for a district, or (without one) for the whole city."""

    monitor_id = models.CharField("模型标识", max_length=100, db_index=True)
    name = models.CharField("参数", max_length=60)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="+", verbose_name="区（空为全市）"
    )
    value = models.JSONField("取值")
    reason = models.TextField("理由")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="调整人")
    at = models.DateTimeField("调整时间", auto_now_add=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="结束人"
    )
    ended_reason = models.TextField("结束理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "参数调整"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["monitor_id", "name", "region"],
                condition=Q(ended_at__isnull=True, region__isnull=False),
                name="one_value_a_district",
            ),
            models.UniqueConstraint(
                fields=["monitor_id", "name"],
                condition=Q(ended_at__isnull=True, region__isnull=True),
                name="one_value_for_the_city",
            ),
        ]


class ShadowFinding(models.Model):
    """What a monitor on trial found: kept to be looked at, alerting nobody."""

    monitor_id = models.CharField("模型标识", max_length=100)
    unit = models.CharField("对象种类", max_length=40)
    unit_id = models.CharField("对象标识", max_length=200)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", verbose_name="主体"
    )
    message = models.CharField("问题", max_length=500)
    evidence = models.JSONField("事实")
    fingerprint = models.CharField("模型指纹", max_length=64)
    first_found_on = models.DateField("首次发现")
    last_found_on = models.DateField("最近命中")

    class Meta:
        verbose_name = verbose_name_plural = "试运行发现"
        ordering = ["-first_found_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["monitor_id", "unit_id"], name="shadow_once_per_unit")
        ]


class MonitorDraft(models.Model):
    """A monitor's file in the making: written on the page, or another version that was pasted.

    `form` holds the declared parts of one that is written on the page; `text` is the file.
    """

    WRITING, SUBMITTED, ACCEPTED, RETURNED = "writing", "submitted", "accepted", "returned"
    STATES = [
        (WRITING, "编写中"),
        (SUBMITTED, "待复核"),
        (ACCEPTED, "已采用"),
        (RETURNED, "已退回"),
    ]

    monitor_id = models.CharField("模型标识", max_length=100, blank=True)
    title = models.CharField("名称", max_length=120)
    form = models.JSONField("各部分", null=True)
    text = models.TextField("文件", blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=WRITING)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="编写人")
    at = models.DateTimeField("建立时间", auto_now_add=True)
    changed_at = models.DateTimeField("改动时间", auto_now=True)
    reviewer = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="复核人"
    )
    reviewed_at = models.DateTimeField("复核时间", null=True)
    opinion = models.TextField("复核意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "模型草稿"
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether its writer may still change it."""
        return self.state in (self.WRITING, self.RETURNED)
