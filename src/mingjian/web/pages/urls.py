"""Addresses of the pages over the Django-free rooms."""

from django.conf import settings
from django.urls import path

from mingjian.web.pages import (
    calendar,
    indicators,
    laws,
    monitor_compare,
    monitor_coverage,
    monitor_drafts,
    monitor_life,
    monitors,
    overview,
    processes,
    quality,
    records,
    sources,
    standards,
    styleguide,
    submissions,
    system,
    uploads,
)

app_name = "web"
urlpatterns = [
    path("overview/", overview.overview_page, name="overview"),
    path("overview/<str:code>/", indicators.indicator_page, name="indicator"),
    path("submissions/", submissions.submissions_page, name="submissions"),
    path("submissions/<str:submission_id>/", submissions.submission_page, name="submission"),
    path("submissions/<str:submission_id>/errors/", submissions.error_file, name="error_file"),
    path("submissions/<str:submission_id>/release/", submissions.release_held, name="release"),
    path("sources/", sources.sources_page, name="sources"),
    path("sources/<str:code>/", sources.source_page, name="source"),
    path("uploads/", uploads.uploads_page, name="uploads"),
    path("uploads/<int:number>/", uploads.upload_page, name="upload"),
    path("records/", records.tables_page, name="record_tables"),
    path("records/<slug:table>/", records.records_page, name="records"),
    path("records/<slug:table>/one/", records.record_page, name="record"),
    path("quality/", quality.quality_page, name="quality"),
    path("quality/of-agency/", quality.quality_agency_page, name="quality_agency"),
    path("quality/<slug:table>/", quality.quality_table_page, name="quality_table"),
    path("quality/<slug:table>/rows/", quality.quality_rows_page, name="quality_rows"),
    path("processes/", processes.processes_page, name="processes"),
    path("processes/<slug:name>/cases/", processes.cases_page, name="process_cases"),
    path("processes/<slug:name>/case/", processes.case_page, name="process_case"),
    path("monitors/", monitors.monitors_page, name="monitors"),
    path("monitors/coverage/", monitor_coverage.coverage_page, name="monitor_coverage"),
    path("monitors/coverage/gaps/", monitor_coverage.gaps_page, name="monitor_gaps"),
    path("monitors/drafts/", monitor_drafts.drafts_page, name="monitor_drafts"),
    path("monitors/drafts/<int:number>/", monitor_drafts.draft_page, name="monitor_draft"),
    path(
        "monitors/drafts/<int:number>/edit/<slug:act>/",
        monitor_drafts.edit,
        name="monitor_draft_edit",
    ),
    path(
        "monitors/drafts/<int:number>/review/<slug:act>/",
        monitor_drafts.review,
        name="monitor_draft_review",
    ),
    path("monitors/jobs/<int:number>/", monitor_compare.job_page, name="monitor_job"),
    path("monitors/<slug:code>/", monitors.monitor_page, name="monitor"),
    path("monitors/<slug:code>/life/<slug:act>/", monitor_life.life_act, name="monitor_act"),
    path("monitors/<slug:code>/values/<slug:name>/", monitor_life.set_value, name="monitor_value"),
    path(
        "monitors/<slug:code>/values/end/<int:number>/",
        monitor_life.end_value,
        name="monitor_value_end",
    ),
    path("monitors/<slug:code>/shadow/", monitor_life.shadow_page, name="monitor_shadow"),
    path("monitors/<slug:code>/compare/", monitor_compare.compare_page, name="monitor_compare"),
    path("system/", system.system_page, name="system"),
    path("standards/", standards.tables_page, name="tables"),
    path("standards/tables/<slug:name>/", standards.table_page, name="table"),
    path("standards/tables/<slug:name>/template/", standards.table_template, name="table_template"),
    path("standards/tables/<slug:name>/schema/", standards.table_schema, name="table_schema"),
    path("standards/codes/", standards.codes_page, name="codes"),
    path("standards/references/", standards.references_page, name="references"),
    path("standards/references/<slug:name>/", standards.reference_page, name="reference"),
    path("standards/calendar/", calendar.calendar_page, name="calendar"),
    path("standards/laws/", laws.laws_page, name="laws"),
    path("standards/laws/<slug:slug>/", laws.law_page, name="law"),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide.styleguide_page, name="styleguide"))
