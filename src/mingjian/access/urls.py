"""Addresses of this room's pages."""

from django.urls import path

from mingjian.access import (
    account_pages,
    agency_pages,
    audit_pages,
    delegation_pages,
    login_pages,
    token_pages,
)

app_name = "access"
urlpatterns = [
    path("login/", login_pages.login_page, name="login"),
    path("login/code/", login_pages.second_step_page, name="second_step"),
    path("login/sso/", login_pages.sso_page, name="sso"),
    path("login/sso/back/", login_pages.sso_back_page, name="sso_back"),
    path("logout/", login_pages.logout_page, name="logout"),
    path("password/", account_pages.change_password_page, name="change_password"),
    path("account/", account_pages.account_page, name="account"),
    path("account/second-factor/", account_pages.second_factor_page, name="second_factor"),
    path("account/second-factor/unbind/", account_pages.unbind_page, name="unbind"),
    path("account/sessions/end/", account_pages.end_others_page, name="end_others"),
    path("account/sessions/<int:number>/end/", account_pages.end_session_page, name="end_session"),
    path("account/delegations/", account_pages.delegate_page, name="delegate"),
    path(
        "account/delegations/<int:number>/end/",
        account_pages.end_delegation_page,
        name="end_delegation",
    ),
    path("account/delegations/<int:number>/begin/", account_pages.act_for_page, name="act_for"),
    path("account/delegations/stop/", account_pages.stop_acting_page, name="stop_acting"),
    path("delegations/", delegation_pages.delegations_page, name="delegations"),
    path("agencies/successions/", agency_pages.successions_page, name="successions"),
    path(
        "agencies/successions/<int:number>/revoke/",
        agency_pages.revoke_succession_page,
        name="revoke_succession",
    ),
    path("agencies/vertical/", agency_pages.verticals_page, name="verticals"),
    path("audit/", audit_pages.audit_page, name="audit"),
    path("audit/export/", audit_pages.export_page, name="audit_export"),
    path("tokens/", token_pages.tokens_page, name="tokens"),
    path("tokens/<int:token_id>/revoke/", token_pages.revoke_token_page, name="revoke_token"),
]
