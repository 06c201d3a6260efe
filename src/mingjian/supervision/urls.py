"""Addresses of this room's pages."""

from django.urls import path

from mingjian.supervision import pages

app_name = "supervision"
urlpatterns = [
    path("", pages.workbench_page, name="workbench"),
    path("alerts/", pages.alerts_page, name="alerts"),
    path("alerts/export/", pages.export_page, name="export"),
    path("alerts/filters/", pages.save_filter_page, name="save_filter"),
    path("alerts/filters/<int:filter_id>/forget/", pages.forget_filter_page, name="forget_filter"),
    path("alerts/<int:alert_id>/", pages.alert_page, name="alert"),
    path("alerts/<int:alert_id>/records/", pages.records_page, name="records"),
    path("alerts/<int:alert_id>/<slug:act>/", pages.act_page, name="act"),
]
