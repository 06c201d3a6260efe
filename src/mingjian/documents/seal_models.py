"""Pictures of seals, each kept by one person who may lay it on signed papers."""

from typing import Any

from django.db import models
from django.db.models import Q

from mingjian.access.models import Agency, Region, User


class Seal(models.Model):
    """印模. Never changed or deleted once registered: issued papers carry it. One that is worn or
    withdrawn is retired, and a new one registered."""

    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", verbose_name="单位"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="+", verbose_name="行政区"
    )
    name = models.CharField("印章名称", max_length=120)
    picture = models.BinaryField("印模")
    hash = models.CharField("印模摘要", max_length=64)
    keeper = models.ForeignKey(
        User, models.PROTECT, related_name="seals_kept", verbose_name="保管人"
    )
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_on = models.DateField("启用日期")
    retired_on = models.DateField("停用日期", null=True)
    reason = models.CharField("停用理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "印模"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=[body, "name"],
                condition=Q(retired_on__isnull=True),
                name=f"one_seal_in_use_{body}",
            )
            for body in ("agency", "region")
        ]

    def __str__(self) -> str:
        return f"{self.name}印章"

    def delete(self, *_args: Any, **_kwargs: Any) -> Any:
        raise PermissionError(f"{self} 登记过，只能停用，不能删除")
