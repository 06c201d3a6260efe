"""印模: the seals of the person's body, registering one, retiring one."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjian.access.login import client_address
from mingjian.access.models import User
from mingjian.access.roles import permits, require
from mingjian.documents import acts, queries
from mingjian.documents.flow import NotPossible
from mingjian.documents.seal_models import Seal


class SealForm(forms.Form):
    """A new seal: its picture, and who keeps it."""

    picture = forms.FileField(
        label="印模图片",
        widget=forms.ClearableFileInput({"accept": "image/png"}),
        help_text="透明底的 PNG，四周不留边，长宽相等，边长 300 至 2000 像素。",
    )
    keeper = forms.ModelChoiceField(
        User.objects.none(), label="保管人", empty_label="请选择", help_text="只有保管人能用印。"
    )


def seals_page(request: HttpRequest) -> HttpResponse:
    """The seals of the own body; with a form for who may register one."""
    require(request.user, "paper.stamp")
    form = _form(request)
    if request.method == "POST":
        require(request.user, "seal.register")
        if form.is_valid() and _registered(request, form):
            return redirect("documents:seals")
    seals = queries.seals_of(request.user).select_related("keeper", "registered_by")
    context = {
        "form": form,
        "seals": seals,
        "name": queries.seal_side(request.user).name,
        "may_register": permits(request.user, "seal.register"),
        "is_in_use": any(seal.retired_on is None for seal in seals),
    }
    return render(request, "documents/seals.html", context, status=422 if form.errors else 200)


@require_POST
def retire_page(request: HttpRequest, seal_id: int) -> HttpResponse:
    """停用."""
    require(request.user, "seal.register")
    try:
        seal = acts.retire_seal(
            seal_id,
            by=request.user,
            reason=request.POST.get("reason", ""),
            today=timezone.localdate(),
            ip=client_address(request),
        )
        messages.success(request, f"{seal}已停用。已经制发的文书不受影响。")
    except NotPossible as error:
        messages.error(request, str(error))
    return redirect("documents:seals")


@require_GET
def picture_page(request: HttpRequest, seal_id: int) -> HttpResponse:
    """The picture, for its keeper and for who registers: nobody else needs it loose."""
    require(request.user, "paper.stamp")
    seal = queries.seals_of(request.user).filter(pk=seal_id).first()
    if seal is None or not _may_see(request.user, seal):
        raise Http404("没有这个印模，或者它不由您保管。")
    answer = HttpResponse(bytes(seal.picture), content_type="image/png")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _may_see(user: User, seal: Seal) -> bool:
    return seal.keeper_id == user.pk or permits(user, "seal.register")


def _form(request: HttpRequest) -> SealForm:
    is_posted = request.method == "POST"
    form = SealForm(request.POST, request.FILES) if is_posted else SealForm()
    form.fields["keeper"].queryset = queries.keepers_for(request.user)
    return form


def _registered(request: HttpRequest, form: SealForm) -> bool:
    """Whether it was; what is wrong is on the form."""
    given = form.cleaned_data["picture"]
    try:
        seal = acts.register_seal(
            by=request.user,
            keeper=form.cleaned_data["keeper"],
            picture=given.read(acts.PICTURE_AT_MOST + 1),
            today=timezone.localdate(),
            ip=client_address(request),
        )
    except NotPossible as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"{seal}已登记，由 {seal.keeper} 保管。")
    return True
