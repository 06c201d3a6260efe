"""Problems of permits, referrals, remedies, off-site records and papers."""

import numpy as np

from mingjian.demo.case_dates import days
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.permits import JOINT_DAYS, SINGLE_DAYS
from mingjian.demo.plant.sow import Change, Sower
from mingjian.demo.records import NO_DAY, Column, Records, joined, where
from mingjian.demo.remedies import COURT_DAYS

_DAY = np.timedelta64(1, "D")
_TELL_DAYS, _ISSUE_DAYS = 5, 10  # working days, 行政许可法第三十二条、第四十四条
_EXPIRED_DAYS = 90  # a value of the platform (目录 XK-11)
_WITHDRAW_DAYS = 3  # working days, 行政处罚法第四十八条
_NOTIFY_DAYS = 30  # a value of the platform (目录 FX-05)


def plant_registers(city: City, ledger: Ledger, chance: Chance) -> None:
    """XK-01, -04, -05, -07, -11, -13; XX-03, -06, -09; FY-04, -06; FX-02 … -05, -07; SX-03."""
    _permits(city, ledger, chance.stream("permits"))
    _permit_terms(city, ledger)
    _referrals(city, ledger)
    _remedies(city, ledger, chance.stream("remedies"))
    _offsite(city, ledger, chance.stream("offsite"))
    _caught_twice(city, ledger)
    _still_shown(city, ledger, chance.stream("shown"))


def _permits(city: City, ledger: Ledger, chance: Chance) -> None:
    table, calendar, last = city["permit"], work_days(), city.world.until
    sow = Sower(ledger, "permit", table, "permit_id")
    old = (table["decided_on"] <= last - 60 * _DAY) & np.isnat(table["pause_from"])
    granted = old & (table["decision"] == "granted") & (table["extended_days"] == 0)

    def told(low: int, high: int) -> Change:
        def change(rows: Column) -> None:
            day = calendar.add(table["submitted_on"][rows], chance.whole(len(rows), low, high))
            table["supplement_told_on"][rows] = day
            table["supplement_count"][rows] = 1
            _accept(table, rows, calendar.add(day, 1))

        return change

    sow.plant("XK-01", granted, 20, "五个工作日以后才告知补正", told(_TELL_DAYS + 1, 12))
    sow.near("XK-01", granted, 8, "第五个工作日告知补正", told(_TELL_DAYS, _TELL_DAYS))

    def issued(low: int, high: int) -> Change:
        def change(rows: Column) -> None:
            day = calendar.add(table["decided_on"][rows], chance.whole(len(rows), low, high))
            table["issued_on"][rows] = table["valid_from"][rows] = day
            table["valid_to"][rows] = day + np.timedelta64(365 * 5, "D")

        return change

    sow.plant("XK-05", granted, 20, "准予许可十个工作日以后才发证", issued(_ISSUE_DAYS + 1, 25))
    sow.near("XK-05", granted, 8, "第十个工作日发证", issued(_ISSUE_DAYS, _ISSUE_DAYS))
    refused = old & (table["decision"] == "refused")
    sow.plant("XK-07", refused, 16, "不予许可没有说明理由", sow.set(refusal_reason=None))
    sow.near("XK-07", refused, 6, "不予许可，说明了理由")

    def expired(past: int, status: str) -> Change:
        def change(rows: Column) -> None:
            table["valid_to"][rows] = last - np.timedelta64(past, "D")
            table["status"][rows] = status

        return change

    pair = joined(table["party_id"], "|", table["power_item_code"]).astype(str)
    _, at, times = np.unique(pair, return_inverse=True, return_counts=True)
    long_ago = granted & (table["decided_on"] <= last - 300 * _DAY) & (times[at] == 1)
    sow.plant("XK-11", long_ago, 15, "有效期届满三个月以上没有注销", expired(160, "expired"))
    sow.near("XK-11", long_ago, 6, "届满后已注销", expired(160, "deregistered"))
    sow.near("XK-11", long_ago, 6, "届满不到九十日", expired(_EXPIRED_DAYS - 5, "expired"))


def _accept(table: Records, rows: Column, accepted: Column) -> None:
    """Accepted on that day; what follows keeps its place behind it."""
    calendar = work_days()
    table["accepted_on"][rows] = accepted
    decided = calendar.add(accepted, 4)
    table["decided_on"][rows] = decided
    for name, wait in (("issued_on", 2), ("valid_from", 2), ("disclosed_on", 3)):
        table[name][rows] = calendar.add(decided, wait)


