"""Italian traffic fines, as CSV and as XES: cases with steps, and what came after its time.

One event a row: `Create Fine` is taken as filing, `Send Fine` as decision, `Insert Fine
Notification` as service, `Payment` as compliance. Euros are kept as they stand.
"""

import gzip
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lxml import etree

LAST_DAY = date(2013, 12, 31)  # after the last event of the log


@pytest.fixture(scope="module")
def events(shared_data: Path) -> pd.DataFrame:
    """The raw log, read by pandas as texts."""
    return pd.read_csv(shared_data / "eventlogs" / "traffic_fines_part.csv.gz", dtype=str)


@pytest.fixture(scope="module")
def fines(module_desk: Any, shared_data: Path) -> Any:
    file = shared_data / "eventlogs" / "traffic_fines_part.csv.gz"
    for code in ("it-fines-case", "it-fines-step"):
        submission = module_desk.take(code, file)
        assert submission.status == "accepted"
        assert submission.rejected_count == 0
        assert submission.signals == ()
    return module_desk


def first_day(events: pd.DataFrame, activity: str) -> "pd.Series[Any]":
    """The day of the first event of this name, by case."""
    chosen = events[events["activity"] == activity]
    return pd.to_datetime(chosen.groupby("case_id")["timestamp"].min())


def test_every_event_is_a_step_and_every_case_a_case(fines: Any, events: pd.DataFrame) -> None:
    assert fines.one("SELECT COUNT(*) FROM case_step") == len(events) == 8934
    assert fines.one("SELECT COUNT(*) FROM penalty_case") == events["case_id"].nunique() == 2531
    steps = fines.rows("SELECT activity, COUNT(*) AS n FROM case_step GROUP BY activity")
    assert {row["activity"]: row["n"] for row in steps} == dict(events["activity"].value_counts())


def test_steps_are_numbered_in_the_order_of_time(fines: Any, events: pd.DataFrame) -> None:
    ordered = events.sort_values("timestamp", kind="stable")
    numbers = ordered.groupby("case_id").cumcount() + 1
    expected = set(zip(ordered["case_id"], numbers, ordered["activity"], strict=True))
    steps = fines.rows("SELECT case_id, step_no, activity FROM case_step")
    assert {(row["case_id"], row["step_no"], row["activity"]) for row in steps} == expected


def test_fines_sent_more_than_ninety_days_after_creation(fines: Any, events: pd.DataFrame) -> None:
    created, sent = first_day(events, "Create Fine"), first_day(events, "Send Fine")
    days = (sent - created).dt.days.dropna()
    late = fines.one(
        "SELECT COUNT(*) FROM penalty_case WHERE DATE_DIFF('day', filed_on, decided_on) > 90"
    )
    assert late == (days > 90).sum() == 1004
    from_steps = fines.one(
        "SELECT COUNT(*) FROM case_step c JOIN case_step s ON s.case_id = c.case_id "
        "WHERE c.activity = 'Create Fine' AND s.activity = 'Send Fine' "
        "AND DATE_DIFF('day', c.finished_at, s.finished_at) > 90"
    )
    assert from_steps == 1004
    on_the_day = fines.one(
        "SELECT COUNT(*) FROM penalty_case WHERE DATE_DIFF('day', filed_on, decided_on) = 90"
    )
    assert on_the_day == (days == 90).sum() == 17


def test_payments_within_sixty_days_of_service(fines: Any, events: pd.DataFrame) -> None:
    served = first_day(events, "Insert Fine Notification")
    paid = events[events["activity"] == "Payment"].groupby("case_id")["timestamp"].max()
    days = (pd.to_datetime(paid) - served).dt.days.dropna()
    late = fines.one(
        "SELECT COUNT(*) FROM penalty_case WHERE DATE_DIFF('day', served_on, complied_on) > 60"
    )
    assert late == (days > 60).sum()
    assert late > 0


def test_amounts_are_exact(fines: Any, events: pd.DataFrame) -> None:
    """The last running total is the greatest number, not the greatest text (119 after 82.5)."""
    created = events[events["activity"] == "Create Fine"]
    paid = events[events["activity"] == "Payment"]
    most = paid.groupby("case_id")["totalpaymentamount"].apply(
        lambda texts: max(map(Decimal, texts))
    )
    sums = fines.rows("SELECT SUM(fine_yuan) AS fines, SUM(paid_yuan) AS paid FROM penalty_case")[0]
    assert sums["fines"] == sum(map(Decimal, created["amount"]))
    assert sums["paid"] == sum(most)
    assert fines.one("SELECT paid_yuan FROM penalty_case WHERE case_id = 'A1339'") == 119


def test_the_monitor_of_late_decisions_on_a_real_log(fines: Any, events: pd.DataFrame) -> None:
    """PT-01: ninety natural days, the last day moved on from a weekend, open cases count on."""
    created, sent = first_day(events, "Create Fine"), first_day(events, "Send Fine")
    expected = set()
    for case, filed in created.items():
        due = filed.date() + timedelta(days=90)
        while due.weekday() >= 5:  # no holiday list was announced for these years
            due += timedelta(days=1)
        decided = sent[case].date() if case in sent.index else LAST_DAY
        if decided > due:
            expected.add(case)
    found = fines.find("PT-01", LAST_DAY, in_force=date(2000, 1, 1))
    assert {row["unit_id"] for row in found} == expected
    assert len(expected) == 1816


def test_the_monitor_of_late_service_on_a_real_log(fines: Any, events: pd.DataFrame) -> None:
    """PT-14: seven working days after the decision, none of which is a weekend."""
    sent, served = first_day(events, "Send Fine"), first_day(events, "Insert Fine Notification")
    expected = set()
    for case, decided in sent.items():
        due = np.busday_offset(decided.date(), 7, roll="backward").astype(date)
        if (served[case].date() if case in served.index else LAST_DAY) > due:
            expected.add(case)
    found = fines.find("PT-14", LAST_DAY, in_force=date(2000, 1, 1))
    assert {row["unit_id"] for row in found} == expected


def test_the_same_process_as_xes(desk: Any, shared_data: Path) -> None:
    file = shared_data / "eventlogs" / "roadtraffic100traces.xes.gz"
    submission = desk.take("it-fines-xes", file)
    assert (submission.status, submission.rejected_count) == ("accepted", 0)
    days, count = [], 0
    with gzip.open(file) as opened:
        for trace in etree.parse(opened).iterfind("{*}trace"):
            at = {}
            for event in trace.iterfind("{*}event"):
                told = {child.get("key"): child.get("value") for child in event}
                at.setdefault(told["concept:name"], date.fromisoformat(told["time:timestamp"][:10]))
                count += 1
            if "Send Fine" in at:
                days.append((at["Send Fine"] - at["Create Fine"]).days)
    assert submission.accepted_count == count == 390
    assert desk.one("SELECT COUNT(DISTINCT case_id) FROM case_step") == 100
    late = desk.one(
        "SELECT COUNT(*) FROM case_step c JOIN case_step s ON s.case_id = c.case_id "
        "WHERE c.activity = 'Create Fine' AND s.activity = 'Send Fine' "
        "AND DATE_DIFF('day', c.finished_at, s.finished_at) > 90"
    )
    assert late == sum(day > 90 for day in days)
