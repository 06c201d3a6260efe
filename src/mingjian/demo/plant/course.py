"""Problems in the course of a case: police limits, hearings, service, extension, archive, leads."""

import numpy as np

from mingjian.demo.case_dates import SECURITY_DAYS, days
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.redate import decide_on, plain, settled
from mingjian.demo.plant.sow import Change, Sower
from mingjian.demo.records import NO_DAY, Column, Records

_DAY = np.timedelta64(1, "D")
_POLICE_LAW = np.datetime64("2026-01-01")  # 治安管理处罚法 (2025) in force
_ASK_DAYS, _TOLD_DAYS = 5, 7  # working days, 行政处罚法第六十四条
_LEAD_DAYS = _CLOSE_DAYS = 15  # working days, 市场监督管理行政处罚程序规定
_SPOT_ARCHIVE_DAYS = 7
_LATER = (
    "prior_notice_on",
    "decided_on",
    "ended_on",
    "served_on",
    "announced_on",
    "disclosed_on",
    "complied_on",
    "closed_on",
    "archived_on",
)


def plant_course(city: City, ledger: Ledger, chance: Chance) -> None:
    """PT-02, PT-04, PT-09, PT-10, PT-15, PT-24, PT-25, PT-26, PT-03."""
    cases, last = city["penalty_case"], city.world.until
    sow = Sower(ledger, "penalty_case", cases, "case_id")
    for act in (_police, _hearings, _announced, _archived, _leads):
        act(cases, last, sow, chance.stream(act.__name__))
    for plain_act in (_filed_after, _extended, _idle):
        plain_act(cases, last, sow)


def _police(cases: Records, last: np.datetime64, sow: Sower, chance: Chance) -> None:
    """治安管理处罚法第一百一十八条: thirty days, thirty more once or twice if approved."""
    calendar = work_days()
    due = calendar.add_natural(cases["filed_on"], np.full(len(cases), SECURITY_DAYS))
    able = (cases["decision_result"] == "penalty") & plain(cases) & (cases["field"] == "security")
    able &= cases["decided_on"] <= last - 90 * _DAY
    able &= due <= last - 60 * _DAY
    new = able & (cases["filed_on"] >= _POLICE_LAW)

    def late(rows: Column) -> None:
        decide_on(cases, rows, calendar.add(due[rows], chance.whole(len(rows), 1, 15)))
        cases["disclosed_on"][rows] = NO_DAY
        cases["disclosure_exempt_reason"][rows] = "治安违法记录依法封存，不予公开"

    def in_time(rows: Column) -> None:
        decide_on(cases, rows, due[rows])
        cases["disclosed_on"][rows] = NO_DAY
        cases["disclosure_exempt_reason"][rows] = "治安违法记录依法封存，不予公开"

    sow.plant("PT-02", new, 25, "治安案件超过三十日没有办结", late)
    sow.near("PT-02", new, 8, "第三十日（末日顺延）办结", in_time)


def _filed_after(cases: Records, last: np.datetime64, sow: Sower) -> None:
    """立案 comes before the notice and the decision (行政处罚法第五十四条)."""
    able = settled(cases, last, 30) & plain(cases) & np.isnat(cases["legal_reviewed_on"])
    able &= cases["prior_notice_on"] < cases["decided_on"] - _DAY
    able &= cases["field"] != "market"  # which counts the days from the lead to the filing
    calendar = work_days()

    def after_notice(rows: Column) -> None:
        cases["filed_on"][rows] = calendar.add(cases["prior_notice_on"][rows], 1)

    def after_decision(rows: Column) -> None:
        cases["filed_on"][rows] = calendar.add(cases["decided_on"][rows], 2)

    def same_day(rows: Column) -> None:
        told = cases["prior_notice_on"][rows]
        cases["filed_on"][rows] = cases["investigated_on"][rows] = told
        cases["correction_ordered_on"][rows] = np.minimum(
            cases["correction_ordered_on"][rows], told
        )

    sow.plant("PT-04", able, 18, "告知之后才立案", after_notice)
    sow.plant("PT-04", able, 12, "决定之后才立案", after_decision)
    sow.near("PT-04", able, 10, "立案当日告知", same_day)


