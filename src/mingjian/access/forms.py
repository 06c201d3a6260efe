"""Forms of this room: signing in, a new password, searching the audit log."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError

from mingjian.access.delegation import candidates, may_be_absent
from mingjian.access.models import Agency, AgencySuccession, User
from mingjian.access.queries import KINDS, OTHER
from mingjian.access.scope import for_user
from mingjian.access.tokens import DAYS_AT_MOST
from mingjian.intake import load_sources


class LoginForm(forms.Form):
    username = forms.CharField(
        label="账号",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="密码",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """One's own new password, with the old one as proof."""

    old = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=" ".join(password_validators_help_texts()),
    )
    again = forms.CharField(
        label="再输一次新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise ValidationError("现在的密码不对")
        return old

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        new, again = data.get("new"), data.get("again")
        if new and again and new != again:
            self.add_error("again", "两次输入的新密码不一样")
        if new and new == data.get("old"):
            self.add_error("new", "新密码不能与现在的密码相同")
        if new:
            try:
                validate_password(new, self.user)
            except ValidationError as error:
                self.add_error("new", error)
        return data


class CodeForm(forms.Form):
    """A code from the phone, or a recovery code."""

    code = forms.CharField(
        label="动态码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AbsentForm(forms.Form):
    """Whose leave it is."""

    absent = forms.ModelChoiceField(User.objects.none(), label="请假人", empty_label="请选择")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["absent"].queryset = may_be_absent()
        self.fields["absent"].label_from_instance = _person


def _person(person: User) -> str:
    return f"{person}（{person.username}，{person.get_role_display()}，{person.scope_label}）"


class DelegationForm(forms.Form):
    """Who acts for the person, from when to when."""

    delegate = forms.ModelChoiceField(User.objects.none(), label="代办人", empty_label="请选择")
    starts_on = forms.DateField(label="自", widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label="至", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="事由", max_length=200)

    def __init__(self, absent: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [person.pk for person in candidates(absent)]
        self.fields["delegate"].queryset = User.objects.filter(pk__in=people)
        self.fields["delegate"].label_from_instance = lambda person: (
            f"{person}（{person.get_role_display()}，{person.scope_label}）"
        )


class SuccessionForm(forms.Form):
    """Which agencies went into which, on what day, by what decision."""

    kind = forms.ChoiceField(label="方式", choices=AgencySuccession.KINDS)
    on = forms.DateField(label="生效日期", widget=forms.DateInput(attrs={"type": "date"}))
    predecessors = forms.ModelMultipleChoiceField(
        Agency.objects.none(), label="原主体", help_text="合并可选几个（按住 Ctrl）"
    )
    successors = forms.ModelMultipleChoiceField(
        Agency.objects.none(), label="承继主体", help_text="分立可选几个（按住 Ctrl）"
    )
    basis = forms.CharField(
        label="依据", max_length=200, help_text="机构改革方案、编制文件的名称和文号"
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = for_user(Agency.objects.order_by("region_id", "name"), user, "")
        for name in ("predecessors", "successors"):
            self.fields[name].queryset = seen
            self.fields[name].widget.attrs["size"] = 8
            self.fields[name].label_from_instance = lambda agency: (
                f"{agency.name}（{agency.agency_id}）"
            )


class VerticalForm(forms.Form):
    """Whether an agency is vertically managed, from what day, and why."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="执法主体", empty_label="请选择")
    is_vertical = forms.ChoiceField(
        label="管理", choices=[("yes", "实行垂直管理"), ("no", "不再实行垂直管理")]
    )
    on = forms.DateField(label="生效日期", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label="事由与依据", max_length=200, help_text="体制调整的文件名称和文号"
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = for_user(Agency.objects.order_by("region_id", "name"), user, "")
        self.fields["agency"].queryset = seen
        self.fields["agency"].label_from_instance = lambda agency: (
            f"{agency.name}（{agency.agency_id}）"
        )


class AuditForm(forms.Form):
    """Which lines of the audit log to show."""

    username = forms.CharField(label="账号", required=False, max_length=150)
    kind = forms.ChoiceField(label="类别", required=False)
    act = forms.ChoiceField(label="行为", required=False)
    start = forms.DateField(
        label="自", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    end = forms.DateField(
        label="至", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    target = forms.CharField(label="对象", required=False, max_length=200)
    ip = forms.GenericIPAddressField(label="来源地址", required=False)

    def __init__(self, acts: dict[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [("", "全部"), *acts.items()]
        kinds = [*((name, title) for name, (title, _) in KINDS.items()), OTHER]
        self.fields["kind"].choices = [("", "全部"), *kinds]


class TokenForm(forms.Form):
    """A new push token: for which source, and for how long."""

    source_code = forms.ChoiceField(label="数据源")
    days = forms.IntegerField(
        label="有效天数（到期自动失效）", min_value=1, max_value=DAYS_AT_MOST, initial=180
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source_code"].choices = [
            (source.code, f"{source.name}（{source.code}）")
            for source in load_sources().values()
            if source.transport.kind != "internal"
        ]
