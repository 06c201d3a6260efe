"""Other values for some agencies: each finding is judged by, and carries, its own values."""

from datetime import date
from decimal import Decimal

import pytest

from mingjian.monitor import Variant, run_round
from mingjian.monitor.finding import fingerprint_of
from mingjian.store import memory_reader

DAY = date(2025, 6, 30)
WHEN = "fine_yuan >= :least"


def values(least):
    return {"least": {"value": least, "meaning": "起点", "basis": "平台设计值", "min": 1}}


@pytest.fixture
def library(a_library, a_monitor):
    return a_library(
        a_monitor("large", code="PT-02", when=WHEN, parameters=values(1000)),
        a_monitor("larger", code="PT-03", when=f"{WHEN} AND is_major", parameters=values(2000)),
    )


def case(number, agency, fine, **more):
    return {
        "case_id": str(number),
        "agency_id": agency,
        "procedure": "ordinary",
        "case_no": f"京罚〔2025〕{number}号",
        "filed_on": date(2025, 1, 2),
        "fine_yuan": Decimal(fine),
        "is_major": True,
    } | more


ROWS = {
    "penalty_case": [
        case(1, "A1", 600),
        case(2, "A2", 600),
        case(3, "A2", 1500),
        case(4, "A3", 1500),
        case(5, "A4", 1500),
    ]
}
LOWER = Variant("large", {"least": 500}, frozenset(["A2"]))
HIGHER = Variant("large", {"least": 1600}, frozenset(["A3"]))


def found(run, name):
    return {f.unit_id: f.parameters["least"]["value"] for f in run.findings_of(name)}


def test_each_agency_is_judged_by_its_own_values(library):
    with memory_reader(ROWS) as reader:
        plain = run_round(reader, library, DAY)
        run = run_round(reader, library, DAY, variants=[LOWER, HIGHER])
    assert found(plain, "large") == {"3": 1000, "4": 1000, "5": 1000}
    assert found(run, "large") == {"2": 500, "3": 500, "5": 1000}
    counts = {outcome.monitor_id: outcome.count for outcome in run.outcomes}
    assert counts == {"large": 3, "larger": 0}
    assert sorted(run.table("large")["unit_id"].to_pylist()) == ["2", "3", "5"]


def test_a_finding_carries_the_fingerprint_of_its_values(library):
    with memory_reader(ROWS) as reader:
        run = run_round(reader, library, DAY, variants=[LOWER])
    prints = {f.unit_id: f.fingerprint for f in run.findings_of("large")}
    monitor = library.monitors["large"]
    assert prints["5"] == fingerprint_of(library, monitor)
    assert prints["3"] == fingerprint_of(library, monitor.with_values({"least": 500}))
    assert prints["3"] != prints["5"]


def test_variants_of_several_monitors_and_of_none_that_runs(library):
    other = Variant("larger", {"least": 600}, frozenset(["A1", "A4"]))
    absent = Variant("gone", {"least": 1}, frozenset(["A1"]))
    with memory_reader(ROWS) as reader:
        run = run_round(reader, library, DAY, variants=[LOWER, other, HIGHER, absent])
    assert found(run, "larger") == {"1": 600, "5": 600}
    assert found(run, "large") == {"2": 500, "3": 500, "5": 1000}


def test_a_variant_that_fails_fails_its_monitor_only(library, monkeypatch):
    from mingjian.monitor import run as module

    real = module.scan

    def broken(reader, library, monitors, as_of, say, recall=None):
        for answer in real(reader, library, monitors, as_of, say, recall=recall):
            varied = [m for m in monitors if m.parameters["least"].value == 500]
            if varied and answer.monitor_id == varied[0].id:
                answer = module.Answer(answer.monitor_id, None, 0.0, "运行出错：试验")
            yield answer

    monkeypatch.setattr(module, "scan", broken)
    with memory_reader(ROWS) as reader:
        run = run_round(reader, library, DAY, variants=[LOWER, HIGHER])
    assert {o.monitor_id: o.status for o in run.outcomes} == {"large": "failed", "larger": "ran"}
    with pytest.raises(KeyError):
        run.table("large")


def test_fills_say_how_much_was_filled(library):
    with memory_reader(
        {"penalty_case": [case(1, "A1", 600, filed_on=None), case(2, "A1", 1)]}
    ) as r:
        run = run_round(r, library, DAY)
    fill = run.fills["penalty_case"]
    assert fill.rows == 2
    assert fill.filled["filed_on"] == 1


def test_statuses_given_by_people_replace_those_of_the_files(library):
    changed = library.with_status({"large": "draft", "gone": "shadow"})
    assert changed.monitors["large"].status == "draft"
    assert library.monitors["large"].status == "production"
    with memory_reader(ROWS) as reader:
        run = run_round(reader, changed, DAY)
    assert {o.monitor_id: o.status for o in run.outcomes} == {"large": "skipped", "larger": "ran"}
