"""Problems in several cases of one party: split fines, second filings, repeated waivers."""

import numpy as np

from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.fines import SUMMARY_PERSON, SUMMARY_UNIT
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.redate import only_case
from mingjian.demo.records import NO_DAY, Column, Records
from mingjian.demo.waivers import FIRST, LIGHT, MINOR

_CASE = "penalty_case"
_DAY = np.timedelta64(1, "D")
_PARTY = (
    "party",
    "party_id",
    "party_name",
    "party_kind",
    "party_credit_code",
    "party_identity_no",
    "act_place",
    "address",
)
# 流动性违法 and what goes with a vehicle or its driver: nothing stays to be made good.
PASSING = ("占道", "流动", "遗撒", "停放", "超限", "运输", "客运", "货运", "拒载")
_SPOT_DAYS = (
    "discovered_on",
    "act_on",
    "act_ended_on",
    "decided_on",
    "ended_on",
    "correction_ordered_on",
    "served_on",
    "complied_on",
    "begun_on",
    "closed_on",
    "archived_on",
    "disclosed_on",
)


def plant_together(city: City, ledger: Ledger) -> None:
    """PT-19, ZT-10, QW-02, QW-07, LZ-08."""
    cases = city[_CASE]
    _split(city, ledger)
    _filed_twice(city, ledger)
    _waived_again(cases, city, ledger)
    _fined_again(cases, city, ledger)


