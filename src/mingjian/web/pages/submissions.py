"""数据归集：every submission, what became of its rows, and the rows that were sent back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from mingjian.access import audit
from mingjian.access.login import client_address
from mingjian.access.masking import mask_row, mask_text
from mingjian.access.roles import permits
from mingjian.intake import error_workbook, release
from mingjian.standards import Table, load_standard
from mingjian.store import SubmissionRow, open_store
from mingjian.web.content import sources
from mingjian.web.downloads import XLSX, download
from mingjian.web.models import Upload
from mingjian.web.pages.guard import agencies_seen, needs, not_found, person
from mingjian.web.pages.paging import PAGE_SIZE, Pager
from mingjian.web.submission_query import (
    STATUS_TITLES,
    SubmissionQuery,
    outcome,
    outcome_title,
    rejected_count,
    rejected_rows,
    rows_by_rule,
)

SUBMISSIONS_LISTED = 100_000


class SubmissionFilter(forms.Form):
    source = forms.ChoiceField(label="数据源", required=False)
    status = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *STATUS_TITLES.items()]
    )
    start = forms.DateField(
        label="收到自", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    end = forms.DateField(
        label="至", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    rejected = forms.BooleanField(label="只看有退回行的", required=False)


@needs("submission.read")
def submissions_page(request: HttpRequest) -> HttpResponse:
    form = SubmissionFilter(request.GET)
    named = [(code, source.name) for code, source in sorted(sources().items())]
    form.fields["source"].choices = [("", "全部"), *named]
    asked = form.cleaned_data if form.is_valid() else {}
    query = SubmissionQuery(
        agencies_seen(request),
        source=asked.get("source", ""),
        status=asked.get("status", ""),
        with_rejected=asked.get("rejected", False),
        start=asked.get("start"),
        end=asked.get("end"),
    )
    with open_store().reader() as reader:
        totals = query.totals(reader)
        pager = Pager.of(request, totals["n"], limit=SUBMISSIONS_LISTED)
        rows = query.rows(reader, pager.number, PAGE_SIZE)
    running = Upload.objects.filter(state__in=Upload.UNFINISHED, by=person(request))
    context = {
        "form": form,
        "totals": totals,
        "pager": pager,
        "rows": [named_row(row) for row in rows],
        "running": running,
        "is_filtered": any(asked.values()),
    }
    return render(request, "web/intake/submissions.html", context)


@needs("submission.read")
def submission_page(request: HttpRequest, submission_id: str) -> HttpResponse:
    row = seen_submission(request, submission_id)
    source = sources().get(row.source_code)
    table = load_standard().tables[source.into] if source else None
    with open_store().reader() as reader:
        fault_count = rejected_count(reader, submission_id)
        pager = Pager.of(request, fault_count, limit=10_000)
        faults = rejected_rows(reader, submission_id, PAGE_SIZE, PAGE_SIZE * (pager.number - 1))
        rules = rows_by_rule(reader, submission_id) if fault_count else []
    context = {
        "row": named_row(row.__dict__),
        "source": source,
        "table": table,
        "kept": row.new_count + row.changed_count,
        "fault_count": fault_count,
        "pager": pager,
        "faults": [_shown_fault(fault, table) for fault in faults],
        "rules": [_shown_fault(rule, table) for rule in rules],
        "may_release": row.status == "held" and permits(request.user, "submission.send"),
    }
    return render(request, "web/intake/submission.html", context)


@needs("submission.send")
def error_file(request: HttpRequest, submission_id: str) -> HttpResponse:
    """The rejected rows as they were sent, to mend and send again: for those who send."""
    row = seen_submission(request, submission_id)
    if not row.rejected_count:
        raise not_found()
    content = error_workbook(open_store(), submission_id)
    ip = client_address(request)
    audit.record(request.user, "submission.error_file", ("submission", submission_id), ip=ip)
    return download(content, XLSX, f"退回行-{row.source_code}-{row.received_at:%Y%m%d%H%M}.xlsx")


@require_POST
@needs("submission.send")
def release_held(request: HttpRequest, submission_id: str) -> HttpResponse:
    """Let a submission in that was held because it looked unlike the others."""
    row = seen_submission(request, submission_id)
    if row.status != "held":
        messages.error(request, "这一批不是暂缓状态，不需要放行。")
        return redirect("web:submission", submission_id)
    source = sources().get(row.source_code)
    if source is None:
        messages.error(request, "这个数据源已不再声明，不能放行；请先恢复它的文件。")
        return redirect("web:submission", submission_id)
    released = release(open_store(), source, submission_id, by=person(request).username)
    ip = client_address(request)
    audit.record(request.user, "submission.release", ("submission", submission_id), ip=ip)
    messages.success(request, released.message)
    return redirect("web:submission", released.id)


def seen_submission(request: HttpRequest, submission_id: str) -> SubmissionRow:
    """The submission, when it is there and its agency is one that the person may see."""
    row = open_store().submission(submission_id)
    seen = agencies_seen(request)
    if row is None or (seen is not None and row.agency_id not in seen):
        raise not_found()
    return row


def named_row(row: dict[str, Any]) -> dict[str, Any]:
    """A submission with the names of its source and state."""
    source = sources().get(row["source_code"])
    shown = outcome(row["status"], row["rows_in"], row["accepted_count"])
    return row | {
        "source_name": source.name if source else f"{row['source_code']}（已不再声明）",
        "outcome": shown,
        "status_title": outcome_title(shown),
        "seconds_shown": _seconds(row["seconds"]),
        # Intake keeps its sentence on the first line and each signal on a line of its own.
        "said": row["message"].splitlines()[:1],
        "signals": row["message"].splitlines()[1:],
    }


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} 秒" if seconds < 60 else f"{seconds / 60:.1f} 分"


def _shown_fault(fault: dict[str, Any], table: Table | None) -> dict[str, Any]:
    """A fault with the field's Chinese name, and no personal data in the value it quotes."""
    field = table.fields.get(fault["field"] or "") if table else None
    shown = fault | {"field_title": field.title if field else fault["field"] or "整行"}
    if "value" in fault and table:
        nobody = AnonymousUser()  # masked for everybody: this is no inspection of a person
        masked = mask_row(nobody, table.name, {fault["field"]: fault["value"]})
        shown["value"] = masked[fault["field"]]
        shown["message"] = mask_text(fault["message"] or "")
        if shown["value"] != fault["value"]:
            shown["message"] = fault["rule"]
    return shown