def _permit_terms(city: City, ledger: Ledger) -> None:
    """行政许可法第四十二条, and what was promised (优化营商环境条例第三十六条)."""
    table, calendar, last = city["permit"], work_days(), city.world.until
    sow = Sower(ledger, "permit", table, "permit_id")
    base = where(table["mode"] == "joint", JOINT_DAYS, SINGLE_DAYS)
    due = calendar.add(table["accepted_on"], base)
    old = (table["decided_on"] <= last - 60 * _DAY) & np.isnat(table["pause_from"])
    longer = old & (table["extended_days"] > 0)

    def unapproved(wait: int) -> Change:
        def change(rows: Column) -> None:
            _decide(table, rows, calendar.add(due[rows], wait))
            table["extension_approved_on"][rows] = table["extension_informed_on"][rows] = NO_DAY

        return change

    late = sow.plant("XK-04", longer, 12, "登记延长而没有批准", unapproved(3))
    sow.also("XK-03", late, "没有批准的延长不算，超过法定期限")
    sow.near("XK-04", longer, 6, "登记延长而没有用，原期限内决定", unapproved(-1))
    sow.plant("XK-04", longer, 8, "延长没有告知理由", sow.set(extension_informed_on="NaT"))

    def just(rows: Column) -> None:
        table["extension_approved_on"][rows] = table["extension_informed_on"][rows] = due[rows]
        _decide(table, rows, calendar.add(due[rows], 4))

    sow.near("XK-04", longer, 8, "届满当日批准并告知", just)
    single = old & (table["mode"] == "single") & (table["extended_days"] == 0)
    took = calendar.between(table["accepted_on"], table["decided_on"])
    slow = single & (took >= 8) & (took <= SINGLE_DAYS)

    def promised(less: int) -> Change:
        def change(rows: Column) -> None:
            table["promised_days"][rows] = took[rows] - less

        return change

    sow.plant("XK-13", slow, 20, "超过承诺的工作日", promised(3))
    sow.near("XK-13", slow, 8, "承诺的最后一个工作日", promised(0))


def _decide(table: Records, rows: Column, decided: Column) -> None:
    calendar = work_days()
    table["decided_on"][rows] = decided
    granted = table["decision"][rows] == "granted"
    for name, wait in (("issued_on", 2), ("valid_from", 2)):
        table[name][rows] = where(granted, calendar.add(decided, wait), NO_DAY)
    table["disclosed_on"][rows] = calendar.add(decided, 3)


def _referrals(city: City, ledger: Ledger) -> None:
    """移送规定第五条、第十条、第十三条."""
    table, last = city["referral"], city.world.until
    sow = Sower(ledger, "referral", table, "referral_id")
    forward = (table["direction"] == "forward") & (table["approved_on"] <= last - 60 * _DAY)

    def sent(wait: int) -> Change:
        def change(rows: Column) -> None:
            day = table["approved_on"][rows] + wait * _DAY
            table["sent_at"][rows] = day.astype("datetime64[s]") + np.timedelta64(9, "h")
            table["received_on"][rows] = day + _DAY
            filed = ~np.isnat(table["police_filed_on"][rows])
            table["police_filed_on"][rows] = where(filed, day + 12 * _DAY, NO_DAY)
            table["police_told_on"][rows] = day + 12 * _DAY

        return change

    sow.plant("XX-03", forward, 14, "批准二十四小时以后才移送", sent(3))
    sow.near("XX-03", forward, 6, "批准次日上午移送", sent(1))
    bare = np.array([case is None for case in table["case_id"]], bool)
    refused = (table["direction"] == "forward") & (table["police_result"] == "not_filed") & bare
    old = table["received_on"] <= last - 160 * _DAY
    sow.plant("XX-06", refused & old, 10, "公安不立案以后没有处理", sow.set(handled_on="NaT"))
    sow.near("XX-06", refused & old, 5, "公安不立案以后已处理")
    back = (table["direction"] == "reverse") & (table["received_on"] <= last - 90 * _DAY)
    sow.plant("XX-09", back, 8, "反向移送三个月没有处理", sow.set(handled_on="NaT"))
    sow.near("XX-09", back, 4, "反向移送，及时处理")


def _remedies(city: City, ledger: Ledger, chance: Chance) -> None:
    table, calendar, last = city["remedy"], work_days(), city.world.until
    sow = Sower(ledger, "remedy", table, "remedy_id")
    court = (table["kind"] == "litigation") & (table["copy_received_on"] <= last - 60 * _DAY)
    due = calendar.add_natural(table["copy_received_on"], np.full(len(table), COURT_DAYS))

    def replied(low: int, high: int) -> Change:
        def change(rows: Column) -> None:
            wait = chance.whole(len(rows), low, high)
            table["replied_on"][rows] = calendar.add(due[rows], wait)

        return change

    sow.plant("FY-04", court, 14, "收到起诉状副本十五日后才举证", replied(1, 12))
    sow.near("FY-04", court, 6, "第十五日（末日顺延）举证", replied(0, 0))
    bound = np.isin(table["outcome"].astype(str), ["revoked", "altered"])
    old = table["effective_on"] <= last - 130 * _DAY
    sow.plant("FY-06", bound & old, 10, "四个月不履行复议决定、判决", sow.set(performed_on="NaT"))
    sow.near("FY-06", bound & old, 5, "已履行")


