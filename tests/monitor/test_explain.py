"""Why a unit was found: row, time line, source rows, peers; the past; one draft."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from mingjian.monitor import backtest, explain, precheck
from mingjian.monitor.given import GivenError
from mingjian.store import memory_reader

DAY = date(2025, 6, 30)


def case(number, **fields):
    row = {"case_id": str(number), "agency_id": "A1", "procedure": "ordinary"}
    return row | {"case_no": f"京罚〔2025〕{number}号", "filed_on": date(2025, 1, 2)} | fields


@pytest.fixture
def rows():
    fines = [100, 200, 300, 400, 900]
    return {
        "penalty_case": [
            *(case(i, fine_yuan=Decimal(fine)) for i, fine in enumerate(fines, 1)),
            case(6, procedure="summary", fine_yuan=Decimal(50)),
        ],
        "case_step": [
            {"case_id": "1", "step_no": 1, "activity": "立案", "occurred_at": datetime(2025, 1, 2)},
            {"case_id": "2", "step_no": 1, "activity": "立案", "occurred_at": datetime(2025, 1, 2)},
        ],
        "act_officer": [
            {"act_kind": kind, "act_id": "1", "officer_id": "P1", "acted_on": date(2025, 1, 3)}
            for kind in ("penalty_case", "inspection")
        ],
        "agency": [{"agency_id": "A1", "name": "甲局", "region_code": "110105"}],
    }


def test_an_explanation_holds_all_that_a_page_needs(a_library, a_monitor, rows):
    monitor = a_monitor()
    library = a_library(monitor)
    with memory_reader(rows) as reader:
        found = explain(reader, library, monitor, "1", DAY)
        assert reader.rows(found.sql)[0]["unit_id"] == "1"
    assert found.row["region_code"] == "110105"
    assert found.titles["due_on"] == "届满日"
    assert found.milestones == [("立案", date(2025, 1, 2))]
    limit = found.limits[0]
    assert (limit.title, limit.start, limit.end, limit.met) == (
        "办案期限",
        date(2025, 1, 2),
        date(2025, 4, 2),
        None,
    )
    assert {table: len(found.sources[table]) for table in found.sources} == {
        "penalty_case": 1,
        "case_step": 1,
        "act_officer": 1,
    }


def test_peers_are_units_of_the_same_group(a_library, a_monitor, rows):
    monitor = a_monitor()
    with memory_reader(rows) as reader:
        peers = explain(reader, a_library(monitor), monitor, "4", DAY).peers
    assert (peers.size, peers.rank, peers.value) == (5, 2, Decimal(400))
    assert (peers.lower_quartile, peers.median, peers.upper_quartile) == (200, 300, 400)
    assert peers.group == {"procedure": "ordinary"}


def test_a_unit_without_value_has_no_peers(a_library, a_monitor, rows):
    rows["penalty_case"].append(case(7))
    monitor = a_monitor()
    with memory_reader(rows) as reader:
        assert explain(reader, a_library(monitor), monitor, "7", DAY).peers is None


def test_an_unknown_unit_has_no_explanation(a_library, a_monitor, rows):
    monitor = a_monitor()
    with memory_reader(rows) as reader:
        assert explain(reader, a_library(monitor), monitor, "x' OR '1'='1", DAY) is None


def test_a_unit_of_a_composite_key_and_no_view_is_explained(a_library, a_monitor):
    sql = (
        "SELECT p.power_item_code || '|' || p.agency_id AS unit_id, p.agency_id, p.name\n"
        "FROM power_item p\nWHERE p.in_force_from >= :in_force\n"
    )
    shown = {"evidence": {"name": "事项名称"}, "message": "{name}", "unit": "power_item"}
    monitor = a_monitor(view=None, when=None, sql=sql, **shown)
    item = {"power_item_code": "CF-1", "agency_id": "A1", "name": "事项", "kind": "penalty"}
    with memory_reader({"power_item": [item | {"in_force_from": date(2022, 1, 1)}]}) as reader:
        found = explain(reader, a_library(monitor), monitor, "CF-1|A1", DAY)
        assert explain(reader, a_library(monitor), monitor, "CF-1", DAY) is None
    assert found.row["name"] == "事项"
    assert found.titles["name"] == "事项名称"
    assert list(found.sources) == ["power_item"]


def test_a_backtest_tells_new_continuing_and_gone(a_library, a_monitor):
    monitor = a_monitor(when="decided_on IS NULL AND due_on < :as_of AND filed_on >= :in_force")
    library = a_library(monitor)

    def readers(moment):
        decided = date(2025, 5, 20) if moment and moment >= datetime(2025, 5, 21) else None
        rows = [case(1, decided_on=decided), case(2, filed_on=date(2025, 2, 20))]
        submission = [{"submission_id": "S1", "received_at": datetime(2025, 1, 1)}]
        return memory_reader({"penalty_case": rows, "submission": submission})

    steps = list(
        backtest(readers, monitor, date(2025, 3, 25), date(2025, 6, 1), 20, library=library)
    )
    assert [step.as_of for step in steps] == [
        date(2025, 3, 25),
        date(2025, 4, 14),
        date(2025, 5, 4),
        date(2025, 5, 24),
    ]
    assert [(s.new, s.continuing, s.gone) for s in steps] == [
        ([], [], []),
        (["1"], [], []),
        ([], ["1"], []),
        (["2"], [], ["1"]),
    ]
    assert all(step.as_known for step in steps)


def test_a_day_before_anything_was_received_says_so(a_library, a_monitor):
    monitor = a_monitor()
    steps = list(
        backtest(
            lambda _: memory_reader({"penalty_case": [case(1)]}),
            monitor,
            DAY,
            DAY,
            1,
            library=a_library(monitor),
        )
    )
    assert (steps[0].as_known, steps[0].count) == (False, 1)
    assert "按现有数据推算" in steps[0].message


def test_a_backtest_of_no_days_is_refused(a_library, a_monitor):
    monitor = a_monitor()
    with pytest.raises(ValueError, match="起日不得晚于止日"):
        list(
            backtest(
                lambda _: memory_reader({}),
                monitor,
                DAY,
                date(2025, 1, 1),
                1,
                library=a_library(monitor),
            )
        )


def test_a_draft_is_judged_by_the_same_monitors(a_library, a_monitor):
    library = a_library(a_monitor())
    run = precheck({"penalty_case": [case(1), case(2, filed_on=None)]}, library, DAY)
    assert [finding.unit_id for finding in run.findings()] == ["1"]
    with pytest.raises(GivenError, match="penalty_case 第 1 行 filed_on"):
        precheck({"penalty_case": [case(1, filed_on="2025/1/2")]}, library, DAY)


def test_a_view_may_have_units_of_its_own(a_library, a_monitor, a_view):
    """A place is not a record: the rows of a place are the records that name it."""
    sql = """SELECT c.place_key AS unit_id, MIN(c.agency_id) AS agency_id,
       MIN(c.region_code) AS region_code, COUNT(*) AS complaint_count
FROM complaint c GROUP BY c.place_key
"""
    view = a_view(
        unit="complaint",
        key="place_key",
        reads=["complaint"],
        columns={
            "unit_id": "点位",
            "agency_id": "主体",
            "region_code": "区划",
            "complaint_count": "工单数",
        },
        milestones=[],
        limits=[],
        peers=None,
        sql=sql,
    )
    shown = {"evidence": {"complaint_count": "工单数"}, "message": "{complaint_count}件"}
    monitor = a_monitor(
        unit="complaint", when="complaint_count > 1", parameters={}, requires={}, **shown
    )
    rows = [
        {"complaint_id": str(i), "place_key": place, "received_at": datetime(2025, 1, i)}
        for i, place in enumerate(["甲", "甲", "乙"], 1)
    ]
    with memory_reader({"complaint": rows}) as reader:
        found = explain(reader, a_library(monitor, view=view), monitor, "甲", DAY)
    assert found.row["complaint_count"] == 2
    assert [row["complaint_id"] for row in found.sources["complaint"]] == ["1", "2"]
    assert found.milestones == []
