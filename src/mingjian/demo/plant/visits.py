"""Problems of inspections: not scanned, repeated, from many sides, disturbing, not followed up."""

import numpy as np

from mingjian.demo.case_dates import days
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.inspections import yearly_caps
from mingjian.demo.ledger import Ledger
from mingjian.demo.parties import on_list
from mingjian.demo.records import (
    NO_DAY,
    NO_TIME,
    Column,
    Records,
    filled,
    joined,
    padded,
    stack,
    where,
)
from mingjian.demo.world import World, planted

SCAN_LAW = np.datetime64("2024-12-02")  # 北京市优化营商环境条例 of 2024-11-29 in force
_VISIT = "inspection"
_DAY = np.timedelta64(1, "D")


def extra_visits(world: World, scale: float, avoid: Column, chance: Chance) -> Records:
    """Visits added before the spacing of all others: they stay, their neighbours go. Businesses
    in `avoid`, and those on the do-not-disturb list, are left alone.

    `plant` says what the row is planted for, with a trailing `~` for a near miss.
    """
    first = np.maximum(SCAN_LAW, world.start)
    latest = world.until - np.timedelta64(60, "D")
    counts = {
        "JC-03": planted(scale, 30),
        "JC-03~": planted(scale, 12),
        "JC-03≈": planted(scale, 8),
        "JC-04": planted(scale, 30),
        "JC-04~": planted(scale, 12),
        "JC-24": 2,
        "JC-24~": 2,
        "JC-02": planted(scale, 20),
        "JC-02~": planted(scale, 8),
    }
    parts = []
    for mark, count in counts.items():
        stream = chance.stream(mark)
        span = int((latest - first).astype(np.int64))
        day = work_days().roll(first + days(stream.whole(count, 0, span)))
        if mark.startswith("JC-03"):
            parts += _again(world, mark, day, stream)
        elif mark.startswith("JC-24"):
            parts += _surge(world, mark, count, stream)
        elif mark.startswith("JC-02"):
            parts += _too_often(world, mark, count, stream)
        else:
            parts += _crowd(world, mark, day, stream)
    table = stack(parts)
    unlisted = np.isnat(world.parties.table["do_not_disturb_from"][table["party"]])
    return _whole_groups(table, unlisted & ~np.isin(table["party"], avoid))


def _whole_groups(table: Records, kept: Column) -> Records:
    """Groups all of whose rows are kept, one group a business."""
    bad = np.unique(table["group"][~kept].astype(str))
    table = table.take(~np.isin(table["group"].astype(str), bad))
    _, at = np.unique(table["party"], return_index=True)
    first_group = dict(zip(table["party"][at].tolist(), table["group"][at], strict=True))
    own = np.array([first_group[party] for party in table["party"].tolist()], object)
    return table.take(own == table["group"])


def _visits(
    world: World, agency: Column, party: Column, day: Column, group: Column, plant: str
) -> Records:
    table = Records({"agency": agency, "party": party, "day": day, "group": group})
    table["item"] = world.inspection_codes[world.inspection_from[agency]]
    table.fill("mode", "on_site")
    table.fill("basis_kind", "annual_plan")
    table["joint_id"] = filled(len(table), None)
    table.fill("plant", plant)
    return table


def _again(world: World, mark: str, day: Column, chance: Chance) -> list[Records]:
    """The same agency, business and item twice: within 30 days, after 31, or on a complaint."""
    count = len(day)
    agency = chance.pick(count, np.flatnonzero((world.tier != "city") & (world.weights > 0)))
    party = world.parties.meet(agency, chance.stream("party"))
    group = joined(mark, padded(np.arange(count), 5))
    gap = np.full(count, 31) if mark == "JC-03~" else chance.whole(count, 8, 30)
    again = _visits(world, agency, party, day + days(gap), group, mark)
    if mark == "JC-03≈":
        again.fill("basis_kind", "complaint")
    return [_visits(world, agency, party, day, group, ""), again]


