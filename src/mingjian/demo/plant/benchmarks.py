"""Powers that are used without a benchmark, or with one older than the amended law (unit: the power
of an agency)."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.counted import within
from mingjian.demo.records import NO_DAY, Column, joined, texts
from mingjian.demo.world import planted

_CASE = "penalty_case"
_GRACE_DAYS = 180  # a value of the platform (目录 CL-10)
_OFTEN = 5
_BY_BENCHMARK = ("CL-01", "CL-02", "CL-04", "FL-07")  # what cannot be said without one


def plant_benchmarks(city: City, ledger: Ledger, chance: Chance) -> None:
    """CL-10 (行政处罚法第三十四条): published, and adapted when the law changes."""
    wanted = max(1, planted(ledger.scale, 4) // 4)
    missing = _missing(city, ledger, wanted, chance.stream("missing"))
    stale = _stale(city, wanted, chance.stream("stale"))
    counts = _use(city)
    for codes, note in ((missing, "没有裁量基准"), (stale, "法律修改后基准没有更新")):
        own = [unit for unit in counts if unit.split("|")[0] in codes]
        wrong = [unit for unit in own if counts[unit] >= _OFTEN]
        near = [unit for unit in own if 0 < counts[unit] < _OFTEN]
        ledger.plant("CL-10", "power_item", texts(wrong), note)
        ledger.near("CL-10", "power_item", texts(near[:8]), f"{note}，一年用得不到五次")
    _renewed(city, ledger, counts)


def _use(city: City) -> dict[str, int]:
    """Fines of the last year of each power of an agency that is still on its list."""
    cases, powers = city[_CASE], city["power_item"]
    fined = (cases["decision_result"] == "penalty") & (np.nan_to_num(cases["fine_yuan"]) > 0)
    fined &= within(city, cases["decided_on"], 365)
    unit = joined(cases["power_item_code"], "|", cases["agency_id"]).astype(str)[fined]
    listed = np.isnat(powers["in_force_to"]) & (powers["kind"] == "penalty")
    names = joined(powers["power_item_code"], "|", powers["agency_id"]).astype(str)[listed]
    units, counts = np.unique(unit[np.isin(unit, names)], return_counts=True)
    return dict(zip(units.tolist(), counts.tolist(), strict=True))


def _codes_often_used(city: City) -> list[str]:
    return sorted({unit.split("|")[0] for unit, n in _use(city).items() if n >= _OFTEN})


def _missing(city: City, ledger: Ledger, wanted: int, chance: Chance) -> list[str]:
    """Powers whose benchmark was never made; no other plant needs it."""
    cases, table = city[_CASE], city["benchmark"]
    judged = {row[2] for row in ledger.rows if row[0] in _BY_BENCHMARK}
    needed = np.isin(cases["case_id"].astype(str), list(judged))
    needed |= cases["leaning"] != None  # noqa: E711
    taken = set(cases["power_item_code"][needed].tolist())
    able = texts([code for code in _codes_often_used(city) if code not in taken])
    codes = [str(code) for code in able[chance.some(np.arange(len(able)), wanted)]]
    city.tables["benchmark"] = table.take(~np.isin(table["power_item_code"].astype(str), codes))
    return codes


def _stale(city: City, wanted: int, chance: Chance) -> list[str]:
    """Powers whose benchmark was not renewed with the law, long ago by now."""
    table, today = city["benchmark"], city.world.until + np.timedelta64(1, "D")
    old = table["repealed_on"] < today - np.timedelta64(_GRACE_DAYS, "D")
    renewed = set(table["power_item_code"][old].tolist())
    able = texts([code for code in _codes_often_used(city) if code in renewed])
    codes = [str(code) for code in able[chance.some(np.arange(len(able)), wanted)]]
    own = np.isin(table["power_item_code"].astype(str), codes)
    first = ~np.isnat(table["repealed_on"])
    table = table.take(~own | first)
    own = np.isin(table["power_item_code"].astype(str), codes)
    table["repealed_on"] = np.where(own, NO_DAY, table["repealed_on"])
    city.tables["benchmark"] = table
    return codes


def _renewed(city: City, ledger: Ledger, counts: dict[str, int]) -> None:
    """Benchmarks renewed with the law, used as often."""
    table = city["benchmark"]
    renewed = set(table["power_item_code"][~np.isnat(table["repealed_on"])].tolist())
    near: Column = texts(
        [unit for unit, n in counts.items() if n >= _OFTEN and unit.split("|")[0] in renewed]
    )
    ledger.near("CL-10", "power_item", near[:8], "法律修改当日更新了裁量基准")
