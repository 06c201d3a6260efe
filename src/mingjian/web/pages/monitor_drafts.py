"""编写与复核：a monitor put together on the page, tried on records, reviewed by another person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.login import client_address
from mingjian.access.models import User
from mingjian.law import load_laws
from mingjian.monitor import (
    LEVEL_TITLES,
    Library,
    View,
    is_identifier,
    relations,
)
from mingjian.monitor.parts import fields_of
from mingjian.monitor.writing import view_of
from mingjian.standards import load_standard
from mingjian.supervision import queries
from mingjian.supervision.acts import drafts as acts
from mingjian.supervision.models import MonitorDraft
from mingjian.supervision.monitor_life import effective_library
from mingjian.web import draft_comparison as comparison
from mingjian.web import draft_sheet as sheet
from mingjian.web.draft_adrift import adrift, let_go
from mingjian.web.draft_examples import example_fields
from mingjian.web.draft_values import NotUsable
from mingjian.web.models import MonitorJob
from mingjian.web.monitor_draft import (
    SHARES,
    change,
    empty_form,
    message_with_titles,
    share_lines,
    text_of,
)
from mingjian.web.monitor_jobs import queue
from mingjian.web.pages.guard import needs, not_found, person

PARTS = {
    "basics": "basics",
    "condition": "conditions",
    "remove_condition": "conditions",
    "peers": "conditions",
    "remove_peers": "conditions",
    "recurs": "conditions",
    "remove_recurs": "conditions",
    "basis": "basis",
    "remove_basis": "basis",
    "evidence": "evidence",
    "row": "examples",
    "remove_row": "examples",
    "let_go": "conditions",
}


class NewDraftForm(forms.Form):
    """What a new monitor looks at, and what it is called."""

    name = forms.CharField(
        label="名称", max_length=60, error_messages={"required": "请给模型起个名称。"}
    )
    view = forms.ChoiceField(label="看什么", error_messages={"required": "请选看什么。"})

    def __init__(self, library: Library, *args: Any) -> None:
        super().__init__(*args)
        views = [(name, view.file.title) for name, view in sorted(library.written_views.items())]
        self.fields["view"].choices = [("", "请选"), *views]


class OpinionForm(forms.Form):
    reason = forms.CharField(
        label="复核意见", max_length=2000, error_messages={"required": "没有写复核意见。"}
    )


@needs("monitor.manage")
def drafts_page(request: HttpRequest) -> HttpResponse:
    """My drafts, what waits for review, and the form for a new one."""
    user, library = person(request), effective_library()
    form = NewDraftForm(library, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        made = empty_form(library.views[form.cleaned_data["view"]], name)
        draft = acts.create_draft(by=user, title=name, form=made, ip=client_address(request))
        return redirect("web:monitor_draft", draft.pk)
    written = MonitorDraft.objects.filter(form__isnull=False).select_related("by", "reviewer")
    context = {
        "form": form,
        "mine": written.filter(by=user)[:50],
        "waiting": written.filter(state=MonitorDraft.SUBMITTED).exclude(by=user),
        "closed": written.filter(state=MonitorDraft.ACCEPTED).exclude(by=user)[:20],
        "views": sorted(library.written_views.values(), key=lambda view: view.file.title),
    }
    return render(request, "web/monitors/drafts.html", context, status=422 if form.errors else 200)


@needs("monitor.manage")
def draft_page(request: HttpRequest, number: int) -> HttpResponse:
    """The whole draft: to its writer to write, to others to review once it is submitted."""
    draft = _seen(request, number)
    library = effective_library()
    view = library.views.get(draft.form["view"])
    gone = [] if view is None else adrift(library, draft.form)
    if view is None or gone:
        shown = {"draft": draft, "view": view and view.file, "gone": gone}
        context = {**shown, **_rights(request, draft)}
        return render(request, "web/monitors/draft_adrift.html", context)
    asked = view_of(library, draft.form)
    return render(request, "web/monitors/draft.html", _context(request, draft, library, asked))


@require_POST
@needs("monitor.manage")
def edit(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """One change by the writer, or a trial on the records."""
    draft, user = _seen(request, number), person(request)
    if draft.by_id != user.pk or not draft.is_open:
        messages.error(request, "只有编写人可以改，提交后不能再改。")
        return redirect("web:monitor_draft", number)
    if act == "look":
        return _look(request, draft, user)
    if act == "submit":
        return _reviewed(
            request,
            number,
            lambda: acts.submit_draft(number, by=user, ip=client_address(request)),
            "已提交，等另一名模型管理员复核。",
        )
    if act not in PARTS:
        raise not_found()
    library, form = effective_library(), draft.form
    try:
        said = _changed(library, form, act, request.POST)
        acts.save_draft(
            draft,
            by=user,
            title=form["name"],
            monitor_id=form["identifier"],
            form=form,
            text=text_of(library, form),
            ip=client_address(request),
        )
        messages.success(request, said)
    except (NotUsable, NotPossible) as error:
        messages.error(request, str(error))
    address = redirect("web:monitor_draft", number)
    address.headers["Location"] += f"#{PARTS[act]}"
    return address


def _changed(library: Library, form: dict[str, Any], act: str, given: QueryDict) -> str:
    """Do one change to the form; returns what to tell the person."""
    if form["view"] not in library.views:
        raise NotUsable("这份草稿看的视图已不在模型库里，不能再编写。")
    if act == "let_go":
        return f"已删去：{'、'.join(let_go(library, form)) or '没有要删的'}。"
    if adrift(library, form):
        raise NotUsable("视图变了，请先删去它不再给出的字段。")
    return change(library, form, act, given)


@require_POST
@needs("monitor.manage")
def review(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Another person takes the draft into the deployment's content, or gives it back."""
    _seen(request, number)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有写复核意见。")
        return redirect("web:monitor_draft", number)
    user, reason = person(request), form.cleaned_data["reason"]
    doing = {"accept": acts.accept_draft, "return": acts.return_draft}.get(act)
    if doing is None:
        raise not_found()
    said = "已采用，现为起草状态；到模型页转试运行。" if act == "accept" else "已退回编写人。"
    return _reviewed(
        request,
        number,
        lambda: doing(number, by=user, reason=reason, ip=client_address(request)),
        said,
    )