def _surge(world: World, mark: str, count: int, chance: Chance) -> list[Records]:
    """Thirty-five visits of one agency in one week, routine or by order from above."""
    busy = np.argsort(-world.weights, kind="stable")
    odd = np.concatenate([world.odd.narrow, world.odd.evenly, [world.odd.silent]])
    able = busy[~np.isin(busy, odd) & (world.tier[busy] == "district")][:24]
    hosts = able[(0 if mark == "JC-24" else 1) :: 2]
    monday = work_days().roll(np.array([world.until - 71 * _DAY]))[0]
    parts = []
    for k in range(count):
        pool = world.parties.pool[
            world.parties.pool_from[hosts[k]] : world.parties.pool_from[hosts[k] + 1]
        ]
        party = chance.some(np.unique(pool), 35)
        agency = np.full(len(party), hosts[k])
        day = work_days().add(np.full(len(party), monday), np.arange(len(party)) % 4)
        group = joined(f"{mark}{k}.", padded(np.arange(len(party)), 5))
        part = _visits(world, agency, party, day, group, mark)
        if mark == "JC-24~":
            part.fill("basis_kind", "superior_special")
        parts.append(part)
    return parts


def _too_often(world: World, mark: str, count: int, chance: Chance) -> list[Records]:
    """Routine visits far apart in one calendar year: one more than the cap, or just as many."""
    year = (world.until - 250 * _DAY).astype("datetime64[Y]").astype("datetime64[D]")
    able = np.flatnonzero((world.tier != "city") & (world.weights > 0) & (yearly_caps(world) == 2))
    agency = chance.pick(count, able)
    party = world.parties.meet(agency, chance.stream("party"))
    group = joined(mark, padded(np.arange(count), 5))
    first = year + days(chance.whole(count, 5, 40))
    return [
        _visits(
            world,
            agency,
            party,
            work_days().roll(first + 75 * k * _DAY),
            group,
            mark if k == (2 if mark == "JC-02" else 1) else "JC-02.part",
        )
        for k in range(3 if mark == "JC-02" else 2)
    ]


def _crowd(world: World, mark: str, day: Column, chance: Chance) -> list[Records]:
    """Three agencies of a district at one business, each on its own: within 7 days, or just not."""
    count = len(day)
    spans = np.array([span for span in world.district_spans if span[1] - span[0] >= 6])
    chosen = spans[chance.rng.integers(0, len(spans), count)]
    size = chosen[:, 1] - chosen[:, 0]
    turn = chance.rng.integers(0, size)
    hosts = [chosen[:, 0] + (turn + k) % size for k in range(6)]
    busy = [world.weights[host] > 0 for host in hosts]
    agencies = _first_three(np.stack(hosts), np.stack(busy))
    party = world.parties.meet(agencies[0], chance.stream("party"))
    group = joined(mark, padded(np.arange(count), 5))
    offsets = (0, 4, 7) if mark == "JC-04~" else (0, 2, 5)
    return [
        _visits(world, agencies[k], party, day + offset * _DAY, group, mark if k == 2 else "")
        for k, offset in enumerate(offsets)
    ]


def _first_three(hosts: Column, busy: Column) -> Column:
    """For each column the first three hosts that are busy."""
    order = np.argsort(~busy, axis=0, kind="stable")[:3]
    return np.take_along_axis(hosts, order, axis=0)


def plant_visits(city: City, ledger: Ledger, chance: Chance) -> None:
    """JC-01, JC-03, JC-04, JC-17, JC-21 on the completed table (unit: the inspection)."""
    table = city[_VISIT]
    ledger.used.setdefault(_VISIT, set()).update(np.flatnonzero(table["plant"] != None).tolist())  # noqa: E711
    for mark in ("JC-24", "JC-24~"):
        units = np.unique(table["agency_id"][table["plant"] == mark].astype(str)).astype(object)
        if mark == "JC-24":
            ledger.plant("JC-24", "agency", units, "一周之内三十多次例行检查")
        else:
            ledger.near("JC-24", "agency", units, "上级部署的专项检查集中在一周")
    notes = {
        "JC-03": "三十日内重复上门",
        "JC-04": "七日内三个机关分别上门",
        "JC-02": "一年内例行检查超过频次上限",
    }
    for mark, note in notes.items():
        ledger.plant(mark, _VISIT, table["inspection_id"][table["plant"] == mark], note)
    near = {
        "JC-03~": "相隔三十一日",
        "JC-03≈": "投诉举报引起的再次检查",
        "JC-04~": "跨八日的三次上门",
        "JC-02~": "例行检查正好达到上限",
    }
    for mark, note in near.items():
        ledger.near(mark[:5], _VISIT, table["inspection_id"][table["plant"] == mark], note)
    _unscanned(city, ledger, chance.stream("scan"))
    _disturbed(city, ledger)
    _dropped(city, ledger)


