"""The filter of the alert list."""

from typing import Any

from django import forms
from django.utils import timezone

from mingjian.access.filter_form import DayField, FilterForm
from mingjian.standards import load_standard
from mingjian.supervision import campaign_queries, queries
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import Campaign

SORTS = {
    "level": "等级高的在前",
    "priority": "紧要的在前",
    "due": "期限近的在前",
    "found": "新发现的在前",
    "last": "最近命中的在前",
    "agency": "按单位",
    "monitor": "按模型",
}


class AlertFilterForm(FilterForm):
    """What the list of alerts is narrowed to."""

    looks_in = "案号、对象标识、问题"
    state = forms.ChoiceField(label="状态", required=False)
    level = forms.ChoiceField(label="等级", required=False)
    group = forms.ChoiceField(label="模型组", required=False)
    monitor = forms.ChoiceField(label="模型", required=False)
    district = forms.ChoiceField(label="行政区", required=False)
    field = forms.ChoiceField(label="执法领域", required=False)
    agency = forms.CharField(
        label="单位",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "名称或主体代码"}),
    )
    start = DayField("发现日期自")
    end = DayField("至")
    mark = forms.ChoiceField(
        label="标记",
        required=False,
        choices=[
            ("", "全部"),
            ("overdue", "已超期"),
            ("mine", "待我办理"),
            ("gone", "不再命中"),
            ("first", "首次命中"),
            ("returned", "再次命中过"),
            ("relapsed", "反弹"),
            ("still", "已验收仍命中"),
            ("desk", "分给我的"),
            ("unassigned", "未分办"),
            ("extension", "申请延期"),
        ],
    )
    gone_on = forms.DateField(label="不再命中之日", required=False, widget=forms.HiddenInput)
    closed_on = forms.DateField(label="办结之日", required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(label="排序", required=False, choices=list(SORTS.items()))
    # A number on the page of a campaign that was followed to its rows.
    campaign = forms.IntegerField(label="专项", required=False, widget=forms.HiddenInput)
    part = forms.CharField(
        label="专项的部分", required=False, max_length=60, widget=forms.HiddenInput
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self.campaign_seen: Campaign | None = None
        codes = load_standard().codes
        states = load_flow().file.states
        titles = [(code, state.title) for code, state in states.items()]
        self.offer("state", titles, ("", "未办结"), ("all", "全部"))
        for name, code_list in (
            ("level", "alert_level"),
            ("group", "monitor_group"),
            ("field", "field"),
        ):
            entries = codes[code_list].codes.items()
            self.offer(name, ((code, entry.title) for code, entry in entries))
        self.offer("monitor", queries.monitors_with_alerts(user))
        self.offer("district", queries.districts_of(user))

    def clean(self) -> dict[str, Any]:
        """Adds `among`, the condition of the campaign's part, where one is asked for."""
        data = super().clean() or {}
        if data.get("campaign") and data.get("part"):
            seen = campaign_queries.visible(self._user).filter(pk=data["campaign"]).first()
            if seen is None:
                raise forms.ValidationError("没有这次专项，或者它不在您的范围内。")
            try:
                data["among"] = campaign_queries.part(seen, data["part"], timezone.localdate())
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
            self.campaign_seen = seen
        return data

    def described(self) -> str:
        """The filter in words, as it is printed on an export: 等级：红色；状态：未办结."""
        parts = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if name == "state" or value:
                shown = dict(getattr(field, "choices", [])).get(value or "", value)
                parts.append(f"{field.label}：{shown}")
        return "；".join(parts)
