"""Addresses of this room's pages."""

from django.urls import path

from mingjian.supervision import act_pages, campaign_pages, matter_pages, notice_pages, pages

app_name = "supervision"
urlpatterns = [
    path("", pages.workbench_page, name="workbench"),
    path("alerts/", pages.alerts_page, name="alerts"),
    path("alerts/export/", pages.export_page, name="export"),
    path("alerts/batch/", act_pages.batch_page, name="batch"),
    path("alerts/filters/", pages.save_filter_page, name="save_filter"),
    path("alerts/filters/<int:filter_id>/forget/", pages.forget_filter_page, name="forget_filter"),
    path("alerts/<int:alert_id>/", pages.alert_page, name="alert"),
    path("alerts/<int:alert_id>/records/", pages.records_page, name="records"),
    path("alerts/<int:alert_id>/<slug:act>/", act_pages.act_page, name="act"),
    path("attachments/<int:attachment_id>/", act_pages.attachment_page, name="attachment"),
    path("matters/", matter_pages.matters_page, name="matters"),
    path("matters/new/", matter_pages.register_page, name="register"),
    path("matters/<int:matter_id>/", matter_pages.matter_page, name="matter"),
    path("matters/<int:matter_id>/<slug:act>/", matter_pages.matter_act_page, name="matter_act"),
    path("campaigns/", campaign_pages.campaigns_page, name="campaigns"),
    path("campaigns/new/", campaign_pages.plan_page, name="plan_campaign"),
    path("campaigns/<int:campaign_id>/", campaign_pages.campaign_page, name="campaign"),
    path("campaigns/<int:campaign_id>/edit/", campaign_pages.change_page, name="change_campaign"),
    path("campaigns/<int:campaign_id>/export/", campaign_pages.export_page, name="campaign_export"),
    path("campaigns/<int:campaign_id>/join/", campaign_pages.join_page, name="join_fitting"),
    path(
        "campaigns/<int:campaign_id>/<slug:act>/",
        campaign_pages.campaign_act_page,
        name="campaign_act",
    ),
    path("notices/", notice_pages.notices_page, name="notices"),
    path("notices/read/", notice_pages.read_all_page, name="read_notices"),
    path("notices/<int:notice_id>/open/", notice_pages.open_notice_page, name="open_notice"),
]