def _reviewed(request: HttpRequest, number: int, do: Any, said: str) -> HttpResponse:
    try:
        do()
        messages.success(request, said)
    except NotPossible as error:
        messages.error(request, str(error))
    return redirect("web:monitor_draft", number)


def _look(request: HttpRequest, draft: MonitorDraft, user: User) -> HttpResponse:
    """Queue a trial of the condition as it stands."""
    if not draft.text or not is_identifier(draft.monitor_id):
        messages.error(request, "先填好基本信息（编号、标识）和至少一个条件，再试算。")
        return redirect("web:monitor_draft", draft.pk)
    as_of = queries.latest_round() or timezone.localdate()
    asked = {"text": draft.text, "as_of": as_of.isoformat()}
    queue(MonitorJob.LOOK, f"{draft.title}：试算", asked, user, draft)
    audit.record(user, "monitor.look", draft, ip=client_address(request))
    return redirect("web:monitor_draft", draft.pk)


def _seen(request: HttpRequest, number: int) -> MonitorDraft:
    """A draft that the person may open: the own ones, and others' once they are submitted."""
    draft = MonitorDraft.objects.select_related("by", "reviewer").filter(pk=number).first()
    if draft is None or draft.form is None:
        raise not_found()
    is_own = draft.by_id == person(request).pk
    if not is_own and draft.state in (MonitorDraft.WRITING, MonitorDraft.RETURNED):
        raise not_found()
    return draft


def _context(
    request: HttpRequest, draft: MonitorDraft, library: Library, view: View
) -> dict[str, Any]:
    user, form = person(request), draft.form
    fields = fields_of(view)
    job = draft.jobs.filter(by=user).first()
    tables = [(name, relations()[name].title) for name in view.file.reads if _is_standard(name)]
    table = request.GET.get("table", "")
    table = table if table in dict(tables) else view.file.unit
    return {
        "draft": draft,
        "form": form,
        "view": view.file,
        "lists": {
            name: "\n".join(form[name]) for name in ("interpretation", "verify", "known_gaps")
        },
        "message": message_with_titles(view, form["message"]),
        "placeholders": [view.file.columns[name] for name in form["evidence"]],
        **_rights(request, draft),
        "levels": LEVEL_TITLES,
        "fields": fields.values(),
        "chosen": sheet.chosen(request, fields),
        "comparison": comparison.shown(view, form),
        "groups": sheet.groups(fields, form),
        "sentences": sheet.sentences(library, draft),
        "laws": load_laws().names(),
        "today": timezone.localdate(),
        "shares": share_lines(view, form) if form["groups"] else [],
        "share_choices": SHARES.items(),
        "tables": tables,
        "table": table,
        "unit": view.file.unit,
        "row_fields": example_fields(view, form, table),
        "examples": sheet.examples(form),
        "faults": acts.draft_faults(draft.monitor_id, draft.text)[0]
        if draft.state != MonitorDraft.ACCEPTED
        else [],
        "job": job,
        "look": sheet.shown_look(library, draft, view, job) if job and job.result else None,
    }


def _rights(request: HttpRequest, draft: MonitorDraft) -> dict[str, bool]:
    user = person(request)
    is_own, is_waiting = draft.by_id == user.pk, draft.state == MonitorDraft.SUBMITTED
    return {
        "may_write": is_own and draft.is_open,
        "may_review": not is_own and is_waiting and user.scope == "city",
    }


def _is_standard(table: str) -> bool:
    return table in load_standard().tables
