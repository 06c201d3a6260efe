"""审计日志: the auditor's page, its figures, the state of the chain, and the export."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from mingjian.access import audit, queries
from mingjian.access.forms import AuditForm
from mingjian.access.login import client_address
from mingjian.access.models import AuditLine
from mingjian.access.roles import load_roles, require
from mingjian.access.templatetags.access import as_json

PAGE_SIZE = 100
DAYS_SHOWN = 30
EXPORT_AT_MOST = 200_000
COLUMNS = ("编号", "时间", "账号", "角色", "行为", "对象种类", "对象", "内容", "来源地址", "摘要")
# A text that begins so is taken for a formula by spreadsheet programs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def audit_page(request: HttpRequest) -> HttpResponse:
    """The log newest first; without a filter, the last thirty days."""
    require(request.user, "audit.read")
    form, wanted = _asked(request)
    lines = queries.audit_lines(wanted)
    context = {
        "form": form,
        "page": Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page")),
        "counts": queries.counts_by_kind(lines),
        "export": f"{reverse('access:audit_export')}?{request.GET.urlencode()}",
        "chain": queries.chain_state(),
    }
    return render(request, "access/audit.html", context)


def export_page(request: HttpRequest) -> HttpResponseBase:
    """The filtered lines as a table that spreadsheets open; the export is itself a line."""
    require(request.user, "audit.read")
    form, wanted = _asked(request)
    lines = queries.audit_lines(wanted)
    count = lines.count()
    if form.errors or count > EXPORT_AT_MOST:
        # The page says what is wrong with the filter, or how many lines there are.
        return redirect(f"{reverse('access:audit')}?{request.GET.urlencode()}")
    shown = {name: str(value) for name, value in wanted.items() if value}
    last = lines.values_list("pk", flat=True).first() or 0
    audit.record(
        request.user, "audit.export", ip=client_address(request), filter=shown, count=count
    )
    response = StreamingHttpResponse(
        _table(lines.filter(pk__lte=last)), content_type="text/csv; charset=utf-8"
    )
    name = f"审计日志_{timezone.localtime():%Y%m%d_%H%M}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _asked(request: HttpRequest) -> tuple[AuditForm, dict[str, Any]]:
    """The filter; the first page without one shows the last thirty days and says so."""
    given = request.GET.copy()
    if not any(name in given for name in AuditForm.base_fields):
        given["start"] = (timezone.localdate() - timedelta(days=DAYS_SHOWN)).isoformat()
    form = AuditForm(queries.audit_acts(), given)
    form.is_valid()
    return form, form.cleaned_data


def _table(lines: QuerySet[AuditLine]) -> Iterator[str]:
    """Rows of the file, a few thousand lines of the log in memory at a time."""
    text = io.StringIO()
    writer = csv.writer(text)
    yield "\ufeff"  # spreadsheets take it for UTF-8 by this
    writer.writerow(COLUMNS)
    roles = load_roles().roles
    for line in lines.iterator(chunk_size=2000):
        role = roles.get(line.role)
        row = (
            line.pk,
            f"{timezone.localtime(line.at):%Y-%m-%d %H:%M:%S}",
            line.username,
            role.title if role else line.role,
            queries.audit_acts().get(line.act, line.act),
            queries.OBJECT_TITLES.get(line.object_kind, line.object_kind),
            line.object_id,
            as_json(line.detail) if line.detail else "",
            line.ip or "",
            line.hash,
        )
        writer.writerow([_harmless(value) for value in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
