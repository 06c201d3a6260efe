"""Two Dutch permit logs: terms, due dates, and time that does not count.

WABO (CSV): the term of the whole case stands on every event. BPI 2015, municipality 4 (XES): each
event has its own due date; suspensions of the term are events whose answer (`question`) is a date.
"""

import gzip
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lxml import etree

LAST_DAY = date(2015, 12, 31)  # after the last event of both logs
Trace = tuple[dict[str, str], list[dict[str, str]]]
Span = tuple[date, date]


@pytest.fixture(scope="module")
def wabo(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "eventlogs" / "receipt_wabo_part.csv.gz", dtype=str)


@pytest.fixture(scope="module")
def bpic(shared_data: Path) -> list[Trace]:
    """The raw log: attributes of each trace and of its events, all texts, in the log's order."""
    traces = []
    with gzip.open(shared_data / "eventlogs" / "BPIC15_4.xes.gz") as opened:
        for _, trace in etree.iterparse(opened, tag="trace"):
            case = {child.get("key"): child.get("value") for child in trace if child.tag != "event"}
            events = [
                {child.get("key"): child.get("value") for child in event}
                for event in trace.iterfind("event")
            ]
            traces.append((case, events))
            trace.clear()
    return traces


@pytest.fixture(scope="module")
def permits(module_desk: Any, shared_data: Path) -> Any:
    folder = shared_data / "eventlogs"
    for code in ("wabo-permit", "wabo-step"):
        assert module_desk.take(code, folder / "receipt_wabo_part.csv.gz").rejected_count == 0
    for code in ("bpic15-step", "bpic15-permit", "bpic15-suspension"):
        submission = module_desk.take(code, folder / "BPIC15_4.xes.gz")
        assert (submission.status, submission.rejected_count) == ("accepted", 0)
        assert submission.signals == ()
    return module_desk


def local(text: str) -> datetime:
    """The clock that the log shows, without its offset."""
    return datetime.fromisoformat(text[:19])


def dutch_date(text: str) -> date:
    day, month, year = text.split(" ")[0].split("-")
    return date(int(year), int(month), int(day))


def first(events: list[dict[str, str]], name: str, key: str = "question") -> str | None:
    return next((event[key] for event in events if event["concept:name"] == name), None)


def suspension(events: list[dict[str, str]]) -> Span | None:
    """From the day the applicant asked for, or the authority set, to the day the term went on.

    `07_OPS_010` (suspend term?) stands in 170 cases but is mostly answered False: it says nothing.
    """
    began = first(events, "07_OPS_030") or first(events, "07_OPS_051")
    ended = first(events, "07_OPS_071")
    if began is None:
        return None
    return dutch_date(began), dutch_date(ended) if ended else LAST_DAY


def test_wabo_events_and_cases(permits: Any, wabo: pd.DataFrame) -> None:
    sql = "SELECT COUNT(*) FROM {} WHERE agency_id = 'NL-WABO'"
    assert permits.one(sql.format("case_step")) == len(wabo) == 2548
    assert permits.one(sql.format("permit")) == wabo["case:concept:name"].nunique() == 427


def test_wabo_after_its_deadline(permits: Any, wabo: pd.DataFrame) -> None:
    """Events by the second of the local clock; whole cases by the day on which they ended."""
    late = wabo["time:timestamp"].map(local) > wabo["case:deadline"].map(local)
    found = permits.one(
        "SELECT COUNT(*) FROM case_step WHERE agency_id = 'NL-WABO' AND finished_at > due_at"
    )
    assert found == late.sum() == 98
    cases = wabo.drop_duplicates("case:concept:name").dropna(subset=["case:enddate"])
    ended_late = cases["case:enddate"].str[:10] > cases["case:deadline"].str[:10]
    found = permits.one(
        "SELECT COUNT(DISTINCT p.permit_id) FROM permit p "
        "JOIN case_step s ON s.case_id = p.permit_id "
        "WHERE p.agency_id = 'NL-WABO' AND p.decided_on > CAST(s.due_at AS DATE)"
    )
    assert found == ended_late.sum() == 83


def test_the_monitor_of_late_permits_on_wabo(permits: Any, wabo: pd.DataFrame) -> None:
    """XK-03: twenty working days from acceptance, weekends not counted."""
    expected = set()
    for _, case in wabo.drop_duplicates("case:concept:name").fillna("").iterrows():
        begun = local(case["case:startdate"]).date()
        ended = local(case["case:enddate"]).date() if case["case:enddate"] else LAST_DAY
        if np.busday_count(begun + timedelta(1), ended + timedelta(1)) > 20:
            expected.add(case["case:concept:name"])
    found = permits.find("XK-03", LAST_DAY, in_force=date(2010, 1, 1))
    assert {row["unit_id"] for row in found if row["agency_id"] == "NL-WABO"} == expected


def test_bpic_events_finished_after_their_due_date(permits: Any, bpic: list[Trace]) -> None:
    events = [event for _, events in bpic for event in events]
    assert (
        permits.one("SELECT COUNT(*) FROM permit WHERE agency_id = 'NL-BPIC4'") == len(bpic) == 1053
    )
    sql = "SELECT COUNT(*) FROM case_step WHERE agency_id = 'NL-BPIC4'"
    assert permits.one(sql) == len(events) == 47293
    due = [event for event in events if event.get("dueDate")]
    assert permits.one(f"{sql} AND due_at IS NOT NULL") == len(due) == 1484
    late = sum(local(event["dateFinished"]) > local(event["dueDate"]) for event in due)
    assert permits.one(f"{sql} AND finished_at > due_at") == late == 177