def _hearings(cases: Records, last: np.datetime64, sow: Sower, chance: Chance) -> None:
    calendar = work_days()
    scope = settled(cases, last, 30) & cases["is_hearing_scope"]
    asked = scope & ~np.isnat(cases["hearing_requested_on"])
    asked &= np.isnat(cases["renotified_on"])
    quiet = scope & np.isnat(cases["hearing_requested_on"]) & np.isnat(cases["renotified_on"])
    wait = calendar.between(cases["prior_notice_on"], cases["decided_on"])
    roomy = quiet & np.isnat(cases["hearing_waived_on"]) & (wait >= _ASK_DAYS + 2)

    def unheard(rows: Column) -> None:
        told = cases["prior_notice_on"][rows]
        cases["hearing_requested_on"][rows] = calendar.add(told, chance.whole(len(rows), 1, 5))

    def too_late(rows: Column) -> None:
        told = cases["prior_notice_on"][rows]
        cases["hearing_requested_on"][rows] = calendar.add(told, _ASK_DAYS + 1)

    def withdrawn(rows: Column) -> None:
        unheard(rows)
        asked_on = cases["hearing_requested_on"][rows]
        cases["hearing_waived_on"][rows] = calendar.add(asked_on, 1)

    sow.plant("PT-09", roomy, 20, "当事人在五个工作日内申请听证而没有举行", unheard)
    sow.near("PT-09", roomy, 8, "第六个工作日才申请", too_late)
    sow.near("PT-09", roomy, 8, "申请之后书面撤回", withdrawn)

    def short(rows: Column) -> None:
        held = cases["hearing_held_on"][rows]
        cases["hearing_notified_on"][rows] = calendar.add(held, -chance.whole(len(rows), 1, 6))
        _ask_before(cases, rows)

    def just(rows: Column) -> None:
        held = cases["hearing_held_on"][rows]
        cases["hearing_notified_on"][rows] = calendar.add(held, -_TOLD_DAYS)
        _ask_before(cases, rows)

    sow.plant("PT-10", asked, 15, "举行听证前不足七个工作日才通知", short)
    sow.near("PT-10", asked, 8, "第七个工作日前通知", just)


def _ask_before(cases: Records, rows: Column) -> None:
    cases["hearing_requested_on"][rows] = np.minimum(
        cases["hearing_requested_on"][rows], cases["hearing_notified_on"][rows]
    )


def _announced(cases: Records, last: np.datetime64, sow: Sower, chance: Chance) -> None:
    """民事诉讼法第九十五条: deemed served thirty days after the announcement, not before."""
    able = settled(cases, last, 60) & (cases["service_method"] == "announcement")

    def early(rows: Column) -> None:
        called = cases["announced_on"][rows]
        cases["served_on"][rows] = called + days(chance.whole(len(rows), 3, 29))

    sow.plant("PT-15", able, 14, "公告不满三十日即视为送达", early)
    sow.near("PT-15", able, 8, "公告满三十日视为送达")


def _extended(cases: Records, last: np.datetime64, sow: Sower) -> None:
    calendar = work_days()
    due = calendar.add_natural(cases["filed_on"], cases["limit_days"])
    long_ago = settled(cases, last, 60) & ~cases["is_major"] & (cases["pause_days"] == 0)
    longer = long_ago & (cases["extended_days"] > 0)
    quick = long_ago & (cases["decided_on"] < due - 10 * _DAY) & (cases["extended_days"] == 0)
    quick &= cases["limit_days"] > SECURITY_DAYS

    def unapproved(rows: Column) -> None:
        cases["extended_days"][rows] = 30

    def too_late(rows: Column) -> None:
        cases["extension_approved_on"][rows] = calendar.add(due[rows], 3)
        decide_on(cases, rows, calendar.add(due[rows], 8))

    def just(rows: Column) -> None:
        cases["extension_approved_on"][rows] = due[rows]
        decide_on(cases, rows, calendar.add(due[rows], 8))

    sow.plant("PT-24", quick, 12, "登记延长三十日而没有批准", unapproved)
    # Whether such an extension still counts is asked once, by PT-24, and not by PT-01 again.
    sow.plant("PT-24", longer, 10, "原期限届满之后才批准延长", too_late)
    sow.near("PT-24", longer, 8, "届满当日批准延长", just)


