"""请假代办, arranged by the administrator for a person who cannot do it himself any more."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from mingjian.access import delegation
from mingjian.access.forms import AbsentForm, DelegationForm
from mingjian.access.login import client_address
from mingjian.access.models import User
from mingjian.access.roles import require

PAGE_SIZE = 50


def delegations_page(request: HttpRequest) -> HttpResponse:
    """All arrangements; first the absent person is chosen, then one of those who may stand in."""
    require(request.user, delegation.MANAGE)
    choosing = AbsentForm(request.GET or None)
    absent: User | None = choosing.cleaned_data["absent"] if choosing.is_valid() else None
    form = DelegationForm(absent, request.POST or None) if absent is not None else None
    if absent is not None and form is not None and arranged(request, absent, form):
        delegate = form.cleaned_data["delegate"]
        messages.success(request, f"已安排 {delegate} 代 {absent} 办理，两人都收到消息。")
        return redirect("access:delegations")
    rows = delegation.all_arrangements(request.user)
    context = {
        "choosing": choosing if absent or "absent" in request.GET else AbsentForm(),
        "absent": absent,
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "access/delegations.html", context, status=status)


def arranged(request: HttpRequest, absent: User, form: DelegationForm) -> bool:
    """Whether the form was sent and done; its faults stand on it otherwise."""
    if request.method != "POST" or not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        delegation.delegate(
            absent,
            given["delegate"],
            given["starts_on"],
            given["ends_on"],
            reason=given["reason"],
            by=request.user,
            today=timezone.localdate(),
            ip=client_address(request),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
