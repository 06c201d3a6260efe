"""Confirmed problems, and the figures by which zero is told from never reported."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from alert_runs import DAY, OVERDUE
from mingjian.access.models import Agency
from mingjian.indicators import Figures, save_figures
from mingjian.indicators.compute import SCHEMA
from mingjian.monitor import Library, Run
from mingjian.supervision import acts
from mingjian.supervision.models import Alert
from office import City

MakeRun = Callable[..., Run]
MARKET, URBAN = "110105-SCJG", "110105-CG"
REPORTING = (MARKET, "110105-JT", "110101-SCJG", "110000-SCJG")  # 110105-CG never sent anything
YEAR = (date(2025, 1, 1), date(2025, 12, 31))
AFTER = date(2026, 1, 5)  # the day the year is assessed


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    rows = [
        {
            field.name: {
                "indicator_code": "ZB-01",
                "part": "numerator",
                "agency_id": agency,
                "month": date(2025, 3, 1),
            }.get(field.name, 0)
            for field in SCHEMA
        }
        for agency in REPORTING
    ]
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    save_figures(Figures(table, DAY, 1), tmp_path / "indicators")


@pytest.fixture
def grouped(city: City) -> City:
    """Every agency of the district and one of another are compared with each other."""
    Agency.objects.filter(pk__in=[MARKET, "110105-JT", "110101-SCJG"]).update(peer_group="示例组")
    return city


@pytest.fixture
def raised(city: City, district_head: Any, run_of: MakeRun, library: Library) -> Any:
    """`raised(agency, how many)`: alerts of one monitor, all still to be signed."""

    def make(agency: str, count: int, day: date = DAY, first: int = 1) -> list[Alert]:
        found = Alert.objects.filter(monitor_id=OVERDUE).values_list("unit_id", "agency_id")
        new = [(str(first + n), agency) for n in range(count)]
        acts.raise_alerts(run_of({OVERDUE: [*found, *new]}, as_of=day), library)
        return list(Alert.objects.filter(unit_id__in=[unit for unit, _ in new]).order_by("pk"))

    return make


def sent(person: Any, day: date = DAY, reason: str = "查明") -> dict[str, Any]:
    return {"by": person, "today": day, "reason": reason}


def confirm(alerts: Iterable[Alert], city: City, day: date = DAY) -> None:
    """The district's supervisor orders what is to be put right."""
    for alert in alerts:
        acts.order_rectification(
            alert.pk, verdict="confirmed", problems="超期", **sent(city.right, day)
        )


def close_confirmed(alerts: Iterable[Alert], city: City, day: date = DAY) -> None:
    """Judged right and closed at once."""
    for alert in alerts:
        acts.give_verdict(alert.pk, verdict="confirmed", **sent(city.right, day))


def overturn(alerts: Iterable[Alert], city: City, day: date = DAY) -> None:
    for alert in alerts:
        acts.give_verdict(alert.pk, verdict="unfounded", **sent(city.right, day))


def nights(first: date, last: date) -> None:
    """The clock of every fifth night from `first` to `last`."""
    day = first
    while day <= last:
        acts.run_clock(day)
        day += timedelta(days=5)
