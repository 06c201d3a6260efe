"""Excluded periods that do not exclude: not told, or begun when the limit had already run out."""

import numpy as np

from mingjian.demo.case_dates import DECISION_DAYS
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.coercions import SEIZURE_DAYS
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.permits import JOINT_DAYS, SINGLE_DAYS
from mingjian.demo.plant.redate import decide_on, settled
from mingjian.demo.records import NO_DAY, Column, Records, where

_DAY = np.timedelta64(1, "D")


def plant_case_pauses(cases: Records, last: np.datetime64, ledger: Ledger) -> None:
    """PT-01 with a pause that the law does not grant; a renewed notice for PT-07 as well."""
    cases["pause_told"] = np.ones(len(cases), bool)
    able = settled(cases, last, 120) & ~cases["is_major"] & (cases["extended_days"] == 0)
    plain_due = work_days().add_natural(cases["filed_on"], DECISION_DAYS)
    longer = able & (cases["decision_due_on"] > plain_due + 12 * _DAY)
    rows = ledger.choose("penalty_case", longer, 10, "PT-01")
    cases["pause_told"][rows] = False
    decide_on(cases, rows, work_days().add(plain_due[rows], 3))
    ledger.plant("PT-01", "penalty_case", cases["case_id"][rows], "扣除期间没有书面告知当事人")
    rows = ledger.choose("penalty_case", able & (cases["pause_days"] == 0), 10, "PT-01")
    cases["pause_from"][rows] = plain_due[rows] + 2 * _DAY
    cases["pause_to"][rows] = plain_due[rows] + 20 * _DAY
    decide_on(cases, rows, work_days().add(plain_due[rows] + 20 * _DAY, 2))
    ledger.plant("PT-01", "penalty_case", cases["case_id"][rows], "期限届满之后才开始鉴定")
    _renotified(cases, last, ledger)


def _renotified(cases: Records, last: np.datetime64, ledger: Ledger) -> None:
    """A new notice starts the five working days for asking for a hearing again (第六十四条)."""
    scope = settled(cases, last, 30) & cases["is_hearing_scope"]
    firm = scope & np.isnat(cases["hearing_requested_on"]) & np.isnat(cases["hearing_waived_on"])
    for code, usual, gap in (("PT-07", 8, 3), ("PT-07.near", 6, 6)):
        rows = ledger.choose("penalty_case", firm, usual, code)
        again = work_days().add(cases["decided_on"][rows], -gap)
        cases["renotified_on"][rows] = again
        cases["prior_notice_on"][rows] = work_days().add(again, -6)
        cases["discussed_on"][rows] = cases["decided_on"][rows]
        reviewed = work_days().add(again, -8)
        cases["legal_reviewed_on"][rows] = np.maximum(reviewed, cases["filed_on"][rows])
        ids = cases["case_id"][rows]
        if code == "PT-07":
            ledger.plant(code, "penalty_case", ids, "重新告知后五个工作日未满即决定")
        else:
            ledger.near("PT-07", "penalty_case", ids, "重新告知后第六个工作日决定")


def plant_other_pauses(city: City, ledger: Ledger, chance: Chance) -> None:
    """QZ-03 and XK-03 with a test nobody was told of, or an extension nobody approved."""
    _seizures(city, ledger, chance)
    _permits(city, ledger)


def _seizures(city: City, ledger: Ledger, chance: Chance) -> None:
    table = city["coercion"]
    old = table["day"] <= city.world.until - 100 * _DAY
    due = work_days().add_natural(table["day"], np.full(len(table), SEIZURE_DAYS))
    rows = ledger.choose("coercion", old & (table["pause_days"] >= 8), 6, "QZ-03")
    _untold(city, "coercion", table["coercion_id"][rows])
    _release(table, rows, work_days().add(due[rows], 3))
    ledger.plant("QZ-03", "coercion", table["coercion_id"][rows], "检测期间没有书面告知")
    rows = ledger.choose("coercion", old & (table["extended_days"] > 0), 6, "QZ-03")
    table["extension_approved_on"][rows] = table["extension_informed_on"][rows] = NO_DAY
    late = chance.whole(len(rows), 3, 18)
    _release(table, rows, work_days().add(due[rows], late))
    ledger.plant("QZ-03", "coercion", table["coercion_id"][rows], "延长没有批准")


def _release(table: Records, rows: Column, ended: Column) -> None:
    disposes = ~np.isnat(table["disposed_on"][rows])
    table["disposed_on"][rows] = where(disposes, ended, NO_DAY)
    table["released_on"][rows] = where(disposes, NO_DAY, ended)


def _permits(city: City, ledger: Ledger) -> None:
    table = city["permit"]
    base = where(table["mode"] == "joint", JOINT_DAYS, SINGLE_DAYS)
    due = work_days().add(table["accepted_on"], base)
    old = table["accepted_on"] <= city.world.until - 150 * _DAY
    rows = ledger.choose("permit", old & (table["pause_days"] >= 10), 8, "XK-03")
    _untold(city, "permit", table["permit_id"][rows])
    decided = work_days().add(due[rows], 3)
    table["decided_on"][rows] = decided
    granted = table["decision"][rows] == "granted"
    table["issued_on"][rows] = where(granted, work_days().add(decided, 2), NO_DAY)
    table["valid_from"][rows] = table["issued_on"][rows]
    table["disclosed_on"][rows] = work_days().add(decided, 3)
    ledger.plant("XK-03", "permit", table["permit_id"][rows], "评审期间没有书面告知")


def _untold(city: City, kind: str, units: Column) -> None:
    table = city["case_suspension"]
    own = (table["act_kind"] == kind) & np.isin(table["act_id"].astype(str), units.astype(str))
    table["is_notified"][own] = False
