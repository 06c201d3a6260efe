"""考核与培训 as a Django app."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "mingjian.appraisal"
    label = "appraisal"
    verbose_name = "考核与培训"
