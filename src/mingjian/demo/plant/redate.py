"""Which cases can be changed, and moving a decision with all that leads to it or follows."""

import numpy as np

from mingjian.demo.days import work_days
from mingjian.demo.records import NO_DAY, Column, Records, joined, where


def settled(cases: Records, last: np.datetime64, before: int = 0) -> Column:
    """Ordinary cases that ended in a penalty at least `before` days ago. Police cases follow a law
    of their own (治安管理处罚法) and are left out."""
    done = (cases["procedure"] == "ordinary") & (cases["decision_result"] == "penalty")
    done &= cases["field"] != "security"
    return done & (cases["decided_on"] <= last - np.timedelta64(before, "D"))


def plain(cases: Records) -> Column:
    """No hearing, no major decision, no pause, no extension."""
    return ~cases["is_major"] & (cases["pause_days"] == 0) & (cases["extended_days"] == 0)


def only_case(cases: Records) -> Column:
    """Cases whose party did the same no other time, whichever agency saw it."""
    pair = joined(cases["party_id"], "|", cases["violation"]).astype(str)
    _, at, times = np.unique(pair, return_inverse=True, return_counts=True)
    return times[at] == 1


def decide_on(cases: Records, rows: Column, decided: Column) -> None:
    """Move the decision and all that leads to it or follows from it; limits stay kept."""
    calendar = work_days()
    decided = calendar.roll(decided)
    told = calendar.add(decided, -7)
    for name, values in (
        ("decided_on", decided),
        ("ended_on", decided),
        ("prior_notice_on", told),
        ("served_on", calendar.add(decided, 2)),
        ("disclosed_on", calendar.add(decided, 3)),
    ):
        cases[name][rows] = values
    reviewed = ~np.isnat(cases["legal_reviewed_on"][rows])
    cases["legal_reviewed_on"][rows] = where(reviewed, calendar.add(told, -1), NO_DAY)
    cases["investigated_on"][rows] = calendar.add(told, -2)
    cases["announced_on"][rows] = NO_DAY
    cases["service_method"][rows] = "direct"
    paid = ~np.isnat(cases["complied_on"][rows])
    cases["complied_on"][rows] = where(paid, calendar.add(decided, 6), NO_DAY)
    cases["closed_on"][rows] = where(paid, calendar.add(decided, 9), NO_DAY)
    cases["archived_on"][rows] = where(paid, calendar.add(decided, 14), NO_DAY)
    cases["disclosure_exempt_reason"][rows] = None
