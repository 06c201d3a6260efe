"""Problems of agencies and powers that only show in the count of a year: the rule of the catalogue
applied to the whole city when all else is done, and what comes close to it."""

import numpy as np

from mingjian.demo.city import City
from mingjian.demo.fines import hearing_thresholds
from mingjian.demo.ledger import Ledger
from mingjian.demo.records import Column, joined, texts
from mingjian.standards import load_reference

_CASE = "penalty_case"
_DAY = np.timedelta64(1, "D")
_NEAR = 8  # near misses of a code, at most


def plant_counted(city: City, ledger: Ledger) -> None:
    """CL-06, CL-07, JC-13, LZ-04, LZ-05, QW-05, SX-08."""
    _one_extreme(city, ledger)
    _short_of_hearing(city, ledger)
    _idle_posts(city, ledger)
    _blind_visits(city, ledger)
    _seldom_finding(city, ledger)
    _never_waived(city, ledger)
    _few_reviewers(city, ledger)


def within(city: City, days: Column, count: int) -> Column:
    """Among the last `count` days up to the one on which the city is judged."""
    return (days > city.world.until + _DAY - count * _DAY) & (days <= city.world.until)


def _tell(city: City, ledger: Ledger, code: str, wrong: Column, near: Column, note: str) -> None:
    """Agencies that are over the line, and some that are just not."""
    ids = city.world.agency_ids
    ledger.plant(code, "agency", ids[wrong], note)
    ledger.near(code, "agency", ids[near & ~wrong][:_NEAR], f"接近而没有达到：{note}")


def _by_agency(city: City, mask: Column, table: str = _CASE) -> Column:
    return np.bincount(city[table]["agency"][mask], minlength=len(city.world.agencies))


def _valid_fines(city: City, count: int) -> Column:
    cases = city[_CASE]
    fined = (cases["decision_result"] == "penalty") & (np.nan_to_num(cases["fine_yuan"]) > 0)
    return fined & within(city, cases["decided_on"], count)


def _one_extreme(city: City, ledger: Ledger) -> None:
    """CL-06: in ninety days thirty fines or more, four in five at one end of the statute."""
    cases = city[_CASE]
    items = city.world.powers.items
    least = np.array([item.spec.range[0] for item in items], float)[cases["item"]]
    most = np.array([item.spec.range[1] for item in items], float)[cases["item"]]
    known = np.isin(cases["power_item_code"].astype(str), city["benchmark"]["power_item_code"])
    fined = _valid_fines(city, 90) & np.isnat(cases["revoked_on"]) & known
    count = _by_agency(city, fined)
    top = _by_agency(city, fined & (cases["fine_yuan"] == most))
    bottom = _by_agency(city, fined & (cases["fine_yuan"] == least) & (least > 0))
    share = np.maximum(top, bottom) / np.maximum(count, 1)
    wrong = (count >= 30) & (share >= 0.8)
    near = ((count >= 30) & (share >= 0.5)) | ((count >= 20) & (share >= 0.8))
    _tell(city, ledger, "CL-06", wrong, near, "九十日内罚款八成以上顶格或者取下限")


def _short_of_hearing(city: City, ledger: Ledger) -> None:
    """CL-07: fines five times as often just below the sum for a hearing as just above it."""
    cases, benchmark = city[_CASE], city["benchmark"]
    limit = hearing_thresholds(cases["field"], cases["party_kind"])
    fine = np.nan_to_num(cases["fine_yuan"])
    beside = _valid_fines(city, 365) & (fine >= 0.95 * limit) & (fine <= 1.05 * limit)
    bounds = np.concatenate([benchmark["fine_min_yuan"], benchmark["fine_max_yuan"]])
    codes = np.concatenate([benchmark["power_item_code"]] * 2)
    steps = {(code, bound) for code, bound in zip(codes, bounds, strict=True)}
    for row in np.flatnonzero(beside).tolist():
        beside[row] = (cases["power_item_code"][row], fine[row]) not in steps
    below = _by_agency(city, beside & (fine < limit))
    above = _by_agency(city, beside & (fine >= limit))
    wrong = (below + above >= 20) & (below >= 5 * above)
    near = (below + above >= 20) | ((below + above >= 12) & (below >= 5 * above))
    _tell(city, ledger, "CL-07", wrong, near, "罚款集中在听证数额标准之下")


def _idle_posts(city: City, ledger: Ledger) -> None:
    """LZ-04: of five or more on the front line (A 岗) not three in five acted in half a year."""
    officers, acts = city["officer"], city["act_officer"]
    recent = within(city, acts["acted_on"], 180)
    seen = np.isin(officers["officer_id"].astype(str), acts["officer_id"][recent].astype(str))
    settled = np.isnat(officers["hr_changed_on"]) | (
        officers["hr_changed_on"] <= city.world.until + _DAY - 180 * _DAY
    )
    post = (officers["post"] == "a") & (officers["role"] == "officer") & settled
    post &= officers["hr_status"] == "active"
    at = {code: i for i, code in enumerate(city.world.agency_ids.tolist())}
    agency = np.array([at[code] for code in officers["agency_id"].tolist()])
    size = len(city.world.agencies)
    staff = np.bincount(agency[post], minlength=size)
    active = np.bincount(agency[post & seen], minlength=size)
    wrong = (staff >= 5) & (active * 5 < staff * 3)
    near = (staff >= 5) & (active * 5 == staff * 3)
    _tell(city, ledger, "LZ-04", wrong, near, "半年内参与执法的 A 岗人员不到六成")


