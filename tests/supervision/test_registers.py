"""The office reports its alerts to itself, through the same door as everybody."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alert_runs import DAY
from mingjian import supervision
from mingjian.access.models import User
from mingjian.intake import take_rows
from mingjian.store import open_store
from mingjian.supervision.acts import (
    give_verdict,
    matter_outcomes,
    matter_papers,
    matters,
    sign,
)
from mingjian.supervision.models import Alert
from office import City
from papers import DAY as SERVED_ON
from papers import served


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


def register_of(table: str) -> tuple[Any, list[dict[str, Any]]]:
    return {source.into: (source, rows) for source, rows in supervision.internal_exports()}[table]


def test_papers_that_supervise_go_into_the_store_as_the_departments_do(
    alert: Alert,
    city: City,
    district_head: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    by = {"by": city.right, "today": DAY, "reason": "有理由"}
    matter = matters.matter_from_alerts(
        [alert.pk], reason="超期", sent={"by": city.right, "today": DAY}
    )
    matters.open_matter(matter, form="daily", **by)
    matters.find(matter, finding="unlawful", problems="超期一件", **by)
    drafted = matter_papers.issue(matter, paper="opinion", **by)
    assert register_of("supervision_document")[1] == []  # without a number it is no paper yet
    paper = served(city, drafted.papers.get().paper)
    day = SERVED_ON + timedelta(7)
    matter_outcomes.report(matter, measures={1: "已补"}, by=city.liaison, today=day, reason="已改")
    source, rows = register_of("supervision_document")
    paper.refresh_from_db()
    own = {"document_id": f"GW-{paper.pk}", "kind": "supervision_opinion"}
    assert rows[0].items() >= own.items()
    assert rows[0]["document_no"] == paper.document_no
    assert rows[0]["due_on"] == str(paper.reply_due_on)
    store = open_store()
    taken = take_rows(store, source, rows, by="夜间作业", at=datetime(2026, 3, 10, 2))
    assert (taken.status, taken.new_count, taken.rejected_count) == ("accepted", 1, 0)
    with store.reader() as reader:
        kept = reader.rows("SELECT * FROM supervision_document")[0]
    assert (kept["agency_id"], kept["issued_on"], kept["served_on"]) == (
        "110105-SCJG",
        SERVED_ON,
        SERVED_ON,
    )
    assert (kept["reported_on"], kept["rectified_on"], kept["closed_on"]) == (day, day, None)
    store.close()
    matter_outcomes.send_back(matter, by=city.right, today=day, reason="没有改")
    again = register_of("supervision_document")[1][0]
    assert (again["reported_on"], again["rectified_on"]) == (str(day), None)
