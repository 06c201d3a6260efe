"""Problems that follow from other plants or from chance: found by going through the whole city
by the words of the statute, so that the sealed list says everything that is wrong."""

from collections.abc import Callable

import numpy as np

from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.permits import JOINT_DAYS, SINGLE_DAYS
from mingjian.demo.plant.grounds import place_apart
from mingjian.demo.plant.together import PASSING
from mingjian.demo.records import Column, texts, where
from mingjian.demo.supervising import REGULATION_FROM
from mingjian.law import load_laws

_CASE = "penalty_case"
_DAY = np.timedelta64(1, "D")
_YEAR = 365


def complete(city: City, ledger: Ledger) -> None:
    """CL-02, CL-04, FL-02, FL-07, FY-09, LZ-08, RY-01, RY-05, SJ-04, XK-13, ZT-06."""
    acts: tuple[Callable[[City], tuple[str, str, Column, str]], ...] = (
        _out_of_order,
        _outside_region,
        _below,
        _above,
        _off_step,
        _law_changed,
        _same_fault,
        _never_acting,
        _promise_broken,
        _expiring,
        _never_made_good,
    )
    for act in acts:
        code, table, units, note = act(city)
        known = {row[2] for row in ledger.rows if row[0] == code}
        fresh = [unit for unit in units.tolist() if unit not in known]
        ledger.plant(code, table, texts(fresh), note)


def _decided(city: City) -> Column:
    cases = city[_CASE]
    return (cases["decision_result"] == "penalty") & (cases["decided_on"] < city.world.until)


def _out_of_order(city: City) -> tuple[str, str, Column, str]:
    """发现≤立案≤告知≤决定≤送达≤缴款≤结案, each pair of what is known."""
    cases, last = city[_CASE], city.world.until
    chain = (
        "discovered_on",
        "filed_on",
        "prior_notice_on",
        "decided_on",
        "served_on",
        "complied_on",
        "closed_on",
    )
    wrong = np.zeros(len(cases), bool)
    for i, earlier in enumerate(chain):
        for later in chain[i + 1 :]:
            known = (cases[earlier] < last) & (cases[later] < last)
            wrong |= known & (cases[later] < cases[earlier])
    return "SJ-04", _CASE, cases["case_id"][wrong], "日期先后颠倒"


def _outside_region(city: City) -> tuple[str, str, Column, str]:
    cases = city[_CASE]
    home = city.world.region[cases["agency"]]
    inside = np.array(
        [
            str(act or "").startswith(own[:2] if own.endswith("0000") else own)
            for act, own in zip(cases["act_region_code"], home, strict=True)
        ],
        bool,
    )
    bare = np.array([paper is None for paper in cases["jurisdiction_document_no"]], bool)
    bare &= ~place_apart(cases)
    wrong = ~inside & bare & (cases["begun_on"] < city.world.until)
    return "ZT-06", _CASE, cases["case_id"][wrong], "违法行为地不在辖区，没有指定管辖"


def _bounds(city: City) -> tuple[Column, Column, Column]:
    cases = city[_CASE]
    specs = [item.spec for item in city.world.powers.items]
    least = np.array([spec.range[0] for spec in specs], float)[cases["item"]]
    most = np.array([spec.range[1] for spec in specs], float)[cases["item"]]
    plain = np.array([reason is None for reason in cases["mitigation_reason"]], bool)
    return least, most, plain & _decided(city) & (cases["fine_yuan"] > 0)


def _below(city: City) -> tuple[str, str, Column, str]:
    least, _, able = _bounds(city)
    wrong = able & (city[_CASE]["fine_yuan"] < least)
    return "CL-04", _CASE, city[_CASE]["case_id"][wrong], "低于法定下限而没有减轻处罚情形"


def _above(city: City) -> tuple[str, str, Column, str]:
    _, most, able = _bounds(city)
    wrong = able & (city[_CASE]["fine_yuan"] > most)
    return "FL-07", _CASE, city[_CASE]["case_id"][wrong], "罚款超过法定上限"


def _off_step(city: City) -> tuple[str, str, Column, str]:
    cases = city[_CASE]
    low = city.items.low[cases["item"], cases["step_no"]]
    high = city.items.high[cases["item"], cases["step_no"]]
    *_, able = _bounds(city)
    wrong = able & ((cases["fine_yuan"] < low) | (cases["fine_yuan"] > high))
    return "CL-02", _CASE, cases["case_id"][wrong], "罚款不在所选阶次的幅度之内"


def _law_changed(city: City) -> tuple[str, str, Column, str]:
    """行政处罚法第三十七条: the statute cited changed between the act and the decision."""
    cases, laws = city[_CASE], load_laws()
    wrong, decided = np.zeros(len(cases), bool), _decided(city)
    for name in laws.names():
        changes = [v.in_force_on for v in laws.versions(name)][1:]
        cited = np.array([f"《{name}》" in str(basis) for basis in cases["legal_basis"]], bool)
        for day in changes:
            change = np.datetime64(day, "D")
            wrong |= cited & (cases["act_ended_on"] < change) & (cases["decided_on"] >= change)
    return "FL-02", _CASE, cases["case_id"][wrong & decided], "行为以后、决定以前依据有修改"


