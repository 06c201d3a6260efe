"""The supervising office's own register of alerts: handled in time by most, late by some; problems
that come back after closing; monitors that are often wrong (unit: the alert)."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.sow import Change, Sower
from mingjian.demo.records import NO_DAY, Column, Records, filled, joined, padded, stack, texts
from mingjian.demo.world import World, planted

_DAY = np.timedelta64(1, "D")
_LEVELS = ("red", "orange", "yellow", "blue")
_SIGN = np.array([1, 2, 3, 400])  # working days, values of the platform (目录 ZG-07)
_VERIFY = np.array([5, 10, 10, 400])
_SPAN = 330  # days before the end in which alerts were raised
_LOOK_BACK = 180  # days after closing (目录 ZG-05)


def plant_alerts(city: City, ledger: Ledger, chance: Chance) -> None:
    """ZG-05, ZG-07, ZG-08, and the register they are in."""
    world = city.world
    count = planted(ledger.scale, 400)
    table = _handled(world, count, chance.stream("handled"))
    groups = [_recurring(world, count, chance.stream("recurring"))]
    groups += [_doubtful(world, n, *case) for n, case in enumerate(_DOUBTFUL)]
    table = stack([table, *groups])
    table["alert_id"] = joined("YJ", padded(np.arange(1, len(table) + 1), 6))
    city.tables["alert"] = table
    _late(city, ledger)
    _again(city, ledger)
    for n, (wrong, right, note) in enumerate(_DOUBTFUL):
        own = np.flatnonzero(table["monitor_code"] == _code(n))
        first = own[np.lexsort((table["alert_id"][own].astype(str), table["raised_on"][own]))][:1]
        bad = wrong + right >= 30 and right * 10 < (wrong + right) * 3
        tell = ledger.plant if bad else ledger.near
        tell("ZG-08", "alert", table["alert_id"][first], note)


def _blank(world: World, agency: Column, raised: Column) -> Records:
    """Alerts raised on these days, everything done in time and found to be so."""
    calendar, count = work_days(), len(agency)
    table = Records({"agency": agency, "agency_id": world.agency_ids[agency]})
    table["raised_on"] = raised
    level = np.arange(count) % len(_LEVELS)
    table["level_no"], table["level"] = level, np.array(_LEVELS, object)[level]
    table["signed_on"] = calendar.add(raised, 1)
    table["verified_on"] = calendar.add(raised, 4)
    table["closed_on"] = calendar.add(raised, 6)
    table.fill("verdict", "confirmed")
    table["unit_id"] = joined("D", padded(np.arange(1, count + 1), 6))
    return table


def _handled(world: World, count: int, chance: Chance) -> Records:
    """Ordinary alerts, each the only one of its monitor and agency."""
    agency = chance.whole(count, 0, len(world.agencies) - 1)
    raised = work_days().roll(world.until - chance.days(count, 60, _SPAN))
    table = _blank(world, agency, raised)
    table["monitor_code"] = joined("MA-", padded(np.arange(1, count + 1), 5))
    said = chance.weighted(count, [70, 10, 15, 5])
    verdicts = texts(["confirmed", "partly_confirmed", "unfounded", "data_error"])
    table["verdict"] = verdicts[said]
    table.fill("mark", None)
    return table


def _recurring(world: World, count: int, chance: Chance) -> Records:
    """Pairs of one monitor and agency: the second raised soon after the first was closed, on the
    last day that counts, one day later, or found not to be so."""
    pairs = max(8, count // 20)
    kind = np.arange(pairs) % 4
    gap = np.select([kind == 0, kind == 1, kind == 2], [_LOOK_BACK, 30, _LOOK_BACK + 1], 40)
    agency = chance.whole(pairs, 0, len(world.agencies) - 1)
    raised = work_days().roll(world.until - chance.days(pairs, 240, _SPAN))
    first = _blank(world, agency, raised)
    second = _blank(world, agency, first["closed_on"] + gap.astype("timedelta64[D]"))
    second["verdict"][kind == 3] = "unfounded"
    marks = np.array(["ZG-05", "ZG-05", "ZG-05.late", "ZG-05.not"], object)
    for table, mark in ((first, filled(pairs, "ZG-05.first")), (second, marks[kind])):
        table["monitor_code"] = joined("MB-", padded(np.arange(1, pairs + 1), 5))
        table["mark"] = mark
    return stack([first, second])


# How many were unfounded and how many confirmed in the last thirty days (目录 ZG-08).
_DOUBTFUL = (
    (26, 8, "三十日内三十四条只有八条属实"),
    (33, 0, "三十日内三十三条没有一条属实"),
    (21, 9, "三十条中九条属实，正好三成"),
    (25, 4, "只有二十九条认定"),
)


def _code(number: int) -> str:
    return f"MC-{number + 1:05d}"


def _doubtful(world: World, number: int, wrong: int, right: int, _note: str) -> Records:
    """Judged within the last thirty days, all raised before the first was judged."""
    count = wrong + right
    raised = np.full(count, work_days().roll(np.array([world.until - 50 * _DAY]))[0])
    table = _blank(world, np.arange(count) % len(world.agencies), raised)
    table["closed_on"] = world.until - (np.arange(count) % 29).astype("timedelta64[D]")
    table["verdict"][:wrong] = np.array(["unfounded", "data_error"], object)[np.arange(wrong) % 2]
    table.fill("monitor_code", _code(number))
    table.fill("mark", "ZG-08")
    return table


def _late(city: City, ledger: Ledger) -> None:
    """Not signed, or not answered, in the working days that the level allows."""
    table, calendar = city["alert"], work_days()
    sow = Sower(ledger, "alert", table, "alert_id")
    free = table["mark"] == None  # noqa: E711
    prompt = free & (table["level"] != "blue")

    def handled(sign: int | None, verify: int | None) -> Change:
        """So many working days after the limits; None for not yet. All of it still open."""

        def change(rows: Column) -> None:
            level, raised = table["level_no"][rows], table["raised_on"][rows]
            for name, limits, over in (
                ("signed_on", _SIGN, sign),
                ("verified_on", _VERIFY, verify),
            ):
                never = np.full(len(rows), NO_DAY)
                days = calendar.add(raised, limits[level] + (over or 0))
                table[name][rows] = never if over is None else days
            table["closed_on"][rows] = NO_DAY
            table["verdict"][rows] = None

        return change

    sow.plant("ZG-07", prompt, 10, "超过签收时限才签收", handled(1, -1))
    sow.plant("ZG-07", prompt, 8, "一直没有签收", handled(None, None))
    sow.plant("ZG-07", prompt, 8, "签收以后没有反馈核查结果", handled(0, None))
    sow.near("ZG-07", prompt, 8, "最后一日签收，最后一日反馈", handled(0, 0))
    sow.near(
        "ZG-07", free & (table["level"] == "blue"), 6, "蓝色预警不要求逐条签收", handled(None, None)
    )
    sow.near("ZG-07", prompt, 6, "早已办结")


def _again(city: City, ledger: Ledger) -> None:
    """The same kind of problem found again in the same agency within half a year of closing."""
    table, marks = city["alert"], city["alert"]["mark"]
    ledger.plant(
        "ZG-05", "alert", table["alert_id"][marks == "ZG-05"], "办结后一百八十日内再次属实"
    )
    for mark, note in (("ZG-05.late", "第一百八十一日再次发出"), ("ZG-05.not", "再次发出而不属实")):
        ledger.near("ZG-05", "alert", table["alert_id"][marks == mark], note)
