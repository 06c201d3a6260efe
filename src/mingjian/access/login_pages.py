"""Pages before one is in: the password, the code after it, single sign-on, and the way out."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mingjian.access import audit, sso
from mingjian.access.forms import CodeForm, LoginForm
from mingjian.access.login import (
    LoginRefused,
    client_address,
    second_step,
    sign_in,
    waiting,
)
from mingjian.access.policy import load_policy
from mingjian.access.sessions import leave, take_notice

_NEXT = "next_after_login"


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
            given = form.cleaned_data
            inside = sign_in(request, given["username"], given["password"])
            return _onward(request, inside)
        except LoginRefused as error:
            refusal = str(error)
    return _login(request, form, refusal)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
def second_step_page(request: HttpRequest) -> HttpResponse:
    """The code from the phone, or a recovery code."""
    if waiting(request) is None:
        return redirect("access:login")
    form = CodeForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        onward = request.session.get(_NEXT, "/")
        try:
            second_step(request, form.cleaned_data["code"])
            return redirect(onward)
        except LoginRefused as error:
            refusal = str(error)
    context = {"form": form, "refusal": refusal}
    return render(request, "access/second_step.html", context, status=401 if refusal else 200)


@login_not_required
@never_cache
def sso_page(request: HttpRequest) -> HttpResponse:
    """To the identity provider."""
    _sso_or_404()
    request.session[_NEXT] = _next_page(request)
    try:
        return sso.go(request)
    except LoginRefused as error:
        return _login(request, LoginForm(), str(error))


@login_not_required
@never_cache
def sso_back_page(request: HttpRequest) -> HttpResponse:
    """Back from the identity provider with its answer."""
    _sso_or_404()
    onward = request.session.get(_NEXT, "/")
    try:
        inside = sso.come_back(request)
    except LoginRefused as error:
        return _login(request, LoginForm(), str(error))
    return redirect(onward if inside else "access:second_step")


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    audit.record(request.user, "logout", request.user, ip=client_address(request))
    leave(request)
    request.session["login_notice"] = "您已退出。"
    return redirect("access:login")


def _onward(request: HttpRequest, inside: bool) -> HttpResponse:
    if inside:
        return redirect(_next_page(request))
    request.session[_NEXT] = _next_page(request)
    return redirect("access:second_step")


def _login(request: HttpRequest, form: LoginForm, refusal: str) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "notice": take_notice(request),
        "next": request.GET.get("next", ""),
        "sso_title": load_policy().single_sign_on.title if sso.is_on() else "",
    }
    return render(request, "access/login.html", context, status=401 if refusal else 200)


def _sso_or_404() -> None:
    if not sso.is_on():
        raise Http404("没有接统一身份认证。")


def _next_page(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"
