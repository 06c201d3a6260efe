"""The form of an act: made from what the flow says the act needs, for alerts and matters alike."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from mingjian.access.flow import OpenAct
from mingjian.access.models import User
from mingjian.access.roles import load_roles
from mingjian.access.superiors import users_of_superior
from mingjian.standards import load_standard
from mingjian.supervision import campaign_queries
from mingjian.supervision.acts.parts import GROUNDS
from mingjian.supervision.flow import load_flow, load_matter_flow
from mingjian.supervision.models import RIGHT, Alert, Campaign, Matter

Thing = Alert | Matter | Campaign
KEY_LENGTH = 40


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; which may come is checked by the act."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ManyFiles(), required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in given if file]


class AlertNumberField(forms.CharField):
    """预警编号 as people write it: YJ2026-000123, or the bare number."""

    def clean(self, value: Any) -> int:
        digits = super().clean(value).strip().rpartition("-")[2]
        if not digits.isdigit() or len(digits) > 12:
            raise forms.ValidationError("不是预警编号，应如 YJ2026-000123。")
        return int(digits)


class ActForm(forms.Form):
    """What an act needs, with the version of the thing that was seen and the form's own key."""

    key = forms.CharField(max_length=KEY_LENGTH, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, act: OpenAct, thing: Thing, *args: Any, **kwargs: Any) -> None:
        initial = {"key": uuid.uuid4().hex, "version": thing.version}
        super().__init__(*args, prefix=act.name, initial=initial, **kwargs)
        self.act = act
        for need in act.needs:
            if need == "measures":
                self._ask_measures(thing)
            else:
                self.fields[need] = _FIELDS[need](act, thing)
        if "reason" in self.fields:
            self.fields["reason"].help_text = act.hint
        elif act.needs:
            list(self.fields.values())[-1].help_text = act.hint

    def _ask_measures(self, thing: Thing) -> None:
        assert not isinstance(thing, Campaign)  # its flow asks for no measures
        for problem in thing.problems.all():
            self.fields[f"measure_{problem.no}"] = forms.CharField(
                label=f"问题 {problem.no}：{problem.text}",
                max_length=2000,
                initial=problem.measure,
                widget=forms.Textarea(attrs={"rows": 2, "placeholder": "改了什么"}),
            )

    def given(self) -> dict[str, Any]:
        """What goes to the act, by the names of its arguments."""
        values = dict(self.cleaned_data)
        values["key"] = values.get("key") or ""
        if "measures" in self.act.needs:
            names = [name for name in values if name.startswith("measure_")]
            values["measures"] = {int(n.removeprefix("measure_")): values.pop(n) for n in names}
        return values

    def written(self) -> list[str]:
        """The longer texts the person typed, so that none is lost when the act was refused."""
        texts = [self.data.get(self.add_prefix(name), "") for name in ("reason", "problems")]
        return [text for text in texts if text.strip()]


def _text(label: str, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": rows})
    )


