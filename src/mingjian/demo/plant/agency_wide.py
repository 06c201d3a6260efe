"""Problems of whole agencies: lost disputes, fines that grow, staff that stays in."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.records import NO_DAY, Column, Records, joined, padded, stack, where
from mingjian.demo.supervising import REGULATION_FROM
from mingjian.demo.world import World, planted

_CASE = "penalty_case"
_DAY = np.timedelta64(1, "D")
_FAULTS = (
    "procedure_irregular",
    "evidence_insufficient",
    "facts_unclear",
    "discretion_improper",
    "law_misapplied",
)


def grown(world: World, cases: Records, chance: Chance) -> tuple[Records, Column]:
    """Busy agencies that decided much less a year ago: their fines have grown by far more than
    the fifth of the ministry's warning value. Gives the cases that stay, and the agencies."""
    counts = np.bincount(cases["agency"], minlength=len(world.agencies))
    odd = np.concatenate([world.odd.quiet(), world.odd.narrow, world.odd.evenly])
    order = np.argsort(-counts, kind="stable")
    able = [i for i in order.tolist() if i not in odd and i != world.odd.silent]
    chosen = np.array(able[: 2 * max(1, planted(world.scale, 1) // 2) : 2], np.int64)
    early = cases["begun_on"] < world.until - 364 * _DAY
    drop = np.isin(cases["agency"], chosen) & early & chance.share(len(cases), 0.55)
    return cases.take(~drop), chosen


def plant_disputes(city: City, ledger: Ledger, chance: Chance) -> None:
    """FY-01 and FY-02: agencies that lose most of what is contested, and some that do not."""
    cases, world = city[_CASE], city.world
    free = _contestable(city, ledger)
    counts = np.bincount(cases["agency"][free], minlength=len(world.agencies))
    able = np.flatnonzero(counts >= 14)
    able = able[~np.isin(able, city.world.odd.quiet())]
    busiest = able[np.argsort(-counts[able], kind="stable")][:8].tolist()
    for turn, agency in enumerate(busiest):
        kind = "litigation" if turn % 2 == 0 else "reconsideration"
        losing = turn < 4
        rows = np.flatnonzero(free & (cases["agency"] == agency))[:14]
        lost = 10 if losing else 2
        table = _contest(city, rows, kind, lost, chance.stream(str(turn)), f"X{turn}")
        city.tables["remedy"] = stack([city["remedy"], table])
        ledger.used[_CASE].update(rows.tolist())
        code = "FY-02" if kind == "litigation" else "FY-01"
        ids = world.agency_ids[[agency]]
        if losing:
            ledger.plant(code, "agency", ids, "一年内十四件中被纠错、败诉十件")
        else:
            ledger.near(code, "agency", ids, "一年内十四件中被纠错、败诉两件")


def _contestable(city: City, ledger: Ledger) -> Column:
    """Penalties that nothing was planted on, contested and ended within the year."""
    cases, until = city[_CASE], city.world.until
    free = ledger.is_free(_CASE, len(cases)) & (cases["decision_result"] == "penalty")
    served = cases["served_on"]
    return free & (served >= until - 290 * _DAY) & (served <= until - 130 * _DAY)


def plant_same_fault(city: City, ledger: Ledger, chance: Chance) -> None:
    """FY-09: three times in a year for one fault; or three of one series, ended on one day."""
    cases, world = city[_CASE], city.world
    if world.until + _DAY < REGULATION_FROM:  # nobody had to draw a lesson yet
        return
    known = np.unique(city["remedy"]["agency"])
    free = _contestable(city, ledger) & ~np.isin(cases["agency"], known)
    counts = np.bincount(cases["agency"][free], minlength=len(world.agencies))
    able = np.flatnonzero(counts >= 3)
    able = able[~np.isin(able, world.odd.quiet())]
    for turn, agency in enumerate(able[: max(6, planted(ledger.scale, 8))].tolist()):
        rows = np.flatnonzero(free & (cases["agency"] == agency))[:3]
        series = turn % 3 == 2
        table = _contest(city, rows, "reconsideration", 3, chance.stream(str(turn)), f"Y{turn}-")
        table["fault"] = np.full(3, _FAULTS[turn % len(_FAULTS)], object)
        first = table["effective_on"].min()
        day = np.full(3, first) if series else first + np.arange(3) * 5 * _DAY
        table["effective_on"] = work_days().roll(day)
        table["performed_on"] = work_days().add(table["effective_on"], 5)
        after = work_days().add(table["effective_on"], 2)
        shown = ~np.isnat(cases["disclosed_on"][rows])
        cases["disclosure_withdrawn_on"][rows] = where(shown, after, NO_DAY)
        city.tables["remedy"] = stack([city["remedy"], table])
        ledger.used[_CASE].update(rows.tolist())
        ids = world.agency_ids[[agency]]
        if series:
            ledger.near("FY-09", "agency", ids, "同一批系列案同日被纠正")
        else:
            ledger.plant("FY-09", "agency", ids, "一年内三次因同一理由被纠正")


def _contest(city: City, rows: Column, kind: str, lost: int, chance: Chance, mark: str) -> Records:
    """Contests of these cases, the first `lost` of them lost for every fault by turns."""
    cases, count = city[_CASE], len(rows)
    part = cases.take(rows)
    table = Records({"agency": part["agency"], "agency_id": part["agency_id"]})
    table["case_id"], table["case_row"] = part["case_id"], rows
    table.fill("act_kind", _CASE)
    table.fill("kind", kind)
    table.fill("mode", "ordinary")
    table["copy_received_on"] = work_days().roll(part["served_on"] + chance.days(count, 8, 30))
    table["replied_on"] = work_days().add(table["copy_received_on"], 3)
    worse = np.arange(count) < lost
    table["outcome"] = where(worse, "declared_unlawful", "upheld").astype(object)
    fault = np.array(_FAULTS, object)[np.arange(count) // 2 % len(_FAULTS)]
    table["fault"] = where(worse, fault, None).astype(object)
    table["effective_on"] = work_days().roll(table["replied_on"] + chance.days(count, 30, 60))
    table["performed_on"] = where(worse, work_days().add(table["effective_on"], 5), NO_DAY)
    court = kind == "litigation"
    table["leader_attended"] = np.array([True if court else None] * count, object)
    table["remedy_id"] = joined(f"FY{mark}-", padded(np.arange(1, count + 1), 5))
    withdrawn = work_days().add(table["effective_on"], 2)
    cases["disclosure_withdrawn_on"][rows] = where(
        worse & ~np.isnat(cases["disclosed_on"][rows]), withdrawn, NO_DAY
    )
    return table


def plant_idle_staff(city: City, ledger: Ledger) -> None:
    """LZ-04: in some agencies the same two, or three, do everything that is done; who is over the
    line is counted when all else is done."""
    acts, world, officers = city["act_officer"], city.world, city["officer"]
    size = world.roster.first[1:] - world.roster.first[:-1]
    counts = np.bincount(acts["agency"], minlength=len(world.agencies))
    odd = np.concatenate([world.odd.quiet(), [world.odd.silent]])
    late = acts["acted_on"] >= world.until - 210 * _DAY
    visits = acts.take(late & (acts["act_kind"] == "inspection") & (acts["role"] == "lead"))
    visit = visits["agency"] * 100_000 + visits["acted_on"].astype(np.int64)
    days, often = np.unique(visit, return_counts=True)
    crowded = np.bincount(days[often > 1] // 100_000, minlength=len(world.agencies)) > 0
    reviewed = np.bincount(
        acts["agency"][late & (acts["role"] == "reviewer")], minlength=len(world.agencies)
    )
    able = np.flatnonzero((size >= 5) & (counts >= 8) & ~crowded & (reviewed == 0))
    able = able[~np.isin(able, odd)]
    able = able[np.argsort(counts[able], kind="stable")][: max(3, planted(ledger.scale, 6))]
    base = world.roster.first[acts["agency"]]
    of_table = (acts["officer"] >= 0) & np.isin(acts["role"].astype(str), ["lead", "second"])
    known = world.roster.officer_id[np.minimum(acts["officer"], len(world.roster.officer_id) - 1)]
    few = late & np.isin(acts["agency"], able) & of_table & (known == acts["officer_id"])
    three = np.isin(acts["agency"], able[::3]) & (acts["row"] % 2 == 0)
    who = where(acts["role"] == "lead", base, where(three, base + 2, base + 1))
    acts["officer"] = where(few, who, acts["officer"])
    acts["officer_id"] = where(few, world.roster.officer_id[who], acts["officer_id"]).astype(object)
    post = officers["post"]
    for agency in able.tolist():
        post[world.roster.first[agency] : world.roster.first[agency + 1]] = "a"
