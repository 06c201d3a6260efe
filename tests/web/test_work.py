"""The worker's list of kinds: nothing that a killed worker may leave is forgotten."""

from django.apps import apps

from mingjian.web.management.commands.work import KINDS

LEFT_BEHIND = {"task_id", "attempts", "seen_at", "state"}  # what `access.background` keeps


def test_every_table_of_queued_work_is_taken_up_again() -> None:
    queued = {
        model
        for model in apps.get_models()
        if {field.name for field in model._meta.fields} >= LEFT_BEHIND
    }
    assert {work.model for work, _ in KINDS} == queued
