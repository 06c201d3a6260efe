"""Pages of this room: the list, one paper with its acts, editing, a new draft, files."""

import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from mingjian.access import audit
from mingjian.access.login import client_address
from mingjian.access.models import Agency, Region
from mingjian.access.roles import permits, require
from mingjian.documents import acts, pdf, queries
from mingjian.documents.acts.step import paper_in_sight, why_not
from mingjian.documents.body import blanks_of
from mingjian.documents.flow import NotPossible, OpenAct, acts_open, load_flow
from mingjian.documents.fonts import FontError
from mingjian.documents.forms import ActForm, DraftForm, EditForm, PaperFilterForm, edit_initial
from mingjian.documents.models import Paper, PaperBatch
from mingjian.documents.template import Template, load_templates
from mingjian.documents.word import word_file

PAGE_SIZE = 50
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# "edit" has a page of its own.
_DOING: dict[str, Callable[..., Paper]] = {
    name: getattr(acts, name)
    for name in load_flow().file.acts
    if name in acts.__all__ and name not in ("draft", "edit")
}


@require_GET
def papers_page(request: HttpRequest) -> HttpResponse:
    """The papers in the person's scope, newest first."""
    require(request.user, "paper.read")
    form = PaperFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(queries.paper_list(request.user, wanted), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    may_issue = permits(request.user, "paper.issue")
    context = {
        "form": form,
        "page": page,
        "today": timezone.localdate(),
        "may_draft": permits(request.user, "paper.draft"),
        "may_stamp": permits(request.user, "paper.stamp"),
        "may_issue": may_issue and any(paper.state == "approved" for paper in page),
        "unfinished": PaperBatch.objects.filter(by=request.user).first() if may_issue else None,
    }
    return render(request, "documents/papers.html", context)


@require_GET
def paper_page(request: HttpRequest, paper_id: int) -> HttpResponse:
    return _show(request, _paper(request, paper_id))


@require_POST
def act_page(request: HttpRequest, paper_id: int, act: str) -> HttpResponse:
    """Do one act of the flow."""
    paper = _paper(request, paper_id)
    if act not in _DOING:
        raise Http404("没有这个办理动作。")
    require(request.user, load_flow().permission_for(act))
    arrow = load_flow().file.acts[act]
    # Made from the flow and not from the paper's state: the act itself says what has changed.
    form = ActForm(OpenAct(act, arrow.title, arrow.needs, arrow.hint, False), 0, request.POST)
    if not form.is_valid():
        return _show(request, paper, refused=form, act=act, status=422)
    try:
        done = _DOING[act](
            paper.pk,
            by=request.user,
            today=timezone.localdate(),
            ip=client_address(request),
            **form.cleaned_data,
        )
        messages.success(request, f"{arrow.title}已办好。")
        return redirect("documents:paper", done.pk)
    except (NotPossible, FontError) as error:
        messages.error(request, str(error))
    return _show(request, _paper(request, paper_id), refused=form, act=act, status=409)


def edit_page(request: HttpRequest, paper_id: int) -> HttpResponse:
    """The text and facts of a draft. What was typed stays on the page when it cannot be kept."""
    paper = _paper(request, paper_id)
    require(request.user, "paper.draft")
    plan = load_templates()[paper.template]
    form = EditForm(plan, request.POST or None, initial=edit_initial(paper))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            acts.edit(paper.pk, by=request.user, ip=client_address(request), **_edited(form))
            messages.success(request, "已保存。")
            return redirect("documents:paper", paper.pk)
        except NotPossible as error:
            form.add_error(None, str(error))
    if request.method == "POST":
        status = 409 if form.non_field_errors() else 422
    context = {"form": form, "paper": paper, "plan": plan}
    return render(request, "documents/edit.html", context, status=status)


@require_GET
def templates_page(request: HttpRequest) -> HttpResponse:
    """Which kinds of paper this person may begin."""
    require(request.user, "paper.draft")
    return render(request, "documents/templates.html", {"plans": _plans(request)})


def draft_page(request: HttpRequest, template: str) -> HttpResponse:
    """A new draft from a template."""
    require(request.user, "paper.draft")
    plan = next((plan for plan in _plans(request) if plan.code == template), None)
    if plan is None:
        raise Http404("没有这种文书，或者您的单位不制发这种文书。")
    first = {"key": secrets.token_urlsafe(24)}
    form = DraftForm(plan, request.user, request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("documents:paper", _draft(request, plan, form).pk)
        except (NotPossible, ValueError) as error:
            form.add_error(None, str(error))
    context = {"form": form, "plan": plan}
    return render(request, "documents/draft.html", context, status=422 if form.errors else 200)


@require_GET
def picture(request: HttpRequest, paper_id: int, number: int) -> HttpResponse:
    """One page of the paper as a picture."""
    paper = _paper(request, paper_id)
    pictures = _pictures(paper.pk, paper.version)
    if not 1 <= number <= len(pictures):
        raise Http404("没有这一页。")
    return HttpResponse(pictures[number - 1], content_type="image/png")


@require_GET
def pdf_file(request: HttpRequest, paper_id: int) -> HttpResponse:
    """The PDF as issued; of a paper not issued yet, as it would look. Audited."""
    paper = _paper(request, paper_id)
    content = bytes(paper.file.pdf) if paper.number is not None else pdf.render(paper)
    return _download(request, paper, content, "pdf", "application/pdf")


@require_GET
def docx_file(request: HttpRequest, paper_id: int) -> HttpResponse:
    """The editable Word file, for the issuer's side only. Audited."""
    paper = _paper(request, paper_id)
    if not queries.is_on_side(request.user, paper, "issuer"):
        raise Http404("可编辑的 Word 版只给制发一方，请下载 PDF。")
    return _download(request, paper, word_file(paper), "docx", WORD)


def _paper(request: HttpRequest, paper_id: int) -> Paper:
    require(request.user, "paper.read")
    return paper_in_sight(request.user, paper_id)


def _show(
    request: HttpRequest,
    paper: Paper,
    *,
    refused: ActForm | None = None,
    act: str = "",
    status: int = 200,
) -> HttpResponse:
    plan = load_templates()[paper.template]
    offered = [
        a for a in acts_open(request.user, paper) if not why_not(a.name, paper, request.user)
    ]
    if acts.seal_for(paper, request.user) is None:
        offered = [a for a in offered if a.name != "stamp"]
    forms = [
        {"act": a, "form": refused if refused and a.name == act else ActForm(a, paper.version)}
        for a in offered
        if a.name in _DOING
    ]
    pictures, fault = 0, ""
    try:
        pictures = len(_pictures(paper.pk, paper.version))
    except FontError as error:
        fault = str(error)
    is_issuer = queries.is_on_side(request.user, paper, "issuer")
    context = {
        "paper": paper,
        "plan": plan,
        "is_issuer": is_issuer,
        "forms": forms,
        "refused_act": act,
        "may_edit": any(a.name == "edit" for a in offered),
        "pages": range(1, pictures + 1),
        "fault": fault,
        "facts": queries.fact_lines(paper) if is_issuer else [],
        "unsaid": [*plan.unsaid(paper.body), *blanks_of(f"{paper.title}\n{paper.body}")],
        "events": queries.history(paper, whole=is_issuer),
        "replies": queries.visible(request.user).filter(in_reply_to=paper),
        "corrections": queries.visible(request.user).filter(corrects=paper),
        "today": timezone.localdate(),
    }
    return render(request, "documents/paper.html", context, status=status)


@lru_cache(maxsize=24)
def _pictures(paper_id: int, _version: int) -> tuple[bytes, ...]:
    """The pages of a paper as pictures; a changed paper has another version."""
    return tuple(pdf.page_pictures(Paper.objects.get(pk=paper_id)))


def _download(
    request: HttpRequest, paper: Paper, content: bytes, suffix: str, kind: str
) -> HttpResponse:
    audit.record(request.user, "paper.download", paper, ip=client_address(request), file=suffix)
    name = f"{paper.document_no or '草稿'} {paper.title}.{suffix}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})


def _plans(request: HttpRequest) -> list[Template]:
    """Templates that this person's side issues: an agency its reports, an office its papers."""
    is_agency = request.user.scope in ("line", "agency")
    plans = load_templates().values()
    return [plan for plan in plans if (plan.issuer == "agency") == is_agency]


def _edited(form: EditForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "version": given["version"],
        "title": given["title"],
        "body": given["body"],
        "cc": given["cc"],
        "remark": given["remark"],
        "attachments": given["attachments"].splitlines(),
        "top": form.top(),
        "facts": form.facts(),
        "limit": form.limit(),
    }


def _draft(request: HttpRequest, plan: Template, form: DraftForm) -> Paper:
    issuer = _own_body(request)
    addressee = form.cleaned_data.get("addressee") or _above(issuer)
    return acts.draft(
        request.user,
        plan.code,
        issuer=issuer,
        addressee=addressee,
        agency=form.cleaned_data.get("agency"),
        facts=form.facts(),
        key=form.cleaned_data["key"],
        ip=client_address(request),
    )


def _own_body(request: HttpRequest) -> Agency | Region:
    """In whose name this person drafts."""
    own = queries.own_body(request.user)
    if own is None:
        raise NotPossible("您的账号没有单位或行政区，不能起草文书。")
    return own


def _above(own: Agency | Region) -> Region:
    """The region whose office or government the paper goes to."""
    region = own.district if isinstance(own, Agency) else own
    if region is None:
        raise NotPossible(f"{own} 没有行政区，不知道报给哪一级。")
    return region
