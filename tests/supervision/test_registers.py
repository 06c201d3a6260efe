"""The office reports its alerts to itself, through the same door as everybody."""

from datetime import datetime
from pathlib import Path

import pytest

from alert_runs import DAY
from mingjian import supervision
from mingjian.intake import take_rows
from mingjian.store import open_store
from mingjian.supervision.acts import give_verdict, sign
from mingjian.supervision.models import Alert
from office import City


def test_the_register_of_alerts_goes_into_the_store_and_a_second_time_changes_nothing(
    alert: Alert, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    sign(alert.pk, by=city.liaison, today=DAY)
    give_verdict(alert.pk, by=city.right, verdict="confirmed", reason="属实", today=DAY)
    store = open_store()
    exported = {source.into: (source, rows) for source, rows in supervision.internal_exports()}
    source, rows = exported["alert"]
    taken = take_rows(store, source, rows, by="夜间作业", at=datetime(2025, 11, 4, 2))
    assert (taken.status, taken.new_count, taken.rejected_count) == ("accepted", 1, 0)
    with store.reader() as reader:
        kept = reader.rows("SELECT * FROM alert")[0]
    assert kept["alert_id"] == str(alert.pk)
    assert (kept["agency_id"], kept["monitor_code"], kept["level"]) == (
        "110105-SCJG",
        "PT-01",
        "red",
    )
    assert (kept["raised_on"], kept["signed_on"], kept["closed_on"]) == (DAY, DAY, DAY)
    assert kept["verdict"] == "confirmed"
    again = take_rows(store, source, rows, by="夜间作业", at=datetime(2025, 11, 5, 2))
    assert again.status == "duplicate"
    store.close()


def test_an_alert_that_names_no_agency_is_nobodys_to_be_late_with(alert: Alert) -> None:
    Alert.objects.update(agency=None)
    rows = next(rows for source, rows in supervision.internal_exports() if source.into == "alert")
    assert rows == []