def _groups(cases: Records, able: Column, size: int, by_agency: bool = True) -> Column:
    """Rows of groups of `size` cases of one violation, party kind (on which the hearing turns) and
    (or not) agency, in the order of time; one row of the result a group, every case in one only."""
    rows = np.flatnonzero(able)
    _, kind = np.unique(cases["party_kind"][rows].astype(str), return_inverse=True)
    key = cases["item"][rows] * 4 + kind
    if by_agency:
        key = key * 10_000 + cases["agency"][rows]
    order = np.lexsort((cases["discovered_on"][rows], key))
    rows, key = rows[order], key[order]
    found = [
        group[: len(group) // size * size].reshape(-1, size)
        for group in np.split(rows, np.flatnonzero(np.diff(key)) + 1)
        if len(group) >= size
    ]
    return np.concatenate(found) if found else np.empty((0, size), np.int64)


def _take(ledger: Ledger, groups: Column, usual: int, code: str) -> Column:
    """Some of the groups; their cases are now spoken for."""
    free = ~np.isin(groups, list(ledger.used.get(_CASE, set()))).any(axis=1)
    groups = groups[free]
    chosen = groups[ledger.choose(code, np.ones(len(groups), bool), usual, code)]
    ledger.used.setdefault(_CASE, set()).update(chosen.ravel().tolist())
    return chosen


def same_party(cases: Records, first: Column, later: Column) -> None:
    """The later cases are of the first one's party."""
    for name in _PARTY:
        cases[name][later] = cases[name][first]


def _split(city: City, ledger: Ledger) -> None:
    """One violation, one party, one day, several small tickets that together pass the limit of
    行政处罚法第五十一条."""
    cases, last = city[_CASE], city.world.until
    spot = (cases["procedure"] == "summary") & (cases["fine_yuan"] > 0)
    spot &= (cases["decided_on"] < last - 20 * _DAY) & (cases["complied_on"] < last)
    person = cases["party_kind"] == "natural"
    for mask, limit in ((person, SUMMARY_PERSON), (cases["party_kind"] == "legal", SUMMARY_UNIT)):
        _, high = city.items.low[cases["item"], 0], city.items.high[cases["item"], 0]
        groups = _groups(cases, spot & mask & (high >= limit * 0.6), 2)
        for code, usual, share, gap, note in (
            ("PT-19", 12, 0.6, 0, "同日对同一违法行为开两张罚单，合计超过限额"),
            ("PT-19.near", 4, 0.5, 0, "合计正好为限额"),
            ("PT-19.near", 4, 0.6, 3, "相隔三日"),
        ):
            pairs = _take(ledger, groups, usual, code)
            first, second = pairs[:, 0], pairs[:, 1]
            same_party(cases, first, second)
            for name in _SPOT_DAYS:
                cases[name][second] = cases[name][first] + gap * _DAY
            soon = work_days().add(cases["decided_on"][second], 6)  # three days may be a holiday
            for name in ("closed_on", "archived_on"):
                cases[name][second] = np.minimum(cases[name][second], soon)
            for rows in (first, second):
                cases["fine_yuan"][rows] = cases["proposed_fine_yuan"][rows] = limit * share
                cases["penalty_kinds"][rows] = "fine"
            if code == "PT-19":
                ledger.plant("PT-19", _CASE, cases["case_id"][second], note)
                ledger.plant("FL-05", _CASE, cases["case_id"][second], "同日同一违法行为两次罚款")
            else:
                ledger.near("PT-19", _CASE, cases["case_id"][second], note)
                if not gap:
                    ledger.plant("FL-05", _CASE, cases["case_id"][second], "同日两次罚款")


def _filed_twice(city: City, ledger: Ledger) -> None:
    """One act of one party filed by two agencies; the later filing is the problem."""
    cases, last = city[_CASE], city.world.until
    able = (cases["procedure"] == "ordinary") & (cases["party_kind"] != "natural")
    able &= (cases["filed_on"] < last - 30 * _DAY) & (cases["source_kind"] != "inspection")
    able &= only_case(cases)
    groups = _groups(cases, able, 2, by_agency=False)
    first, second = groups[:, 0], groups[:, 1]
    gap = (cases["filed_on"][second] - cases["filed_on"][first]).astype(np.int64)
    suits = (cases["agency"][first] != cases["agency"][second]) & (gap >= 1) & (gap <= 60)
    suits &= cases["decision_result"][first] != "withdrawn"
    results = cases["decision_result"][second]
    unfined = suits & np.isin(results.astype(str), ["no_penalty", "not_established"])
    for code, mask, usual, apart, note in (
        ("ZT-10", unfined, 12, 0, "两个机关对同一违法行为先后立案"),
        ("ZT-10.near", unfined, 5, 20, "相隔二十日的另一次行为"),
        ("ZT-10.near", suits & (results == "withdrawn"), 5, 0, "后立案的机关已经撤销立案"),
    ):
        pairs = _take(ledger, groups[mask], usual, code)
        one, two = pairs[:, 0], pairs[:, 1]
        same_party(cases, one, two)
        cases["act_on"][two] = cases["act_on"][one] + apart * _DAY
        cases["act_ended_on"][two] = cases["act_on"][two]
        cases["act_ended_on"][one] = cases["act_on"][one]
        waived = two[cases["decision_result"][two] == "no_penalty"]
        cases["mitigation_reason"][waived] = MINOR  # it is not the first time any more
        tell = ledger.plant if code == "ZT-10" else ledger.near
        tell("ZT-10", _CASE, cases["case_id"][two], note)


def _waived_again(cases: Records, city: City, ledger: Ledger) -> None:
    """行政处罚法第三十三条: 初次 is not the second time; and a waiver that did not help."""
    last = city.world.until
    done = (cases["procedure"] == "ordinary") & (cases["party_kind"] != "natural")
    done &= (cases["decided_on"] < last - 10 * _DAY) & (cases["source_kind"] != "inspection")
    fined = done & (cases["decision_result"] == "penalty") & ~cases["is_major"]
    fined &= only_case(cases)
    groups = _groups(cases, fined, 2)
    gap = (cases["discovered_on"][groups[:, 1]] - cases["decided_on"][groups[:, 0]]).astype(int)
    for code, low, high, waive_first, note in (
        ("QW-02", 20, 330, False, "十二个月内有同类违法，仍以初次违法免罚"),
        ("QW-02.near", 400, 700, False, "同类违法在十二个月以前"),
        ("QW-07", 20, 170, True, "免罚后六个月内再犯"),
        ("QW-07.near", 190, 330, True, "免罚六个月以后再犯"),
    ):
        pairs = _take(ledger, groups[(gap >= low) & (gap <= high)], 12, code)
        first, second = pairs[:, 0], pairs[:, 1]
        same_party(cases, first, second)
        _waive(cases, first if waive_first else second, FIRST)
        unit = second
        tell = ledger.near if code.endswith("near") else ledger.plant
        tell(code[:5], _CASE, cases["case_id"][unit], note)
    waived = _groups(cases, fined, 2)
    gap = (cases["discovered_on"][waived[:, 1]] - cases["decided_on"][waived[:, 0]]).astype(int)
    pairs = _take(ledger, waived[(gap >= 20) & (gap <= 330)], 5, "QW-02.near")
    same_party(cases, pairs[:, 0], pairs[:, 1])
    _waive(cases, pairs[:, 1], MINOR)
    ledger.near("QW-02", _CASE, cases["case_id"][pairs[:, 1]], "有同类违法，以轻微并及时改正免罚")


def _waive(cases: Records, rows: Column, reason: str) -> None:
    cases["decision_result"][rows] = "no_penalty"
    cases["mitigation_reason"][rows] = reason
    cases["discretion_factor"][rows] = LIGHT
    cases["corrected_on"][rows] = cases["decided_on"][rows]
    for name in ("fine_yuan", "confiscated_gains_yuan", "confiscated_goods_yuan"):
        cases[name][rows] = np.nan
    cases["penalty_kinds"][rows] = cases["discretion_step"][rows] = None
    for name in ("complied_on", "disclosed_on", "announced_on"):
        cases[name][rows] = NO_DAY
    cases["served_on"][rows] = work_days().add(cases["decided_on"][rows], 2)
    cases["service_method"][rows] = "direct"
    cases["closed_on"][rows] = work_days().add(cases["decided_on"][rows], 4)


def _fined_again(cases: Records, city: City, ledger: Ledger) -> None:
    """Three fines in a year for the same, and never made good (行政处罚法第二十八条)."""
    able = (cases["decision_result"] == "penalty") & (cases["fine_yuan"] > 0)
    able &= (cases["decided_on"] < city.world.until - 10 * _DAY) & (cases["party_kind"] == "legal")
    able &= (cases["source_kind"] != "inspection") & only_case(cases)
    passing = [any(word in str(said) for word in PASSING) for said in cases["violation"]]
    able &= ~np.array(passing, bool)
    groups = _groups(cases, able, 3)
    step = np.diff(cases["act_on"][groups], axis=1).astype(np.int64)
    span = (cases["decided_on"][groups].max(1) - cases["decided_on"][groups].min(1)).astype(int)
    groups = groups[(step >= 20).all(axis=1) & (span <= 330)]
    for code, usual, mended, note in (
        ("LZ-08", 8, False, "一年内同一行为三次罚款，从未改正"),
        ("LZ-08.near", 4, True, "三次罚款，其间改正过"),
    ):
        chosen = _take(ledger, groups, usual, code)
        if not len(chosen):
            continue
        for later in (1, 2):
            same_party(cases, chosen[:, 0], chosen[:, later])
        cases["act_ended_on"][chosen.ravel()] = cases["act_on"][chosen.ravel()]
        cases["corrected_on"][chosen.ravel()] = NO_DAY
        if mended:
            middle = chosen[:, 1]
            cases["corrected_on"][middle] = work_days().add(cases["decided_on"][middle], 1)
        newest = chosen[np.arange(len(chosen)), cases["decided_on"][chosen].argmax(axis=1)]
        tell = ledger.near if mended else ledger.plant
        tell("LZ-08", _CASE, cases["case_id"][newest], note)
