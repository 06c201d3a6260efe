"""公文 as a Django app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "mingjian.documents"
    label = "documents"
    verbose_name = "公文"
