"""Papers, what happened to them, their number series, rendered files, and issuing in one go."""

from typing import Any

from django.db import models
from django.db.models import Q

from mingjian.access.models import Agency, Region, User
from mingjian.documents.seal_models import Seal


class NumberSeries(models.Model):
    """One run of numbers: 机关代字 and year. Its row is locked while a number is given."""

    word = models.CharField("机关代字", max_length=40)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后一号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "文号序列"
        constraints = [models.UniqueConstraint(fields=["word", "year"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕"


class Paper(models.Model):
    """One official paper. Once numbered it is never deleted and its text never changes."""

    template = models.CharField("文书种类", max_length=40)
    state = models.CharField("状态", max_length=20)
    version = models.PositiveIntegerField("第几版", default=1)
    draft_key = models.CharField("起草凭据", max_length=64, null=True, unique=True)

    # An agency, or the office or government of a region: the name is kept as it was written.
    issuer_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="papers_issued", verbose_name="制发机关"
    )
    issuer_region = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="papers_issued", verbose_name="制发地区"
    )
    issuer_name = models.CharField("制发机关", max_length=120)
    addressee_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="papers_received", verbose_name="主送机关"
    )
    addressee_region = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="papers_received", verbose_name="主送地区"
    )
    addressee_name = models.CharField("主送机关", max_length=120)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="papers_about", verbose_name="所涉单位"
    )
    approval = models.CharField("由谁签批", max_length=12)

    subject = models.CharField("对应事项", max_length=200, blank=True, db_index=True)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文")
    attachments = models.JSONField("附件说明", default=list)
    cc = models.CharField("抄送", max_length=400, blank=True)
    remark = models.CharField("附注", max_length=200, blank=True)
    copy_no = models.PositiveIntegerField("份号", null=True, blank=True)
    secrecy = models.CharField("密级和保密期限", max_length=20, blank=True)
    urgency = models.CharField("紧急程度", max_length=8, blank=True)
    facts = models.JSONField("事实", default=dict)
    drafted_facts = models.JSONField("起草时的事实", default=dict)
    limit_words = models.CharField("办理期限", max_length=20, blank=True)
    reply_limit = models.JSONField("期限", default=dict)

    number_word = models.CharField("机关代字", max_length=40)
    number_year = models.PositiveSmallIntegerField("文号年份", null=True)
    number = models.PositiveIntegerField("顺序号", null=True)
    signer = models.CharField("签发人", max_length=40, blank=True)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, related_name="+", verbose_name="印章")
    dated_on = models.DateField("成文日期", null=True)
    issued_on = models.DateField("印发日期", null=True)
    frozen_hash = models.CharField("内容摘要", max_length=64, blank=True)
    verify_code = models.CharField("核验码", max_length=24, null=True, unique=True)

    served_on = models.DateField("送达日期", null=True)
    service_method = models.CharField("送达方式", max_length=20, blank=True)
    acknowledged_on = models.DateField("签收日期", null=True)
    acknowledged_by = models.CharField("签收人", max_length=40, blank=True)
    reply_due_on = models.DateField("应回复日期", null=True)
    replied_on = models.DateField("回复日期", null=True)
    due_on = models.DateField("本环节期限", null=True)

    in_reply_to = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replies", verbose_name="所回复的文书"
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name="所更正的文书"
    )
    generated_by = models.ForeignKey(
        User, models.PROTECT, related_name="papers_drafted", verbose_name="起草人"
    )
    created_at = models.DateTimeField("起草时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "公文"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["number_word", "number_year", "number"], name="paper_number_once"
            ),
            models.CheckConstraint(
                name="paper_number_whole",
                condition=Q(number__isnull=True, number_year__isnull=True, frozen_hash="")
                | Q(number__isnull=False, number_year__isnull=False) & ~Q(frozen_hash=""),
            ),
            models.CheckConstraint(
                name="paper_has_one_issuer",
                condition=Q(issuer_agency__isnull=False, issuer_region__isnull=True)
                | Q(issuer_agency__isnull=True, issuer_region__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["template", "-id"]),
        ]

    def __str__(self) -> str:
        return self.document_no or self.title

    @property
    def document_no(self) -> str:
        """发文字号, 京执监意〔2026〕1号: six-cornered brackets, no leading zeros, no 第."""
        if self.number is None:
            return ""
        return f"{self.number_word}〔{self.number_year}〕{self.number}号"

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.number is not None:
            raise PermissionError(f"{self.document_no} 已编号，不能删除")
        return super().delete(*args, **kwargs)


class PaperFile(models.Model):
    """The PDF as it was issued. In the office database, so that number and file are one act."""

    paper = models.OneToOneField(Paper, models.PROTECT, primary_key=True, related_name="file")
    pdf = models.BinaryField("PDF")
    hash = models.CharField("文件摘要", max_length=64, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "公文文件"


class PaperEvent(models.Model):
    """One thing that happened to a paper."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="events")
    at = models.DateTimeField("时间", auto_now_add=True)
    on = models.DateField("日期")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    act = models.CharField("行为", max_length=20)
    before = models.CharField("原状态", max_length=20, blank=True)
    after = models.CharField("新状态", max_length=20)
    version = models.PositiveIntegerField("办后第几版")
    text = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公文经过"
        ordering = ["id"]


class PaperBatch(models.Model):
    """Many approved papers issued in one go by the worker; `share` of them is done."""

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
    STATES = [(WAITING, "排队中"), (RUNNING, "进行中"), (DONE, "已完成"), (FAILED, "没有完成")]

    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发起人")
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=WAITING)
    seen_at = models.DateTimeField("最近有动静", null=True)
    attempts = models.IntegerField("第几次", default=0)
    task_id = models.CharField("任务", max_length=64, blank=True)
    message = models.TextField("说明", blank=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "批量制发"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "seen_at"])]

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.WAITING, self.RUNNING)


class BatchItem(models.Model):
    """One paper of a batch. `done` is written in the transaction that issues the paper."""

    WAITING, DONE, REFUSED = "waiting", "done", "refused"

    batch = models.ForeignKey(PaperBatch, models.CASCADE, related_name="items")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField("发起时第几版")
    state = models.CharField("结果", max_length=10, default=WAITING)
    message = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批量制发的一件"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["batch", "paper"], name="once_in_a_batch")]
        indexes = [models.Index(fields=["batch", "state"])]


class VerifyLook(models.Model):
    """One look at the public page, so that looks from one address can be limited."""

    at = models.DateTimeField(db_index=True)
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ip", "at"])]
