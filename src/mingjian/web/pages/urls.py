"""Addresses of the pages over the Django-free rooms."""

from django.conf import settings
from django.urls import path

from mingjian.web.pages import calendar, standards, styleguide

app_name = "web"
urlpatterns = [
    path("standards/", standards.tables_page, name="tables"),
    path("standards/tables/<slug:name>/", standards.table_page, name="table"),
    path("standards/tables/<slug:name>/template/", standards.table_template, name="table_template"),
    path("standards/tables/<slug:name>/schema/", standards.table_schema, name="table_schema"),
    path("standards/codes/", standards.codes_page, name="codes"),
    path("standards/references/", standards.references_page, name="references"),
    path("standards/references/<slug:name>/", standards.reference_page, name="reference"),
    path("standards/calendar/", calendar.calendar_page, name="calendar"),
    path("standards/laws/", standards.references_page, name="laws"),
    path("records/<slug:table>/", standards.references_page, name="records"),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide.styleguide_page, name="styleguide"))