def _choice(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


def _verdict(act: OpenAct, _thing: Thing) -> forms.Field:
    codes = load_standard().codes["verdict"].codes
    only = RIGHT if act.name == "order_rectification" else tuple(codes)
    return _choice("结论", [(code, codes[code].title) for code in codes if code in only])


_REASONS = {
    "add_note": "内容",
    "report_rectified": "整改情况",
    "report": "整改情况",
    "give_material": "情况说明",
    "ask_material": "要哪些材料",
    "correct_at_once": "纠正情况",
    "superior_answered": "处理情况",
    "look_back": "情况",
    "start": "启动的要求",
    "finish": "结论",
    "draft_reply": "处理的理由",
}


def _reason(act: OpenAct, _thing: Thing) -> forms.Field:
    return _text(_REASONS.get(act.name, "理由"))


def _problems(act: OpenAct, thing: Thing) -> forms.Field:
    field = _text("整改问题（一行一个）", 3)
    if isinstance(thing, Alert):
        field.initial = thing.monitor_name
    field.required = act.name == "order_rectification"
    return field


def _assignee(_act: OpenAct, thing: Thing) -> forms.Field:
    held = [n for n, role in load_roles().roles.items() if "alert.dispatch" in role.permissions]
    people = User.objects.filter(is_active=True, role__in=held, scope="city")
    assert not isinstance(thing, Campaign)  # its flow assigns nobody
    if thing.agency is not None:
        people = users_of_superior(thing.agency, "bureau", roles=tuple(held)) | people
    return forms.ModelChoiceField(
        label="经办人", queryset=people.order_by("username").distinct(), empty_label="请选择"
    )


def _main(_act: OpenAct, _thing: Thing) -> forms.Field:
    return AlertNumberField(label="主预警编号", max_length=20)


def _finding(_act: OpenAct, _thing: Thing) -> forms.Field:
    found = load_matter_flow().file.findings
    return _choice("认定", [(name, f.title) for name, f in found.items()])


def _paper(_act: OpenAct, _thing: Thing) -> forms.Field:
    titles = {"urging_letter": "督办函", "opinion": "监督意见书"}
    return _choice("文书", list(titles.items()))


class CampaignField(forms.TypedChoiceField):
    """One of the campaigns that fit, as its id; None where none is chosen."""

    def __init__(self, campaigns: Iterable[Campaign], **options: Any) -> None:
        choices = [(campaign.pk, str(campaign)) for campaign in campaigns]
        super().__init__(
            label="专项",
            choices=[("", "请选择"), *choices],
            coerce=int,
            empty_value=None,
            **options,
        )


def _campaign(act: OpenAct, thing: Thing) -> forms.Field:
    assert not isinstance(thing, Campaign)  # a campaign is in no other
    if act.name == "leave_campaign" and isinstance(thing, Alert):
        running = campaign_queries.RUNNING
        return CampaignField(c for c in campaign_queries.campaigns_of(thing) if c.state == running)
    return CampaignField(campaign_queries.open_for(thing), required=act.name != "open")


def _approval(_act: OpenAct, _thing: Thing) -> forms.Field:
    return forms.CharField(
        label="批准机关与文号",
        max_length=120,
        required=False,
        help_text="专项监督必填；专项行动没有的留空。",
    )


def _ends_on(_act: OpenAct, _thing: Thing) -> forms.Field:
    return forms.DateField(label="延长至", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


_FIELDS: dict[str, Callable[[OpenAct, Thing], forms.Field]] = {
    "verdict": _verdict,
    "reason": _reason,
    "problems": _problems,
    "assignee": _assignee,
    "main": _main,
    "finding": _finding,
    "paper": _paper,
    "files": lambda _act, _thing: FilesField(
        label="佐证材料", help_text="、".join(load_flow().file.evidence_files.kinds)
    ),
    "days": lambda _act, _thing: forms.IntegerField(label="日数", min_value=1, max_value=365),
    "ground": lambda _act, _thing: _choice("事由", list(GROUNDS.items())),
    "despite_hit": lambda _act, _thing: forms.BooleanField(
        label="仍命中也办结（确属已经发生、无法消除的）", required=False
    ),
    "form": lambda _act, _thing: _choice("监督方式", list(load_matter_flow().file.forms.items())),
    "refusal": lambda _act, _thing: _choice(
        "不立项的情形", list(load_matter_flow().file.refusals.items())
    ),
    "paper_served": lambda _act, thing: forms.ChoiceField(
        label="对哪件文书", required=False, choices=_papers_served(thing)
    ),
    "outcome": lambda _act, _thing: _choice(
        "答复", list(load_matter_flow().file.objection.outcomes.items())
    ),
    "campaign": _campaign,
    "approval": _approval,
    "review": lambda _act, _thing: _text("复核情况", 3),
    "ends_on": _ends_on,
    "recurred": lambda _act, _thing: _choice("问题是否复发", [("no", "没有复发"), ("yes", "复发")]),
}


def _papers_served(thing: Thing) -> list[tuple[str, str]]:
    assert isinstance(thing, Matter)  # only its flow asks for a paper
    papers = thing.papers.filter(paper__served_on__isnull=False).select_related("paper")
    return [("", "对认定或者要求"), *((str(p.paper_id), str(p.paper)) for p in papers)]
