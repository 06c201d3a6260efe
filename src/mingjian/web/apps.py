"""The shell as a Django app, so that its templates and static files are found."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "mingjian.web"
    label = "web"
    verbose_name = "页面外壳"
