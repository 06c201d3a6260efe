"""Two versions on the same days: what both find and what one alone finds."""

from datetime import date
from decimal import Decimal

from mingjian.monitor import compare
from mingjian.store import memory_reader

DAYS = [date(2025, 1, 31), date(2025, 2, 28)]


def amount(least):
    return {"least": {"value": least, "meaning": "起点", "basis": "平台设计值"}}


def rows():
    base = {"agency_id": "A1", "procedure": "ordinary", "filed_on": date(2025, 1, 2)}
    return {
        "penalty_case": [
            base | {"case_id": "1", "case_no": "1号", "fine_yuan": Decimal(500)},
            base | {"case_id": "2", "case_no": "2号", "fine_yuan": Decimal(1500)},
        ]
    }


def reader(_moment):
    return memory_reader(rows())


def test_both_versions_are_judged_on_the_same_days(a_library, a_monitor):
    old = a_monitor("large", code="PT-02", when="fine_yuan >= :least", parameters=amount(1000))
    new = a_monitor("large2", code="PT-02", when="fine_yuan >= :least", parameters=amount(400))
    days = list(compare(reader, a_library(old), old, new, DAYS))
    assert [day.as_of for day in days] == DAYS
    assert [set(day.old or {}) for day in days] == [{"2"}, {"2"}]
    assert [set(day.new or {}) for day in days] == [{"1", "2"}, {"1", "2"}]
    assert days[0].new["1"].agency_id == "A1"
    assert "1号" in days[0].new["1"].message
    assert not days[0].as_known
    assert "按现有数据推算" in days[0].message


def test_a_version_that_lacks_data_has_no_result_and_says_so(a_library, a_monitor):
    old = a_monitor("large", code="PT-02", when="fine_yuan >= :least", parameters=amount(1000))
    new = a_monitor(
        "large2",
        code="PT-02",
        when="fine_yuan >= :least",
        parameters=amount(400),
        requires={"penalty_case": {"decided_on": 0.9}},
    )
    (day,) = compare(reader, a_library(old), old, new, DAYS[:1])
    assert set(day.old or {}) == {"2"}
    assert day.new is None
    assert "对照版本没有结果" in day.message
