"""Pages of this room: 工作台, 预警列表, 预警详情, and the acts done from them."""

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjian.access import audit
from mingjian.access.flow import NotPossible, OpenAct
from mingjian.access.login import client_address
from mingjian.access.roles import permits, require
from mingjian.documents.queries import count_waiting_for as papers_waiting_for
from mingjian.supervision import acts, queries
from mingjian.supervision.act_forms import ActForm
from mingjian.supervision.batch import batch_choices
from mingjian.supervision.flow import load_flow
from mingjian.supervision.forms import AlertFilterForm
from mingjian.supervision.handling_sheet import handling_of, shares_in_words
from mingjian.supervision.matter_queries import to_do_count
from mingjian.supervision.models import Alert, Matter
from mingjian.supervision.sheet import alert_sheet
from mingjian.supervision.workbook import write_workbook

PAGE_SIZE = 50
TO_DOS_SHOWN = 12
PRESSING_SHOWN = 8
EXPORT_AT_MOST = 100_000


def workbench_page(request: HttpRequest) -> HttpResponse:
    """My to-dos with their days left first, then what the last round changed, then the ways on."""
    if not permits(request.user, "alert.read"):
        return render(request, "supervision/no_alerts.html")
    today = timezone.localdate()
    to_dos = queries.to_dos(request.user, today)
    states = queries.counts_by_state(request.user)
    day = queries.latest_round()
    context = {
        "today": today,
        "to_dos": queries.first_rows(to_dos, 0, TO_DOS_SHOWN),
        "to_do_count": to_dos.count(),
        "overdue_count": queries.overdue_count(request.user, today),
        "states": states,
        "open_count": sum(
            count for state, count in states.items() if not load_flow().is_ended(state)
        ),
        # Who decides also looks after what others have yet to do.
        "pressing": queries.first_rows(
            queries.alert_list(request.user, {}, today), 0, PRESSING_SHOWN
        )
        if permits(request.user, "alert.give_verdict")
        else [],
        "state_titles": [(code, s.title) for code, s in load_flow().file.states.items()],
        "round_day": day,
        "changes": queries.changes_of(request.user, day) if day else None,
        "queries": {
            "new": f"state=all&mark=first&start={day}&end={day}",
            "returned": f"state=all&mark=returned&start={day}&end={day}",
            "gone": f"state=all&gone_on={day}",
            "closed": f"state=all&closed_on={day}",
        },
        "saved": list(request.user.saved_filters.all()),
        "matter_count": to_do_count(request.user),
        "paper_count": papers_waiting_for(request.user),
    }
    return render(request, "supervision/workbench.html", context)


def alerts_page(request: HttpRequest) -> HttpResponse:
    """The list: filter bar, counts by level, rows, pages; the table alone for htmx."""
    require(request.user, "alert.read")
    today = timezone.localdate()
    form = AlertFilterForm(request.user, request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    if not form.is_valid():
        messages.error(request, "有的筛选条件不对，已按全部显示，请看标出的条件。")
    rows = queries.alert_list(request.user, wanted, today)
    counts = queries.level_counts(request.user, wanted, today)
    paginator = queries.AlertPages(rows, PAGE_SIZE)
    # The counts by level are at hand: no second count of the same rows.
    level = wanted.get("level")
    paginator.count = counts.get(level, 0) if level else sum(counts.values())
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "shares": shares_in_words(page.object_list),
        "counts": counts,
        "level_total": sum(counts.values()),
        "today": today,
        "sort": wanted.get("sort") or "level",
        "batch": batch_choices(request.user),
        "saved": list(request.user.saved_filters.all()),
        "may_export": permits(request.user, "alert.export"),
        "export_at_most": EXPORT_AT_MOST,
    }
    return render(request, "supervision/alerts.html", context)


