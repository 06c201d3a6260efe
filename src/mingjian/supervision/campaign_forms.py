"""The plan of a campaign as a form, its stages as rows, and the filter of the list."""

import uuid
from datetime import date
from typing import Any

from django import forms

from mingjian.access.models import Region, User
from mingjian.access.superiors import office_region
from mingjian.standards import load_standard
from mingjian.supervision.acts.campaigns import Plan
from mingjian.supervision.flow import load_campaign_flow
from mingjian.supervision.models import Campaign
from mingjian.supervision.records import library


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput({"type": "date", "aria-label": label}, "%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class CampaignFilterForm(forms.Form):
    state = forms.ChoiceField(label="状态", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = load_campaign_flow().file.states.items()
        self.fields["state"].choices = [("", "全部"), *((c, s.title) for c, s in states)]


class StageForm(forms.Form):
    """One stage; a row left empty is none."""

    name = forms.CharField(
        label="阶段",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"aria-label": "阶段"}),
    )
    starts_on = _day("自")
    ends_on = _day("至")

    def clean(self) -> dict[str, Any]:
        """All three or nothing: a name alone is a suggestion nobody took up."""
        data = super().clean() or {}
        days = [data.get("starts_on"), data.get("ends_on")]
        if any(days) and not (all(days) and data.get("name")):
            raise forms.ValidationError("阶段须写全名称和起止日期；不要的一行把日期留空。")
        return data


class BaseStages(forms.BaseFormSet):
    """The rows with a name and days, in order."""

    def stages(self) -> list[tuple[str, date, date]]:
        rows = [form.cleaned_data for form in self.forms]
        return [(r["name"], r["starts_on"], r["ends_on"]) for r in rows if r.get("starts_on")]


def stages_form(data: Any = None, campaign: Campaign | None = None) -> Any:
    """The formset: the campaign's stages, or those that the flow suggests; and empty rows."""
    file = load_campaign_flow().file
    rows: list[dict[str, Any]] = [{"name": name} for name in file.stages]
    if campaign is not None:
        rows = list(campaign.stages.values("name", "starts_on", "ends_on"))
    made = forms.formset_factory(
        StageForm,
        formset=BaseStages,
        extra=max(file.stages_at_most - len(rows), 0),
        max_num=file.stages_at_most,
        validate_max=True,
    )
    return made(data, initial=rows, prefix="stage")


class PlanForm(forms.Form):
    """拟定方案."""

    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="名称", max_length=100)
    kind = forms.ChoiceField(label="种类", widget=forms.RadioSelect)
    basis = forms.CharField(
        label="缘由与依据",
        max_length=2000,
        help_text="什么问题、从哪里看出来、依据什么文件。",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field = forms.ChoiceField(label="执法领域", required=False)
    districts = forms.ModelMultipleChoiceField(
        Region.objects.none(),
        label="地区",
        required=False,
        help_text="不选就是本级全部。",
        widget=forms.CheckboxSelectMultiple,
    )
    monitors = forms.MultipleChoiceField(
        label="监测模型",
        required=False,
        help_text="这些模型的预警可以列入；不选就是全部模型。按住 Ctrl 可选几个。",
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )

    def __init__(self, user: User, campaign: Campaign | None, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(campaign))
        super().__init__(*args, **kwargs)
        region = office_region(user)
        kinds = load_campaign_flow().file.kinds
        tier = region.tier if region is not None else ""
        self.fields["kind"].choices = [
            (code, kind.title) for code, kind in kinds.items() if tier in kind.tiers
        ]
        fields = load_standard().codes["field"].codes.items()
        self.fields["field"].choices = [("", "全部"), *((c, e.title) for c, e in fields)]
        inside = Region.objects.filter(parent=region, tier="district")
        self.fields["districts"].queryset = inside.order_by("region_code")
        named = sorted((m.file.code, m.file.name, name) for name, m in library().monitors.items())
        self.fields["monitors"].choices = [(i, f"{code} {name}") for code, name, i in named]

    def plan(self, stages: list[tuple[str, date, date]]) -> Plan:
        """What goes to the act."""
        given = self.cleaned_data
        return Plan(
            name=given["name"],
            kind=given["kind"],
            basis=given["basis"],
            field=given["field"],
            districts=list(given["districts"]),
            monitors=given["monitors"],
            stages=stages,
        )


def _initial(campaign: Campaign | None) -> dict[str, Any]:
    if campaign is None:
        return {"key": uuid.uuid4().hex}
    names = ("name", "kind", "basis", "field", "monitors", "version")
    values = {name: getattr(campaign, name) for name in names}
    return values | {"key": uuid.uuid4().hex, "districts": list(campaign.districts.all())}