def _archived(cases: Records, last: np.datetime64, sow: Sower, chance: Chance) -> None:
    """市场监督管理行政处罚程序规定: fifteen working days to close, seven to the archive."""
    calendar = work_days()
    market = (cases["field"] == "market") & (cases["decision_result"] == "penalty")
    market &= cases["complied_on"] <= last - 90 * _DAY
    ordinary, spot = cases["procedure"] == "ordinary", cases["procedure"] == "summary"

    def close(wait: Column) -> Change:
        def change(rows: Column) -> None:
            closed = calendar.add(cases["complied_on"][rows], wait[: len(rows)])
            cases["closed_on"][rows] = closed
            cases["archived_on"][rows] = calendar.add(closed, 3)

        return change

    def archive(wait: Column) -> Change:
        def change(rows: Column) -> None:
            cases["archived_on"][rows] = calendar.add(cases["decided_on"][rows], wait[: len(rows)])
            cases["closed_on"][rows] = cases["archived_on"][rows]

        return change

    count = len(cases)
    late, just = chance.whole(count, 16, 40), np.full(count, _CLOSE_DAYS)
    sow.plant("PT-25", market & ordinary, 15, "履行完毕十五个工作日后才结案", close(late))
    sow.near("PT-25", market & ordinary, 6, "第十五个工作日结案", close(just))
    late, just = chance.whole(count, 8, 30), np.full(count, _SPOT_ARCHIVE_DAYS)
    sow.plant("PT-25", market & spot, 15, "简易案件七个工作日后才归档", archive(late))
    sow.near("PT-25", market & spot, 6, "第七个工作日归档", archive(just))


def _leads(cases: Records, last: np.datetime64, sow: Sower, chance: Chance) -> None:
    """市场监督管理行政处罚程序规定第十八条: fifteen working days from the lead to the filing."""
    calendar = work_days()
    led = np.isin(cases["source_kind"].astype(str), ["complaint", "tip"])
    able = settled(cases, last, 20) & led & (cases["field"] == "market")
    able &= cases["pause_days"] == 0

    def found(wait: int, spread: int) -> Change:
        def change(rows: Column) -> None:
            gap = wait + chance.whole(len(rows), 0, spread)
            day = calendar.add(cases["filed_on"][rows], -gap)
            cases["discovered_on"][rows] = day
            cases["act_on"][rows] = cases["act_ended_on"][rows] = day - 2 * _DAY

        return change

    sow.plant("PT-03", able, 20, "收到线索十五个工作日后才立案", found(_LEAD_DAYS + 1, 15))
    sow.near("PT-03", able, 8, "第十五个工作日立案", found(_LEAD_DAYS, 0))


def _idle(cases: Records, last: np.datetime64, sow: Sower) -> None:
    """Under way and nothing done for three months. Cases stuck without a conclusion (PT-01) have
    lain still at least that long."""
    open_now = (cases["procedure"] == "ordinary") & np.isnat(cases["ended_on"])
    age = (last - cases["filed_on"]).astype(np.int64)
    stuck = np.flatnonzero(open_now & np.isnat(cases["investigated_on"]) & (age > 130))
    sow.also("PT-26", stuck, "立案以后三个月以上没有任何办案动作")
    far = settled(cases, last, 1) & plain(cases) & (age > 130) & (age < 330)
    far &= np.isnat(cases["legal_reviewed_on"])

    def moved(rows: Column) -> None:
        for name in _LATER:
            cases[name][rows] = NO_DAY
        cases["investigated_on"][rows] = work_days().roll(last - days(np.full(len(rows), 60)))

    rows = sow.near("PT-26", far, 8, "没有结论，但三个月内有办案动作", moved)
    sow.also("PT-01", rows, "立案后至今没有结论")
