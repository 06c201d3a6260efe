"""Seals and seizures that go with cases: approved, documented, released in time."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import at_time, work_days, years
from mingjian.demo.records import NO_DAY, Column, Records, joined, padded, texts, where
from mingjian.demo.world import World

SEIZURE_DAYS = 30  # 行政强制法第二十五条
_SHARE = 0.08


def build_coercions(world: World, cases: Records, chance: Chance) -> Records:
    """One measure for some ordinary cases of agencies that may seal or seize."""
    rights = texts(["|".join(a.department.coercion) for a in world.agencies])
    able = (rights[cases["agency"]] != "") & (cases["procedure"] == "ordinary")
    chosen = np.flatnonzero(able & chance.share(len(cases), _SHARE))
    part = cases.take(chosen)
    count = len(part)
    table = Records({"agency": part["agency"], "agency_id": part["agency_id"]})
    for name in ("case_id", "party_id", "party_name"):
        table[name] = part[name]
    only = rights[part["agency"]]
    either = where(chance.share(count, 0.5), "seal", "seize")
    table["measure"] = where(only == "seal|seize", either, only).astype(object)
    day = work_days().roll(part["filed_on"] + chance.days(count, 0, 3))
    table["day"] = day
    _approvals(table, world.until, chance.stream("approvals"))
    _terms(table, chance.stream("terms"))
    _released_with_case(table, part["ended_on"], world.until, chance.stream("released"))
    table["has_inventory"] = np.ones(count, bool)
    table["has_av_record"] = np.ones(count, bool)
    table["amount_yuan"] = chance.whole(count, 3, 800) * 100.0
    table = table.take(day <= world.until)
    number = padded(np.arange(1, len(table) + 1), 6)
    table["coercion_id"] = joined("QZ", years(table["day"]), "-", number)
    return table


def _released_with_case(
    table: Records, concluded: Column, last: np.datetime64, chance: Chance
) -> None:
    """What is still held on the last day is given back, or disposed of, within days of the end of
    its case (第二十七条、第二十八条: 及时)."""
    soon = work_days().add(concluded, chance.whole(len(table), 1, 5))
    ended = where(np.isnat(table["disposed_on"]), table["released_on"], table["disposed_on"])
    held = (ended > last) & (soon < ended)
    for name in ("disposed_on", "released_on"):
        table[name] = where(held & ~np.isnat(table[name]), soon, table[name])
    unused = held & (table["extension_approved_on"] > soon)
    for name in ("extension_approved_on", "extension_informed_on"):
        table[name] = where(unused, NO_DAY, table[name])
    table["extended_days"] = where(unused, 0, table["extended_days"])
    plain = table["day"] + np.timedelta64(SEIZURE_DAYS, "D")
    table["expires_on"] = where(unused, plain, table["expires_on"])


def _approvals(table: Records, last: np.datetime64, chance: Chance) -> None:
    """Approved before the act; in urgent cases within 24 hours after it (第十八条、第十九条)."""
    count = len(table)
    applied = at_time(table["day"], chance.whole(count, 9 * 60, 17 * 60))
    # What is approved after the last day could not be known yet.
    urgent = chance.share(count, 0.12) & (table["day"] < last)
    before = applied - chance.whole(count, 30, 1500).astype("timedelta64[m]")
    after = applied + chance.whole(count, 30, 23 * 60).astype("timedelta64[m]")
    table["is_urgent"] = urgent
    table["applied_at"] = applied
    table["approved_at"] = where(urgent, after, before)
    table["document_delivered_on"] = table["day"]


def _terms(table: Records, chance: Chance) -> None:
    """Thirty days, thirty more if approved, tests left out; then disposed of or released."""
    count, day = len(table), table["day"]
    longer = chance.share(count, 0.12)
    tested = ~longer & chance.share(count, 0.08)
    test_days = where(tested, chance.whole(count, 8, 25), 0)
    table["pause_days"] = test_days
    begins = day + chance.days(count, 2, 6)
    table["pause_from"] = where(tested, begins, NO_DAY)
    table["pause_to"] = where(tested, begins + test_days.astype("timedelta64[D]"), NO_DAY)
    table["extended_days"] = where(longer, 30, 0)
    approved = day + chance.days(count, 20, 28)
    table["extension_approved_on"] = where(longer, approved, NO_DAY)
    table["extension_informed_on"] = where(longer, approved, NO_DAY)
    limit = SEIZURE_DAYS + table["extended_days"] + test_days
    table["expires_on"] = day + limit.astype("timedelta64[D]")
    least = where(longer, 31, 4) + test_days
    length = least + (chance.rng.random(count) * (limit - least - 1)).astype(np.int64)
    ended = day + length.astype("timedelta64[D]")
    confiscated = chance.share(count, 0.3)
    table["disposed_on"] = where(confiscated, ended, NO_DAY)
    table["released_on"] = where(confiscated, NO_DAY, ended)
