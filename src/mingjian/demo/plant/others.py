"""Problems of coercion, permits, referrals, remedies, devices, power lists and reporting."""

import numpy as np

from mingjian.demo.case_dates import days
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.coercions import SEIZURE_DAYS
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.permits import JOINT_DAYS, SINGLE_DAYS
from mingjian.demo.plant.pauses import plant_other_pauses
from mingjian.demo.records import NO_DAY, NO_TIME, Column, Records, filled, where
from mingjian.demo.remedies import REPLY_DAYS


def plant_others(city: City, ledger: Ledger, chance: Chance) -> None:
    """QZ-01, QZ-03, XK-03, XX-02, FY-03, FX-01, ZT-05."""
    plant_other_pauses(city, ledger, chance.stream("pauses"))
    for act in (
        _unapproved,
        _kept_seized,
        _permit_late,
        _referral_late,
        _reply_late,
        _device_unreviewed,
        _off_list,
    ):
        act(city, ledger, chance.stream(act.__name__))


def _unapproved(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政强制法第十八条、第十九条."""
    table = city["coercion"]
    held = np.isin(table["measure"].astype(str), ["seal", "seize"])
    old = held & (table["day"] <= city.world.until - np.timedelta64(10, "D"))
    rows = ledger.choose("coercion", old & ~table["is_urgent"], 20, "QZ-01")
    late = table["applied_at"][rows] + chance.whole(len(rows), 60, 3000).astype("timedelta64[m]")
    table["approved_at"][rows] = where(chance.share(len(rows), 0.5), NO_TIME, late)
    ledger.plant("QZ-01", "coercion", table["coercion_id"][rows], "没有事前批准")
    rows = ledger.choose("coercion", old & table["is_urgent"], 10, "QZ-01")
    table["approved_at"][rows] = table["applied_at"][rows] + chance.whole(
        len(rows), 1500, 5000
    ).astype("timedelta64[m]")
    ledger.plant("QZ-01", "coercion", table["coercion_id"][rows], "紧急实施后超过二十四小时补批")
    rows = ledger.choose("coercion", old & table["is_urgent"], 8, "QZ-01.near")
    table["approved_at"][rows] = table["applied_at"][rows] + np.timedelta64(1440, "m")
    ledger.near("QZ-01", "coercion", table["coercion_id"][rows], "正好二十四小时补批")


def _end(table: Records, rows: Column, ended: Column) -> None:
    """Dispose of or release on that day, whichever the row did; NaT leaves it open."""
    disposes = ~np.isnat(table["disposed_on"][rows])
    table["disposed_on"][rows] = where(disposes, ended, NO_DAY)
    table["released_on"][rows] = where(disposes, NO_DAY, ended)


def _kept_seized(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政强制法第二十五条: thirty days, thirty more if approved, tests not counted."""
    table, calendar = city["coercion"], work_days()
    limit = SEIZURE_DAYS + table["extended_days"] + table["pause_days"]
    due = calendar.add_natural(table["day"], limit)
    held = np.isin(table["measure"].astype(str), ["seal", "seize"])
    old = held & (due <= city.world.until - np.timedelta64(30, "D"))
    rows = ledger.choose("coercion", old, 30, "QZ-03")
    late = calendar.add(due[rows], chance.whole(len(rows), 1, 18))
    _end(table, rows, where(chance.share(len(rows), 0.3), NO_DAY, late))
    ledger.plant("QZ-03", "coercion", table["coercion_id"][rows], "查封扣押超过期限")
    for mask, note in (
        (table["extended_days"] > 0, "经批准延长，第六十日解除"),
        (table["pause_days"] > 0, "检测期间扣除后届满当日解除"),
        ((table["extended_days"] == 0) & (table["pause_days"] == 0), "第三十日解除"),
    ):
        rows = ledger.choose("coercion", old & mask, 6, "QZ-03.near")
        _end(table, rows, due[rows])
        ledger.near("QZ-03", "coercion", table["coercion_id"][rows], note)


def _permit_late(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政许可法第四十二条: twenty working days alone, forty-five together, ten or fifteen more."""
    table, calendar, last = city["permit"], work_days(), city.world.until
    base = where(table["mode"] == "joint", JOINT_DAYS, SINGLE_DAYS) + table["extended_days"]
    unpaused = np.isnat(table["pause_from"])
    due = calendar.add(table["accepted_on"], base)
    old = unpaused & (due <= last - np.timedelta64(60, "D"))
    rows = ledger.choose("permit", old, 35, "XK-03")
    late = calendar.add(due[rows], chance.whole(len(rows), 1, 20))
    _decide(table, rows, where(chance.share(len(rows), 0.3), NO_DAY, late))
    ledger.plant("XK-03", "permit", table["permit_id"][rows], "超过法定期限作出决定，或者没有决定")
    for mask, note in (
        (table["extended_days"] > 0, "经批准延长，届满当日决定"),
        (table["extended_days"] == 0, "届满当日决定"),
    ):
        rows = ledger.choose("permit", old & mask, 8, "XK-03.near")
        _decide(table, rows, due[rows])
        ledger.near("XK-03", "permit", table["permit_id"][rows], note)


def _decide(table: Records, rows: Column, decided: Column) -> None:
    table["decided_on"][rows] = decided
    granted = table["decision"][rows] == "granted"
    issued = where(granted, work_days().add(decided, 3), NO_DAY)
    table["issued_on"][rows] = table["valid_from"][rows] = issued
    table["valid_to"][rows] = issued + np.timedelta64(365 * 5, "D")
    table["disclosed_on"][rows] = work_days().add(decided, 4)


def _referral_late(city: City, ledger: Ledger, chance: Chance) -> None:
    """移送规定第五条: the head decides within three days of the report."""
    table, last = city["referral"], city.world.until
    old = (table["direction"] == "forward") & (
        table["reported_on"] <= last - np.timedelta64(60, "D")
    )
    rows = ledger.choose("referral", old, 16, "XX-02")
    due = work_days().add_natural(table["reported_on"][rows], 3)
    late = due + days(chance.whole(len(rows), 2, 15))
    _approve(table, rows, late)
    ledger.plant("XX-02", "referral", table["referral_id"][rows], "报告三日后才决定是否移送")
    rows = ledger.choose("referral", old, 8, "XX-02.near")
    _approve(table, rows, table["reported_on"][rows] + np.timedelta64(3, "D"))
    ledger.near("XX-02", "referral", table["referral_id"][rows], "第三日决定")


def _approve(table: Records, rows: Column, approved: Column) -> None:
    table["approved_on"][rows] = approved
    table["sent_at"][rows] = approved.astype("datetime64[s]") + np.timedelta64(18, "h")
    table["received_on"][rows] = approved + np.timedelta64(1, "D")
    filed = ~np.isnat(table["police_filed_on"][rows])
    table["police_filed_on"][rows] = where(filed, approved + np.timedelta64(12, "D"), NO_DAY)


def _reply_late(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政复议法第四十八条、第五十四条."""
    table, last = city["remedy"], city.world.until
    limit = where(table["mode"] == "summary", REPLY_DAYS["summary"], REPLY_DAYS["ordinary"])
    due = work_days().add(table["copy_received_on"], limit)
    able = (table["kind"] == "reconsideration") & (due <= last - np.timedelta64(40, "D"))
    able &= table["copy_received_on"] >= np.datetime64("2024-01-01")
    rows = ledger.choose("remedy", able, 20, "FY-03")
    late = work_days().add(due[rows], chance.whole(len(rows), 1, 12))
    table["replied_on"][rows] = where(chance.share(len(rows), 0.3), NO_DAY, late)
    ledger.plant("FY-03", "remedy", table["remedy_id"][rows], "逾期答复举证，或者没有答复")
    rows = ledger.choose("remedy", able, 8, "FY-03.near")
    table["replied_on"][rows] = due[rows]
    ledger.near("FY-03", "remedy", table["remedy_id"][rows], "届满当日答复")


def _device_unreviewed(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政处罚法第四十一条: reviews before use as evidence (unit: the record)."""
    table = city["offsite_record"]
    table["case_id"] = _cases_of_records(city, chance.stream("cases"))
    used = table["case_id"] != None  # noqa: E711
    devices = np.unique(table["device"][used])
    bad = devices[ledger.choose("device", np.ones(len(devices), bool), 12, "FX-01")]
    for k, device in enumerate(bad):
        own = table["device"] == device
        name = ("device_legal_reviewed_on", "device_technical_reviewed_on")[k % 2]
        table[name][own] = NO_DAY if k % 3 else table["day"][own].max() + np.timedelta64(5, "D")
    of_bad = np.isin(table["device"], bad)
    ledger.plant(
        "FX-01", "offsite_record", table["record_id"][of_bad & used], "设备未经审核，用于处罚"
    )
    unused = np.flatnonzero(of_bad & ~used)[:10]
    ledger.near(
        "FX-01", "offsite_record", table["record_id"][unused], "设备未经审核，但没有转为案件"
    )
    good = devices[ledger.choose("device", np.ones(len(devices), bool), 6, "FX-01.near")]
    for device in good:
        own = table["device"] == device
        table["device_legal_reviewed_on"][own] = table["day"][own].min()
    ledger.near(
        "FX-01",
        "offsite_record",
        table["record_id"][np.isin(table["device"], good) & used],
        "首次取证当日或者以前完成审核",
    )


def _cases_of_records(city: City, chance: Chance) -> Column:
    """A later case of the same agency for one record in ten or so."""
    table, cases = city["offsite_record"], city["penalty_case"]
    ids = filled(len(table), None)
    chosen = np.flatnonzero(chance.share(len(table), 0.14))
    known = cases["procedure"] == "ordinary"
    rows = np.flatnonzero(known)
    order = rows[np.lexsort((cases["filed_on"][rows], cases["agency"][rows]))]
    keys = cases["agency"][order] * 100_000 + cases["filed_on"][order].astype(np.int64)
    agency = table["agency"][chosen]
    ready = table["day"][chosen].astype(np.int64) + 8  # reviewed by then
    low = np.searchsorted(keys, agency * 100_000 + ready)
    high = np.searchsorted(keys, (agency + 1) * 100_000)
    some = high > low
    at = low[some] + chance.rng.integers(0, (high - low)[some])
    ids[chosen[some]] = cases["case_id"][order[at]]
    return ids


def _off_list(city: City, ledger: Ledger, chance: Chance) -> None:
    """A power taken off an agency's list: later cases are outside it, those under way are not."""
    cases, powers, last = city["penalty_case"], city["power_item"], city.world.until
    busy = ~np.isin(cases["agency"], np.concatenate([city.world.odd.narrow, city.world.odd.evenly]))
    ready = busy & ledger.is_free("penalty_case", len(cases)) & (cases["begun_on"] <= last)
    free_case = ledger.is_free("penalty_case", len(cases))
    pair = cases["agency"] * 1000 + cases["item"]
    wanted = len(ledger.choose("listing", np.ones(5000, bool), 15, "ZT-05"))
    pairs, counts = np.unique(pair[ready], return_counts=True)
    done = 0
    for chosen in chance.rng.permutation(pairs[counts >= 3]):
        own = np.flatnonzero(pair == chosen)
        own = own[np.argsort(cases["begun_on"][own], kind="stable")]
        after, removed = own[-2:], cases["begun_on"][own[-3]]
        if removed >= cases["begun_on"][after[0]] or not free_case[own[-3:]].all():
            continue
        ledger.used["penalty_case"].update(own[-3:].tolist())
        listed = (powers["agency_id"] == cases["agency_id"][own[0]]) & (
            powers["power_item_code"] == cases["power_item_code"][own[0]]
        )
        powers["in_force_to"][listed] = removed
        ledger.plant("ZT-05", "penalty_case", cases["case_id"][after], "事项已调出权责清单")
        if city.world.tier[cases["agency"][own[0]]] == "street":
            ledger.plant("ZT-08", "penalty_case", cases["case_id"][after], "街乡行使已收回的职权")
        ledger.near("ZT-05", "penalty_case", cases["case_id"][own[-3:-2]], "调出当日立案")
        done += 1
        if done >= wanted:
            break
