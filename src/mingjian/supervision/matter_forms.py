"""The filter of the list of matters, and the form that registers a clue."""

import uuid
from typing import Any

from django import forms

from mingjian.access.filter_form import FilterForm
from mingjian.access.models import Agency, User
from mingjian.access.scope import for_user
from mingjian.standards import load_standard
from mingjian.supervision.flow import load_matter_flow


class MatterFilterForm(FilterForm):
    """What the list of matters is narrowed to."""

    looks_in = "事项、编号、单位"
    state = forms.ChoiceField(label="状态", required=False)
    level = forms.ChoiceField(label="等级", required=False)
    mark = forms.ChoiceField(
        label="标记",
        required=False,
        choices=[
            ("", "全部"),
            ("mine", "待我办理"),
            ("overdue", "已超期"),
            ("objection", "有异议"),
            ("look_back", "该回头看"),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = load_matter_flow().file.states
        shown = [(code, state.title) for code, state in states.items()]
        self.offer("state", shown, ("", "未办结"), ("all", "全部"))
        self.offer("level", _levels())


class ClueForm(forms.Form):
    """登记线索: from elsewhere than the monitors."""

    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="事项", max_length=200)
    clue_kind = forms.ChoiceField(label="线索来源")
    clue_ref = forms.CharField(label="来源编号", max_length=100, required=False)
    agency = forms.CharField(label="被监督机关（主体代码或者全称）", max_length=120)
    level = forms.ChoiceField(label="等级")
    is_vertical = forms.BooleanField(label="实行垂直管理的机关", required=False)
    clue = forms.CharField(
        label="线索内容", max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4().hex, "level": "yellow"})
        super().__init__(*args, **kwargs)
        self._user = user
        kinds = load_matter_flow().file.clue_kinds
        self.fields["clue_kind"].choices = [(k, t) for k, t in kinds.items() if k != "alert"]
        self.fields["level"].choices = _levels()

    def clean_agency(self) -> Agency:
        """One agency in the person's scope, by code, full name or short name."""
        text = self.cleaned_data["agency"].strip()
        seen = for_user(Agency.objects, self._user, "")
        for name in ("agency_id", "name", "short_name"):
            found = list(seen.filter(**{name: text})[:2])
            if len(found) == 1:
                agency: Agency = found[0]
                return agency
        raise forms.ValidationError("您的范围内没有这个单位，或者不止一个，请写主体代码。")


def _levels() -> list[tuple[str, str]]:
    return [(c, e.title) for c, e in load_standard().codes["alert_level"].codes.items()]
