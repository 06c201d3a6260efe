"""Every date of a case, laid so that each limit of 行政处罚法 is kept."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import work_days
from mingjian.demo.records import NO_DAY, Column, Records, where

DECISION_DAYS = 90  # 第六十条
SECURITY_DAYS = 30  # 治安管理处罚法第一百一十八条
_DAY = np.timedelta64(1, "D")


def days(count: Column) -> Column:
    return count.astype("timedelta64[D]")


def date_cases(table: Records, speed: Column, chance: Chance) -> None:
    """Fill all dates of rows that have `discovered_on`, `procedure`, `is_hearing_scope`."""
    count = len(table)
    _start(table, chance.stream("start"))
    _pauses(table, chance.stream("pauses"))
    pace = 1 - 0.35 * speed
    inquiry = np.round(chance.stream("inquiry").rng.gamma(4.0, 7.0, count) * pace).clip(4, 62)
    security = table["limit_days"] == SECURITY_DAYS
    inquiry = where(security, 2 + inquiry // 6, inquiry)
    inquiry = inquiry.astype(np.int64) + table["pause_days"] + table["extended_days"] // 2
    draws = _draws(count, chance.stream("draws"))
    _procedure(table, inquiry, draws)
    due = work_days().add_natural(
        table["filed_on"], table["limit_days"] + table["pause_days"] + table["extended_days"]
    )
    over = (table["decided_on"] - due).astype(np.int64) + 3
    inquiry = where(over > 0, np.maximum(inquiry - over - 6, 2 + table["pause_days"]), inquiry)
    _procedure(table, inquiry, draws)
    table["decision_due_on"] = due
    _results(table, chance.stream("results"))
    _summary(table)
    _after(table, speed, chance.stream("after"))


def _start(table: Records, chance: Chance) -> None:
    """The act, its end, its discovery and the filing: far inside two years (第三十六条)."""
    count, found = len(table), table["discovered_on"]
    lag = np.minimum(chance.rng.exponential(6.0, count), 200).astype(np.int64)
    table["act_on"] = found - days(lag)
    lasted = (lag * chance.rng.random(count)).astype(np.int64)
    table["act_ended_on"] = table["act_on"] + days(lasted)
    wait = np.minimum(chance.rng.gamma(1.5, 2.0, count), 12).astype(np.int64)
    table["filed_on"] = work_days().add(found, wait + 1)
    ordered = work_days().add(found, chance.whole(count, 0, 1))
    table["correction_ordered_on"] = ordered
    mended = chance.share(count, 0.85)
    by = ordered + days(chance.whole(count, 1, 20))
    table["corrected_on"] = where(mended, by, NO_DAY)


def _pauses(table: Records, chance: Chance) -> None:
    """Tests and appraisals told to the party, and approved extensions, for a few cases."""
    count = len(table)
    ordinary = (table["procedure"] == "ordinary") & (table["limit_days"] > SECURITY_DAYS)
    paused = ordinary & chance.share(count, 0.07)
    length = where(paused, chance.whole(count, 12, 40), 0)
    table["pause_days"] = length
    begins = work_days().roll(table["filed_on"] + days(chance.whole(count, 3, 12)))
    table["pause_from"] = where(paused, begins, NO_DAY)
    table["pause_to"] = where(paused, begins + days(length), NO_DAY)
    longer = ordinary & ~paused & chance.share(count, 0.04)
    table["extended_days"] = where(longer, 30, 0)
    approved = work_days().roll(table["filed_on"] + days(chance.whole(count, 60, 80)))
    table["extension_approved_on"] = where(longer, approved, NO_DAY)


def _draws(count: int, chance: Chance) -> dict[str, Column]:
    """The chances of the procedure, drawn once so that a second laying differs only in pace."""
    return {
        "notice": chance.whole(count, 1, 4),
        "review": chance.whole(count, 0, 1),
        "defence": chance.whole(count, 4, 9),
        "after_hearing": chance.whole(count, 6, 11),
        "asks": chance.share(count, 0.08),
        "waives": chance.share(count, 0.3),
        "ask_after": chance.whole(count, 1, 4),
        "held_after": chance.whole(count, 9, 13),
        "judge": chance.whole(count, 3, 6),
        "waive_after": chance.whole(count, 0, 2),
        "discuss": chance.whole(count, 0, 2),
        "major": chance.share(count, 0.02),
        "reviewed": chance.share(count, 0.35),
    }


def _procedure(table: Records, inquiry: Column, draws: dict[str, Column]) -> None:
    """Investigation, notice, hearing, review, discussion, decision, in that order."""
    calendar, scope = work_days(), table["is_hearing_scope"]
    investigated = calendar.roll(table["filed_on"] + days(inquiry))
    reviewed = calendar.add(investigated, draws["review"])
    notice = calendar.add(reviewed, draws["notice"])
    asks, waives = scope & draws["asks"], scope & ~draws["asks"] & draws["waives"]
    asked = calendar.add(notice, draws["ask_after"])
    held = calendar.add(asked, draws["held_after"])
    wait = where(scope & ~waives, draws["after_hearing"], draws["defence"])
    decided = where(asks, calendar.add(held, draws["judge"]), calendar.add(notice, wait))
    major = scope | (draws["major"] & (table["procedure"] == "ordinary"))
    table["investigated_on"], table["prior_notice_on"], table["decided_on"] = (
        investigated,
        notice,
        decided,
    )
    table["has_hearing_told"] = scope.copy()
    table["hearing_requested_on"] = where(asks, asked, NO_DAY)
    table["hearing_notified_on"] = where(asks, calendar.add(asked, 1), NO_DAY)
    table["hearing_held_on"] = where(asks, held, NO_DAY)
    table["hearing_waived_on"] = where(waives, calendar.add(notice, draws["waive_after"]), NO_DAY)
    table["is_major"] = major
    table["legal_reviewed_on"] = where(major | draws["reviewed"], reviewed, NO_DAY)
    talked = calendar.roll(np.maximum(decided - days(draws["discuss"]), notice))
    table["discussed_on"] = where(major, np.minimum(talked, decided), NO_DAY)


def _results(table: Records, chance: Chance) -> None:
    """Most end in a penalty; some in none, in withdrawal or in referral to the police."""
    count = len(table)
    kinds = chance.weighted(count, [91, 6, 1.5, 0.5, 1.0])
    kinds = where(table["is_hearing_scope"] | (table["procedure"] == "summary"), 0, kinds)
    names = np.array(["penalty", "no_penalty", "withdrawn", "referral", "not_established"], object)
    table["decision_result"] = names[kinds]
    passed = where(chance.share(count, 0.15), "amended", "passed").astype(object)
    table["legal_review_result"] = where(np.isnat(table["legal_reviewed_on"]), None, passed)
    ends = table["decided_on"]
    table["withdrawn_on"] = where(kinds == 2, ends, NO_DAY)
    table["referred_on"] = where(kinds == 3, ends, NO_DAY)
    table["decided_on"] = where((kinds == 2) | (kinds == 3), NO_DAY, ends)
    early = np.maximum(table["correction_ordered_on"] + 4 * _DAY, table["filed_on"])
    fixed = where(np.isnat(table["corrected_on"]), early, table["corrected_on"])
    table["corrected_on"] = where(kinds == 1, np.minimum(fixed, ends), table["corrected_on"])
    table["ended_on"] = ends


def _summary(table: Records) -> None:
    """On-the-spot decisions have no filing, notice or hearing; all happens on the day."""
    spot, found = table["procedure"] == "summary", table["discovered_on"]
    for name in (
        "filed_on",
        "investigated_on",
        "prior_notice_on",
        "legal_reviewed_on",
        "discussed_on",
        "hearing_requested_on",
        "hearing_waived_on",
    ):
        table[name] = where(spot, NO_DAY, table[name])
    table["legal_review_result"] = where(spot, None, table["legal_review_result"]).astype(object)
    for name in ("decided_on", "ended_on", "act_on", "act_ended_on", "correction_ordered_on"):
        table[name] = where(spot, found, table[name])
    corrected = ~np.isnat(table["corrected_on"])
    table["corrected_on"] = where(spot & corrected, found, table["corrected_on"])
    table["is_major"] = table["is_major"] & ~spot


def _after(table: Records, speed: Column, chance: Chance) -> None:
    """Service in seven working days (第六十一条), disclosure in seven, compliance, closing."""
    count, calendar = len(table), work_days()
    decided, spot = table["decided_on"], table["procedure"] == "summary"
    security = table["limit_days"] == SECURITY_DAYS
    quick = np.minimum(chance.rng.gamma(1.6, 1.3 * (1 - 0.4 * speed), count), 6).astype(np.int64)
    quick = where(security, np.minimum(quick, 2), quick)
    public = ~spot & ~security & chance.share(count, 0.02)
    called = calendar.add(decided, 1 + quick)
    direct = where(spot, decided, calendar.add(decided, quick))
    table["announced_on"] = where(public, called, NO_DAY)
    table["served_on"] = where(public, called + 30 * _DAY, direct)
    methods = np.array(["direct", "mail", "left", "electronic"], object)
    way = methods[chance.weighted(count, [70, 15, 6, 9])]
    way = where(public, "announcement", where(spot, "direct", way))
    table["service_method"] = where(np.isnat(table["served_on"]), None, way).astype(object)
    penalty = table["decision_result"] == "penalty"
    shown = calendar.add(decided, np.minimum(1 + quick, 6))
    hidden = penalty & (chance.share(count, 0.01) | security)
    said = where(security, "治安违法记录依法封存，不予公开", "涉及个人隐私，不予公开")
    reason = where(hidden, said, None).astype(object)
    table["disclosure_exempt_reason"] = reason
    table["disclosed_on"] = where(penalty & ~hidden, shown, NO_DAY)
    pays = penalty & chance.share(count, 0.95)
    paid_on = table["served_on"] + days(where(spot, 0, chance.whole(count, 0, 15)))
    table["complied_on"] = where(pays, paid_on, NO_DAY)
    told = where(np.isnat(decided), table["ended_on"], table["served_on"])
    finished = where(pays, paid_on, where(penalty, NO_DAY, told))
    table["closed_on"] = calendar.add(finished, chance.whole(count, 1, 8))
    table["archived_on"] = calendar.add(table["closed_on"], chance.whole(count, 3, 20))
    # 简易案件在决定后七个工作日内交归档 (市场监督管理行政处罚程序规定).
    soon = calendar.add(decided, chance.whole(count, 2, 6))
    table["archived_on"] = where(spot, soon, table["archived_on"])
    table["closed_on"] = where(spot, np.minimum(table["closed_on"], soon), table["closed_on"])
