"""What the office reports to itself: its own registers as rows of standard tables."""

from collections.abc import Callable, Iterator
from typing import Any

from mingjian.intake import Source, load_sources
from mingjian.supervision.models import Alert

Rows = list[dict[str, Any]]


def internal_exports() -> Iterator[tuple[Source, Rows]]:
    """Every internal source (transport `internal`) with its rows; raises KeyError for a table
    that this office keeps no register of."""
    for source in load_sources().values():
        if source.transport.kind == "internal":
            yield source, _REGISTERS[source.into]()


def alert_rows() -> Rows:
    """The register of alerts; those that name no agency are nobody's to be late with."""
    columns = {
        "pk": "alert_id",
        "agency_id": "agency_id",
        "monitor_code": "monitor_code",
        "level": "level",
        "unit_id": "unit_id",
        "found_on": "raised_on",
        "signed_on": "signed_on",
        "verified_on": "verified_on",
        "verdict": "verdict",
        "closed_on": "closed_on",
    }
    alerts = Alert.objects.filter(agency__isnull=False).order_by("pk").values(*columns)
    return [
        {name: _plain(alert[path]) for path, name in columns.items()}
        for alert in alerts.iterator(chunk_size=2000)
    ]


def _plain(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


_REGISTERS: dict[str, Callable[[], Rows]] = {"alert": alert_rows}