def export_page(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as a workbook; masked, audited, with the filter printed on it."""
    require(request.user, "alert.export")
    now = timezone.localtime()
    form = AlertFilterForm(request.user, request.GET)
    if not form.is_valid():
        messages.error(request, "有的筛选条件不对，没有导出。")
        return redirect(f"{reverse('supervision:alerts')}?{request.GET.urlencode()}")
    rows = queries.alert_list(request.user, form.cleaned_data, now.date())
    count = rows.count()
    if count > EXPORT_AT_MOST:
        messages.error(
            request, f"共 {count:,} 条，一次最多导出 {EXPORT_AT_MOST:,} 条，请缩小筛选范围。"
        )
        return redirect(f"{reverse('supervision:alerts')}?{request.GET.urlencode()}")
    described = form.described()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alerts.xlsx"
        count = write_workbook(
            path,
            rows.iterator(chunk_size=2000),
            filter_text=described,
            by=f"{request.user.display_name}（{request.user.username}）",
            scope=request.user.scope_label,
            at=now.replace(tzinfo=None),
        )
        # The open file outlives its folder until it is sent.
        file = path.open("rb")
    audit.record(
        request.user,
        "alert.export",
        ("Alert", ""),
        ip=client_address(request),
        filter=described,
        count=count,
    )
    name = f"预警清单_{now:%Y%m%d_%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


def alert_page(request: HttpRequest, alert_id: int) -> HttpResponse:
    """The alert as one sheet of evidence."""
    return show_alert(request, alert_or_404(request, alert_id))


def records_page(request: HttpRequest, alert_id: int) -> HttpResponse:
    """The part of the sheet that is read from the store, masked, for the page to fetch."""
    alert = alert_or_404(request, alert_id)
    sheet = alert_sheet(alert, request.user, timezone.localdate())
    context = {"sheet": sheet, "alert": alert, "is_fetched": True}
    return render(request, "supervision/_records.html", context)


@require_POST
def save_filter_page(request: HttpRequest) -> HttpResponse:
    """Keep the present filter under a name."""
    require(request.user, "alert.read")
    query = request.POST.get("query", "").lstrip("?")
    try:
        saved = acts.save_filter(request.user, request.POST.get("name", ""), query)
        messages.success(request, f"已存为常用筛选“{saved.name}”。")
    except NotPossible as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('supervision:alerts')}?{quote(query, safe='=&%+')}")


@require_POST
def forget_filter_page(request: HttpRequest, filter_id: int) -> HttpResponse:
    acts.forget_filter(request.user, filter_id)
    return redirect("supervision:alerts")


def alert_or_404(request: HttpRequest, alert_id: int) -> Alert:
    """An alert outside the person's scope is answered like one that does not exist."""
    require(request.user, "alert.read")
    rows = queries.visible(request.user).select_related(
        "agency__region__parent", "assignee", "main", "matter"
    )
    alert = rows.filter(pk=alert_id).first()
    if alert is None:
        raise Http404("没有这条预警，或者它不在您的范围内。")
    return alert


def show_alert(
    request: HttpRequest, alert: Alert, *, refused: ActForm | None = None, status: int = 200
) -> HttpResponse:
    """The sheet; with a form that was refused it keeps what the person wrote."""
    unmask = request.GET.get("personal") == "1"
    # Unmasked in one piece, so that one look is one line of the audit log.
    whole = unmask or request.GET.get("whole") == "1"
    today = timezone.localdate()
    sheet = alert_sheet(alert, request.user, today, unmask=unmask, with_records=whole)
    if sheet.is_unmasked and sheet.has_personal_data:
        audit.record(
            request.user, "personal_data.read", alert, ip=client_address(request), page="alert"
        )
    handling = handling_of(alert, request.user, today)
    forms = act_forms(request, handling.acts, alert, refused)
    context = {
        "sheet": sheet,
        "alert": alert,
        "handling": handling,
        "today": sheet.as_of,
        **forms,
    }
    return render(request, "supervision/alert.html", context, status=status)


def act_forms(
    request: HttpRequest, acts: list[OpenAct], thing: Alert | Matter, refused: ActForm | None
) -> dict[str, Any]:
    """A form for every act that is open; the refused one keeps its content, and where its act is
    no longer open its faults are said above and its texts are kept to be copied."""
    forms = [
        {
            "act": act,
            "form": refused if refused and act.name == refused.act.name else ActForm(act, thing),
            "action": f"{request.path_info.partition(str(thing.pk))[0]}{thing.pk}/{act.name}/",
        }
        for act in acts
    ]
    is_shown = refused is not None and any(item["form"] is refused for item in forms)
    if refused is not None and not is_shown:
        for error in refused.non_field_errors():
            messages.error(request, error)
    return {
        "forms": forms,
        "refused_act": refused.act.name if refused else "",
        "written": refused.written() if refused is not None and not is_shown else [],
    }
