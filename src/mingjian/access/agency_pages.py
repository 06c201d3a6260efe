"""机构沿革 and 垂直管理: what is noted of agencies from a day on, and taken back if wrong."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjian.access import successions, verticals
from mingjian.access.forms import SuccessionForm, VerticalForm
from mingjian.access.login import client_address
from mingjian.access.roles import require

PAGE_SIZE = 50


def successions_page(request: HttpRequest) -> HttpResponse:
    require(request.user, successions.MANAGE)
    form = SuccessionForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            successions.record_succession(
                given["kind"],
                [agency.pk for agency in given["predecessors"]],
                [agency.pk for agency in given["successors"]],
                on=given["on"],
                basis=given["basis"],
                by=request.user,
                ip=client_address(request),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "沿革已登记，承继主体自生效日起看到并接办原主体的在办事项。")
            return redirect("access:successions")
    rows = successions.seen_successions(request.user)
    context = {
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    status = 422 if form.errors else 200
    return render(request, "access/successions.html", context, status=status)


@require_POST
def revoke_succession_page(request: HttpRequest, number: int) -> HttpResponse:
    require(request.user, successions.MANAGE)
    try:
        reason = request.POST.get("reason", "")
        successions.revoke_succession(
            number, by=request.user, reason=reason, ip=client_address(request)
        )
        messages.success(request, "这条沿革已撤销，范围恢复原状。")
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("access:successions")


def verticals_page(request: HttpRequest) -> HttpResponse:
    """垂直管理: noted with day and reason; a later note puts an earlier one right."""
    require(request.user, verticals.MANAGE)
    form = VerticalForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        verticals.note_vertical(
            given["agency"],
            is_vertical=given["is_vertical"] == "yes",
            on=given["on"],
            reason=given["reason"],
            by=request.user,
            ip=client_address(request),
        )
        messages.success(request, "已登记，自生效日起新的认定按此办理。")
        return redirect("access:verticals")
    rows = verticals.seen_notes(request.user)
    context = {
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    status = 422 if form.errors else 200
    return render(request, "access/verticals.html", context, status=status)
