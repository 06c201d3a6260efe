"""Addresses of this room's pages."""

from django.urls import path

from mingjian.access import pages

app_name = "access"
urlpatterns = [
    path("login/", pages.login_page, name="login"),
    path("logout/", pages.logout_page, name="logout"),
    path("password/", pages.change_password_page, name="change_password"),
    path("audit/", pages.audit_page, name="audit"),
    path("tokens/", pages.tokens_page, name="tokens"),
    path("tokens/<int:token_id>/revoke/", pages.revoke_token_page, name="revoke_token"),
]
