"""Problems in who acted: too few, without a valid certificate, or gone and still certified."""

import numpy as np

from mingjian.demo.acts import act_rows
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.ledger import Ledger
from mingjian.demo.people import certificate_status
from mingjian.demo.records import NO_DAY, Column, filled, joined, padded, stack, where

_CASE, _ACTS = "penalty_case", "act_officer"


def plant_handlers(city: City, ledger: Ledger, chance: Chance) -> None:
    """ZT-01, ZT-03 (unit: the case) and RY-02 (unit: the certificate)."""
    _alone(city, ledger, chance.stream("alone"))
    _gone_but_valid(city, ledger)
    _lapsed(city, ledger, chance.stream("lapsed"))


def _free_cases(city: City, ledger: Ledger) -> Column:
    """Ordinary cases, begun early enough, that nothing was planted on."""
    cases = city[_CASE]
    free = ledger.is_free(_CASE, len(cases)) & (cases["procedure"] == "ordinary")
    free &= cases["field"] != "security"
    return free & (cases["filed_on"] <= city.world.until)


def _alone(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政处罚法第四十二条: not fewer than two; auxiliaries do not count."""
    cases = city[_CASE]
    helpers = _auxiliaries(city, chance)
    rows = ledger.choose(_CASE, _free_cases(city, ledger), 30, "ZT-01")
    acts = city[_ACTS]
    second = (acts["act_kind"] == _CASE) & (acts["role"] == "second") & np.isin(acts["row"], rows)
    city.tables[_ACTS] = acts.take(~second)
    helped = rows[::2]
    _add_helpers(city, helped, helpers, chance)
    ledger.plant("ZT-01", _CASE, cases["case_id"][rows], "有执法资格的办案人员只有一人")
    rows = ledger.choose(_CASE, _free_cases(city, ledger), 12, "ZT-01.near")
    _add_helpers(city, rows, helpers, chance.stream("near"))
    ledger.near("ZT-01", _CASE, cases["case_id"][rows], "两名执法人员带一名辅助人员")


def _auxiliaries(city: City, chance: Chance) -> Column:
    """Register auxiliary staff (执法辅助人员), who have no certificate."""
    officers, world = city["officer"], city.world
    count = max(6, len(world.agencies) // 10)
    extra = officers.take(chance.rng.integers(0, len(officers), count))
    extra["officer_id"] = joined("F", padded(np.arange(1, count + 1), 6))
    extra["identity_no"] = filled(count, None)
    extra.fill("role", "auxiliary")
    extra["has_law_qualification"] = np.zeros(count, bool)
    extra.fill("hr_status", "active")
    extra["hr_changed_on"] = np.full(count, NO_DAY)
    city.tables["officer"] = stack([officers, extra])
    return extra["officer_id"]


def _add_helpers(city: City, rows: Column, helpers: Column, chance: Chance) -> None:
    cases = city[_CASE]
    part = act_rows(
        city.world,
        cases,
        rows,
        _CASE,
        "case_id",
        cases["filed_on"],
        np.zeros(len(rows), np.int64),
        "auxiliary",
    )
    part["officer_id"] = chance.pick(len(rows), helpers)
    city.tables[_ACTS] = stack([city[_ACTS], part])


def _lapsed(city: City, ledger: Ledger, chance: Chance) -> None:
    """A third handler whose certificate was cancelled before the act; two others are valid."""
    world, officers = city.world, city["officer"]
    left_on = officers["hr_changed_on"][: len(world.roster.officer_id)]
    gone = np.flatnonzero(~np.isnat(left_on) & ~_spoken_for(city, ledger))
    agency = np.searchsorted(world.roster.first, gone, side="right") - 1
    left = officers["hr_changed_on"][gone]
    chosen, people = _cases_after(city, ledger, agency, left, gone, 1, chance)
    limit = max(4, round(30 * ledger.scale * 10))
    chosen, people = chosen[:limit], people[:limit]
    _join_in(city, chosen, people)
    ledger.used.setdefault(_CASE, set()).update(chosen.tolist())
    ledger.plant("ZT-03", _CASE, city[_CASE]["case_id"][chosen], "办案人员之一的证件已经注销")
    _suspended(city, ledger, chance.stream("suspended"))
    chosen, people = _cases_after(city, ledger, agency, left, gone, 0, chance.stream("near"))
    _join_in(city, chosen, people)
    ledger.used[_CASE].update(chosen.tolist())
    ledger.near("ZT-03", _CASE, city[_CASE]["case_id"][chosen], "证件注销当日办案")


def _suspended(city: City, ledger: Ledger, chance: Chance) -> None:
    """A third handler whose certificate was suspended on the day; its last day counts too."""
    roster, cases = city.world.roster, city[_CASE]
    paused = np.flatnonzero(~np.isnat(roster.pause_from))
    agency = np.searchsorted(roster.first, paused, side="right") - 1
    for code, day in (
        ("ZT-03", roster.pause_to[paused]),
        ("ZT-03.near", roster.pause_to[paused] + 1),
    ):
        rows, people = _cases_after(city, ledger, agency, day, paused, 0, chance.stream(code))
        _join_in(city, rows, people)
        ledger.used.setdefault(_CASE, set()).update(rows.tolist())
        if code == "ZT-03":
            ledger.plant(code, _CASE, cases["case_id"][rows], "办案人员之一的证件暂扣到当日")
        else:
            ledger.near("ZT-03", _CASE, cases["case_id"][rows], "暂扣期满次日办案")


def _cases_after(
    city: City,
    ledger: Ledger,
    agency: Column,
    left: Column,
    people: Column,
    least: int,
    chance: Chance,
) -> tuple[Column, Column]:
    """For each leaver one free case of the same agency begun after (or, for 0, on) the last day."""
    cases, free = city[_CASE], _free_cases(city, ledger)
    rows = np.flatnonzero(free)
    by_agency = rows[np.argsort(cases["agency"][rows], kind="stable")]
    found: list[int] = []
    who: list[int] = []
    edges = np.searchsorted(cases["agency"][by_agency], np.arange(len(city.world.agencies) + 1))
    for person, home, day in zip(people, agency, left, strict=True):
        own = by_agency[edges[home] : edges[home + 1]]
        gap = (cases["filed_on"][own] - day).astype(np.int64)
        suits = own[(gap >= 1) & (gap <= 300)] if least else own[gap == 0]
        suits = suits[~np.isin(suits, found)]
        if len(suits):
            found.append(int(suits[chance.rng.integers(0, len(suits))]))
            who.append(int(person))
    return np.array(found, np.int64), np.array(who, np.int64)


def _join_in(city: City, rows: Column, people: Column) -> None:
    cases = city[_CASE]
    part = act_rows(
        city.world, cases, rows, _CASE, "case_id", cases["filed_on"], people, "recorder"
    )
    city.tables[_ACTS] = stack([city[_ACTS], part])


def _gone_but_valid(city: City, ledger: Ledger) -> None:
    """Left the post, certificate not withdrawn (行政执法监督条例第十条: 准入和退出)."""
    table, until = city["officer_certificate"], city.world.until
    old = table["cancelled_on"] <= until - np.timedelta64(30, "D")
    ended = old & (table["valid_to"] > until + np.timedelta64(30, "D"))
    rows = ledger.choose("officer_certificate", ended, 30, "RY-02")
    table["cancelled_on"][rows] = NO_DAY
    table["status"] = certificate_status(table, until)
    ledger.plant(
        "RY-02", "officer_certificate", table["certificate_no"][rows], "已离岗而证件仍有效"
    )
    rows = ledger.choose("officer_certificate", ended, 10, "RY-02.near")
    ledger.near("RY-02", "officer_certificate", table["certificate_no"][rows], "离岗当日注销")
    _away_not_gone(city, ledger)


def _away_not_gone(city: City, ledger: Ledger) -> None:
    """Seconded, or on long leave: still of the agency, the certificate stays valid."""
    table, officers = city["officer_certificate"], city["officer"]
    serving = officers["officer_id"][
        (officers["hr_status"] == "active") & (officers["role"] == "officer")
    ]
    valid = (table["status"] == "valid") & np.isin(
        table["officer_id"].astype(str), serving.astype(str)
    )
    rows = ledger.choose("officer_certificate", valid, 8, "RY-02.near")
    away = np.flatnonzero(
        np.isin(officers["officer_id"].astype(str), table["officer_id"][rows].astype(str))
    )
    officers["hr_status"][away] = where(np.arange(len(away)) % 2 == 0, "seconded", "on_leave")
    officers["hr_changed_on"][away] = city.world.until - np.timedelta64(40, "D")
    ledger.near(
        "RY-02", "officer_certificate", table["certificate_no"][rows], "借调、长期休假，没有离岗"
    )


def _spoken_for(city: City, ledger: Ledger) -> Column:
    """Officers whose certificate was planted for RY-02."""
    table, rows = city["officer_certificate"], ledger.used.get("officer_certificate", set())
    names = table["officer_id"][sorted(rows)].astype(str)
    return np.isin(city.world.roster.officer_id.astype(str), names)
