"""消息: what a person is told inside the platform, and its way out by other channels."""

from django.db import models

from mingjian.access.models import User


class Notice(models.Model):
    """One thing told to one person. `key` says what about: the same is not told twice."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    kind = models.CharField("种类", max_length=20)
    title = models.CharField("标题", max_length=200)
    text = models.CharField("内容", max_length=500, blank=True)
    path = models.CharField("地址", max_length=200)
    at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("已读", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [models.Index(fields=["user", "read_at"])]


class Delivery(models.Model):
    """A notice on its way through one channel; a killed worker's is taken up again."""

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField("渠道", max_length=20)
    state = models.CharField("状态", max_length=10, default=WAITING)
    attempts = models.PositiveSmallIntegerField("第几次", default=0)
    task_id = models.CharField("任务", max_length=64, blank=True)
    seen_at = models.DateTimeField("最近有动静", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    message = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "外送消息"
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_a_channel")
        ]
        indexes = [models.Index(fields=["state", "seen_at"])]
