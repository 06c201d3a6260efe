"""How often a monitor is right: the verdicts of supervisors on its alerts."""

from dataclasses import dataclass

from django.db.models import Count

from mingjian.supervision.models import AlertEvent

_RIGHT = ("confirmed", "partly_confirmed")


@dataclass(frozen=True)
class Precision:
    """Verdicts on one monitor's alerts; every verdict counts, also that before a reopening."""

    counts: dict[str, int]

    @property
    def judged(self) -> int:
        return sum(self.counts.values())

    @property
    def right(self) -> int:
        """属实 and 部分属实."""
        return sum(self.counts.get(verdict, 0) for verdict in _RIGHT)

    @property
    def share(self) -> float | None:
        """right / judged; None while nothing was judged, which is not zero."""
        return self.right / self.judged if self.judged else None


def precisions() -> dict[str, Precision]:
    """Precision of every monitor that has at least one verdict, by monitor id; one query."""
    return _precisions()


def precision_of(monitor_id: str) -> Precision:
    return _precisions(alert__monitor_id=monitor_id).get(monitor_id, Precision({}))


def _precisions(**where: str) -> dict[str, Precision]:
    rows = (
        AlertEvent.objects.filter(act="give_verdict", **where)
        .values_list("alert__monitor_id", "verdict")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[str, dict[str, int]] = {}
    for monitor_id, verdict, count in rows:
        counts.setdefault(monitor_id, {})[verdict] = count
    return {monitor_id: Precision(found) for monitor_id, found in counts.items()}
