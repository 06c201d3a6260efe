"""我的账号: one's password, second factor, where one is signed in, and who acts during a leave."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mingjian.access import accounts, audit, delegation, passwords, second_factor, sessions
from mingjian.access.delegation_pages import arranged
from mingjian.access.forms import CodeForm, DelegationForm, PasswordForm
from mingjian.access.login import client_address


@never_cache
def account_page(request: HttpRequest) -> HttpResponse:
    """Everything about one's own account on one page."""
    return _account(request, DelegationForm(request.user))


@never_cache
@sensitive_post_parameters()
def change_password_page(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.change_password(
            request.user,
            form.cleaned_data["new"],
            ip=client_address(request),
            session_key=request.session.session_key,
        )
        # The session goes on under a new key; its row goes with it.
        row = sessions.row_of(request)
        update_session_auth_hash(request, request.user)
        sessions.carry_on(request, row)
        messages.success(request, "密码已改好，其他地方登录的本账号已退出。")
        return redirect("/")
    context = {"form": form, "is_due": passwords.must_change(request.user)}
    return render(request, "access/password.html", context)


@never_cache
@sensitive_post_parameters("code")
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Bind the phone: scan, enter its first code, keep the recovery codes."""
    user, ip = request.user, client_address(request)
    if second_factor.is_bound(user):
        return redirect("access:account")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor.finish_binding(user, form.cleaned_data["code"], ip=ip)
        except ValidationError as error:
            form.add_error("code", error)
        else:
            request.session.pop(sessions.MUST_BIND, None)
            return render(request, "access/recovery_codes.html", {"codes": codes})
    secret, picture = second_factor.shown_secret(second_factor.begin_binding(user))
    context = {
        "form": form,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": picture,
        "is_required": second_factor.is_required(user),
    }
    return render(request, "access/second_factor.html", context)


@require_POST
def unbind_page(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError("请填动态码。")
        second_factor.unbind(request.user, form.cleaned_data["code"], ip=client_address(request))
        messages.success(request, "动态码已解除，登录时不再询问。")
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("access:account")


@require_POST
def end_session_page(request: HttpRequest, number: int) -> HttpResponse:
    if sessions.end_session(request.user, number, ip=client_address(request)):
        messages.success(request, "那一处已退出。")
    else:
        messages.info(request, "那一处已经不在登录状态。")
    return redirect("access:account")


@require_POST
def end_others_page(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    count = sessions.end_sessions(request.user, but=request.session.session_key)
    if count:
        ip = client_address(request)
        audit.record(request.user, "session.end", request.user, ip=ip, others=count)
    messages.success(request, f"其他 {count} 处已退出。")
    return redirect("access:account")


@require_POST
def delegate_page(request: HttpRequest) -> HttpResponse:
    form = DelegationForm(request.user, request.POST)
    if arranged(request, request.user, form):
        messages.success(request, f"已请 {form.cleaned_data['delegate']} 代办。")
        return redirect("access:account")
    return _account(request, form, status=422)


@require_POST
def end_delegation_page(request: HttpRequest, number: int) -> HttpResponse:
    try:
        delegation.end(number, by=request.user, ip=client_address(request))
        messages.success(request, "代办已结束。")
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("access:delegations" if request.POST.get("from") == "all" else "access:account")


@require_POST
def act_for_page(request: HttpRequest, number: int) -> HttpResponse:
    """Begin to act for the person on leave."""
    try:
        made = delegation.begin_acting(request, number, ip=client_address(request))
        messages.success(request, f"现在代 {made.absent} 办理，留痕同时记您和对方的名字。")
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("access:account")
    return redirect("/")


@require_POST
def stop_acting_page(request: HttpRequest) -> HttpResponse:
    delegation.stop_acting(request, ip=client_address(request))
    messages.success(request, "已回到您本人的角色。")
    return redirect("access:account")


def _account(request: HttpRequest, form: DelegationForm, status: int = 200) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    context = {
        "form": form,
        "sessions": sessions.sessions_of(user),
        "this_session": request.session.session_key,
        "is_bound": second_factor.is_bound(user),
        "is_required": second_factor.is_required(user),
        "codes_left": second_factor.codes_left(user),
        "code_form": CodeForm(),
        "arranged": delegation.arranged_by(user)[:20],
        "open_to_me": [] if user.acting_for else delegation.open_to(user, today),
        "may_delegate": bool(form.fields["delegate"].queryset) and user.acting_for is None,
        "today": today,
    }
    return render(request, "access/account.html", context, status=status)
