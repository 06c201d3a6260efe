"""专项: a themed supervision over a period, with its stages, and the alerts that belong to it."""

from django.db import models
from django.db.models import F, Q

from mingjian.access.models import Region, User
from mingjian.supervision.handled import Handled, Happening


class Campaign(Handled):
    """A campaign. It has no level of its own; its limit (`due_on`) is its last day.

    What belongs to it fits all of: one of the monitors (none named: every monitor), the field
    (none: every field), one of the districts (none: the organiser's whole area).
    """

    name = models.CharField("名称", max_length=100)
    kind = models.CharField("种类", max_length=20)
    basis = models.TextField("缘由与依据")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="campaigns", verbose_name="组织的地区"
    )
    field = models.CharField("执法领域", max_length=30, blank=True)
    districts = models.ManyToManyField(Region, related_name="+", verbose_name="地区")
    monitors = models.JSONField("模型标识", default=list)
    starts_on = models.DateField("自")
    ends_on = models.DateField("至")
    approval = models.CharField("批准机关与文号", max_length=120, blank=True)
    conclusion = models.TextField("结论", blank=True)
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="拟定人")
    planned_on = models.DateField("拟定日期")
    started_on = models.DateField("启动日期", null=True)
    closed_on = models.DateField("结束日期", null=True)

    class Meta(Handled.Meta):
        verbose_name = verbose_name_plural = "专项监督"
        constraints = [
            models.CheckConstraint(
                name="campaign_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="campaign_finished_with_conclusion",
                condition=~Q(state="finished") | ~Q(conclusion="") & Q(closed_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_on"])]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def number(self) -> str:
        return f"ZX{self.planned_on:%Y}-{self.pk:03d}"

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to be done with it."""
        return self.state in ("finished", "called_off")


class CampaignStage(models.Model):
    """One stage of a campaign: a name and its days, both included; stages do not overlap."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="stages")
    no = models.PositiveSmallIntegerField("序号")
    name = models.CharField("阶段", max_length=40)
    starts_on = models.DateField("自")
    ends_on = models.DateField("至")

    class Meta:
        verbose_name = verbose_name_plural = "专项的阶段"
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "no"], name="stage_no_in_campaign"),
            models.CheckConstraint(
                name="stage_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]


class CampaignEvent(Happening):
    """One thing that happened to a campaign."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="events")

    class Meta(Happening.Meta):
        verbose_name = verbose_name_plural = "专项经过"


class CampaignAlert(models.Model):
    """An alert that was put on a campaign's list."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="members")
    alert = models.ForeignKey("supervision.Alert", models.PROTECT, related_name="campaigns")
    joined_on = models.DateField("列入日期")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="列入的人")

    class Meta:
        verbose_name = verbose_name_plural = "专项的预警"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "alert"], name="alert_once_in_a_campaign")
        ]
