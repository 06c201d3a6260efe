"""Forms of this room: the list's filter, an act's inputs, editing, a new draft from a template."""

from typing import Any

from django import forms

from mingjian.access.filter_form import DayField, FilterForm
from mingjian.access.flow import Limit, OpenAct
from mingjian.access.models import Agency, User
from mingjian.access.scope import for_user
from mingjian.documents.acts.drafting import BODY_AT_MOST, TITLE_AT_MOST
from mingjian.documents.acts.moving import SERVICE_METHODS
from mingjian.documents.acts.top import COPY_NO_AT_MOST, Top
from mingjian.documents.flow import load_flow
from mingjian.documents.models import Paper
from mingjian.documents.places import load_issuing
from mingjian.documents.template import Fact, FactValue, Template, load_templates

_FACT = "fact_"


class PaperFilterForm(FilterForm):
    """What the list of papers is narrowed to."""

    looks_in = "标题、文号、主送机关"
    template = forms.ChoiceField(label="文书种类", required=False)
    state = forms.ChoiceField(label="状态", required=False)
    turn = forms.ChoiceField(
        label="标记",
        required=False,
        choices=[("", "全部"), ("mine", "待我办理"), ("overdue", "已超期")],
    )
    start = DayField("起草日期自")
    end = DayField("至")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(code, plan.name) for code, plan in load_templates().items()]
        states = [(code, state.title) for code, state in load_flow().file.states.items()]
        self.offer("template", kinds)
        self.offer("state", states)


class ActForm(forms.Form):
    """What an act of the flow needs, and the version of the paper that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="理由", max_length=2000, widget=forms.Textarea({"rows": 3}))
    corrections = forms.CharField(
        label="更正内容", max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    method = forms.ChoiceField(label="送达方式", choices=list(SERVICE_METHODS.items()))
    signer = forms.CharField(label="签发人", max_length=40)
    receiver = forms.CharField(label="签收人", max_length=40)

    def __init__(self, act: OpenAct, version: int, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": version})
        super().__init__(*args, prefix=act.name, **kwargs)
        for name in ("reason", "corrections", "method", "signer", "receiver"):
            if name not in act.needs:
                del self.fields[name]


class FactsForm(forms.Form):
    """The facts of a template, one field each."""

    def __init__(self, plan: Template, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        for name, fact in plan.facts.items():
            self.fields[f"{_FACT}{name}"] = _field(fact)

    def fact_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(_FACT)]

    def facts(self) -> dict[str, FactValue]:
        """The facts that were given, as the template wants them."""
        found: dict[str, FactValue] = {}
        for name, fact in self.plan.facts.items():
            value = self.cleaned_data.get(f"{_FACT}{name}")
            if value in (None, ""):
                continue
            found[name] = _value(fact, value)
        return found


class DraftForm(FactsForm):
    """A new draft: to whom, about which agency, and the facts."""

    addressee = forms.ModelChoiceField(
        Agency.objects.none(), label="主送机关", empty_label="请选择"
    )
    agency = forms.ModelChoiceField(Agency.objects.none(), label="所涉单位", empty_label="请选择")
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, plan: Template, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(plan, *args, **kwargs)
        agencies = for_user(Agency.objects.filter(is_listed=True), user, "")
        for name in ("addressee", "agency"):
            self.fields[name].queryset = agencies
        if plan.addressee != "agency":
            del self.fields["addressee"]
        if plan.addressee == "agency" or plan.issuer == "agency":
            del self.fields["agency"]


class EditForm(FactsForm):
    """The text of a draft; facts stay visible beside it, so that a changed one shows."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label="标题", max_length=TITLE_AT_MOST)
    body = forms.CharField(
        label="正文",
        max_length=BODY_AT_MOST,
        widget=forms.Textarea({"rows": 26, "spellcheck": "false"}),
        help_text="一行一段。以“一、”“（一）”开头的短行排成黑体、楷体标题。",
    )
    attachments = forms.CharField(
        label="附件说明",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text="一行一个附件名称，不写序号。",
    )
    cc = forms.CharField(
        label="抄送",
        required=False,
        max_length=400,
        help_text="机关之间用“，”隔开，末尾不写句号。",
    )
    remark = forms.CharField(
        label="附注",
        required=False,
        max_length=200,
        help_text="请示在这里写联系人和电话。不写括号。",
    )
    urgency = forms.ChoiceField(label="紧急程度", required=False)
    secrecy = forms.ChoiceField(label="密级", required=False)
    secrecy_term = forms.CharField(
        label="保密期限", required=False, max_length=6, help_text="如 1年、6个月、长期。"
    )
    copy_no = forms.IntegerField(
        label="份号",
        required=False,
        min_value=1,
        max_value=COPY_NO_AT_MOST,
        help_text="印成六位。涉密公文必须有。",
    )
    limit_days = forms.IntegerField(label="办理期限", required=False, min_value=1, max_value=365)
    limit_kind = forms.ChoiceField(
        label="按什么算", choices=[("days", "自然日"), ("working_days", "工作日")], required=False
    )

    def __init__(self, plan: Template, *args: Any, **kwargs: Any) -> None:
        super().__init__(plan, *args, **kwargs)
        allowed = load_issuing()
        for name, words in (("urgency", allowed.urgencies), ("secrecy", allowed.secrecy_levels)):
            self.fields[name].choices = [("", "不标注"), *((word, word) for word in words)]
        if not allowed.secrecy_levels:
            del self.fields["secrecy"], self.fields["secrecy_term"]
        if plan.limit is None:
            del self.fields["limit_days"], self.fields["limit_kind"]

    def top_fields(self) -> list[forms.BoundField]:
        names = ("urgency", "secrecy", "secrecy_term", "copy_no")
        return [self[name] for name in names if name in self.fields]

    def top(self) -> Top:
        """What was chosen for the top left of the paper."""
        level, term = (self.cleaned_data.get(name) or "" for name in ("secrecy", "secrecy_term"))
        return Top(
            copy_no=self.cleaned_data["copy_no"],
            secrecy=f"{level}★{term.strip()}" if level and term else level,
            urgency=self.cleaned_data["urgency"],
        )

    def limit(self) -> Limit | None:
        days, kind = (self.cleaned_data.get(name) for name in ("limit_days", "limit_kind"))
        return Limit(**{kind: days}) if days and kind else None


