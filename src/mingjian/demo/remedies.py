"""Referrals to the police and back, and cases contested by reconsideration or in court."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import at_time, work_days, years
from mingjian.demo.records import (
    NO_DAY,
    NO_TIME,
    Column,
    Records,
    filled,
    joined,
    padded,
    stack,
    texts,
    where,
)
from mingjian.demo.world import World

REPLY_DAYS = {
    "ordinary": 10,
    "summary": 5,
}  # working days, 行政复议法第四十八条、第五十四条、第八十八条
COURT_DAYS = 15  # 行政诉讼法第六十七条
_OUTCOMES = ("upheld", "withdrawn", "mediated", "revoked", "declared_unlawful", "altered")
_CHANGED = ("revoked", "altered", "declared_unlawful", "declared_void")  # 第四十八条第二款
_FAULTS = (
    "procedure_irregular",
    "evidence_insufficient",
    "facts_unclear",
    "discretion_improper",
    "law_misapplied",
)


def build_referrals(world: World, cases: Records, least: int, chance: Chance) -> Records:
    """Cases that became criminal matters, leads that did, and some that came back."""
    own = np.flatnonzero(cases["decision_result"] == "referral")
    part = cases.take(own)
    forward = Records({"agency": part["agency"], "case_id": part["case_id"]})
    forward["day"] = part["referred_on"]
    more = max(least - len(own), least // 2)
    agency = np.flatnonzero(world.tier != "street")
    extra = Records({"agency": chance.pick(more, agency), "case_id": filled(more, None)})
    extra["day"] = world.rhythm.draw(more, chance.stream("days"))
    back = chance.share(more, 0.12)
    table = stack([forward, extra])
    reverse = np.r_[np.zeros(len(forward), bool), back]
    table["direction"] = where(reverse, "reverse", "forward").astype(object)
    table["agency_id"] = world.agency_ids[table["agency"]]
    _referral_dates(table, reverse, chance.stream("dates"))
    table = table.take(np.argsort(table["day"], kind="stable"))
    number = padded(np.arange(1, len(table) + 1), 5)
    table["referral_id"] = joined("YS", years(table["day"]), "-", number)
    return table


def _referral_dates(table: Records, reverse: Column, chance: Chance) -> None:
    """Decided within three days of the report, sent within a day (移送规定第五条)."""
    count, day = len(table), table["day"]
    reported = day - chance.days(count, 0, 3)
    table["reported_on"] = where(reverse, NO_DAY, reported)
    table["approved_on"] = where(
        reverse, NO_DAY, np.minimum(reported + chance.days(count, 0, 3), day)
    )
    yes = where(reverse, None, True).astype(object)
    table["is_approved"] = yes
    sent = at_time(table["approved_on"], chance.whole(count, 17 * 60, 23 * 60))
    table["sent_at"] = where(reverse, NO_TIME, sent)
    table["received_on"] = where(reverse, day, table["approved_on"] + chance.days(count, 1, 2))
    filed = chance.share(count, 0.75) & ~reverse
    table["police_filed_on"] = where(
        filed, table["received_on"] + chance.days(count, 2, 25), NO_DAY
    )
    result = where(filed, "filed", "not_filed")
    table["police_result"] = where(reverse, None, result).astype(object)
    told = table["received_on"] + chance.days(count, 1, 3)
    table["police_told_on"] = where(reverse, NO_DAY, where(filed, table["police_filed_on"], told))
    own = where(reverse, day + chance.days(count, 3, 14), told + chance.days(count, 5, 40))
    table["handled_on"] = where(filed, NO_DAY, work_days().roll(own))


def build_remedies(
    world: World, cases: Records, free: Column, least: int, chance: Chance
) -> Records:
    """Contested penalties among the `free` cases, at least `least` if there are so many."""
    decided = free & (cases["decision_result"] == "penalty") & (cases["served_on"] <= world.until)
    chosen = chance.some(np.flatnonzero(decided), max(least, int(len(cases) * 0.012)))
    part, count = cases.take(chosen), len(chosen)
    table = Records({"agency": part["agency"], "agency_id": part["agency_id"]})
    table["case_id"] = part["case_id"]
    table["case_row"] = chosen
    table.fill("act_kind", "penalty_case")
    court = chance.share(count, 0.25)
    table["kind"] = where(court, "litigation", "reconsideration").astype(object)
    table["mode"] = where(chance.share(count, 0.25), "summary", "ordinary").astype(object)
    lag = chance.days(count, 8, 60)
    table["copy_received_on"] = work_days().roll(part["served_on"] + lag)
    limit = where(table["mode"] == "summary", REPLY_DAYS["summary"], REPLY_DAYS["ordinary"])
    used = 1 + (chance.rng.random(count) * (limit - 2)).astype(np.int64)
    replied = work_days().add(table["copy_received_on"], used)
    in_court = table["copy_received_on"] + chance.days(count, 2, COURT_DAYS - 1)
    table["replied_on"] = where(court, in_court, replied)
    outcome = chance.weighted(count, [66, 11, 7, 9, 3, 4])
    table["outcome"] = texts(list(_OUTCOMES))[outcome]
    lost = outcome >= 3
    fault = texts(list(_FAULTS))[chance.weighted(count, [40, 25, 15, 12, 8])]
    table["fault"] = where(lost, fault, None).astype(object)
    ends = work_days().roll(table["replied_on"] + chance.days(count, 20, 60))
    table["effective_on"] = ends
    table["performed_on"] = where(lost, work_days().add(ends, 5), NO_DAY)
    table["leader_attended"] = where(court, chance.share(count, 0.9), None).astype(object)
    table = table.take(table["copy_received_on"] <= world.until)
    number = padded(np.arange(1, len(table) + 1), 5)
    table["remedy_id"] = joined("FY", years(table["copy_received_on"]), "-", number)
    return table


def revoke_lost(cases: Records, remedies: Records) -> None:
    """Penalties revoked by a remedy: the date, and disclosure withdrawn in three working days."""
    changed = np.isin(remedies["outcome"].astype(str), _CHANGED)
    for name, lost, wait in (
        ("revoked_on", remedies["outcome"] == "revoked", 0),
        ("disclosure_withdrawn_on", changed, 2),
    ):
        column = np.full(len(cases), "NaT", "datetime64[D]")
        column[remedies["case_row"][lost]] = work_days().add(remedies["effective_on"][lost], wait)
        cases[name] = column
