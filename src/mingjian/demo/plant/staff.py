"""Problems of officers and their certificates: no examination, doubles, training, expiry."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.ledger import Ledger
from mingjian.demo.people import certificate_status
from mingjian.demo.plant.sow import Change, Sower
from mingjian.demo.records import NO_DAY, Column, joined, padded, stack

_DAY = np.timedelta64(1, "D")


def plant_staff(city: City, ledger: Ledger, chance: Chance) -> None:
    """RY-01, RY-03, RY-06 (with the lawful hours of all others), RY-08."""
    _expiring(city, ledger)
    _unexamined(city, ledger, chance.stream("exam"))
    _untrained(city, ledger, chance.stream("hours"))
    _doubles(city, ledger)


def _serving(city: City) -> Column:
    officers = city["officer"]
    mine = officers["officer_id"][
        (officers["hr_status"] == "active") & (officers["role"] == "officer")
    ]
    table = city["officer_certificate"]
    serving = np.isin(table["officer_id"].astype(str), mine.astype(str))
    return serving & (table["status"] == "valid")


def _expiring(city: City, ledger: Ledger) -> None:
    """Ninety days before the end, and no successor: everyone whose certificate does."""
    table, last = city["officer_certificate"], city.world.until
    sow = Sower(ledger, "officer_certificate", table, "certificate_no")
    free = _serving(city)
    later = free & (table["valid_to"] > last + 200 * _DAY)

    def ends(days: int) -> Change:
        def change(rows: Column) -> None:
            table["valid_to"][rows] = last + np.timedelta64(days, "D")

        return change

    sow.plant("RY-01", later, 12, "六十日后到期", ends(60))
    sow.near("RY-01", later, 6, "九十五日后到期", ends(95))


def _unexamined(city: City, ledger: Ledger, chance: Chance) -> None:
    """行政执法监督条例第十七条第二款: passed before the certificate is issued."""
    table, officers = city["officer_certificate"], city["officer"]
    sow = Sower(ledger, "officer_certificate", table, "certificate_no")
    lawyers = officers["officer_id"][officers["has_law_qualification"].astype(bool)]
    lay = _serving(city) & ~np.isin(table["officer_id"].astype(str), lawyers.astype(str))

    def later(rows: Column) -> None:
        never = chance.share(len(rows), 0.5)
        after = table["issued_on"][rows] + 40 * _DAY
        table["exam_passed_on"][rows] = np.where(never, NO_DAY, after)

    def same_day(rows: Column) -> None:
        table["exam_passed_on"][rows] = table["issued_on"][rows]

    sow.plant("RY-03", lay, 12, "没有考试合格记录，或者发证以后才合格", later)
    sow.near("RY-03", lay, 6, "合格当日发证", same_day)


def _untrained(city: City, ledger: Ledger, chance: Chance) -> None:
    officers = city["officer"]
    sow = Sower(ledger, "officer", officers, "officer_id")
    count = len(officers)
    officers["training_hours"] = chance.whole(count, 60, 96)
    serving = (officers["hr_status"] == "active") & (officers["role"] == "officer")

    def hours(low: int, high: int) -> Change:
        def change(rows: Column) -> None:
            officers["training_hours"][rows] = chance.whole(len(rows), low, high)

        return change

    sow.plant("RY-06", serving, 15, "本年度培训学时很少", hours(2, 20))
    sow.near("RY-06", serving, 6, "正好六十学时", hours(60, 60))


def _doubles(city: City, ledger: Ledger) -> None:
    """One person with two certificates of one kind at the same time."""
    table, last = city["officer_certificate"], city.world.until
    sow = Sower(ledger, "officer_certificate", table, "certificate_no")
    able = _serving(city) & (table["valid_from"] <= last - 100 * _DAY)
    for code, kind, note in (
        ("RY-08", "national", "一人同时持有两个同类证件"),
        ("RY-08.near", "ministry", "部委证与地方证并存"),
    ):
        rows = ledger.choose(sow.name, able, 8, code)
        part = table.take(rows)
        number = padded(9_000_001 + np.arange(len(rows)) + (5000 if code != "RY-08" else 0), 7)
        part["certificate_no"] = joined("112025", number)
        part.fill("kind", kind)
        part["valid_from"] = part["issued_on"] = part["valid_from"] + 30 * _DAY
        both = table["officer_id"][rows]
        city.tables["officer_certificate"] = table = stack([table, part])
        able = np.r_[able, np.zeros(len(rows), bool)]
        if code == "RY-08":
            ledger.plant("RY-08", "officer", both, note)
        else:
            ledger.near("RY-08", "officer", both, note)
    table["status"] = certificate_status(table, last)
