"""组织与权限 as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "mingjian.access"
    label = "access"
    verbose_name = "组织与权限"
