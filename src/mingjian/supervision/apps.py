"""监督闭环 as a Django app."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "mingjian.supervision"
    label = "supervision"
    verbose_name = "监督闭环"
