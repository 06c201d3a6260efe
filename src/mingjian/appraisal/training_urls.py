"""Addresses of training."""

from django.urls import path

from mingjian.appraisal import exam_pages, session_pages, training_pages

app_name = "training"
urlpatterns = [
    path("", training_pages.needs_page, name="needs"),
    path("needs/<int:need_id>/", training_pages.need_page, name="need"),
    path("needs/<int:need_id>/<slug:act>/", training_pages.need_act_page, name="need_act"),
    path("plans/", session_pages.plans_page, name="plans"),
    path("plans/<int:plan_id>/", session_pages.plan_page, name="plan"),
    path("sessions/<int:session_id>/", session_pages.session_page, name="session"),
    path("sessions/<int:session_id>/sheet.xlsx", session_pages.sheet_file, name="session_sheet"),
    path("sessions/<int:session_id>/<slug:act>/", session_pages.act_page, name="session_act"),
    path("proposals/", training_pages.proposals_page, name="proposals"),
    path("proposals/<int:proposal_id>/decide/", training_pages.decide_page, name="decide"),
    path("mine/", exam_pages.mine_page, name="mine"),
    path("mine/<int:enrolment_id>/material/", exam_pages.material_page, name="material"),
    path("mine/<int:enrolment_id>/start/", exam_pages.start_page, name="start_exam"),
    path("exams/<int:sitting_id>/", exam_pages.exam_page, name="exam"),
]
