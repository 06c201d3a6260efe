"""Addresses of this room's pages, all below /papers/."""

from django.urls import path

from mingjian.documents import batch_pages, pages, seal_pages, verify_pages

app_name = "documents"
urlpatterns = [
    path("", pages.papers_page, name="papers"),
    path("new/", pages.templates_page, name="new"),
    path("new/<slug:template>/", pages.draft_page, name="draft"),
    path("batch/", batch_pages.issue_many_page, name="issue_many"),
    path("batch/<int:batch_id>/", batch_pages.batch_page, name="batch"),
    path("seals/", seal_pages.seals_page, name="seals"),
    path("seals/<int:seal_id>/retire/", seal_pages.retire_page, name="retire_seal"),
    path("seals/<int:seal_id>/picture.png", seal_pages.picture_page, name="seal_picture"),
    path("verify/", verify_pages.code_page, name="verify_code"),
    path("verify/<slug:code>/", verify_pages.verify_page, name="verify"),
    path("<int:paper_id>/", pages.paper_page, name="paper"),
    path("<int:paper_id>/edit/", pages.edit_page, name="edit"),
    path("<int:paper_id>/act/<slug:act>/", pages.act_page, name="act"),
    path("<int:paper_id>/page/<int:number>.png", pages.picture, name="picture"),
    path("<int:paper_id>/paper.pdf", pages.pdf_file, name="pdf"),
    path("<int:paper_id>/paper.docx", pages.docx_file, name="docx"),
]