def _offsite(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政处罚法第四十一条: places published, devices in order, reviewed, told in time."""
    table, cases = city["offsite_record"], city["penalty_case"]
    sow = Sower(ledger, "offsite_record", table, "record_id")
    done = (cases["decision_result"] == "penalty") & (
        cases["decided_on"] <= city.world.until - 5 * _DAY
    )
    used = np.isin(table["case_id"].astype(str), cases["case_id"][done].astype(str))
    used &= table["day"] <= city.world.until - 90 * _DAY
    ready = ~np.isnat(table["device_legal_reviewed_on"]) & ~np.isnat(
        table["device_technical_reviewed_on"]
    )
    able = used & ready & (table["device_technical_reviewed_on"] <= table["day"])
    able &= table["device_legal_reviewed_on"] <= table["day"]

    def shifted(name: str, days_after: int) -> Change:
        def change(rows: Column) -> None:
            table[name][rows] = table["day"][rows] + days_after * _DAY

        return change

    for code, name, bad, good, note in (
        ("FX-02", "device_place_published_on", 6, 0, "设置地点在取证以后才公布"),
        ("FX-03", "device_calibrated_to", -1, 0, "取证日检定已过期"),
    ):
        sow.plant(code, able, 12, note, shifted(name, bad))
        sow.near(code, able, 6, "公布或者检定到期当日取证", shifted(name, good))
    sow.plant("FX-04", able, 15, "没有人工审核就用于处罚", sow.set(reviewed_at="NaT"))
    sow.near("FX-04", able, 6, "经人工审核")

    def notified(low: int, high: int) -> Change:
        def change(rows: Column) -> None:
            wait = days(chance.whole(len(rows), low, high))
            table["notified_at"][rows] = table["captured_at"][rows] + wait

        return change

    sow.plant("FX-05", able, 15, "取证三十日以后才告知", notified(_NOTIFY_DAYS + 2, 70))
    sow.plant("FX-05", able, 8, "一直没有告知", sow.set(notified_at="NaT"))
    sow.near("FX-05", able, 8, "取证后第三十日告知", notified(_NOTIFY_DAYS, _NOTIFY_DAYS))


def _caught_twice(city: City, ledger: Ledger) -> None:
    """One continuing act caught twice at one place within a day and fined twice (第二十九条)."""
    table, cases = city["offsite_record"], city["penalty_case"]
    fined = (cases["decision_result"] == "penalty") & (cases["decided_on"] < city.world.until)
    used = np.isin(table["case_id"].astype(str), cases["case_id"][fined].astype(str))
    free = used & ledger.is_free("offsite_record", len(table))
    rows = np.flatnonzero(free)
    rows = rows[np.lexsort((table["captured_at"][rows], table["device"][rows]))]
    first, second = rows[:-1:2], rows[1::2]
    first = first[: len(second)]
    other = table["case_id"][first] != table["case_id"][second]
    suits = (table["device"][first] == table["device"][second]) & other
    suits &= table["captured_at"][first].astype("datetime64[D]") <= city.world.until - 90 * _DAY
    first, second = first[suits], second[suits]
    for code, usual, hours, note in (
        ("FX-07", 10, 9, "同一行为二十四小时内两次抓拍、两次处罚"),
        ("FX-07.near", 5, 25, "相隔二十五小时"),
    ):
        at = ledger.choose("pairs", np.ones(len(first), bool), usual, code)
        a, b = first[at], second[at]
        ledger.used["offsite_record"].update(a.tolist(), b.tolist())
        moment = table["captured_at"][a] + np.timedelta64(hours, "h")
        table["captured_at"][b], table["day"][b] = moment, moment.astype("datetime64[D]")
        table["party_id"][b] = table["party_id"][a]
        for name, wait in (("reviewed_at", 30), ("notified_at", 50)):
            table[name][b] = moment + np.timedelta64(wait, "h")
        tell = ledger.plant if code == "FX-07" else ledger.near
        tell("FX-07", "offsite_record", table["record_id"][b], note)


def _still_shown(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政处罚法第四十八条第二款: a changed decision is taken down in three working days."""
    cases, remedies = city["penalty_case"], city["remedy"]
    shown = ~np.isnat(cases["disclosure_withdrawn_on"]) & ~np.isnat(cases["disclosed_on"])
    shown &= cases["disclosure_withdrawn_on"] <= city.world.until - 60 * _DAY
    changed = np.zeros(len(cases), bool)
    changed[remedies["case_row"]] = True
    ends = np.full(len(cases), NO_DAY)
    ends[remedies["case_row"]] = remedies["effective_on"]
    able = np.flatnonzero(shown & changed)
    chosen = ledger.choose("shown", np.ones(len(able), bool), 16, "SX-03")
    rows, rest = able[chosen], np.setdiff1d(able, able[chosen])
    late = work_days().add(ends[rows], _WITHDRAW_DAYS + chance.whole(len(rows), 1, 20))
    never = chance.share(len(rows), 0.5)
    cases["disclosure_withdrawn_on"][rows] = where(never, NO_DAY, late)
    ledger.plant("SX-03", "penalty_case", cases["case_id"][rows], "决定被改变三个工作日后仍公示")
    near = rest[:6]
    cases["disclosure_withdrawn_on"][near] = work_days().add(ends[near], _WITHDRAW_DAYS)
    ledger.near("SX-03", "penalty_case", cases["case_id"][near], "第三个工作日撤回公示")
