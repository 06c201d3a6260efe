"""What is noted of agencies and persons: reforms, who manages an agency, who stands in on leave."""

from django.db import models
from django.db.models import F, Q


class AgencySuccession(models.Model):
    """机构沿革: into which agency another went, and on what day. Revoked if wrong, not deleted."""

    KINDS = [("merged", "合并"), ("split", "分立"), ("renamed", "更名")]
    predecessor = models.ForeignKey(
        "access.Agency", models.PROTECT, related_name="went_into", verbose_name="原主体"
    )
    successor = models.ForeignKey(
        "access.Agency", models.PROTECT, related_name="came_from", verbose_name="承继主体"
    )
    kind = models.CharField("方式", max_length=10, choices=KINDS)
    on = models.DateField("生效日期")
    basis = models.CharField("依据", max_length=200)
    recorded_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    revoked_at = models.DateTimeField("撤销登记时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构沿革"
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="succession_is_of_two_agencies", condition=~Q(predecessor=F("successor"))
            ),
            models.UniqueConstraint(
                name="succession_once",
                fields=["predecessor", "successor"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class VerticalNote(models.Model):
    """垂直管理: from a day on an agency is, or is no longer, managed by its line alone.

    Added to, never changed: a note that was wrong is put right by a later one.
    """

    agency = models.ForeignKey(
        "access.Agency", models.PROTECT, related_name="vertical_notes", verbose_name="执法主体"
    )
    is_vertical = models.BooleanField("实行垂直管理")
    on = models.DateField("生效日期")
    reason = models.CharField("事由与依据", max_length=200)
    noted_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    noted_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "垂直管理登记"
        ordering = ["-on", "-id"]


class Delegation(models.Model):
    """请假代办: one person acts for another from one day to another, both days included."""

    absent = models.ForeignKey(
        "access.User", models.PROTECT, related_name="delegated_to", verbose_name="请假人"
    )
    delegate = models.ForeignKey(
        "access.User", models.PROTECT, related_name="stands_in_for", verbose_name="代办人"
    )
    starts_on = models.DateField("自")
    ends_on = models.DateField("至")
    reason = models.CharField("事由", max_length=200)
    made_at = models.DateTimeField("登记时间", auto_now_add=True)
    ended_at = models.DateTimeField("提前结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "请假代办"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="delegation_is_to_another", condition=~Q(absent=F("delegate"))
            ),
            models.CheckConstraint(
                name="delegation_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]
