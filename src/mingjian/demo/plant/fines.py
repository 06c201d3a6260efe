"""Problems in what was imposed: too much, too little, twice, on the spot, heavier than told."""

import numpy as np

from mingjian.demo.agencies import STEPS
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.fines import SUMMARY_PERSON, SUMMARY_UNIT, USUAL_LEAST
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.redate import settled
from mingjian.demo.records import Column, Records, where
from mingjian.demo.world import planted

_CASE = "penalty_case"
_LEAST_PEERS = 40
_SPREAD = 0.37  # scaled median absolute deviation of a usual fine, as a share of the log range


def plant_fines(city: City, ledger: Ledger, chance: Chance) -> None:
    """CL-01, CL-02, CL-08, PT-17, FL-05; also the fine proposed in the prior notice."""
    cases = city["penalty_case"]
    cases["proposed_fine_yuan"] = cases["fine_yuan"].copy()
    _twice(city, ledger, chance.stream("twice"))
    _outlier(city, ledger)
    _off_benchmark(city, ledger, chance.stream("benchmark"))
    _too_big_on_spot(city, ledger, chance.stream("spot"))
    _heavier(city, ledger, chance.stream("heavier"))


def _bounds(city: City, cases: Records) -> tuple[Column, Column]:
    """The step's bounds in yuan for each case."""
    item, step = cases["item"], cases["step_no"]
    return city.items.low[item, step], city.items.high[item, step]


def _set_fine(cases: Records, rows: Column, fine: Column) -> None:
    cases["fine_yuan"][rows] = fine
    cases["proposed_fine_yuan"][rows] = fine


def _fined(city: City, cases: Records) -> Column:
    """Ordinary penalties with a fine below the hearing amount, whose dates suit that."""
    ordinary = settled(cases, city.world.until) & (cases["fine_yuan"] > 0)
    return ordinary & ~cases["is_major"]


def _outlier(city: City, ledger: Ledger) -> None:
    """Inside the benchmark, but far above what everybody else imposes for the same (CL-01)."""
    cases = city["penalty_case"]
    low, high = _bounds(city, cases)
    from_, to = city.items.practice[cases["item"]].T
    usual_top = low + to * (high - low)
    usual_least = np.maximum(usual_top * USUAL_LEAST, low + from_ * (high - low))
    usual = np.sqrt(usual_least * usual_top)
    spread = _SPREAD * np.log(usual_top / usual_least)
    narrow = (to <= 0.5) & (high < cases["hearing_threshold"]) & (high > usual * 1.8)
    narrow &= (np.log(high / usual) > 5 * spread) & ((cases["step_no"] > 0) | (high > 7500))
    groups = cases["item"] * 6 + cases["step_no"] * 2 + (cases["party_kind"] == "natural")
    fined = (cases["decision_result"] == "penalty") & (cases["fine_yuan"] > 0)
    fined &= cases["decided_on"] <= city.world.until
    crowd = np.bincount(groups[fined], minlength=int(groups.max()) + 1)[groups] >= _LEAST_PEERS
    rows = ledger.choose(_CASE, _fined(city, cases) & narrow & crowd, 25, "CL-01")
    _set_fine(cases, rows, high[rows])
    ledger.plant("CL-01", _CASE, cases["case_id"][rows], "在裁量幅度内，但远高于同类同阶次案件")
    rows = ledger.choose(_CASE, _fined(city, cases) & narrow & crowd, 10, "CL-01.near")
    _set_fine(cases, rows, np.round(usual_top[rows], -1))
    ledger.near("CL-01", _CASE, cases["case_id"][rows], "同类案件的最高一档")


