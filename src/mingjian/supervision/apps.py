"""监督闭环 as a Django app."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "mingjian.supervision"
    label = "supervision"
    verbose_name = "监督闭环"

    def ready(self) -> None:
        """Listen to what becomes of papers."""
        from mingjian.documents import events
        from mingjian.supervision.acts import matter_papers

        events.served.connect(matter_papers.on_served, dispatch_uid="matter-served")
        events.withdrawn.connect(matter_papers.on_withdrawn, dispatch_uid="matter-withdrawn")
        events.annulled.connect(matter_papers.on_annulled, dispatch_uid="matter-annulled")