def edit_initial(paper: Paper) -> dict[str, Any]:
    """What the edit form begins with."""
    plan = load_templates()[paper.template]
    facts = {
        f"{_FACT}{name}": "\n".join(value) if isinstance(value, list) else value
        for name, value in paper.facts.items()
        if name in plan.facts
    }
    kind, days = next(iter(paper.reply_limit.items()), ("days", None))
    level, _, term = paper.secrecy.partition("★")
    return facts | {
        "version": paper.version,
        "title": paper.title,
        "body": paper.body,
        "attachments": "\n".join(paper.attachments),
        "cc": paper.cc,
        "remark": paper.remark,
        "copy_no": paper.copy_no,
        "urgency": paper.urgency,
        "secrecy": level,
        "secrecy_term": term,
        "limit_days": days,
        "limit_kind": kind,
    }


def _field(fact: Fact) -> forms.Field:
    base: dict[str, Any] = {
        "label": fact.title,
        "required": fact.required,
        "help_text": fact.hint or ("一行一项。" if fact.kind == "list" else ""),
    }
    if fact.kind == "date":
        return forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **base)
    if fact.kind == "number":
        return forms.IntegerField(**base)
    if fact.kind == "line":
        return forms.CharField(max_length=200, **base)
    return forms.CharField(max_length=10_000, widget=forms.Textarea({"rows": 3}), **base)


def _value(fact: Fact, value: Any) -> FactValue:
    if fact.kind == "list":
        return [line.strip() for line in value.splitlines() if line.strip()]
    if fact.kind == "date":
        return str(value.isoformat())
    return value if isinstance(value, int) else str(value)