def _unscanned(city: City, ledger: Ledger, chance: Chance) -> None:
    """现场检查应当扫码 (北京市优化营商环境条例第六十九条)."""
    table = city[_VISIT]
    able = (table["mode"] == "on_site") & (table["day"] >= SCAN_LAW)
    rows = ledger.choose(_VISIT, able, 40, "JC-01")
    late = table["started_at"][rows] + chance.whole(len(rows), 15, 90).astype("timedelta64[m]")
    table["scanned_at"][rows] = where(chance.share(len(rows), 0.7), NO_TIME, late)
    ledger.plant(
        "JC-01", _VISIT, table["inspection_id"][rows], "没有扫码，或者检查开始后很久才扫码"
    )
    rows = ledger.choose(_VISIT, able, 12, "JC-01.near")
    table["started_at"][rows] = table["started_at"][rows].astype("datetime64[m]")
    table["scanned_at"][rows] = table["started_at"][rows] + np.timedelta64(10, "m")
    ledger.near("JC-01", _VISIT, table["inspection_id"][rows], "开始后十分钟扫码")
    rows = ledger.choose(_VISIT, able & (table["basis_kind"] == "complaint"), 8, "JC-01.near")
    table["is_urgent"][rows] = True
    table["basis_kind"][rows] = "emergency"
    table["scanned_at"][rows] = table["started_at"][rows] + np.timedelta64(3, "h")
    ledger.near("JC-01", _VISIT, table["inspection_id"][rows], "应急检查事后补登")


def _disturbed(city: City, ledger: Ledger) -> None:
    table, register = city[_VISIT], city.world.parties.table
    planned = np.isin(table["basis_kind"].astype(str), ["annual_plan", "double_random"])
    listed = on_list(register, table["party"], table["day"]) & (table["joint_id"] == None)  # noqa: E711
    spared = listed & planned & (table["mode"] == "written")
    rows = ledger.choose(_VISIT, spared, 35, "JC-17")
    _on_site(table, rows)
    ledger.plant("JC-17", _VISIT, table["inspection_id"][rows], "在无事不扰清单内被例行上门")
    rows = ledger.choose(
        _VISIT,
        listed & (table["mode"] == "on_site") & (table["basis_kind"] == "complaint"),
        12,
        "JC-17.near",
    )
    ledger.near("JC-17", _VISIT, table["inspection_id"][rows], "在清单内，但因投诉举报上门")


def _on_site(table: Records, rows: Column) -> None:
    table["mode"][rows] = "on_site"
    table["scanned_at"][rows] = table["started_at"][rows] - np.timedelta64(120, "s")


def _dropped(city: City, ledger: Ledger) -> None:
    """行政处罚法第五十四条、第七十六条: what an inspection finds must be dealt with."""
    table, cases, last = city[_VISIT], city["penalty_case"], city.world.until
    became = np.isin(table["inspection_id"].astype(str), cases["source_id"].astype(str))
    again = table["has_recheck"]
    failed = (table["result"] == "fail") & ~again
    old = table["day"] <= last - np.timedelta64(60, "D")
    rows = ledger.choose(_VISIT, failed & ~became & old, 35, "JC-21")
    _forget(table, rows)
    ledger.plant("JC-21", _VISIT, table["inspection_id"][rows], "发现问题后没有任何处理")
    recent = table["day"] >= work_days().add(np.array([last]), -12)[0]
    rows = ledger.choose(_VISIT, failed & ~became & recent, 10, "JC-21.near")
    _forget(table, rows)
    ledger.near("JC-21", _VISIT, table["inspection_id"][rows], "还在处理期内")
    free = ledger.is_free("penalty_case", len(cases)) & ~np.isnat(cases["filed_on"])
    kept = np.isin(table["inspection_id"].astype(str), cases["source_id"][free].astype(str))
    rows = ledger.choose(_VISIT, failed & kept & old, 10, "JC-21.near")
    _forget(table, rows)
    ledger.near("JC-21", _VISIT, table["inspection_id"][rows], "没有责令改正，但已立案")


def _forget(table: Records, rows: Column) -> None:
    for name in ("correction_ordered_on", "correction_due_on", "rechecked_on"):
        table[name][rows] = NO_DAY
