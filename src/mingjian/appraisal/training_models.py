"""Training: the need, the plan, the session with its people, their exams, and what follows."""

from django.db import models
from django.db.models import Q

from mingjian.access.masking import mask_name
from mingjian.access.models import Agency, Region, User
from mingjian.supervision.models import Alert


class TrainingPlan(models.Model):
    """培训计划 of one place, for a while."""

    title = models.CharField("计划", max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="组织地区")
    start_on = models.DateField("起")
    end_on = models.DateField("止")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_on = models.DateField("制定日期")

    class Meta:
        verbose_name = verbose_name_plural = "培训计划"
        ordering = ["-start_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_in_order", condition=Q(start_on__lte=models.F("end_on"))
            ),
            models.UniqueConstraint(fields=["region", "title"], name="plan_title_once"),
        ]

    def __str__(self) -> str:
        return self.title


class TrainingNeed(models.Model):
    """培训需求: the same confirmed problem again and again in one agency.

    `alerts` are the problems behind it; a problem stands behind one need only. The counts of the
    look back are of confirmed problems of the same monitor, so many days before and after.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="单位")
    monitor_id = models.CharField("模型标识", max_length=100)
    monitor_code = models.CharField("模型编号", max_length=20)
    monitor_name = models.CharField("模型", max_length=120)
    point = models.CharField("知识点", max_length=40)
    state = models.CharField("状态", max_length=20)
    version = models.PositiveIntegerField("版本", default=0)
    proposed_on = models.DateField("提出日期")
    alerts = models.ManyToManyField(Alert, related_name="+", through="NeedProblem")
    plan = models.ForeignKey(TrainingPlan, models.PROTECT, null=True, related_name="needs")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField("决定日期", null=True)
    reason = models.TextField("理由", blank=True)
    trained_on = models.DateField("培训完成", null=True)
    look_back_on = models.DateField("回头看日期", null=True)
    looked_back_on = models.DateField("已回头看", null=True)
    before_count = models.PositiveIntegerField("培训前件数", null=True)
    after_count = models.PositiveIntegerField("培训后件数", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "培训需求"
        ordering = ["-proposed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "monitor_id"],
                condition=Q(state="proposed"),
                name="one_proposed_need",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.monitor_name}"


class NeedProblem(models.Model):
    """A confirmed problem behind a need; confirmed anew after a relapse, it may count again."""

    need = models.ForeignKey(TrainingNeed, models.PROTECT, related_name="problems")
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="+")
    confirmed_on = models.DateField("确认日期")

    class Meta:
        verbose_name = verbose_name_plural = "需求依据的问题"
        ordering = ["confirmed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "confirmed_on"], name="problem_in_one_need")
        ]


class TrainingSession(models.Model):
    """班次: one course held on a day."""

    plan = models.ForeignKey(TrainingPlan, models.PROTECT, related_name="sessions")
    course = models.CharField("课程", max_length=40)
    course_name = models.CharField("课程名称", max_length=100)
    hours = models.PositiveSmallIntegerField("学时")
    held_on = models.DateField("授课日期")
    place = models.CharField("地点", max_length=100)
    # The course's exam as it was when the session was arranged; empty: no exam.
    exam = models.JSONField("考试规则", default=dict)
    state = models.CharField("状态", max_length=20)
    version = models.PositiveIntegerField("版本", default=0)
    reason = models.TextField("取消理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "培训班次"
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.course_name} {self.held_on}"


class Enrolment(models.Model):
    """A person in a session: attendance, and the result of course and exam.

    Either an account, or an officer of the records who has none: then the exam is on paper, and
    `paper_exams` has the day and score of each attempt.
    """

    RESULTS = [("passed", "达标"), ("failed", "不达标")]
    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="enrolments")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    officer_id = models.CharField("人员代码", max_length=64, blank=True)
    officer_name = models.CharField("姓名", max_length=60, blank=True)
    paper_exams = models.JSONField("笔试", default=list)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="单位")
    attended = models.BooleanField("到课", null=True)
    result = models.CharField("结果", max_length=10, blank=True, choices=RESULTS)
    result_on = models.DateField("结果日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "学员"
        ordering = ["agency_id", "user_id", "officer_id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="enrolled_once"),
            models.UniqueConstraint(
                fields=["session", "officer_id"],
                condition=~Q(officer_id=""),
                name="officer_enrolled_once",
            ),
            models.CheckConstraint(
                name="account_or_officer",
                condition=Q(user__isnull=False, officer_id="")
                | Q(user__isnull=True) & ~Q(officer_id=""),
            ),
            models.CheckConstraint(
                name="result_of_who_attended", condition=Q(result="") | Q(attended=True)
            ),
        ]

    @property
    def who(self) -> str:
        """The account's name; of an officer of the records the masked name."""
        return str(self.user) if self.user else mask_name(self.officer_name)


class Sitting(models.Model):
    """考试: one attempt. `questions` is the paper with its answers, kept on the server alone."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="sittings")
    attempt = models.PositiveSmallIntegerField("第几次")
    seed = models.BigIntegerField("种子")
    questions = models.JSONField("试卷")
    started_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("截止")
    submitted_at = models.DateTimeField("交卷", null=True)
    answers = models.JSONField("作答", default=dict)
    score = models.PositiveSmallIntegerField("得分", null=True)
    is_late = models.BooleanField("超时", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "考试"
        ordering = ["attempt"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "attempt"], name="attempt_once"),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(submitted_at__isnull=True),
                name="one_open_sitting",
            ),
        ]


class OffDutyProposal(models.Model):
    """离岗教育建议: proposed by the platform, decided by a person, carried out by others."""

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="proposal")
    state = models.CharField("状态", max_length=20)
    version = models.PositiveIntegerField("版本", default=0)
    proposed_on = models.DateField("提出日期")
    reason = models.TextField("决定理由", blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField("决定日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "离岗教育建议"
        ordering = ["-proposed_on", "-pk"]
