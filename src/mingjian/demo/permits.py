"""Permit applications decided in their working days (行政许可法第四十二条)."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import work_days, years
from mingjian.demo.records import NO_DAY, Column, Records, joined, padded, running_number, where
from mingjian.demo.world import World

SINGLE_DAYS, JOINT_DAYS = 20, 45
_LONGER = {"single": 10, "joint": 15}


def build_permits(world: World, count: int, chance: Chance) -> Records:
    """Applications of businesses to agencies that grant permits."""
    sizes = np.array([len(a.department.permits) for a in world.agencies])
    counts = chance.allot(count, where(sizes > 0, world.weights, 0))
    agency = np.repeat(np.arange(len(counts)), counts)
    table = Records({"agency": agency, "agency_id": world.agency_ids[agency]})
    table["submitted_on"] = world.rhythm.draw(len(agency), chance.stream("days"))
    _matter(world, table, sizes, chance.stream("matter"))
    party, register = world.parties.meet(agency, chance.stream("party")), world.parties.table
    table["party_id"], table["party_name"] = register["party_id"][party], register["name"][party]
    table["party_credit_code"] = register["credit_code"][party]
    _course(table, chance.stream("course"))
    table = table.take(np.lexsort((table["agency"], table["submitted_on"])))
    year = years(table["submitted_on"])
    table["permit_id"] = joined("XKBJ", year, "-", padded(np.arange(1, len(table) + 1), 7))
    number = running_number(table["agency"] * 4000 + year)
    table["decision_no"] = joined(world.mark[table["agency"]], "许〔", year, "〕", number, "号")
    return table


def _matter(world: World, table: Records, sizes: Column, chance: Chance) -> None:
    """Which permit of the agency's list."""
    widest = int(sizes.max())
    names = np.full((len(world.agencies), widest), None, object)
    codes = np.full((len(world.agencies), widest), None, object)
    for i, agency in enumerate(world.agencies):
        for k, name in enumerate(agency.department.permits):
            names[i, k], codes[i, k] = name, f"XK-{agency.department.key}-{k + 1:03d}"
    which = chance.rng.integers(0, sizes[table["agency"]])
    table["name"] = names[table["agency"], which]
    table["power_item_code"] = codes[table["agency"], which]


def _course(table: Records, chance: Chance) -> None:
    """Accepted within days, decided inside the limit, issued and disclosed."""
    count, calendar = len(table), work_days()
    told = chance.share(count, 0.15)
    asked = calendar.add(table["submitted_on"], chance.whole(count, 1, 4))
    table["supplement_told_on"] = where(told, asked, NO_DAY)
    table["supplement_count"] = told.astype(np.int64)
    accepted = calendar.add(table["submitted_on"], chance.whole(count, 0, 3))
    table["accepted_on"] = where(told, calendar.add(asked, chance.whole(count, 2, 10)), accepted)
    joint = chance.share(count, 0.1)
    table["mode"] = where(joint, "joint", "single").astype(object)
    base = where(joint, JOINT_DAYS, SINGLE_DAYS)
    longer = chance.share(count, 0.03)
    extension = where(joint, _LONGER["joint"], _LONGER["single"])
    table["extended_days"] = where(longer, extension, 0)
    before = calendar.add(table["accepted_on"], base - 3)
    table["extension_approved_on"] = where(longer, before, NO_DAY)
    table["extension_informed_on"] = where(longer, calendar.add(before, 1), NO_DAY)
    paused = ~longer & chance.share(count, 0.04)
    pause_days = where(paused, chance.whole(count, 7, 25), 0)
    begins = calendar.add(table["accepted_on"], 2)
    table["pause_days"] = pause_days
    table["pause_from"] = where(paused, begins, NO_DAY)
    table["pause_to"] = where(paused, begins + pause_days.astype("timedelta64[D]"), NO_DAY)
    took = 1 + (chance.rng.beta(1.4, 2.4, count) * (base - 3)).astype(np.int64)
    took = where(longer, base + chance.whole(count, 1, 8), took)
    start = where(paused, table["pause_to"], table["accepted_on"])
    took = where(paused, np.minimum(took, base - 4), took)
    table["decided_on"] = calendar.add(start, took)
    refused = chance.share(count, 0.03)
    table["decision"] = where(refused, "refused", "granted").astype(object)
    reason = where(refused, "申请材料不符合法定条件", None).astype(object)
    table["refusal_reason"] = reason
    issued = calendar.add(table["decided_on"], chance.whole(count, 0, 6))
    table["issued_on"] = where(refused, NO_DAY, issued)
    table["valid_from"] = where(refused, NO_DAY, issued)
    ends = issued + np.timedelta64(365 * 5, "D")
    table["valid_to"] = where(refused, NO_DAY, ends)
    table["disclosed_on"] = calendar.add(table["decided_on"], chance.whole(count, 1, 5))
    kept = np.ceil(took / 5) * 5  # what is promised is kept; nothing where the term is moved
    table["promised_days"] = where(longer | paused, np.nan, np.maximum(kept, where(joint, 20, 5)))
    table["status"] = where(refused, "closed", "valid").astype(object)