def _off_benchmark(city: City, ledger: Ledger, chance: Chance) -> None:
    cases = city["penalty_case"]
    low, high = _bounds(city, cases)
    low_threshold = high * 1.15 < cases["hearing_threshold"]
    able = _fined(city, cases) & low_threshold & (city.items.practice[cases["item"]][:, 1] == 1.0)
    able &= high <= 2.2 * low  # beside its peers a fine just off the step is nothing unusual
    rows = ledger.choose(_CASE, able & (low >= 400), 30, "CL-02")
    above = chance.share(len(rows), 0.6)
    fine = where(above, np.ceil(high[rows] * 1.1 / 10) * 10, np.floor(low[rows] * 0.9 / 10) * 10)
    _set_fine(cases, rows, fine)
    ledger.plant("CL-02", _CASE, cases["case_id"][rows], "罚款不在所选阶次的幅度之内")
    for edge, note in (
        (high, "正好是幅度上限（以下含本数）"),
        (low, "正好是幅度下限（以上含本数）"),
    ):
        rows = ledger.choose(_CASE, able & (low >= 400), 8, "CL-02.near")
        _set_fine(cases, rows, edge[rows])
        ledger.near("CL-02", _CASE, cases["case_id"][rows], note)
    rows = ledger.choose(_CASE, able & (low >= 400), 6, "CL-02.near")
    _set_fine(cases, rows, np.floor(low[rows] * 0.9 / 10) * 10)
    cases["mitigation_reason"][rows] = "主动消除违法行为危害后果，依法减轻处罚"
    ledger.near("CL-02", _CASE, cases["case_id"][rows], "低于下限但有减轻处罚理由")


