"""Assessments with their sheets, deductions and objections; training from need to look back."""

from django.db import models
from django.db.models import Q

from mingjian.access.models import Agency, Region, User
from mingjian.appraisal.training_models import (
    Enrolment,
    OffDutyProposal,
    Sitting,
    TrainingNeed,
    TrainingPlan,
    TrainingSession,
)
from mingjian.supervision.models import Alert, Matter

__all__ = [
    "AgencySheet",
    "Appraisal",
    "Deduction",
    "DeductionObjection",
    "Enrolment",
    "OffDutyProposal",
    "Sitting",
    "TrainingNeed",
    "TrainingPlan",
    "TrainingSession",
]


class Appraisal(models.Model):
    """考核: one scheme, one period, one place; fixed when it is published.

    `rules` is the scheme as it then was; `digest` is over everything that was published.
    """

    scheme = models.CharField("方案", max_length=40)
    scheme_name = models.CharField("方案名称", max_length=60)
    rules = models.JSONField("方案内容")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="+", verbose_name="组织考核的地区"
    )
    start_on = models.DateField("期间起")
    end_on = models.DateField("期间止")
    state = models.CharField("状态", max_length=20)
    version = models.PositiveIntegerField("版本", default=0)
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="测算人")
    drawn_on = models.DateField("测算日期")
    due_on = models.DateField("异议期满", null=True)
    published_on = models.DateField("发布日期", null=True)
    digest = models.CharField("摘要", max_length=64, blank=True)
    discard_reason = models.TextField("作废理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核"
        ordering = ["-end_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "region", "start_on", "end_on"],
                condition=~Q(state="discarded"),
                name="appraisal_once_a_period",
            ),
            models.CheckConstraint(
                name="appraisal_period_in_order", condition=Q(start_on__lte=models.F("end_on"))
            ),
            models.CheckConstraint(
                name="appraisal_published_with_digest",
                condition=~Q(state="published") | (Q(published_on__isnull=False) & ~Q(digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_name} {self.start_on}至{self.end_on}"


class AgencySheet(models.Model):
    """One agency in one assessment. No score where it reported no data at all: not a zero."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="sheets")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="单位")
    peer_group = models.CharField("同组比较的组", max_length=60, blank=True)
    is_reported = models.BooleanField("报送过数据")
    confirmed = models.PositiveIntegerField("已确认的问题")
    # {item: {"rows": n, "deducted": "3.0"}}, the deductions that stand, capped.
    items = models.JSONField("各项", default=dict)
    deducted = models.DecimalField("扣分", max_digits=6, decimal_places=1)
    score = models.DecimalField("得分", max_digits=6, decimal_places=1, null=True)
    rank = models.PositiveIntegerField("同组位次", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核表"
        ordering = ["peer_group", "rank", "agency_id"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "agency"], name="one_sheet_an_agency"),
            models.CheckConstraint(
                name="sheet_scored_when_reported",
                condition=Q(is_reported=True, score__isnull=False)
                | Q(is_reported=False, score__isnull=True, rank__isnull=True),
            ),
        ]


class Deduction(models.Model):
    """扣分: one row, with the alert or the matter it comes from."""

    sheet = models.ForeignKey(AgencySheet, models.PROTECT, related_name="deductions")
    item = models.CharField("项目", max_length=40)
    points = models.DecimalField("分值", max_digits=8, decimal_places=4)
    on = models.DateField("日期")
    words = models.CharField("事由", max_length=400)
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    is_struck = models.BooleanField("已撤销", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "扣分"
        ordering = ["item", "on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="deduction_of_one",
                condition=Q(alert__isnull=False, matter__isnull=True)
                | Q(alert__isnull=True, matter__isnull=False),
            ),
            models.UniqueConstraint(fields=["sheet", "item", "alert"], name="alert_once_an_item"),
            models.UniqueConstraint(fields=["sheet", "item", "matter"], name="matter_once_an_item"),
        ]


class DeductionObjection(models.Model):
    """异议: of the agency to one deduction, once; decided by the supervisor."""

    OUTCOMES = [("struck", "采纳，撤销扣分"), ("upheld", "不采纳")]
    deduction = models.OneToOneField(Deduction, models.PROTECT, related_name="objection")
    reason = models.TextField("理由")
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_on = models.DateField("提出日期")
    outcome = models.CharField("答复", max_length=10, blank=True, choices=OUTCOMES)
    answer = models.TextField("答复理由", blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField("答复日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "扣分异议"
        ordering = ["pk"]
