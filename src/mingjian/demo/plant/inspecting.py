"""Problems of single inspections: no plan, no approval, no two officers, no result, no recheck."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.sow import Change, Sower
from mingjian.demo.records import NO_DAY, NO_TIME, Column, joined

_VISIT = "inspection"
_DAY = np.timedelta64(1, "D")
_RULE_54 = np.datetime64("2024-12-26")  # 国办发〔2024〕54号
_RECHECK_DAYS = 10  # working days after the date set, a value of the platform (目录 LZ-09)


def plant_inspecting(city: City, ledger: Ledger, chance: Chance) -> None:
    """JC-05, -06, -07, -08, -10, -12, -14; LZ-09."""
    table, last = city[_VISIT], city.world.until
    sow = Sower(ledger, _VISIT, table, "inspection_id")
    old = (table["day"] >= _RULE_54) & (table["day"] <= last - 60 * _DAY)
    planned = np.isin(table["basis_kind"].astype(str), ["annual_plan", "double_random"])
    planned &= table["mode"] == "on_site"
    sow.plant("JC-05", old & planned, 25, "例行检查不在年度计划之内", sow.set(plan_id=None))
    lead = np.isin(table["basis_kind"].astype(str), ["complaint", "assigned", "data_alert"])
    sow.near("JC-05", old & lead, 8, "有投诉、转办、数据监测线索，不在计划之内")
    _approval(sow, old, chance.stream("approval"))
    _officers(city, sow, old)
    _quality(sow, old, chance.stream("quality"))
    _recheck(city, sow, old)
    _plans(city, ledger)
    _unpublished(city, ledger)


def _approval(sow: Sower, old: Column, chance: Chance) -> None:
    """国办发〔2024〕54号: approved before; in urgent cases made up for soon after."""
    table = sow.table
    site = old & (table["mode"] == "on_site")
    calm = site & np.array([not urgent for urgent in table["is_urgent"]], bool)

    def after(low: int, high: int, urgent: bool) -> Change:
        def change(rows: Column) -> None:
            wait = chance.whole(len(rows), low, high).astype("timedelta64[m]")
            table["approved_at"][rows] = table["started_at"][rows] + wait
            if urgent:
                table["is_urgent"][rows] = True
                table["basis_kind"][rows] = "emergency"
                table["plan_id"][rows] = None

        return change

    sow.plant("JC-08", calm, 18, "没有审批", sow.set(approved_at=NO_TIME))
    sow.plant("JC-08", calm, 12, "检查以后才审批", after(90, 3000, False))
    spared = calm & (table["basis_kind"] == "complaint")
    sow.plant("JC-08", spared, 10, "紧急检查两日以后才补办", after(2900, 6000, True))
    sow.near("JC-08", spared, 8, "紧急检查二十四小时内补办", after(600, 1430, True))


def _officers(city: City, sow: Sower, old: Column) -> None:
    table, acts = sow.table, city["act_officer"]
    site = old & (table["mode"] == "on_site")
    rows = sow.plant("JC-10", site, 25, "只有一名持证人员检查")
    own = np.isin(acts["act_id"].astype(str), table["inspection_id"][rows].astype(str))
    second = own & (acts["act_kind"] == _VISIT) & (acts["role"] == "second")
    city.tables["act_officer"] = acts.take(~second)
    sow.near("JC-10", site, 8, "恰好两名持证人员")


def _quality(sow: Sower, old: Column, chance: Chance) -> None:
    table = sow.table
    plain = old & (table["result"] == "pass") & (table["mode"] == "on_site")

    def lasted(low: int, high: int) -> Change:
        def change(rows: Column) -> None:
            wait = chance.whole(len(rows), low, high).astype("timedelta64[m]")
            table["ended_at"][rows] = table["started_at"][rows] + wait

        return change

    sow.plant("JC-12", plain, 20, "现场检查一两分钟就结束", lasted(1, 2))
    sow.near("JC-12", plain, 8, "时间不长而正常", lasted(25, 30))

    def forgotten(rows: Column) -> None:
        table["result"][rows] = None
        table["informed_on"][rows] = NO_DAY

    sow.plant("JC-14", plain, 20, "检查结束两个月没有结果", forgotten)
    sow.near("JC-14", plain, 6, "当日告知结果")


def _recheck(city: City, sow: Sower, old: Column) -> None:
    """What was to be corrected is looked at again (行政处罚法第二十八条)."""
    table, last = sow.table, city.world.until
    became = np.isin(
        table["inspection_id"].astype(str), city["penalty_case"]["source_id"].astype(str)
    )
    pair = joined(table["agency"], "|", table["party"]).astype(str)
    back = np.isin(pair, pair[table["basis_kind"] == "recheck"])  # they came back for something
    able = (table["result"] == "fail") & ~back & ~became
    due = ~np.isnat(table["correction_due_on"])
    late = old & due & (table["correction_due_on"] <= last - 45 * _DAY)
    sow.plant("LZ-09", able & late, 20, "改正期限届满一个月没有复查", sow.set(rechecked_on="NaT"))
    wait = work_days().between(table["correction_due_on"], np.full(len(table), last))
    fresh = able & due & (wait >= 1) & (wait <= _RECHECK_DAYS - 2)
    fresh &= np.isnat(table["rechecked_on"]) | (table["rechecked_on"] < last)
    sow.near("LZ-09", fresh, 6, "期限刚满，还在十个工作日内", sow.set(rechecked_on="NaT"))


def _plans(city: City, ledger: Ledger) -> None:
    """北京市优化营商环境条例第六十七条: published by the end of March."""
    table, last = city["inspection_plan"], city.world.until
    sow = Sower(ledger, "inspection_plan", table, "plan_id")
    spring = (table["plan_year"] - 1970).astype("datetime64[Y]").astype("datetime64[M]") + 2
    end = (spring + 1).astype("datetime64[D]") - _DAY
    able = (end >= np.datetime64("2025-01-01")) & (end <= last - 60 * _DAY)

    def published(wait: int) -> Change:
        def change(rows: Column) -> None:
            table["published_on"][rows] = end[rows] + wait * _DAY

        return change

    sow.plant("JC-06", able, 14, "四月以后才公布年度计划", published(9))
    sow.near("JC-06", able, 6, "三月三十一日公布", published(0))


def _unpublished(city: City, ledger: Ledger) -> None:
    """国办发〔2024〕54号: only items that were published may be inspected."""
    table, powers, world = city[_VISIT], city["power_item"], city.world
    listed = np.flatnonzero(powers["kind"] == "inspection")
    agency = {code: i for i, code in enumerate(world.agency_ids.tolist())}
    code = {item: i for i, item in enumerate(np.unique(table["item"].astype(str)).tolist())}
    number = np.array([code[item] for item in table["item"].tolist()])
    free = ledger.is_free(_VISIT, len(table))
    key = table["agency"] * 10_000 + number
    order = np.argsort(key, kind="stable")
    chosen = ledger.choose("published", np.ones(len(listed), bool), 200, "JC-07")
    done, wanted = 0, max(4, round(60 * ledger.scale))
    for at in listed[chosen].tolist():
        item = str(powers["power_item_code"][at])
        if item not in code or done >= wanted:
            continue
        mine = agency[str(powers["agency_id"][at])] * 10_000 + code[item]
        own = order[np.searchsorted(key[order], mine) : np.searchsorted(key[order], mine + 1)]
        own = own[np.argsort(table["day"][own], kind="stable")]
        if not 3 <= len(own) <= 25 or not free[own].all():
            continue
        day = table["day"][own[len(own) // 2]]
        powers["published_on"][at] = day
        ledger.used[_VISIT].update(own.tolist())
        ids = table["inspection_id"][own]
        early = (table["day"][own] < day) & (table["day"][own] >= _RULE_54)
        ledger.plant("JC-07", _VISIT, ids[early], "检查事项公布以前实施检查")
        ledger.near("JC-07", _VISIT, ids[table["day"][own] == day], "公布当日实施检查")
        done += 1
