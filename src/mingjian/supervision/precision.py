"""How often a monitor is right: the verdicts of supervisors on its alerts."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform

from mingjian.monitor import Library, Monitor
from mingjian.supervision.models import RIGHT, AlertEvent, MonitorEvent
from mingjian.supervision.monitor_flow import load_life
from mingjian.supervision.monitor_life import fingerprints

# The supervisor's own word on a finding; a claim taken on trust, or a duplicate, says nothing.
_JUDGING = ("give_verdict", "order_rectification", "settle")
_Z = 1.959964  # 95 %


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
        return sum(self.counts.get(verdict, 0) for verdict in RIGHT)

    @property
    def share(self) -> float | None:
        """right / judged; None while nothing was judged, which is not zero."""
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share: what it may truly be, few verdicts or many."""
        n, share = self.judged, self.share
        if share is None:
            return None
        spread = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        middle, scale = share + _Z**2 / (2 * n), 1 + _Z**2 / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@dataclass(frozen=True)
class Proposal:
    """A monitor in production that is right too seldom: a person should look at it."""

    monitor: Monitor
    precision: Precision


def precisions() -> dict[str, Precision]:
    """Precision of every monitor that has at least one verdict, by monitor id; one query."""
    return {name: _together(found.values()) for name, found in _by_version().items()}


def precision_of(monitor_id: str, agency_id: str | None = None) -> Precision:
    """Of one monitor; at one agency alone where it is named."""
    where: dict[str, Any] = {"alert__monitor_id": monitor_id}
    if agency_id is not None:
        where["alert__agency_id"] = agency_id
    return _together(_by_version(**where).get(monitor_id, {}).values())


def shares(monitor_ids: Iterable[str]) -> dict[str, Precision]:
    """Precision of several monitors, for the rows of a page."""
    found = _by_version(alert__monitor_id__in=set(monitor_ids))
    return {name: _together(versions.values()) for name, versions in found.items()}


def by_version(monitor_id: str, since: date) -> dict[str, Precision]:
    """Verdicts given since a day, by the fingerprint of the version that raised the alert."""
    return _by_version(alert__monitor_id=monitor_id, on__gte=since).get(monitor_id, {})


def since_day(today: date) -> date:
    """The first day of the window in which verdicts are counted."""
    months = today.year * 12 + today.month - 1 - load_life().precision.months
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def judged_in_use(library: Library, monitor: Monitor, today: date | None = None) -> Precision:
    """Verdicts on the versions in use now, within the window (of all time without a day)."""
    since = since_day(today) if today else date.min
    found = by_version(monitor.id, since)
    return _together(found[f] for f in fingerprints(library, monitor) if f in found)


def proposals(library: Library, today: date) -> list[Proposal]:
    """Monitors in production that fell under the bound, the worst first; a person decides.

    Only verdicts on the versions in use count, so that a mended monitor begins anew; and one that
    a person chose to keep comes back only after a good many more verdicts.
    """
    rule = load_life().precision
    found = []
    for name, versions in _by_version(on__gte=since_day(today)).items():
        monitor = library.monitors.get(name)
        if monitor is None or monitor.status != "production":
            continue
        if _together(versions.values()).judged < rule.min_judged:
            continue
        used = _together(versions[f] for f in fingerprints(library, monitor) if f in versions)
        is_low = used.share is not None and used.share < rule.bound
        if is_low and used.judged >= rule.min_judged and not _is_kept(library, monitor):
            found.append(Proposal(monitor, used))
    return sorted(found, key=lambda proposal: proposal.precision.share or 0)


def _is_kept(library: Library, monitor: Monitor) -> bool:
    """Whether a person has just decided to keep it in production all the same."""
    kept = MonitorEvent.objects.filter(monitor_id=monitor.id, act="keep").first()
    if kept is None:
        return False
    again = int(kept.detail.get("judged", 0)) + load_life().precision.again_after
    return judged_in_use(library, monitor).judged < again


def _together(parts: Iterable[Precision]) -> Precision:
    counts: dict[str, int] = {}
    for part in parts:
        for verdict, count in part.counts.items():
            counts[verdict] = counts.get(verdict, 0) + count
    return Precision(counts)


def _by_version(**where: Any) -> dict[str, dict[str, Precision]]:
    """Monitor → fingerprint → verdicts. A verdict notes the version it was given on; older ones
    did not, and count for the version that the alert shows."""
    rows = (
        AlertEvent.objects.filter(act__in=_JUDGING, **where)
        .exclude(verdict="")
        .annotate(noted=KeyTextTransform("fingerprint", "detail"))
        .values_list("alert__monitor_id", "noted", "alert__fingerprint", "verdict")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for monitor_id, noted, shown, verdict, count in rows:
        version = counts.setdefault(monitor_id, {}).setdefault(noted or shown, {})
        version[verdict] = version.get(verdict, 0) + count
    return {
        name: {fingerprint: Precision(found) for fingerprint, found in versions.items()}
        for name, versions in counts.items()
    }
