"""Addresses of the site: each room brings its own."""

from django.urls import include, path

from mingjian.access.admin import admin_site
from mingjian.web.api import api
from mingjian.web.api_urls import open_to_tokens

urlpatterns = [
    path("", include("mingjian.supervision.urls")),
    path("appraisal/", include("mingjian.appraisal.urls")),
    path("training/", include("mingjian.appraisal.training_urls")),
    path("papers/", include("mingjian.documents.urls")),
    path("", include("mingjian.access.urls")),
    path("", include("mingjian.web.pages.urls")),
    path("admin/", admin_site.urls),
    path("api/v1/", open_to_tokens(api.urls)),
]
