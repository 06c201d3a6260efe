"""Pages of this room: sign in, sign out, one's password, the audit log."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mingjian.access import accounts, audit, queries, tokens
from mingjian.access.forms import AuditForm, LoginForm, PasswordForm, TokenForm
from mingjian.access.login import LoginRefused, client_address, sign_in
from mingjian.access.roles import require
from mingjian.access.sessions import take_notice

AUDIT_PAGE_SIZE = 100


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def login_page(request: HttpRequest) -> HttpResponse:
    """Sign in; wrong passwords and the lock are explained on the page."""
    if request.user.is_authenticated:
        return redirect("/")
    form = LoginForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            sign_in(request, form.cleaned_data["username"], form.cleaned_data["password"])
            return redirect(_next_page(request))
        except LoginRefused as error:
            refusal = str(error)
    context = {"form": form, "refusal": refusal, "notice": take_notice(request)}
    context["next"] = request.GET.get("next", "")
    return render(request, "access/login.html", context, status=401 if refusal else 200)


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    audit.record(request.user, "logout", request.user, ip=client_address(request))
    logout(request)
    request.session["login_notice"] = "您已退出。"
    return redirect("access:login")


@never_cache
@sensitive_post_parameters()
def change_password_page(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.change_password(request.user, form.cleaned_data["new"], ip=client_address(request))
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已改好，其他地方登录的本账号已退出。")
        return redirect("/")
    return render(request, "access/password.html", {"form": form})


def audit_page(request: HttpRequest) -> HttpResponse:
    """The audit log, for the auditor."""
    require(request.user, "audit.read")
    form = AuditForm(queries.audit_acts(), request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(queries.audit_lines(wanted), AUDIT_PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "access/audit.html", {"form": form, "page": page})


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


def _next_page(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"
