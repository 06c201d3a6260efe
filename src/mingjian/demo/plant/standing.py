"""Who may act at all: uncertified people, agencies not confirmed, powers that went back, kinds of
agency that may not act in their own name."""

import numpy as np

from mingjian.demo.acts import act_rows
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.sow import Sower
from mingjian.demo.records import Column, stack
from mingjian.demo.world import planted

_CASE = "penalty_case"
_DAY = np.timedelta64(1, "D")


def plant_standing(city: City, ledger: Ledger, chance: Chance) -> None:
    """ZT-02, ZT-08 (with ZT-05), ZT-04, ZT-09, ZT-13."""
    _uncertified(city, ledger, chance.stream("uncertified"))
    _taken_back(city, ledger, chance.stream("taken"))
    taken: set[int] = set()
    _unconfirmed(city, ledger, taken)
    _kind(city, ledger, taken)


def _uncertified(city: City, ledger: Ledger, chance: Chance) -> None:
    """A third handler without any certificate beside two able ones (行政处罚法第四十二条)."""
    cases, officers = city[_CASE], city["officer"]
    sow = Sower(ledger, _CASE, cases, "case_id")
    free = (cases["procedure"] == "ordinary") & (cases["filed_on"] < city.world.until)
    helpers = officers["officer_id"][officers["role"] == "auxiliary"]
    for near, usual, note in (
        (False, 25, "没有执法证件的人员作为协办人办案"),
        (True, 8, "辅助人员在两名执法人员之外协助"),
    ):
        sown = sow.near if near else sow.plant
        rows = sown("ZT-02", free, usual, note)
        role = "auxiliary" if near else "second"
        nobody = np.zeros(len(rows), np.int64)
        part = act_rows(city.world, cases, rows, _CASE, "case_id", cases["filed_on"], nobody, role)
        part["officer_id"] = chance.pick(len(rows), helpers)
        part["certificate_no"] = part["officer_id"]
        city.tables["act_officer"] = stack([city["act_officer"], part])


def _taken_back(city: City, ledger: Ledger, chance: Chance) -> None:
    """A power that a street gave back (行政处罚法第二十四条): later cases lack it."""
    cases, powers, world = city[_CASE], city["power_item"], city.world
    street = world.tier[cases["agency"]] == "street"
    free = ledger.is_free(_CASE, len(cases))
    pair = cases["agency"] * 1000 + cases["item"]
    ready = street & free & (cases["begun_on"] < world.until)
    ready &= cases["decision_result"] != "withdrawn"  # withdrawn: the street saw it itself
    pairs, counts = np.unique(pair[ready], return_counts=True)
    done, wanted = 0, planted(ledger.scale, 12)
    for chosen in chance.rng.permutation(pairs[counts >= 3]):
        own = np.flatnonzero(pair == chosen)
        own = own[np.argsort(cases["begun_on"][own], kind="stable")]
        after, removed = own[-2:], cases["begun_on"][own[-3]]
        if removed >= cases["begun_on"][after[0]] or not ready[own[-3:]].all():
            continue
        ledger.used[_CASE].update(own[-3:].tolist())
        ready[own[-3:]] = False
        listed = (powers["agency_id"] == cases["agency_id"][own[0]]) & (
            powers["power_item_code"] == cases["power_item_code"][own[0]]
        )
        powers["in_force_to"][listed] = removed
        ids = cases["case_id"][after]
        ledger.plant("ZT-08", _CASE, ids, "收回下放职权以后仍然行使")
        ledger.plant("ZT-05", _CASE, ids, "事项已调出权责清单")
        ledger.near("ZT-08", _CASE, cases["case_id"][own[-3:-2]], "收回当日立案")
        done += 1
        if done >= wanted:
            break


