"""Addresses of assessment."""

from django.urls import path

from mingjian.appraisal import pages

app_name = "appraisal"
urlpatterns = [
    path("", pages.appraisals_page, name="appraisals"),
    path("schemes/<slug:code>/", pages.scheme_page, name="scheme"),
    path("deductions/<int:deduction_id>/<slug:act>/", pages.deduction_act_page, name="deduction"),
    path("<int:appraisal_id>/", pages.appraisal_page, name="appraisal"),
    path("<int:appraisal_id>/export/", pages.export_page, name="export"),
    path("<int:appraisal_id>/do/<slug:act>/", pages.act_page, name="act"),
    path("<int:appraisal_id>/<slug:agency_id>/", pages.sheet_page, name="sheet"),
]
