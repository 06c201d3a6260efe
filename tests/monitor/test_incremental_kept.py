"""The last round as it is kept: taken up again, refused when damaged or foreign, checked weekly."""

import json
import logging
from dataclasses import replace
from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest

from mingjian.monitor import Library, differences, load_library, next_round
from mingjian.monitor.kept import load_remembered, save_remembered
from mingjian.store import SubmissionHeader, open_store

DAY = date(2025, 6, 30)
WHOLE = load_library()
NAMES = (
    "penalty.decision_overdue",
    "penalty.fined_twice",
    "data.key_date_edited",
    "discretion.fine_outlier",
)
LIBRARY = Library(
    {name: WHOLE.monitors[name] for name in NAMES},
    {"penalty_case_view": WHOLE.views["penalty_case_view"]},
)


class City:
    """A real store in a folder, and the rounds kept beside it."""

    def __init__(self, folder):
        self.store = open_store(folder / "store")
        self.kept = folder / "round"
        self.said = []
        self.count = 0

    def deliver(self, **tables):
        self.count += 1
        header = SubmissionHeader(
            submission_id=f"批次{self.count}",
            source_code="test",
            agency_id=None,
            file_name="",
            file_sha256=str(self.count),
            submitted_by="test",
            received_at=datetime(2025, 6, 1) + timedelta(hours=self.count),
            rows_in=1,
        )
        typed = {
            name: pa.Table.from_pylist([{**r, "row_no": i} for i, r in enumerate(rows, 1)])
            for name, rows in tables.items()
        }
        self.store.commit(header, typed, None)

    def night(self, day=DAY, **options):
        self.said = []
        with self.store.reader() as reader:
            return next_round(reader, LIBRARY, day, self.kept, progress=self.said.append, **options)

    @property
    def how(self):
        return next(text for text in self.said if text.startswith(("全量", "增量")))


def case(number, **fields):
    row = {"case_id": f"C{number}", "agency_id": "A1", "case_no": f"罚{number}号"}
    row |= {"procedure": "ordinary", "field": "urban", "filed_on": DAY - timedelta(200)}
    return row | {"party_name": "某店", "violation": "占道", **fields}


@pytest.fixture
def city(tmp_path, request):
    open_store(tmp_path / "store", kind=getattr(request, "param", "parquet"))
    city = City(tmp_path)
    city.deliver(agency=[{"agency_id": "A1", "name": "某局", "tier": "district"}])
    city.deliver(penalty_case=[case(n) for n in range(1, 6)])
    return city


def overdue(run):
    return sorted(run.table("penalty.decision_overdue")["unit_id"].to_pylist())


@pytest.mark.parametrize("city", ["ducklake", "parquet"], indirect=True)
def test_a_correction_reaches_its_case_and_no_other(city):
    assert overdue(city.night()) == ["C1", "C2", "C3", "C4", "C5"]
    assert city.how == "全量监测（还没有上一轮的结果）"
    assert differences(city.night(), city.night(full=True)) == []
    city.deliver(
        penalty_case=[
            case(2, decided_on=DAY - timedelta(150), decision_result="no_penalty"),
            case(6),
            case(7, filed_on=DAY - timedelta(10)),
        ]
    )
    run = city.night()
    assert city.how == "增量监测"
    assert overdue(run) == ["C1", "C3", "C4", "C5", "C6"]
    assert differences(run, city.night(full=True)) == []
    later = city.night(DAY + timedelta(3))
    assert city.how == "增量监测"
    assert differences(later, city.night(DAY + timedelta(3), full=True)) == []


def test_fill_rates_follow_a_delivery(city):
    city.night()
    city.deliver(penalty_case=[case(n, filed_on=None) for n in range(10, 60)])
    run = city.night()
    assert city.how == "增量监测"
    outcome = next(o for o in run.outcomes if o.monitor_id == "penalty.decision_overdue")
    assert outcome.status == "insufficient"
    assert differences(run, city.night(full=True)) == []


def test_an_earlier_day_or_another_store_is_looked_at_anew(city, tmp_path):
    city.night()
    city.night(DAY - timedelta(1))
    assert city.how == "全量监测（判断日早于上一轮）"
    other = City(tmp_path / "other")
    other.deliver(agency=[{"agency_id": "B1", "name": "别局", "tier": "city"}])
    other.deliver(penalty_case=[case(1)])
    other.kept = city.kept
    assert overdue(other.night()) == ["C1"]
    assert other.how == "全量监测（上一轮的结果不是这个数据底座的）"


@pytest.mark.parametrize("damage", ["cut", "changed", "gone", "note"])
def test_a_damaged_memory_is_not_believed(city, damage):
    expected = overdue(city.night())
    note = city.kept / "round.json"
    file = max(city.kept.glob("*.parquet"), key=lambda path: path.stat().st_size)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-20])
    elif damage == "changed":
        file.write_bytes(file.read_bytes().replace(b"C1", b"C9", 1))
    elif damage == "gone":
        file.unlink()
    else:
        note.write_text(note.read_text(encoding="utf-8")[:-5], encoding="utf-8")
    assert overdue(city.night()) == expected
    assert city.how.startswith("全量监测（上一轮的结果已损坏")
    city.night()
    assert city.how == "增量监测"


def test_once_a_week_everything_is_looked_at_and_compared(city, caplog):
    city.night()
    with caplog.at_level(logging.ERROR):
        city.night(DAY + timedelta(7))
    assert any("定期" in text for text in city.said)
    assert not caplog.records
    city.night(DAY + timedelta(8))
    assert not any("定期" in text for text in city.said)


def test_a_difference_is_logged_and_the_whole_look_counts(city, caplog):
    expected = overdue(city.night())
    note = json.loads((city.kept / "round.json").read_text(encoding="utf-8"))
    # An answer forged whole, with the right name for its content: empty where there were findings.
    kept, _ = load_remembered(city.kept)
    forged = {
        key: table.slice(0, 0) if table.num_rows == len(expected) else table
        for key, table in kept.answers.items()
    }
    save_remembered(replace(kept, answers=forged), city.kept)
    assert json.loads((city.kept / "round.json").read_text(encoding="utf-8")) != note
    assert overdue(city.night()) == []
    save_remembered(replace(kept, answers=forged, whole_on=DAY - timedelta(7)), city.kept)
    with caplog.at_level(logging.ERROR):
        run = city.night()
    assert overdue(run) == expected
    assert "penalty.decision_overdue" in caplog.text


def test_only_what_is_named_stays_on_disk(city):
    city.night()
    city.deliver(penalty_case=[case(1, decided_on=DAY, decision_result="penalty")])
    city.night()
    named = json.loads((city.kept / "round.json").read_text(encoding="utf-8"))["answers"].values()
    assert {path.name for path in city.kept.glob("*.parquet")} == set(named)
