"""The office's own register of alerts, as the night round hands it to the one door in."""

import json
from pathlib import Path

import numpy as np

from mingjian.demo.city import City

SOURCE = "mingjian-alerts"
_FIELDS = ("alert_id", "agency_id", "monitor_code", "level", "unit_id", "verdict")
_DAYS = ("raised_on", "signed_on", "verified_on", "closed_on")


def write_register(city: City, folder: Path, until: np.datetime64) -> tuple[str, str, str]:
    """One file that arrives on the day on which the city is judged; where and when it does."""
    table = city["alert"]
    days = {name: np.datetime_as_string(table[name]).astype(object) for name in _DAYS}
    columns = {name: table[name] for name in _FIELDS} | days
    rows = [
        {
            name: None if value == "NaT" else value
            for name, value in zip(columns, cells, strict=True)
        }
        for cells in zip(*columns.values(), strict=True)
    ]
    name = f"alerts_{str(until).replace('-', '')}.json"
    path = folder / SOURCE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"rows": rows}, ensure_ascii=False), encoding="utf-8")
    return f"{until} 07:50:00", SOURCE, name
