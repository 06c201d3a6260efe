"""Alerts, what happened to them, the last round of each monitor, and saved filters."""

from django.db import models
from django.db.models import Q

from mingjian.access.models import Agency, User
from mingjian.supervision.campaign_models import (
    Campaign,
    CampaignAlert,
    CampaignEvent,
    CampaignStage,
)
from mingjian.supervision.handled import Handled, Happening
from mingjian.supervision.matter_models import (
    ActKey,
    Attachment,
    Extension,
    Matter,
    MatterEvent,
    MatterPaper,
    Objection,
    Problem,
)
from mingjian.supervision.monitor_models import (
    MonitorDraft,
    MonitorEvent,
    MonitorState,
    MonitorVersion,
    ParameterOverride,
    ShadowFinding,
)
from mingjian.supervision.notice_models import Delivery, Notice

__all__ = [
    "LEVEL_OF_RANK",
    "LEVEL_RANKS",
    "RIGHT",
    "ActKey",
    "Alert",
    "AlertEvent",
    "Attachment",
    "Campaign",
    "CampaignAlert",
    "CampaignEvent",
    "CampaignStage",
    "Delivery",
    "Extension",
    "Matter",
    "MatterEvent",
    "MatterPaper",
    "MonitorDraft",
    "MonitorEvent",
    "MonitorRound",
    "MonitorState",
    "MonitorVersion",
    "Notice",
    "Objection",
    "ParameterOverride",
    "Problem",
    "SavedFilter",
    "ShadowFinding",
]

LEVEL_RANKS = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}
RIGHT = ("confirmed", "partly_confirmed")  # verdicts that say the finding is right
LEVEL_OF_RANK = {rank: level for level, rank in LEVEL_RANKS.items()}


class Alert(Handled):
    """A finding handed to people. The same monitor and unit are the same alert; never deleted.

    `message`, `evidence`, `parameters` and `fingerprint` are the snapshot of the day it was found
    (again) and stay as they were; `latest_*` follow the rounds.
    """

    monitor_id = models.CharField("模型标识", max_length=100)
    monitor_code = models.CharField("模型编号", max_length=20)
    monitor_name = models.CharField("模型名称", max_length=120)
    unit = models.CharField("对象种类", max_length=40)
    unit_id = models.CharField("对象标识", max_length=200)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="alerts", verbose_name="被监督主体"
    )
    level_rank = models.SmallIntegerField("等级次序")  # 1 red … 4 blue: for sorting
    # Severity × how far over × how often, worked out every night: for sorting.
    priority = models.PositiveIntegerField("紧要", default=0)
    main = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name="主预警"
    )
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, related_name="alerts", verbose_name="监督事项"
    )

    message = models.CharField("问题", max_length=500)
    evidence = models.JSONField("发现时的事实")
    parameters = models.JSONField("参数")
    fingerprint = models.CharField("模型指纹", max_length=64)
    snapshot = models.BigIntegerField("数据快照号")
    latest_message = models.CharField("最近一次的问题", max_length=500)
    latest_evidence = models.JSONField("最近一次的事实")
    latest_hash = models.CharField(max_length=32)

    first_found_on = models.DateField("首次发现")
    found_on = models.DateField("本次发现")
    last_found_on = models.DateField("最近命中")
    gone_on = models.DateField("不再命中", null=True)
    returned_count = models.PositiveIntegerField("再次命中次数", default=0)
    raised_at = models.DateTimeField("生成时间", auto_now_add=True)

    signed_on = models.DateField("签收日期", null=True)
    verified_on = models.DateField("反馈日期", null=True)
    closed_on = models.DateField("办结日期", null=True)
    claimed_verdict = models.CharField("单位反馈的结论", max_length=20, blank=True)
    claimed_reason = models.TextField("单位反馈的理由", blank=True)
    verdict = models.CharField("认定的结论", max_length=20, blank=True)
    verdict_reason = models.TextField("认定的理由", blank=True)
    is_drawn = models.BooleanField("抽中复核", default=True)  # of a claim that it is unfounded
    rectify_by = models.DateField("整改期限", null=True)
    relapse_count = models.PositiveSmallIntegerField("反弹次数", default=0)
    rectified_on = models.DateField("报告整改日期", null=True)
    sent_back_count = models.PositiveSmallIntegerField("退回次数", default=0)

    class Meta(Handled.Meta):
        verbose_name = verbose_name_plural = "预警"
        constraints = [
            models.UniqueConstraint(fields=["monitor_id", "unit_id"], name="alert_once_per_unit"),
            models.CheckConstraint(
                name="alert_closed_with_verdict",
                condition=~Q(state="closed") | (Q(closed_on__isnull=False) & ~Q(verdict="")),
            ),
        ]
        indexes = [
            # Together with the row id these answer the list's page, order and counts by
            # themselves, without reading the wide rows.
            models.Index(fields=["state", "level_rank", "due_on"]),
            models.Index(fields=["agency", "state", "level_rank", "due_on"]),
            models.Index(fields=["state", "due_on", "level_rank"]),
            models.Index(fields=["-found_on", "level_rank", "state", "returned_count"]),
            models.Index(fields=["monitor_code", "state"]),
            models.Index(fields=["unit", "unit_id"]),
            models.Index(fields=["gone_on", "level_rank"]),
            models.Index(fields=["closed_on", "level_rank"]),
            models.Index(fields=["-priority", "id", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.monitor_name}"

    @property
    def number(self) -> str:
        """预警编号 as people write and read it aloud."""
        return f"YJ{self.found_on:%Y}-{self.pk:06d}"

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to be done with it."""
        return self.state in ("closed", "merged")

    @property
    def monitor_group(self) -> str:
        return self.monitor_code.split("-")[0]


class AlertEvent(Happening):
    """One thing that happened to an alert: an act of a person or of the night round."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="events")
    verdict = models.CharField("结论", max_length=20, blank=True)

    class Meta(Happening.Meta):
        verbose_name = verbose_name_plural = "预警经过"
        indexes = [
            models.Index(fields=["act", "verdict"]),
            models.Index(fields=["on", "act"]),
        ]


class MonitorRound(models.Model):
    """How a monitor fared in its last round, and what came of it: one row a monitor."""

    monitor_id = models.CharField("模型标识", max_length=100, primary_key=True)
    as_of = models.DateField("判断日")
    status = models.CharField("结果", max_length=20)
    message = models.TextField("说明", blank=True)
    finding_count = models.PositiveIntegerField("命中数", default=0)
    new_count = models.PositiveIntegerField("新增", default=0)
    gone_count = models.PositiveIntegerField("不再命中", default=0)
    returned_count = models.PositiveIntegerField("再次命中", default=0)
    # {table: {"rows": n, "filled": {field: n}}}, of the tables and fields the monitor asks for.
    fills = models.JSONField("填报情况", default=dict)
    at = models.DateTimeField("完成时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "模型最近一轮"


class SavedFilter(models.Model):
    """A filter of the alert list that a person keeps under a name."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=1000)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name_once")
        ]
