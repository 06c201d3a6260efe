"""Problems of coercion: papers, officers, cases without end, demands, the court's time."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.coercions import SEIZURE_DAYS
from mingjian.demo.days import at_time, work_days
from mingjian.demo.executions import COURT_MONTHS, PAY_DAYS, months_after
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.sow import Change, Sower
from mingjian.demo.records import NO_DAY, Column, Records, where

_DAY = np.timedelta64(1, "D")
_CASE_DAYS = 7  # working days without a case, a value of the platform (目录 QZ-09)


def plant_measures(city: City, ledger: Ledger, chance: Chance) -> None:
    """QZ-04, QZ-05, QZ-06, QZ-08, QZ-09, QZ-13, QZ-18, QZ-19, QZ-20, SX-10."""
    table, last = city["coercion"], city.world.until
    sow = Sower(ledger, "coercion", table, "coercion_id")
    held = np.isin(table["measure"].astype(str), ["seal", "seize"])
    old = held & (table["day"] <= last - 120 * _DAY)
    _kept(city, sow, old)
    _frozen(table, sow, old, chance.stream("frozen"))
    _papers(table, sow, old)
    _caseless(table, sow, old, last)
    _executions(table, sow, last, chance.stream("executions"))
    _unpaid(city, sow)


def _kept(city: City, sow: Sower, old: Column) -> None:
    """期满未处理未解除 (行政强制法第二十七条、第二十八条), still within the statutory thirty days
    where the paper named a shorter time."""
    table = city["coercion"]
    calendar, last = work_days(), city.world.until
    held = np.isin(table["measure"].astype(str), ["seal", "seize"])
    plainly = held & (table["extended_days"] == 0) & (table["pause_days"] == 0)
    age = (last - table["day"]).astype(np.int64)
    fresh = plainly & (age >= 18) & (age <= 27)

    def open_until(limit: int) -> Change:
        def change(rows: Column) -> None:
            table["expires_on"][rows] = table["day"][rows] + limit * _DAY
            table["disposed_on"][rows] = table["released_on"][rows] = NO_DAY

        return change

    sow.plant("QZ-05", fresh, 8, "决定书载明的期限届满，没有处理或者解除", open_until(8))

    def in_named_time(rows: Column) -> None:
        table["expires_on"][rows] = calendar.roll(table["day"][rows] + 15 * _DAY)
        ended = table["expires_on"][rows]
        table["disposed_on"][rows] = NO_DAY
        table["released_on"][rows] = ended

    sow.near("QZ-05", plainly & old, 8, "载明期限届满当日解除", in_named_time)


def _frozen(table: Records, sow: Sower, old: Column, chance: Chance) -> None:
    """行政强制法第三十二条: thirty days."""
    able = old & (table["extended_days"] == 0) & (table["pause_days"] == 0)
    due = work_days().add_natural(table["day"], np.full(len(table), SEIZURE_DAYS))

    def frozen(wait: Column) -> Change:
        def change(rows: Column) -> None:
            table["measure"][rows] = "freeze"
            table["has_inventory"][rows] = None
            table["disposed_on"][rows] = NO_DAY
            table["released_on"][rows] = work_days().add(due[rows], wait[: len(rows)])

        return change

    count = len(table)
    sow.plant("QZ-06", able, 10, "冻结超过三十日才解除", frozen(chance.whole(count, 1, 20)))
    sow.near("QZ-06", able, 6, "第三十日解除冻结", frozen(np.zeros(count, np.int64)))


def _papers(table: Records, sow: Sower, old: Column) -> None:
    longer = old & (table["extended_days"] > 0) & ~np.isnat(table["extension_approved_on"])
    sow.plant("QZ-04", longer, 10, "延长没有书面告知", sow.set(extension_informed_on="NaT"))
    sow.near("QZ-04", longer, 6, "批准当日告知")
    sow.plant("QZ-08", old, 10, "没有当场交付清单", sow.set(has_inventory=False))

    def late(rows: Column) -> None:
        table["document_delivered_on"][rows] = table["day"][rows] + 3 * _DAY

    sow.plant("QZ-08", old, 10, "决定书三日后才交付", late)
    sow.near("QZ-08", old, 8, "当日交付决定书和清单")
    sow.plant("SX-10", old, 25, "查封扣押没有音像记录", sow.set(has_av_record=False))
    sow.near("SX-10", old, 8, "有音像记录")


def _caseless(table: Records, sow: Sower, old: Column, last: np.datetime64) -> None:
    ended = where(np.isnat(table["disposed_on"]), table["released_on"], table["disposed_on"])
    long_held = work_days().between(table["day"], where(np.isnat(ended), last, ended))
    able = old & (long_held > _CASE_DAYS + 3)
    sow.plant("QZ-09", able, 20, "扣押七个工作日以上没有立案", sow.set(case_id=None))

    def short(rows: Column) -> None:
        table["case_id"][rows] = None
        ended = work_days().add(table["day"][rows], _CASE_DAYS)
        table["disposed_on"][rows] = NO_DAY
        table["released_on"][rows] = ended

    plainly = old & (table["extended_days"] == 0) & (table["pause_days"] == 0)
    sow.near("QZ-09", plainly, 8, "没有立案，第七个工作日解除", short)


def _executions(table: Records, sow: Sower, last: np.datetime64, chance: Chance) -> None:
    """Demanded first, ten working days, three months (行政强制法第五十三条、第五十四条)."""
    court = (table["measure"] == "court") & (table["day"] <= last - 10 * _DAY)
    calendar = work_days()
    sow.plant("QZ-13", court, 15, "申请法院执行以前没有催告", sow.set(demanded_on="NaT"))

    def demanded_before(low: int, high: int) -> Change:
        def change(rows: Column) -> None:
            wait = chance.whole(len(rows), low, high)
            table["demanded_on"][rows] = calendar.add(table["court_applied_on"][rows], -wait)

        return change

    sow.plant("QZ-20", court, 15, "催告不满十个工作日即申请执行", demanded_before(3, 9))
    sow.near("QZ-20", court, 6, "催告十个工作日后申请", demanded_before(11, 11))
    limit = months_after(table["remedy_expired_on"], COURT_MONTHS)

    def applied(late: bool) -> Change:
        def change(rows: Column) -> None:
            day = calendar.roll(limit[rows])
            if late:
                day = calendar.add(day, chance.whole(len(rows), 1, 6))
            table["court_applied_on"][rows] = table["day"][rows] = day
            table["applied_at"][rows] = at_time(day, np.full(len(rows), 600))
            table["approved_at"][rows] = table["applied_at"][rows] - np.timedelta64(18, "h")
            table["document_delivered_on"][rows] = day
            table["demanded_on"][rows] = calendar.add(day, -20)

        return change

    able = court & (limit <= last - 20 * _DAY)
    sow.plant("QZ-19", able, 15, "期限届满三个月后才申请法院执行", applied(True))
    sow.near("QZ-19", able, 6, "满三个月当日申请", applied(False))
    surcharge = (table["measure"] == "surcharge") & (table["day"] <= last - 60 * _DAY)
    sow.near("QZ-13", surcharge, 6, "加处罚款以后才催告")


def _unpaid(city: City, sow: Sower) -> None:
    """Nothing done about a fine that is not paid: the follow-up rows are gone."""
    table, cases, last = city["coercion"], city["penalty_case"], city.world.until
    ledger = sow.ledger
    followed = np.isin(table["measure"].astype(str), ["surcharge", "court"])
    owed = np.isin(cases["case_id"].astype(str), table["case_id"][followed].astype(str))
    due = work_days().add_natural(cases["served_on"], np.full(len(cases), PAY_DAYS))
    contested = np.isin(
        cases["case_id"].astype(str), city["remedy"]["case_id"].astype(str)
    ) | ~np.isnat(cases["revoked_on"])
    touched = table["case_id"][sorted(ledger.used.get("coercion", set()))].astype(str)
    able = owed & ~contested & (due <= last - 60 * _DAY) & (cases["fine_yuan"] > 0)
    able &= ~np.isin(cases["case_id"].astype(str), touched)
    of_case = Sower(ledger, "penalty_case", cases, "case_id")
    rows = of_case.plant("QZ-18", able, 20, "逾期两个月不缴罚款，没有任何后续执行")
    gone = followed & np.isin(table["case_id"].astype(str), cases["case_id"][rows].astype(str))
    table["gone"] = where(gone, True, table.columns.get("gone", np.zeros(len(table), bool)))
    of_case.near("QZ-18", able, 8, "逾期不缴，已加处罚款并催告")


def without_gone(city: City) -> None:
    """Take out the rows that were planted as missing."""
    city.tables["coercion"] = city["coercion"].take(~city["coercion"]["gone"])


def plant_measure_officers(city: City, ledger: Ledger) -> None:
    """QZ-02: not fewer than two officers (行政强制法第十八条第二项)."""
    table, acts = city["coercion"], city["act_officer"]
    sow = Sower(ledger, "coercion", table, "coercion_id")
    held = np.isin(table["measure"].astype(str), ["seal", "seize"])
    held &= city.world.field[table["agency"]] != "security"
    rows = sow.plant("QZ-02", held & (table["day"] < city.world.until), 20, "只有一名执法人员")
    own = np.isin(acts["act_id"].astype(str), table["coercion_id"][rows].astype(str))
    second = own & (acts["act_kind"] == "coercion") & (acts["role"] == "second")
    city.tables["act_officer"] = acts.take(~second)
    sow.near("QZ-02", held & (table["day"] < city.world.until), 8, "恰好两名执法人员")
