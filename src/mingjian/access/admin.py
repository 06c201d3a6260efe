"""The administrators' back office at /admin/: accounts only, for 系统管理员 only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjian.access import accounts, second_factor
from mingjian.access.login import client_address
from mingjian.access.login_pages import logout_page
from mingjian.access.models import Agency, Region, User
from mingjian.access.roles import load_roles, permits, require


class AdminSite(admin.AdminSite):
    """Only who may manage accounts gets in; the site's own login page is used."""

    site_header = "明鉴 · 系统管理"
    site_title = "明鉴系统管理"
    index_title = "账号与组织"

    def login(self, request: HttpRequest, _extra_context: Any = None) -> HttpResponse:
        """Send who is not signed in to the site's login, and everybody else away."""
        if request.user.is_authenticated:
            require(request.user, "user.manage")
        return redirect(f"{reverse('access:login')}?next={request.GET.get('next', '/admin/')}")

    def logout(self, request: HttpRequest, _extra_context: Any = None) -> HttpResponse:
        """Leaving is noted, whichever button is pressed."""
        return logout_page(request)

    def password_change(self, _request: HttpRequest, _extra_context: Any = None) -> HttpResponse:
        """One's own password is changed on the site's page, which keeps the rules and the log."""
        return redirect("access:change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        return permits(request.user, "user.manage")


class UserForm(forms.ModelForm):
    """An account without its password: a new or reset one is made at random and shown once."""

    role = forms.ChoiceField(label="角色")
    reset_password = forms.BooleanField(
        label="重设密码", required=False, help_text="保存后显示一次新的随机密码，请当面或密封转交"
    )
    reset_second_factor = forms.BooleanField(
        label="解除动态码", required=False, help_text="手机和备用码都丢了时用；本人下次登录重新绑定"
    )

    class Meta:
        model = User
        fields = ["username", "display_name", "email", "role", "scope", "region", "agency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = load_roles().roles
        self.fields["role"].choices = [(name, role.title) for name, role in roles.items()]


class UserAdmin(admin.ModelAdmin):
    form = UserForm
    list_display = ["username", "display_name", "role", "scope", "region", "agency", "is_active"]
    list_filter = ["scope", "is_active"]
    list_select_related = ["region", "agency"]
    search_fields = ["username", "display_name"]
    autocomplete_fields = ["region", "agency"]
    fields = [*UserForm.Meta.fields, "is_active", "reset_password", "reset_second_factor"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permits(request.user, "user.manage")

    def has_view_permission(self, request: HttpRequest, *_: object) -> bool:
        return permits(request.user, "user.manage")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return permits(request.user, "user.manage")

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        # Nobody changes his own role; his password has its own page.
        return permits(request.user, "user.manage") and obj != request.user

    def has_delete_permission(self, *_: object) -> bool:
        return False  # accounts are switched off, never deleted: the audit log names them

    def save_model(self, request: HttpRequest, obj: User, form: Any, _change: bool) -> None:
        shown = accounts.save_account(
            obj,
            by=request.user,
            reset_password=form.cleaned_data["reset_password"],
            ip=client_address(request),
        )
        if form.cleaned_data["reset_second_factor"]:
            second_factor.reset(obj, by=request.user, ip=client_address(request))
            self.message_user(request, f"账号 {obj.username} 的动态码已解除")
        if shown:
            self.message_user(request, f"账号 {obj.username} 的密码：{shown} （只显示这一次）")


class ReadOnly(admin.ModelAdmin):
    """Comes from the store; looked at here, changed there."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permits(request.user, "user.manage")

    def has_view_permission(self, request: HttpRequest, *_: object) -> bool:
        return permits(request.user, "user.manage")

    def has_add_permission(self, *_: object) -> bool:
        return False

    def has_change_permission(self, *_: object) -> bool:
        return False

    def has_delete_permission(self, *_: object) -> bool:
        return False


class AgencyAdmin(ReadOnly):
    list_display = ["agency_id", "name", "tier", "field", "region", "status", "is_listed"]
    list_select_related = ["region"]
    search_fields = ["agency_id", "name"]


class RegionAdmin(ReadOnly):
    list_display = ["region_code", "name", "tier"]
    search_fields = ["region_code", "name"]


admin_site = AdminSite(name="admin")
admin_site.register(User, UserAdmin)
admin_site.register(Agency, AgencyAdmin)
admin_site.register(Region, RegionAdmin)
