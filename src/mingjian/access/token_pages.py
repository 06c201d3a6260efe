"""推送口令: the page where they are made, shown once, and switched off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mingjian.access import tokens
from mingjian.access.forms import TokenForm
from mingjian.access.login import client_address
from mingjian.access.roles import require


@never_cache
def tokens_page(request: HttpRequest) -> HttpResponse:
    """推送口令: made here, shown once, switched off here."""
    require(request.user, tokens.MANAGE)
    form = TokenForm(request.POST or None)
    text = ""
    if request.method == "POST" and form.is_valid():
        _, text = tokens.create_token(
            form.cleaned_data["source_code"],
            by=request.user,
            days=form.cleaned_data["days"],
            today=timezone.localdate(),
            ip=client_address(request),
        )
        form = TokenForm()
    context = {"form": form, "text": text, "tokens": tokens.all_tokens()}
    return render(request, "access/tokens.html", context | {"today": timezone.localdate()})


@require_POST
def revoke_token_page(request: HttpRequest, token_id: int) -> HttpResponse:
    tokens.revoke_token(token_id, by=request.user, ip=client_address(request))
    messages.success(request, "口令已停用，持有它的系统不能再推送。")
    return redirect("access:tokens")
