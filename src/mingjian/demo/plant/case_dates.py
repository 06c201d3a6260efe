"""Problems in the dates of a case: too late, too early, in the wrong order, or missing."""

import numpy as np

from mingjian.demo.case_dates import days
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.pauses import plant_case_pauses
from mingjian.demo.plant.redate import decide_on, plain, settled
from mingjian.demo.records import NO_DAY, Column, Records, where

_CASE = "penalty_case"


def plant_case_dates(city: City, ledger: Ledger, chance: Chance) -> None:
    """PT-01, PT-06, PT-07, PT-08, PT-13, PT-14, SX-01, SX-06, FL-04, QW-04."""
    cases, last = city["penalty_case"], city.world.until
    plant_case_pauses(cases, last, ledger)
    for act in (
        _overdue,
        _no_notice,
        _hearing_cut,
        _hearing_untold,
        _undiscussed,
        _unserved,
        _undisclosed,
        _unreviewed,
        _too_old,
        _unmended,
    ):
        act(cases, last, ledger, chance.stream(act.__name__))


def _overdue(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    calendar, due = work_days(), cases["decision_due_on"]
    able = settled(cases, last, 100) & plain(cases)
    rows = ledger.choose(_CASE, able, 25, "PT-01")
    late = calendar.add(due[rows], 1 + chance.whole(len(rows), 0, 20))
    decide_on(cases, rows, np.minimum(late, last - np.timedelta64(25, "D")))
    ledger.plant("PT-01", _CASE, cases["case_id"][rows], "过九十日才作出决定")
    age = (last - cases["filed_on"]).astype(np.int64)
    stuck = able & (age > 130) & (age < 330)
    rows = ledger.choose(_CASE, stuck, 20, "PT-01")
    for name in (
        "investigated_on",
        "prior_notice_on",
        "legal_reviewed_on",
        "decided_on",
        "ended_on",
        "served_on",
        "announced_on",
        "disclosed_on",
        "complied_on",
        "closed_on",
        "archived_on",
    ):
        cases[name][rows] = NO_DAY
    ledger.plant("PT-01", _CASE, cases["case_id"][rows], "立案后至今没有结论")
    _just_in_time(cases, able, last, ledger)


def _just_in_time(cases: Records, able: Column, last: np.datetime64, ledger: Ledger) -> None:
    due, room = cases["decision_due_on"], cases["decision_due_on"] <= last - np.timedelta64(25, "D")
    rows = ledger.choose(_CASE, able & room, 12, "PT-01.near")
    decide_on(cases, rows, due[rows])
    ledger.near("PT-01", _CASE, cases["case_id"][rows], "届满当日作出决定")
    for column, note in (
        ("pause_days", "检测鉴定期间扣除后在期限内"),
        ("extended_days", "经批准延长后在期限内"),
    ):
        longer = settled(cases, last, 60) & ~cases["is_major"] & (cases[column] > 0) & room
        rows = ledger.choose(_CASE, longer, 8, "PT-01.near")
        decide_on(cases, rows, due[rows])
        ledger.near("PT-01", _CASE, cases["case_id"][rows], note)


def _no_notice(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    able = settled(cases, last, 30) & plain(cases)
    rows = ledger.choose(_CASE, able, 30, "PT-06")
    after = work_days().add(cases["decided_on"][rows], 1)
    missing = chance.share(len(rows), 0.5)
    cases["prior_notice_on"][rows] = where(missing, NO_DAY, after)
    ledger.plant("PT-06", _CASE, cases["case_id"][rows], "没有事先告知，或者告知晚于决定")
    rows = ledger.choose(_CASE, able, 15, "PT-06.near")
    cases["prior_notice_on"][rows] = cases["decided_on"][rows] - np.timedelta64(1, "D")
    cases["legal_reviewed_on"][rows] = NO_DAY
    cases["legal_review_result"][rows] = None
    ledger.near("PT-06", _CASE, cases["case_id"][rows], "决定前一日告知")


def _hearing_cut(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    scope = settled(cases, last, 30) & cases["is_hearing_scope"]
    unasked = scope & np.isnat(cases["hearing_requested_on"])
    firm = unasked & np.isnat(cases["hearing_waived_on"])
    for code, usual, low, high, mask in (
        ("PT-07", 30, 1, 5, firm),
        ("PT-07.near", 12, 6, 6, firm),
    ):
        rows = ledger.choose(_CASE, mask, usual, code)
        gap = chance.whole(len(rows), low, high)
        told = work_days().add(cases["decided_on"][rows], -gap)
        cases["prior_notice_on"][rows] = told
        cases["discussed_on"][rows] = cases["decided_on"][rows]
        if code == "PT-07":
            ledger.plant(code, _CASE, cases["case_id"][rows], "告知后五个工作日未满即决定")
        else:
            ledger.near("PT-07", _CASE, cases["case_id"][rows], "第六个工作日决定")
    waived = unasked & ~np.isnat(cases["hearing_waived_on"])
    rows = ledger.choose(_CASE, waived, 10, "PT-07.near")
    cases["prior_notice_on"][rows] = work_days().add(cases["decided_on"][rows], -3)
    cases["hearing_waived_on"][rows] = work_days().add(cases["decided_on"][rows], -2)
    cases["discussed_on"][rows] = cases["decided_on"][rows]
    ledger.near("PT-07", _CASE, cases["case_id"][rows], "当事人书面放弃听证")


def _hearing_untold(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    scope = settled(cases, last, 5) & cases["is_hearing_scope"]
    silent = scope & np.isnat(cases["hearing_requested_on"]) & np.isnat(cases["hearing_waived_on"])
    rows = ledger.choose(_CASE, silent, 30, "PT-08")
    cases["has_hearing_told"][rows] = False
    cases["is_hearing_scope"][rows] = chance.share(len(rows), 0.4)
    ledger.plant("PT-08", _CASE, cases["case_id"][rows], "达到听证标准而没有告知听证权")
    rows = ledger.choose(_CASE, scope & ~np.isnat(cases["hearing_waived_on"]), 10, "PT-08.near")
    cases["has_hearing_told"][rows] = False
    ledger.near("PT-08", _CASE, cases["case_id"][rows], "没有勾选告知，但有书面放弃听证")
    ratio = np.nan_to_num(cases["fine_yuan"]) / cases["hearing_threshold"]
    rows = ledger.choose(
        _CASE, settled(cases, last) & (ratio >= 0.85) & (ratio < 1), 10, "PT-08.near"
    )
    ledger.near("PT-08", _CASE, cases["case_id"][rows], "罚款略低于听证标准")


def _undiscussed(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    major = settled(cases, last, 15) & cases["is_major"]
    rows = ledger.choose(_CASE, major, 30, "PT-13")
    late = cases["decided_on"][rows] + days(chance.whole(len(rows), 1, 6))
    cases["discussed_on"][rows] = where(chance.share(len(rows), 0.6), NO_DAY, late)
    ledger.plant("PT-13", _CASE, cases["case_id"][rows], "重大案件没有集体讨论或者决定之后才讨论")
    rows = ledger.choose(_CASE, major, 12, "PT-13.near")
    cases["discussed_on"][rows] = cases["decided_on"][rows]
    ledger.near("PT-13", _CASE, cases["case_id"][rows], "当日讨论当日决定")


def _unserved(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    calendar = work_days()
    able = settled(cases, last, 60)
    rows = ledger.choose(_CASE, able, 30, "PT-14")
    late = calendar.add(cases["decided_on"][rows], chance.whole(len(rows), 8, 25))
    never = chance.share(len(rows), 0.3)
    cases["served_on"][rows] = where(never, NO_DAY, late)
    cases["announced_on"][rows] = NO_DAY
    cases["service_method"][rows] = where(never, None, "direct")
    for name in ("complied_on", "closed_on", "archived_on"):
        cases[name][rows] = where(never, NO_DAY, calendar.add(late, 3))
    ledger.plant("PT-14", _CASE, cases["case_id"][rows], "决定书超过七个工作日没有送达")
    rows = ledger.choose(_CASE, able & np.isnat(cases["announced_on"]), 12, "PT-14.near")
    cases["served_on"][rows] = calendar.add(cases["decided_on"][rows], 7)
    cases["complied_on"][rows] = NO_DAY
    cases["closed_on"][rows] = cases["archived_on"][rows] = NO_DAY
    ledger.near("PT-14", _CASE, cases["case_id"][rows], "第七个工作日送达")
    rows = ledger.choose(_CASE, able & ~np.isnat(cases["announced_on"]), 8, "PT-14.near")
    called = calendar.add(cases["decided_on"][rows], 7)
    cases["announced_on"][rows] = called
    cases["served_on"][rows] = called + np.timedelta64(30, "D")
    paid = ~np.isnat(cases["complied_on"][rows])
    for name, wait in (("complied_on", 2), ("closed_on", 5), ("archived_on", 9)):
        after = calendar.add(cases["served_on"][rows], wait)
        cases[name][rows] = where(paid, after, NO_DAY)
    ledger.near("PT-14", _CASE, cases["case_id"][rows], "第七个工作日公告送达")


def _undisclosed(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    calendar, late_field = work_days(), np.isin(cases["field"].astype(str), ["market", "drug"])
    able = settled(cases, last, 120) & (cases["party_kind"] != "natural")
    able &= ~np.isnat(cases["disclosed_on"]) & (cases["penalty_kinds"] != "reprimand")
    rows = ledger.choose(_CASE, able, 30, "SX-01")
    late = calendar.add(cases["decided_on"][rows], chance.whole(len(rows), 21, 60))
    cases["disclosed_on"][rows] = where(chance.share(len(rows), 0.4), NO_DAY, late)
    ledger.plant("SX-01", _CASE, cases["case_id"][rows], "处罚决定没有按期公示")
    for mask, limit, note in (
        (~late_field, 7, "第七个工作日公示"),
        (late_field, 20, "市场监管第二十个工作日公示"),
    ):
        rows = ledger.choose(_CASE, able & mask, 8, "SX-01.near")
        cases["disclosed_on"][rows] = calendar.add(cases["decided_on"][rows], limit)
        ledger.near("SX-01", _CASE, cases["case_id"][rows], note)


def _unreviewed(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    major = settled(cases, last, 20) & cases["is_major"]
    rows = ledger.choose(_CASE, major, 30, "SX-06")
    way = chance.whole(len(rows), 0, 2)
    after = cases["decided_on"][rows] + days(chance.whole(len(rows), 1, 5))
    kept = cases["legal_reviewed_on"][rows]
    cases["legal_reviewed_on"][rows] = np.select([way == 0, way == 1], [NO_DAY, after], kept)
    result = where(way == 0, None, where(way == 1, "passed", "rejected"))
    cases["legal_review_result"][rows] = result
    ledger.plant(
        "SX-06", _CASE, cases["case_id"][rows], "重大决定未经法制审核、审核在后或者没有通过"
    )
    rows = ledger.choose(_CASE, major, 10, "SX-06.near")
    cases["legal_reviewed_on"][rows] = cases["decided_on"][rows] - np.timedelta64(1, "D")
    cases["discussed_on"][rows] = cases["decided_on"][rows]
    ledger.near("SX-06", _CASE, cases["case_id"][rows], "决定前一日审核通过")


def _too_old(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    """Two years from the end of the act (第三十六条); five where life and health are harmed."""
    long_field = np.isin(
        cases["field"].astype(str), ["health", "drug", "emergency", "fire", "finance"]
    )
    able = settled(cases, last) & (cases["source_kind"] != "inspection")
    able &= cases["act_on"] > np.datetime64("2023-03-01")
    rows = ledger.choose(_CASE, able & ~long_field, 25, "FL-04")
    ended = _years_before(cases["discovered_on"][rows], 2) - days(chance.whole(len(rows), 1, 300))
    _act(cases, rows, ended)
    ledger.plant("FL-04", _CASE, cases["case_id"][rows], "违法行为终了二年以后才发现")
    for mask, years, note in (
        (~long_field, 2, "满二年的对应日发现"),
        (long_field, 4, "涉及生命健康安全，五年以内发现"),
    ):
        rows = ledger.choose(_CASE, able & mask, 8, "FL-04.near")
        _act(cases, rows, _years_before(cases["discovered_on"][rows], years))
        ledger.near("FL-04", _CASE, cases["case_id"][rows], note)


def _years_before(day: Column, count: int) -> Column:
    """The same day `count` years earlier; 29 February becomes 1 March, which is later."""
    month = day.astype("datetime64[M]")
    return (month - 12 * count).astype("datetime64[D]") + (day - month.astype("datetime64[D]"))


def _act(cases: Records, rows: Column, ended: Column) -> None:
    cases["act_ended_on"][rows] = ended
    cases["act_on"][rows] = ended - np.timedelta64(10, "D")


def _unmended(cases: Records, last: np.datetime64, ledger: Ledger, chance: Chance) -> None:
    waived = (cases["decision_result"] == "no_penalty") & (cases["decided_on"] <= last)
    rows = ledger.choose(_CASE, waived, 25, "QW-04")
    after = cases["decided_on"][rows] + days(chance.whole(len(rows), 2, 20))
    cases["corrected_on"][rows] = where(chance.share(len(rows), 0.7), NO_DAY, after)
    ledger.plant("QW-04", _CASE, cases["case_id"][rows], "免罚而没有及时改正的证明")
    rows = ledger.choose(_CASE, waived, 10, "QW-04.near")
    cases["corrected_on"][rows] = cases["decided_on"][rows]
    ledger.near("QW-04", _CASE, cases["case_id"][rows], "决定当日改正完成")