def _too_big_on_spot(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政处罚法第五十一条: 200 yuan for citizens, 3000 for units; 以下 includes the sum."""
    cases, items = city["penalty_case"], city.items
    spot = (cases["procedure"] == "summary") & (cases["fine_yuan"] > 0)
    person, unit = cases["party_kind"] == "natural", cases["party_kind"] == "legal"
    _, high = _bounds(city, cases)
    low_next, high_next = items.low[cases["item"], 1], items.high[cases["item"], 1]
    small = high_next < cases["hearing_threshold"]
    for mask, limit, usual, note in (
        (person, SUMMARY_PERSON, 14, "对公民当场罚款超过二百元"),
        (unit, SUMMARY_UNIT, 12, "对单位当场罚款超过三千元"),
    ):
        rows = ledger.choose(_CASE, spot & mask & small & (low_next >= limit), usual, "PT-17")
        part = 0.6 + 0.35 * chance.rng.random(len(rows))
        fine = np.maximum(np.round(high_next[rows] * part / 10) * 10, low_next[rows] + 10)
        cases["step_no"][rows] = 1
        cases["discretion_step"][rows] = STEPS[1]
        _set_fine(cases, rows, fine)
        ledger.plant("PT-17", _CASE, cases["case_id"][rows], note)
    rows = ledger.choose(_CASE, spot & unit, 4, "PT-17")
    cases["penalty_kinds"][rows] = "fine,confiscate_goods"
    cases["confiscated_goods_yuan"][rows] = 300.0
    ledger.plant("PT-17", _CASE, cases["case_id"][rows], "当场没收，超出警告、罚款的种类")
    for mask, limit, note in (
        (spot & person & (high >= SUMMARY_PERSON), SUMMARY_PERSON, "对公民正好二百元"),
        (spot & unit & (high >= SUMMARY_UNIT), SUMMARY_UNIT, "对单位正好三千元"),
    ):
        rows = ledger.choose(_CASE, mask, 8, "PT-17.near")
        _set_fine(cases, rows, np.full(len(rows), float(limit)))
        ledger.near("PT-17", _CASE, cases["case_id"][rows], note)


def _heavier(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政处罚法第四十五条: not heavier because the party spoke up."""
    cases = city["penalty_case"]
    able = settled(cases, city.world.until) & (cases["fine_yuan"] >= 200)
    rows = ledger.choose(_CASE, able, 30, "CL-08")
    less = cases["fine_yuan"][rows] * (0.4 + 0.5 * chance.rng.random(len(rows)))
    cases["proposed_fine_yuan"][rows] = np.floor(less / 10) * 10
    ledger.plant("CL-08", _CASE, cases["case_id"][rows], "决定的罚款重于事先告知")
    rows = ledger.choose(_CASE, able & ~cases["is_major"], 10, "CL-08.near")
    cases["proposed_fine_yuan"][rows] = np.floor(cases["fine_yuan"][rows] * 0.08) * 10
    again = cases["decided_on"][rows] - np.timedelta64(4, "D")
    cases["renotified_on"][rows] = np.maximum(again, cases["prior_notice_on"][rows])
    ledger.near("CL-08", _CASE, cases["case_id"][rows], "发现新的事实后重新告知")
    lighter = able & ~cases["is_major"] & (cases["penalty_kinds"] == "fine")
    rows = ledger.choose(_CASE, lighter, 10, "CL-08.near")
    cases["proposed_fine_yuan"][rows] = cases["fine_yuan"][rows] * 1.2
    ledger.near("CL-08", _CASE, cases["case_id"][rows], "采纳申辩后减轻")


def _twice(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政处罚法第二十九条: a second fine for the same act; the later decision is the problem."""
    cases = city["penalty_case"]
    wanted = planted(ledger.scale, 14)
    for turn, (same_agency, later, note) in enumerate(
        (
            (True, 0, "同一违法行为再次罚款"),
            (False, 0, "两个机关先后对同一违法行为罚款"),
            (True, 15, "责令改正之后的新行为"),
        )
    ):
        first, second = _pairs_of(cases, _fined_units(city, ledger), same_agency)
        chosen = chance.stream(str(turn)).some(np.arange(len(first)), max(2, wanted // 2))
        first, second = first[chosen], second[chosen]
        ledger.used.setdefault(_CASE, set()).update(first.tolist(), second.tolist())
        _same_act(cases, first, second, later)
        tell = ledger.near if later else ledger.plant
        tell("FL-05", _CASE, cases["case_id"][second], note)
        if not same_agency:
            later_filed = cases["filed_on"][second] >= cases["filed_on"][first]
            both = where(later_filed, second, first)
            both = both[cases["procedure"][both] == "ordinary"]
            ledger.plant("ZT-10", _CASE, cases["case_id"][both], "两个机关对同一违法行为先后立案")


def _fined_units(city: City, ledger: Ledger) -> Column:
    """Fines of businesses that nothing was planted on and that no inspection led to."""
    cases = city["penalty_case"]
    able = (cases["decision_result"] == "penalty") & (cases["fine_yuan"] > 0)
    able &= (cases["decided_on"] <= city.world.until) & (cases["source_kind"] != "inspection")
    return able & (cases["party_kind"] != "natural") & ledger.is_free(_CASE, len(cases))


def _pairs_of(cases: Records, able: Column, same_agency: bool) -> tuple[Column, Column]:
    """Neighbouring cases of one violation and kind of party, of one agency or of two, not long
    after each other; every case in one pair only. The second is decided later."""
    rows = np.flatnonzero(able)
    keys = [cases["decided_on"][rows], cases["party_kind"][rows].astype(str), cases["item"][rows]]
    order = rows[np.lexsort([*keys, cases["agency"][rows]] if same_agency else keys)]
    first, second = order[:-1:2], order[1::2]
    first = first[: len(second)]
    suits = (cases["agency"][first] == cases["agency"][second]) == same_agency
    for name in ("item", "party_kind", "procedure"):
        suits &= cases[name][first] == cases[name][second]
    gap = (cases["decided_on"][second] - cases["decided_on"][first]).astype(np.int64)
    found = (cases["discovered_on"][second] - cases["act_on"][first]).astype(np.int64)
    suits &= (gap >= 3) & (gap <= 240) & (found >= (20 if same_agency else 0))
    return first[suits], second[suits]


def _same_act(cases: Records, first: Column, second: Column, later: int) -> None:
    for name in (
        "party",
        "party_id",
        "party_name",
        "party_credit_code",
        "act_place",
        "fact",
        "act_region_code",
        "violation",
        "cause",
    ):
        cases[name][second] = cases[name][first]
    cases["act_on"][second] = cases["act_on"][first] + np.timedelta64(later, "D")
    cases["act_ended_on"][second] = cases["act_on"][second]
    cases["act_ended_on"][first] = cases["act_on"][first]