def test_bpic_suspensions_are_the_answered_ones(permits: Any, bpic: list[Trace]) -> None:
    rows = permits.rows("SELECT act_id, started_on, ended_on FROM case_suspension")
    spans = {case["concept:name"]: suspension(events) for case, events in bpic}
    expected = {case: span for case, span in spans.items() if span}
    got = {row["act_id"]: (row["started_on"], row["ended_on"] or LAST_DAY) for row in rows}
    assert got == expected
    assert len(got) == 5


def test_bpic_days_against_the_term_without_suspended_time(permits: Any, bpic: list[Trace]) -> None:
    """Eight weeks from receipt to `01_HOOFD_495` (decision taken), plus the registered extension.

    Natural days (Wabo, art. 3.9). Days on which the term was suspended (07_OPS) do not count; only
    those between receipt and decision can. Cases without a decision are left out.
    """
    with_pauses, without = 0, 0
    for case, events in bpic:
        decided = first(events, "01_HOOFD_495", "dateFinished")
        if decided is None:
            continue
        begun, ended = local(case["startDate"]).date(), local(decided).date()
        more = first(events, "06_VD_020") or first(events, "06_VD_030")
        paused = 0
        if span := suspension(events):
            paused = max((min(span[1], ended) - max(span[0], begun)).days, 0)
        days, term = (ended - begun).days, 56 + int(more or 0)
        with_pauses += days - paused > term
        without += days > term
    sql = """SELECT COUNT(*) FROM permit p LEFT JOIN case_suspension s ON s.act_id = p.permit_id
      WHERE p.agency_id = 'NL-BPIC4' AND DATE_DIFF('day', p.accepted_on, p.decided_on) - {}
            > 56 + COALESCE(p.extended_days, 0)"""
    paused_sql = """CASE WHEN s.act_id IS NULL THEN 0 ELSE GREATEST(0, DATE_DIFF('day',
      GREATEST(s.started_on, p.accepted_on), LEAST(COALESCE(s.ended_on, p.decided_on),
      p.decided_on))) END"""
    assert permits.one(sql.format(paused_sql)) == with_pauses
    assert permits.one(sql.format(0)) == without
    assert without > with_pauses > 0


def due_after(begun: date, working_days: int, span: Span | None) -> date:
    """Walk the calendar day by day; weekends and suspended days do not count."""
    day = begun
    while working_days:
        day += timedelta(days=1)
        suspended = span is not None and span[0] < day <= span[1]
        if day.weekday() < 5 and not suspended:
            working_days -= 1
    return day


def test_the_monitor_of_late_permits_on_bpic(permits: Any, bpic: list[Trace]) -> None:
    """XK-03: twenty working days, ten more where an extension was approved, suspensions apart."""
    expected = {}
    for case, events in bpic:
        approved = any(e["concept:name"] == "06_VD_010" and e["question"] == "True" for e in events)
        more = first(events, "06_VD_020") or first(events, "06_VD_030") or "0"
        span = suspension(events)
        begun = local(case["startDate"]).date()
        due = due_after(begun, 20 + (min(int(more), 10) if approved else 0), span)
        decided = first(events, "01_HOOFD_495", "dateFinished")
        if due < (local(decided).date() if decided else LAST_DAY):
            expected[case["concept:name"]] = due
    found = permits.find("XK-03", LAST_DAY, in_force=date(2010, 1, 1))
    due_on = {r["unit_id"]: r["due_on"] for r in found if r["agency_id"] == "NL-BPIC4"}
    assert due_on == expected


def test_waiting_for_missing_data_and_what_cannot_be_read(
    desk: Any, bpic: list[Trace], shared_data: Path, tmp_path: Path
) -> None:
    """From the request for missing data (08_AWB45_020_2) to its receipt (08_AWB45_040).

    Only traces that have one of the two, written as a log without compression. One receipt is
    dated `08-Feb-11`, one case has a receipt but no request: both come back by name.
    """
    file = tmp_path / "part.xes"
    with gzip.open(shared_data / "eventlogs" / "BPIC15_4.xes.gz") as opened:
        log = etree.parse(opened)
    for trace in log.findall("trace"):
        names = {child.get("value") for child in trace.iter("string")}
        if not names & {"08_AWB45_020_2", "08_AWB45_040"}:
            trace.getparent().remove(trace)
    log.write(file, encoding="utf-8", xml_declaration=True)
    submission = desk.take("bpic15-supplement", file)
    asked, bad = {}, 0
    for case, events in bpic:
        sent = first(events, "08_AWB45_020_2", "dateFinished")
        got = [e["question"] for e in events if e["concept:name"] == "08_AWB45_040"]
        readable = not got or got[-1].split("-")[1].isdigit()
        if sent and readable:
            asked[case["concept:name"]] = local(sent).date()
        elif sent or got:
            bad += 1
    rows = desk.rows("SELECT act_id, started_on FROM case_suspension")
    assert {row["act_id"]: row["started_on"] for row in rows} == asked
    assert submission.rejected_count == bad == 2
    assert {rejection.value for rejection in submission.rejected_sample} == {
        "08-Feb-11 00:00:00",
        None,
    }
