"""What follows when a fine is not paid: surcharge, demand, and the court (行政强制法第五章)."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import at_time, work_days, years
from mingjian.demo.records import NO_DAY, Column, Records, filled, joined, padded, stack, where
from mingjian.demo.world import World

PAY_DAYS = 15  # 行政处罚法第六十七条
DEMAND_DAYS = 10  # working days, 行政强制法第五十四条、第六十九条
COURT_MONTHS = 3  # 行政强制法第五十三条
_DAY = np.timedelta64(1, "D")
_NEWEST = 45  # days before the end after which everybody pays


def pay_lately(cases: Records, last: np.datetime64) -> None:
    """Fines served in the last weeks are paid, so that no follow-up is still to come."""
    new = (cases["decision_result"] == "penalty") & np.isnat(cases["complied_on"])
    new &= cases["served_on"] >= last - _NEWEST * _DAY
    paid = work_days().roll(cases["served_on"] + 3 * _DAY)
    spot = cases["procedure"] == "summary"  # closed and archived within days of the decision
    for name, wait, on_spot in (("complied_on", 0, 1), ("closed_on", 3, 2), ("archived_on", 6, 3)):
        soon = work_days().add(cases["served_on"], on_spot)
        after = where(spot, soon, work_days().add(paid, wait))
        cases[name] = where(new, after, cases[name])


def build_executions(world: World, cases: Records, chance: Chance) -> Records:
    """For each fine not paid: a surcharge from the day after the limit, then a demand, and when
    the time for remedies has run out an application to the court."""
    owed = (cases["decision_result"] == "penalty") & np.isnat(cases["complied_on"])
    owed &= ~np.isnat(cases["served_on"])
    part = cases.take(np.flatnonzero(owed))
    due = work_days().add_natural(part["served_on"], np.full(len(part), PAY_DAYS))
    demanded = work_days().add(due, chance.whole(len(part), 1, 8))
    surcharge = _rows(part, "surcharge", due + _DAY)
    surcharge["demanded_on"] = demanded
    expired = months_after(part["served_on"], 6)
    applied = work_days().roll(expired + chance.days(len(part), 5, 70))
    court = _rows(part, "court", applied)
    court["demanded_on"] = work_days().add(applied, -chance.whole(len(part), 15, 40))
    court["court_applied_on"] = applied
    court["remedy_expired_on"] = expired
    table = stack([surcharge, court])
    table = table.take(table["day"] < world.until)
    number = padded(np.arange(1, len(table) + 1), 6)
    table["coercion_id"] = joined("ZX", years(table["day"]), "-", number)
    return table


def months_after(day: Column, count: int) -> Column:
    """The same day some months later, or that month's last."""
    month = day.astype("datetime64[M]") + count
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
    of_month = (day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    return month.astype("datetime64[D]") + np.minimum(of_month, length - 1)


def _rows(part: Records, measure: str, day: Column) -> Records:
    names = ("agency", "agency_id", "case_id", "party_id", "party_name")
    table = Records({name: part[name] for name in names})
    table.fill("measure", measure)
    count = len(table)
    table["day"] = day
    table["applied_at"] = at_time(day, np.full(count, 600))
    table["approved_at"] = table["applied_at"] - np.timedelta64(18, "h")
    table["is_urgent"] = np.zeros(count, bool)
    table["document_delivered_on"] = day
    table["has_inventory"] = filled(count, None)
    table["has_av_record"] = np.zeros(count, bool)
    table["amount_yuan"] = np.nan_to_num(part["fine_yuan"])
    for name in ("pause_days", "extended_days"):
        table[name] = np.zeros(count, np.int64)
    for name in (
        "pause_from",
        "pause_to",
        "extension_approved_on",
        "extension_informed_on",
        "expires_on",
        "disposed_on",
        "released_on",
        "demanded_on",
        "court_applied_on",
        "remedy_expired_on",
        "execution_decided_on",
    ):
        table[name] = np.full(count, NO_DAY)
    return table
