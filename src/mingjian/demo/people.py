"""Officers and their certificates over the two years: joining, renewal, suspension, leaving."""

from dataclasses import dataclass

import numpy as np

from mingjian.demo.agencies import Agency
from mingjian.demo.blueprint import NamesFile
from mingjian.demo.chance import Chance
from mingjian.demo.credit_codes import identity_numbers
from mingjian.demo.days import work_days, years
from mingjian.demo.records import (
    NO_DAY,
    Column,
    Records,
    joined,
    padded,
    running_number,
    stack,
    texts,
    where,
)

CORE = 3  # officers of every agency who served throughout with a certificate in force
_VALID_YEARS = 5
_LEAST_LEAVERS = 60  # about half of whom leave inside the two years
_FAR = np.datetime64("2099-12-31")
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Roster:
    """Who may act for an agency on a day. Officers of agency i stand at first[i] … first[i+1]-1."""

    officer_id: Column
    first: Column
    able_from: Column
    able_to: Column
    pause_from: Column
    pause_to: Column

    def able(self, officers: Column, days: Column) -> Column:
        """Whether each officer has a post and a certificate in force on each day."""
        serving = (self.able_from[officers] <= days) & (days <= self.able_to[officers])
        paused = (self.pause_from[officers] <= days) & (days <= self.pause_to[officers])
        return serving & ~paused

    def pair(self, agencies: Column, days: Column, chance: Chance) -> tuple[Column, Column]:
        """Two different able officers of each agency on each day (行政处罚法第四十二条)."""
        size = (self.first[agencies + 1] - self.first[agencies]).astype(np.int64)
        base = self.first[agencies]
        lead_at = chance.rng.integers(0, size)
        lead = base + lead_at
        core = base + chance.rng.integers(0, CORE, len(agencies))
        lead = where(self.able(lead, days), lead, core)
        step = chance.rng.integers(1, size)
        second = base + (lead - base + step) % size
        spare = base + (lead - base + 1) % CORE
        spare = where(lead - base < CORE, spare, base)
        return lead, where(self.able(second, days), second, spare)


def build_people(
    agencies: list[Agency],
    counts: Column,
    names: NamesFile,
    start: np.datetime64,
    until: np.datetime64,
    chance: Chance,
) -> tuple[Records, Records, Roster]:
    """The officer table, the certificate table and the roster that acts draw from."""
    first = np.r_[0, np.cumsum(counts)]
    of_agency = np.repeat(np.arange(len(agencies)), counts)
    is_core = running_number(of_agency) <= CORE
    officers = _officers(agencies, of_agency, names, chance.stream("officers"))
    fate = _fates(len(of_agency), is_core, start, until, chance.stream("fates"))
    officers["hr_status"] = fate["hr_status"]
    officers["hr_changed_on"] = where(fate["left"], fate["left_on"], NO_DAY)
    certificates = _certificates(officers, fate, until, chance.stream("certificates"))
    able_to = where(fate["left"], fate["left_on"] - _DAY, _FAR)
    roster = Roster(
        officers["officer_id"],
        first,
        fate["joined_on"],
        able_to,
        fate["pause_from"],
        fate["pause_to"],
    )
    return officers, certificates, roster


def _officers(
    agencies: list[Agency], of_agency: Column, names: NamesFile, chance: Chance
) -> Records:
    count = len(of_agency)
    table = Records({"officer_id": joined("P", padded(np.arange(1, count + 1), 6))})
    table["name"] = joined(
        chance.pick(count, texts(names.surnames)), chance.pick(count, texts(names.given))
    )
    born = np.datetime64("1966-01-01") + chance.days(count, 0, 34 * 365)
    regions = texts([a.district for a in agencies])[of_agency]
    table["identity_no"] = identity_numbers(regions, born, chance)
    table["agency_id"] = texts([a.agency_id for a in agencies])[of_agency]
    table.fill("role", "officer")
    table["post"] = where(chance.share(count, 0.75), "a", "b").astype(object)
    table["has_law_qualification"] = chance.share(count, 0.12)
    table["training_hours"] = chance.whole(count, 30, 90)
    return table


def _fates(
    count: int, is_core: Column, start: np.datetime64, until: np.datetime64, chance: Chance
) -> dict[str, Column]:
    """When each officer joined, left and was suspended; the core never leaves."""
    span = int((until - start).astype(np.int64))
    joined_on = where(
        is_core | chance.share(count, 0.8),
        start - chance.days(count, 200, 1500),
        start + chance.days(count, 0, span - 60),
    )
    left = ~is_core & chance.share(count, max(0.06, _LEAST_LEAVERS / count))
    earliest = np.maximum(joined_on, start) + 45 * _DAY
    room = np.maximum((until - 5 * _DAY - earliest).astype(np.int64), 1)
    left_on = work_days().roll(earliest + chance.rng.integers(0, room).astype("timedelta64[D]"))
    kinds = texts(["retired", "transferred", "resigned", "dismissed"])
    left &= left_on <= until - 3 * _DAY
    status = where(left, kinds[chance.weighted(count, [5, 4, 1, 0.3])], "active").astype(object)
    paused = ~is_core & ~left & chance.share(count, 0.01)
    pause_from = start + chance.days(count, 30, span - 60)
    paused &= pause_from > joined_on
    return {
        "joined_on": joined_on,
        "left": left,
        "left_on": left_on,
        "hr_status": status,
        "pause_from": where(paused, pause_from, NO_DAY),
        "pause_to": where(paused, pause_from + chance.days(count, 20, 90), NO_DAY),
    }


def _certificates(
    officers: Records, fate: dict[str, Column], until: np.datetime64, chance: Chance
) -> Records:
    """One certificate after the other without a gap; those who left have the last one cancelled."""
    count = len(officers)
    term = np.timedelta64(365 * _VALID_YEARS, "D")
    first_from = fate["joined_on"]
    parts = []
    for turn in range(2):
        valid_from = first_from + turn * term
        needed = (valid_from <= until) & (~fate["left"] | (valid_from < fate["left_on"]))
        part = Records({"officer_id": officers["officer_id"], "agency_id": officers["agency_id"]})
        part["valid_from"], part["valid_to"] = valid_from, valid_from + term - _DAY
        last = fate["left_on"] <= part["valid_to"]
        ends = fate["left"] & last
        part["cancelled_on"] = where(ends, fate["left_on"], NO_DAY)
        inside = (fate["pause_from"] >= valid_from) & (fate["pause_from"] <= part["valid_to"])
        part["suspended_from"] = where(inside, fate["pause_from"], NO_DAY)
        part["suspended_to"] = where(inside, fate["pause_to"], NO_DAY)
        parts.append(part.take(needed & (np.arange(count) >= 0)))
    table = stack(parts)
    number = chance.rng.permutation(len(table)) + 1
    table["certificate_no"] = joined("11", padded(years(table["valid_from"]), 4), padded(number, 7))
    table.fill("kind", "national")
    table.fill("issuer", "示例市司法局")
    table["issued_on"] = table["valid_from"]
    table["exam_passed_on"] = table["valid_from"] - np.timedelta64(30, "D")
    table["status"] = certificate_status(table, until)
    return table


def certificate_status(table: Records, until: np.datetime64) -> Column:
    """The state that the register shows on the day `until`."""
    suspended = (table["suspended_from"] <= until) & (until <= table["suspended_to"])
    status = where(table["valid_to"] < until, "expired", where(suspended, "suspended", "valid"))
    return where(table["cancelled_on"] <= until, "cancelled", status).astype(object)
