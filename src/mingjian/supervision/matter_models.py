"""Matters of supervision, what happened to them, and what hangs on an alert or a matter."""

from pathlib import Path

from django.db import models
from django.db.models import Q

from mingjian.access.models import Agency, User
from mingjian.standards import home
from mingjian.supervision.handled import Handled, Happening

_ONE_OF_THE_TWO = Q(alert__isnull=False, matter__isnull=True) | Q(
    alert__isnull=True, matter__isnull=False
)


def attachments_folder() -> Path:
    """Where evidence files lie, by the hash of their content."""
    return home() / "attachments"


class Matter(Handled):
    """监督事项: alerts of one cause, or a clue from elsewhere, supervised to the end."""

    title = models.CharField("事项", max_length=200)
    clue_kind = models.CharField("线索来源", max_length=20)
    clue_ref = models.CharField("线索编号", max_length=100, blank=True)
    clue = models.TextField("线索内容")
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="matters", verbose_name="被监督机关"
    )
    is_vertical = models.BooleanField("实行垂直管理", default=False)
    form = models.CharField("监督方式", max_length=20, blank=True)
    campaign = models.ForeignKey(
        "supervision.Campaign",
        models.PROTECT,
        null=True,
        related_name="matters",
        verbose_name="所属专项",
    )
    finding = models.CharField("认定", max_length=20, blank=True)
    finding_reason = models.TextField("认定的事实与理由", blank=True)
    paper = models.CharField("处理文书", max_length=20, blank=True)
    registered_on = models.DateField("登记日期")
    opened_on = models.DateField("立项日期", null=True)
    closed_on = models.DateField("销号日期", null=True)
    look_back_on = models.DateField("回头看日期", null=True)
    looked_back_on = models.DateField("已回头看", null=True)
    recurred = models.BooleanField("是否复发", null=True)
    sent_back_count = models.PositiveSmallIntegerField("退回次数", default=0)

    class Meta(Handled.Meta):
        verbose_name = verbose_name_plural = "监督事项"
        indexes = [
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["agency", "state", "due_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"JD{self.registered_on:%Y}-{self.pk:05d}"

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to be done with it."""
        return self.state in ("closed", "refused")


class MatterEvent(Happening):
    """One thing that happened to a matter."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="events")

    class Meta(Happening.Meta):
        verbose_name = verbose_name_plural = "事项经过"


class _OfOne(models.Model):
    """Belongs to an alert or to a matter."""

    alert = models.ForeignKey(
        "supervision.Alert", models.PROTECT, null=True, related_name="%(class)ss"
    )
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="%(class)ss")

    class Meta:
        abstract = True


class Problem(_OfOne):
    """整改问题: one thing to be put right, and what the agency says it did."""

    no = models.PositiveSmallIntegerField("序号")
    text = models.CharField("问题", max_length=500)
    measure = models.TextField("措施", blank=True)
    reported_on = models.DateField("报告日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "整改问题"
        ordering = ["no"]
        constraints = [
            models.CheckConstraint(name="problem_of_one", condition=_ONE_OF_THE_TWO),
            models.UniqueConstraint(fields=["alert", "no"], name="problem_no_in_alert"),
            models.UniqueConstraint(fields=["matter", "no"], name="problem_no_in_matter"),
        ]


class Extension(_OfOne):
    """延期: asked for by the agency, granted or refused by the supervisor; one open at a time."""

    days = models.PositiveSmallIntegerField("申请延长日数")
    reason = models.TextField("理由")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_on = models.DateField("申请日期")
    answer = models.CharField("答复", max_length=10, blank=True)  # granted, refused, lapsed
    answer_reason = models.TextField("答复理由", blank=True)
    answered_on = models.DateField("答复日期", null=True)
    former_due_on = models.DateField("原期限", null=True)
    new_due_on = models.DateField("新期限", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="extension_of_one", condition=_ONE_OF_THE_TWO),
            models.UniqueConstraint(
                fields=["alert"], condition=Q(answer=""), name="one_open_extension_an_alert"
            ),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(answer=""), name="one_open_extension_a_matter"
            ),
        ]


class Attachment(_OfOne):
    """佐证材料: a file handed in with an act, kept under the hash of its content."""

    act = models.CharField("随哪个行为", max_length=24)
    name = models.CharField("文件名", max_length=150)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("摘要", max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提交人")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="attachment_of_one", condition=_ONE_OF_THE_TWO)]

    @property
    def path(self) -> Path:
        return attachments_folder() / self.sha256[:2] / self.sha256


class MatterPaper(models.Model):
    """A paper of a matter. What becomes of the paper moves the matter (`acts.matter_papers`)."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="papers")
    paper = models.OneToOneField(
        "documents.Paper", models.PROTECT, related_name="of_matter", verbose_name="公文"
    )
    kind = models.CharField("文书", max_length=20)  # a key of `papers` in content/flows/matter.yaml

    class Meta:
        verbose_name = verbose_name_plural = "事项文书"
        ordering = ["id"]


class Objection(models.Model):
    """异议: the agency's objection to a paper or a finding, with its own clock."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="objections")
    paper = models.ForeignKey(MatterPaper, models.PROTECT, null=True, related_name="objections")
    reason = models.TextField("理由")
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_on = models.DateField("提出日期")
    due_on = models.DateField("答复期限")
    outcome = models.CharField("答复", max_length=12, blank=True)
    answer = models.TextField("答复理由", blank=True)
    # The paper that answers, and what it will say when it is served.
    reply = models.ForeignKey(
        MatterPaper, models.PROTECT, null=True, related_name="+", verbose_name="答复书"
    )
    reply_outcome = models.CharField("答复书的结果", max_length=12, blank=True)
    answered_on = models.DateField("答复日期", null=True)
    escalation_step = models.PositiveSmallIntegerField("升级到第几步", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(outcome=""), name="one_open_objection_a_matter"
            )
        ]


class ActKey(models.Model):
    """A form that was sent: the same one again has no second effect."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    act = models.CharField(max_length=24)
    object_kind = models.CharField(max_length=20)
    object_id = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="act_key_once")]
