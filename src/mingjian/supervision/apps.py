"""监督闭环 as a Django app."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "mingjian.supervision"
    label = "supervision"
    verbose_name = "监督闭环"

    def ready(self) -> None:
        """Listen to what becomes of papers, and to who stands in for whom."""
        from mingjian.access import events as standing
        from mingjian.documents import events
        from mingjian.supervision import notices
        from mingjian.supervision.acts import matter_papers

        events.served.connect(matter_papers.on_served, dispatch_uid="matter-served")
        events.withdrawn.connect(matter_papers.on_withdrawn, dispatch_uid="matter-withdrawn")
        events.annulled.connect(matter_papers.on_annulled, dispatch_uid="matter-annulled")
        standing.delegated.connect(notices.on_delegated, dispatch_uid="notice-delegated")
        standing.delegation_ended.connect(notices.on_delegation_ended, dispatch_uid="notice-ended")
