"""Forms of assessment and training."""

from datetime import date
from typing import Any

from django import forms

from mingjian.access.models import User
from mingjian.appraisal.courses import load_training
from mingjian.appraisal.models import DeductionObjection, Enrolment, TrainingPlan, TrainingSession
from mingjian.appraisal.scheme import load_schemes
from mingjian.appraisal.training_queries import may_attend, plans


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ReasonForm(forms.Form):
    """A reason, and the version of the thing that was seen."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class SettleForm(ReasonForm):
    outcome = forms.ChoiceField(label="答复", choices=DeductionObjection.OUTCOMES)
    field_order = ["outcome", "reason"]


class DecideForm(ReasonForm):
    outcome = forms.ChoiceField(
        label="决定", choices=[("adopt", "采纳，向有权机关建议"), ("decline", "不采纳")]
    )
    field_order = ["outcome", "reason"]


class DrawForm(forms.Form):
    """测算: a scheme and a period; the year before unless told otherwise."""

    scheme = forms.ChoiceField(label="方案")
    start_on = forms.DateField(label="期间起", widget=DayInput())
    end_on = forms.DateField(label="期间止", widget=DayInput())

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        last = today.year - 1
        kwargs.setdefault("initial", {"start_on": date(last, 1, 1), "end_on": date(last, 12, 31)})
        super().__init__(*args, **kwargs)
        self.fields["scheme"].choices = [(s.code, s.name) for s in load_schemes().values()]


class PlanForm(forms.Form):
    """制定计划."""

    title = forms.CharField(label="计划名称", max_length=100)
    start_on = forms.DateField(label="起", widget=DayInput())
    end_on = forms.DateField(label="止", widget=DayInput())


class ArrangeForm(forms.Form):
    """安排班次."""

    course = forms.ChoiceField(label="课程")
    held_on = forms.DateField(label="授课日期", widget=DayInput())
    place = forms.CharField(label="地点", max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courses = load_training().courses
        self.fields["course"].choices = [
            (code, f"{course.title}（{course.hours} 学时）") for code, course in courses.items()
        ]


class PlanChoiceForm(VersionForm):
    """列入计划: one of the plans that are not over."""

    plan = forms.ModelChoiceField(TrainingPlan.objects.none(), label="计划", empty_label="请选择")

    def __init__(self, user: User, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans(user).filter(end_on__gte=today)


class PersonChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj}（{obj.agency}）"


class EnrolForm(VersionForm):
    """报名: accounts in scope that are not enrolled yet."""

    people = PersonChoiceField(
        User.objects.none(), label="人员（可多选）", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, user: User, session: TrainingSession, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = session.enrolments.filter(user__isnull=False).values("user")
        self.fields["people"].queryset = may_attend(user).exclude(pk__in=there)


class OfficersForm(VersionForm):
    """报名: officers of the records without an account, by their codes."""

    codes = forms.CharField(
        label="人员代码（一行一个）", max_length=20_000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def clean_codes(self) -> list[str]:
        return str(self.cleaned_data["codes"]).split()


class ResultsForm(VersionForm):
    """登记笔试成绩: the filled sheet."""

    results = forms.FileField(
        label="成绩表",
        widget=forms.ClearableFileInput({"accept": ".xlsx"}),
        help_text="先下载“签到表与成绩表”，填好其中的“成绩”一页。",
    )


class AttendeeField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Enrolment) -> str:
        return f"{obj.who}（{obj.agency}）"


class HoldForm(VersionForm):
    """登记出勤: who came."""

    attended = AttendeeField(
        Enrolment.objects.none(),
        label="到课的人",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, session: TrainingSession, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = session.enrolments.select_related("user", "agency")
        self.fields["attended"].queryset = rows
