"""Problems in what hangs on a case: evidence made too late, goods kept too long."""

import numpy as np

from mingjian.demo.case_dates import days
from mingjian.demo.case_parts import PRESERVATION_DAYS
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.records import NO_DAY, where

_CASE, _EVIDENCE = "penalty_case", "case_evidence"


def plant_case_parts(city: City, ledger: Ledger, chance: Chance) -> None:
    """PT-05 and SS-02; the unit is the case."""
    _kept_too_long(city, ledger, chance.stream("kept"))
    _made_too_late(city, ledger, chance.stream("made"))


def _kept_too_long(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政处罚法第五十六条: seven working days; a seizure of the same case ends it too."""
    evidence, last = city[_EVIDENCE], city.world.until
    seized = np.isin(evidence["case_id"].astype(str), city["coercion"]["case_id"].astype(str))
    kept = ~np.isnat(evidence["registered_on"]) & ~seized
    kept &= evidence["registered_on"] <= last - np.timedelta64(60, "D")
    rows = ledger.choose(_EVIDENCE, kept, 30, "PT-05")
    late = work_days().add(
        evidence["registered_on"][rows], PRESERVATION_DAYS + chance.whole(len(rows), 1, 15)
    )
    evidence["disposed_on"][rows] = where(chance.share(len(rows), 0.3), NO_DAY, late)
    ledger.plant("PT-05", _CASE, evidence["case_id"][rows], "登记保存超过七个工作日没有处理")
    _seized_in_time(city, ledger)
    rows = ledger.choose(_EVIDENCE, kept, 12, "PT-05.near")
    evidence["disposed_on"][rows] = work_days().add(
        evidence["registered_on"][rows], PRESERVATION_DAYS
    )
    ledger.near("PT-05", _CASE, evidence["case_id"][rows], "第七个工作日作出处理决定")


def _seized_in_time(city: City, ledger: Ledger) -> None:
    """Goods that were seized within the seven days need no other disposal."""
    evidence, coercion = city[_EVIDENCE], city["coercion"]
    free = coercion.take(ledger.is_free("coercion", len(coercion)))
    first = dict(zip(free["case_id"].tolist(), free["day"].tolist(), strict=True))
    kept = np.flatnonzero(~np.isnat(evidence["registered_on"]))
    seized = np.array(
        [first.get(case) for case in evidence["case_id"][kept].tolist()], "datetime64[D]"
    )
    due = work_days().add(evidence["registered_on"][kept], PRESERVATION_DAYS)
    in_time = np.zeros(len(evidence), bool)
    in_time[kept] = (seized >= evidence["registered_on"][kept]) & (seized <= due)
    rows = ledger.choose(_EVIDENCE, in_time, 8, "PT-05.near")
    evidence["disposed_on"][rows] = NO_DAY
    own = np.isin(coercion["case_id"].astype(str), evidence["case_id"][rows].astype(str))
    ledger.used.setdefault("coercion", set()).update(np.flatnonzero(own).tolist())
    ledger.near("PT-05", _CASE, evidence["case_id"][rows], "七个工作日内转为查封扣押")


def _made_too_late(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政处罚法第四十条: facts are established before the decision, not after it."""
    evidence, cases, last = city[_EVIDENCE], city[_CASE], city.world.until
    free = ledger.is_free(_CASE, len(cases))
    decided = (cases["decision_result"] == "penalty") & (
        cases["decided_on"] <= last - np.timedelta64(40, "D")
    )
    able = (free & decided)[evidence["row"]] & (evidence["kind"] == "audiovisual")
    for code, usual in (("SS-02", 30), ("SS-02.near", 10)):
        rows = ledger.choose(_EVIDENCE, able, usual, code)
        own = evidence["row"][rows]
        ledger.used.setdefault(_CASE, set()).update(own.tolist())
        lag = chance.whole(len(rows), 1, 20) if code == "SS-02" else np.zeros(len(rows), np.int64)
        evidence["made_on"][rows] = cases["decided_on"][own] + days(lag)
        evidence["uploaded_on"][rows] = evidence["made_on"][rows] + np.timedelta64(2, "D")
        if code == "SS-02":
            ledger.plant(code, _CASE, evidence["case_id"][rows], "证据形成于决定之后")
        else:
            ledger.near("SS-02", _CASE, evidence["case_id"][rows], "决定当日形成，日后入卷")
