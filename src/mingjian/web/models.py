"""Uploads in progress. The submission itself is kept in the store; this row says how far it is."""

from pathlib import Path
from typing import Any

from django.db import models

from mingjian.standards import home


class Upload(models.Model):
    """One file sent through the page, from arriving to its submission.

    Rows are read, and the row updated, by the worker process; the page only looks at it.
    """

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
    STATES = [(WAITING, "排队中"), (RUNNING, "处理中"), (DONE, "已处理"), (FAILED, "没有完成")]
    UNFINISHED = (WAITING, RUNNING)

    source_code = models.CharField("数据源", max_length=80)
    file_name = models.CharField("文件名", max_length=255)
    size = models.BigIntegerField("字节数")
    by = models.ForeignKey(
        "access.User", models.PROTECT, related_name="uploads", verbose_name="报送人"
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=WAITING)
    stage = models.CharField("进行到", max_length=200, blank=True)
    share = models.FloatField("完成比例", null=True)
    seen_at = models.DateTimeField("最近有动静", null=True)
    attempts = models.IntegerField("第几次", default=0)
    task_id = models.CharField("任务", max_length=64, blank=True)
    submission_id = models.CharField("批次", max_length=64, blank=True)
    outcome = models.CharField("结果", max_length=20, blank=True)
    message = models.TextField("说明", blank=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "上传"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "seen_at"])]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.get_state_display()}）"

    @property
    def path(self) -> Path:
        """Where the file waits; it is removed once intake has it."""
        return home() / "uploads" / str(self.pk) / self.file_name

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED


class MonitorJob(models.Model):
    """Work over the records that a page about monitors asked for; the worker process does it.

    `compare` judges past days by two versions; `look` tries a draft's condition on the records.
    """

    COMPARE, LOOK = "compare", "look"
    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
    STATES = [(WAITING, "排队中"), (RUNNING, "进行中"), (DONE, "已完成"), (FAILED, "没有完成")]

    kind = models.CharField("种类", max_length=10)
    title = models.CharField("名称", max_length=200)
    asked = models.JSONField("要做什么")
    result: Any = models.JSONField("结果", null=True)
    by = models.ForeignKey("access.User", models.PROTECT, related_name="+", verbose_name="发起人")
    draft = models.ForeignKey(
        "supervision.MonitorDraft", models.CASCADE, null=True, related_name="jobs"
    )
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=WAITING)
    stage = models.CharField("进行到", max_length=200, blank=True)
    share = models.FloatField("完成比例", default=0)
    seen_at = models.DateTimeField("最近有动静", null=True)
    attempts = models.IntegerField("第几次", default=0)
    task_id = models.CharField("任务", max_length=64, blank=True)
    message = models.TextField("说明", blank=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "模型试算"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "seen_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.WAITING, self.RUNNING)


class ComparedUnit(models.Model):
    """One unit that a comparison found, by both versions or by one of them."""

    BOTH, OLD, NEW = "both", "old", "new"

    job = models.ForeignKey(MonitorJob, models.CASCADE, related_name="units")
    side = models.CharField("谁命中", max_length=4)
    unit_id = models.CharField("对象标识", max_length=200)
    agency_id = models.CharField("主体代码", max_length=64, blank=True)
    message = models.CharField("问题", max_length=500)
    evidence = models.JSONField("事实")
    first_on = models.DateField("首次命中")
    last_on = models.DateField("最后命中")

    class Meta:
        verbose_name = verbose_name_plural = "比较出的对象"
        ordering = ["first_on", "id"]
        indexes = [models.Index(fields=["job", "side"])]