def _same_fault(city: City) -> tuple[str, str, Column, str]:
    """Three different days in a year on which the same fault was found in one agency."""
    table = city["remedy"]
    since = city.world.until - _YEAR * _DAY
    able = (table["effective_on"] >= since) & (table["effective_on"] < city.world.until)
    able &= np.array([fault is not None for fault in table["fault"]], bool)
    days: dict[tuple[str, str], set[object]] = {}
    for agency, fault, day in zip(
        table["agency_id"][able], table["fault"][able], table["effective_on"][able], strict=True
    ):
        days.setdefault((agency, fault), set()).add(day)
    binding = city.world.until + _DAY >= REGULATION_FROM
    often = {agency for (agency, _), seen in days.items() if len(seen) >= 3}
    units = sorted(often) if binding else []
    return "FY-09", "agency", texts(units), "一年内三次因同一理由被纠正"


def _never_acting(city: City) -> tuple[str, str, Column, str]:
    """A valid certificate, a post in the field, and nothing done for a year (目录 RY-05)."""
    acts, officers, last = city["act_officer"], city["officer"], city.world.until
    certificates = city["officer_certificate"]
    recent = (acts["acted_on"] > last - _YEAR * _DAY) & (acts["acted_on"] < last)
    busy = np.isin(officers["officer_id"].astype(str), acts["officer_id"][recent].astype(str))
    held = (certificates["valid_to"] >= last) & np.isnat(certificates["cancelled_on"])
    held &= certificates["valid_from"] <= last - _YEAR * _DAY
    able = np.isin(officers["officer_id"].astype(str), certificates["officer_id"][held].astype(str))
    able &= (officers["hr_status"] == "active") & (officers["role"] == "officer")
    able &= officers["post"] != "b"  # 法制、监督等岗位不在一线
    return "RY-05", "officer", officers["officer_id"][able & ~busy], "持证一年没有执法行为"


def _expiring(city: City) -> tuple[str, str, Column, str]:
    """Within ninety days of the day on which the city is judged, or over while the officer is on
    the front line; without a later certificate."""
    table, officers, today = city["officer_certificate"], city["officer"], city.world.until + _DAY
    serving = (officers["hr_status"] == "active") & (officers["role"] == "officer")
    mine = officers["officer_id"][serving].astype(str)
    held = np.isin(table["status"].astype(str), ["valid", "expired"])
    held &= np.isnat(table["cancelled_on"]) & np.isin(table["officer_id"].astype(str), mine)
    newest: dict[str, np.datetime64] = {}
    for who, ends in zip(table["officer_id"][held], table["valid_to"][held], strict=True):
        newest[who] = max(ends, newest.get(who, ends))
    last_of = np.array([newest.get(who, today) for who in table["officer_id"]], "datetime64[D]")
    front = officers["officer_id"][serving & (officers["post"] == "a")].astype(str)
    lapsed = table["valid_to"] < today
    soon = held & ~lapsed & (table["valid_to"] <= today + 90 * _DAY)
    soon |= held & lapsed & np.isin(table["officer_id"].astype(str), front)
    wrong = soon & (table["valid_to"] == last_of)
    return "RY-01", "officer_certificate", table["certificate_no"][wrong], "九十日内到期"


def _never_made_good(city: City) -> tuple[str, str, Column, str]:
    """Three fines within a year for one violation of one party, nothing made good by any of them;
    the third is the one to look at (第二十八条)."""
    cases = city[_CASE]
    fined = _decided(city) & (cases["fine_yuan"] > 0)
    fined &= ~np.array([any(w in str(v) for w in PASSING) for v in cases["violation"]], bool)
    mended = cases["corrected_on"] <= city.world.until
    runs: dict[tuple[object, ...], list[int]] = {}
    order = np.lexsort((cases["case_id"].astype(str), cases["decided_on"]))
    keys = ("agency_id", "party_id", "power_item_code")
    for row in order[fined[order]].tolist():
        runs.setdefault(tuple(cases[name][row] for name in keys), []).append(row)
    wrong = []
    for rows in runs.values():
        for first, second, third in zip(rows, rows[1:], rows[2:], strict=False):
            near = cases["decided_on"][third] - cases["decided_on"][first] <= _YEAR * _DAY
            if near and not mended[[first, second, third]].any():
                wrong.append(str(cases["case_id"][third]))
                break
    return "LZ-08", _CASE, texts(wrong), "一年内三次罚款，从未改正"


def _promise_broken(city: City) -> tuple[str, str, Column, str]:
    """Later than promised and still inside the statutory term; beyond it is another problem."""
    table, last = city["permit"], city.world.until
    base = where(table["mode"] == "joint", JOINT_DAYS, SINGLE_DAYS)
    took = work_days().between(table["accepted_on"], table["decided_on"])
    wrong = (table["decided_on"] < last) & np.isnat(table["pause_from"])
    wrong &= (table["extended_days"] == 0) & (took <= base) & (took > table["promised_days"])
    return "XK-13", "permit", table["permit_id"][wrong], "超过承诺的工作日"
