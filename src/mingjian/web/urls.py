"""Addresses of the site: each room brings its own."""

from django.urls import include, path

from mingjian.access.admin import admin_site

urlpatterns = [
    path("", include("mingjian.supervision.urls")),
    path("", include("mingjian.access.urls")),
    path("", include("mingjian.web.pages.urls")),
    path("admin/", admin_site.urls),
]