def _quiet_agency(city: City, taken: set[int], able: Column, low: int, high: int) -> int | None:
    """The first agency, not taken yet, with so many decided cases."""
    cases, world = city[_CASE], city.world
    decided = cases["decided_on"] < world.until
    counts = np.bincount(cases["agency"][decided], minlength=len(world.agencies))
    odd = np.concatenate([world.odd.quiet(), world.odd.narrow, world.odd.evenly])
    for i in np.flatnonzero((counts >= low) & (counts <= high) & able).tolist():
        if i not in taken and i not in odd and i != world.odd.silent:
            taken.add(i)
            return int(i)
    return None


def _unconfirmed(city: City, ledger: Ledger, taken: set[int]) -> None:
    """行政处罚法第三十八条: an agency not confirmed yet when it decided."""
    cases, world, table = city[_CASE], city.world, city["agency"]
    for _ in range(max(1, planted(ledger.scale, 2) // 2)):
        at = _quiet_agency(city, taken, world.tier == "district", 6, 60)
        if at is None:
            return
        own = np.flatnonzero(
            (cases["agency"] == at)
            & (cases["decided_on"] < world.until)
            & np.isin(cases["decision_result"].astype(str), ["penalty", "no_penalty"])
        )
        own = own[np.argsort(cases["decided_on"][own], kind="stable")]
        day = cases["decided_on"][own[min(6, len(own) - 1)]]
        table["confirmed_on"][at] = table["published_on"][at] = day
        early = cases["decided_on"][own] < day
        ledger.plant("ZT-04", _CASE, cases["case_id"][own[early]], "主体确认以前作出决定")
        same = cases["decided_on"][own] == day
        ledger.near("ZT-04", _CASE, cases["case_id"][own[same]], "主体确认当日作出决定")


def _kind(city: City, ledger: Ledger, taken: set[int]) -> None:
    """ZT-13 detached and internal offices decide; ZT-09 an entrusted body seals and seizes."""
    cases, coercion, world, table = city[_CASE], city["coercion"], city.world, city["agency"]
    district = world.tier == "district"
    seizing = np.bincount(coercion["agency"], minlength=len(world.agencies)) > 0
    for kind in ("detached_office", "internal_office"):
        at = _quiet_agency(city, taken, district & ~seizing, 3, 60)
        if at is None:
            return
        table["kind"][at] = kind
        own = (cases["agency"] == at) & (cases["decided_on"] < world.until)
        own &= np.isin(cases["decision_result"].astype(str), ["penalty", "no_penalty"])
        ids = cases["case_id"][own]
        if kind == "internal_office":
            ledger.near("ZT-13", _CASE, ids, "内设机构，权责清单列有授权事项")
            continue
        ledger.plant("ZT-13", _CASE, ids, "派出机构没有授权而以自己名义处罚")
        powers = city["power_item"]
        listed = (powers["agency_id"] == world.agency_ids[at]) & (powers["kind"] == "penalty")
        city.tables["power_item"] = powers.take(~listed)
    street = np.array([kind == "detached_organ" for kind in table["kind"]], bool)
    near = street[cases["agency"]] & ledger.is_free(_CASE, len(cases))
    rows = np.flatnonzero(near & (cases["decision_result"] == "penalty"))[:8]
    ledger.near("ZT-13", _CASE, cases["case_id"][rows], "派出机关（街道）以自己名义处罚")
    held = np.isin(coercion["measure"].astype(str), ["seal", "seize", "freeze"])
    counts = np.bincount(coercion["agency"][held], minlength=len(world.agencies))
    for kind, near_miss in (("entrusted_body", False), ("authorised_body", True)):
        at = _quiet_agency(city, taken, district & (counts >= 2), 5, 400)
        if at is None:
            return
        table["kind"][at] = kind
        ids = coercion["coercion_id"][held & (coercion["agency"] == at)]
        if near_miss:
            ledger.near("ZT-09", "coercion", ids, "法律法规授权组织实施查封扣押")
        else:
            ledger.plant("ZT-09", "coercion", ids, "受委托组织实施查封扣押")