def _blind_visits(city: City, ledger: Ledger) -> None:
    """LZ-05: two hundred visits that found nothing, or fifty findings that nothing came of."""
    visits, cases = city["inspection"], city[_CASE]
    year = within(city, visits["day"], 365)
    found = np.isin(visits["result"].astype(str), ["fail", "conditional"])
    found |= visits["problem_count"] > 0
    handled = (visits["result"] == "conditional") | ~np.isnat(visits["correction_ordered_on"])
    handled |= ~np.isnat(visits["rechecked_on"])
    ended = np.isin(cases["decision_result"].astype(str), ["penalty", "no_penalty", "referral"])
    decisions = _by_agency(city, ended & within(city, cases["decided_on"], 365))
    count = _by_agency(city, year, "inspection")
    problems = _by_agency(city, year & found, "inspection")
    mended = _by_agency(city, year & handled, "inspection")
    wrong = (count >= 200) & (problems == 0)
    wrong |= (problems >= 50) & (mended == 0) & (decisions == 0)
    near = ((count >= 200) & (problems == 1)) | ((count >= 150) & (problems == 0))
    _tell(city, ledger, "LZ-05", wrong, near, "检查二百次以上没有发现一个问题")


def _seldom_finding(city: City, ledger: Ledger) -> None:
    """JC-13: a hundred visits for one item that find not a fifth of what others find."""
    visits = city["inspection"]
    table = visits.take(within(city, visits["day"], 365) & (visits["basis_kind"] != "recheck"))
    found = np.isin(table["result"].astype(str), ["fail", "conditional"])
    found |= table["problem_count"] > 0
    units, first, at = np.unique(
        joined(table["item"], "|", table["agency_id"]).astype(str),
        return_index=True,
        return_inverse=True,
    )
    count = np.bincount(at, minlength=len(units))
    problems = np.bincount(at[found], minlength=len(units))
    tier = city.world.tier[table["agency"][first]]
    _, group = np.unique(joined(tier, "|", table["item"][first]).astype(str), return_inverse=True)
    others = np.bincount(group)[group] - 1
    peer_count = np.bincount(group, weights=count)[group] - count
    peer_problems = np.bincount(group, weights=problems)[group] - problems
    able = (count >= 100) & (others >= 3)
    wrong = able & (problems * peer_count * 5 < peer_problems * count)
    near = able & (problems * peer_count * 3 < peer_problems * count)
    near |= (count >= 60) & (count < 100) & (others >= 3) & (problems == 0)
    ledger.plant("JC-13", "power_item", texts(units[wrong].tolist()), "检查一百次以上很少发现问题")
    some = texts(units[near & ~wrong].tolist())[:_NEAR]
    ledger.near("JC-13", "power_item", some, "不足一百次，或者发现率略高")


def _never_waived(city: City, ledger: Ledger) -> None:
    """QW-05: fifty decisions on one power in a year, nearly all waived, or none though listed."""
    cases = city[_CASE]
    known = {(str(r["field"]), str(r["violation"])) for r in load_reference()["minor_waiver"].rows}
    decided = np.isin(cases["decision_result"].astype(str), ["penalty", "no_penalty"])
    decided &= within(city, cases["decided_on"], 365) & np.isnat(cases["revoked_on"])
    listed_power = joined(
        city["power_item"]["power_item_code"], "|", city["power_item"]["agency_id"]
    ).astype(str)
    unit = joined(cases["power_item_code"], "|", cases["agency_id"]).astype(str)
    decided &= np.isin(unit, listed_power)
    units, first, at = np.unique(unit[decided], return_index=True, return_inverse=True)
    count = np.bincount(at, minlength=len(units))
    waived = np.bincount(
        at[cases["decision_result"][decided] == "no_penalty"], minlength=len(units)
    )
    fields, said = cases["field"][decided][first], cases["violation"][decided][first]
    listed = np.array([pair in known for pair in zip(fields, said, strict=True)], bool)
    none = listed & (waived == 0)
    wrong = (count >= 50) & ((waived * 100 > count * 95) | none)
    near = ((count >= 40) & (count < 50) & none) | ((count >= 50) & listed & (waived > 0))
    ledger.plant("QW-05", "power_item", texts(units[wrong].tolist()), "免罚率畸高，或者从不免罚")
    some = texts(units[near & ~wrong].tolist())[:_NEAR]
    ledger.near("QW-05", "power_item", some, "不足五十件，或者有免罚")


def _few_reviewers(city: City, ledger: Ledger) -> None:
    """SX-08: of twenty officers or more fewer than one in twenty reviews (国办发〔2018〕118号)."""
    officers, acts, cases = city["officer"], city["act_officer"], city[_CASE]
    serving = (officers["role"] == "officer") & (officers["hr_status"] == "active")
    at = {code: i for i, code in enumerate(city.world.agency_ids.tolist())}
    agency = np.array([at[code] for code in officers["agency_id"].tolist()])
    size = len(city.world.agencies)
    staff = np.bincount(agency[serving], minlength=size)
    reviewing = (acts["act_kind"] == _CASE) & (acts["role"] == "reviewer")
    reviewing &= within(city, acts["acted_on"], 366)
    pairs = {
        (int(a), str(who))
        for a, who in zip(acts["agency"][reviewing], acts["officer_id"][reviewing], strict=True)
    }
    reviewers = np.bincount(np.array([a for a, _ in pairs], np.int64), minlength=size)
    reviews = _by_agency(city, within(city, cases["legal_reviewed_on"], 366)) > 0
    wrong = reviews & (staff >= 20) & (reviewers * 20 < staff)
    near = reviews & (staff >= 20) & (reviewers * 20 < staff + 20)
    near |= reviews & (staff >= 15) & (staff < 20) & (reviewers < 2)
    _tell(city, ledger, "SX-08", wrong, near, "法制审核人员不足执法人员的百分之五")
