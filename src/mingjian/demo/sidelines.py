"""The smaller registers beside inspections: plans, ratings, and what devices recorded."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import at_time, work_days, years
from mingjian.demo.records import Records, filled, joined, padded, running_number, texts, where
from mingjian.demo.world import World

_DEVICE_FIELDS = ("transport", "urban", "ecology")
_CAUGHT = {"transport": "超限运输", "urban": "运输车辆泄漏遗撒", "ecology": "超标排放大气污染物"}
_COMMENTS = ("检查规范，态度好", "讲解清楚", "时间有点长", "希望提前告知", "")


def build_plans(world: World, inspections: Records) -> Records:
    """Yearly plans (公布于三月底前，北京市优化营商环境条例第六十七条), one an agency and year."""
    planned = inspections["plan_id"] != None  # noqa: E711
    ids, first, counts = np.unique(
        inspections["plan_id"][planned].astype(str), return_index=True, return_counts=True
    )
    agency = inspections["agency"][planned][first]
    year = years(inspections["day"][planned][first])
    table = Records({"plan_id": ids.astype(object), "agency_id": world.agency_ids[agency]})
    table["agency"] = agency
    table["plan_year"] = year
    short = texts([a.short for a in world.agencies])[agency]
    table["name"] = joined(short, year, "年度行政检查计划")
    table["power_item_code"] = world.inspection_codes[world.inspection_from[agency]]
    table["is_joint"] = np.arange(len(table)) % 4 == 0
    table["planned_count"] = counts + 3
    table.fill("object_scope", "辖区内相关经营主体，按风险等级确定比例")
    spring = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + np.timedelta64(59, "D")
    table["published_on"] = work_days().roll(
        spring + (np.arange(len(table)) % 25).astype("timedelta64[D]")
    )
    return table


def build_ratings(inspections: Records, chance: Chance) -> Records:
    """What businesses said of some visits within days."""
    rated = np.flatnonzero((inspections["mode"] == "on_site") & chance.share(len(inspections), 0.1))
    part, count = inspections.take(rated), len(rated)
    table = Records({"inspection_id": part["inspection_id"], "agency_id": part["agency_id"]})
    table["agency"], table["party_id"] = part["agency"], part["party_id"]
    table["rated_at"] = part["ended_at"] + chance.whole(count, 5, 5 * 1440).astype("timedelta64[m]")
    table["score"] = np.array([5, 4, 3, 2, 1])[chance.weighted(count, [70, 20, 6, 2, 2])]
    table["has_shown_certificate"] = chance.share(count, 0.98)
    table["has_scanned"] = np.ones(count, bool)
    comment = texts(list(_COMMENTS))[chance.whole(count, 0, len(_COMMENTS) - 1)]
    table["comment"] = where(comment == "", None, comment).astype(object)
    table["rating_id"] = joined("PJ-", padded(np.arange(1, count + 1), 7))
    return table


def build_offsite(world: World, count: int, chance: Chance) -> Records:
    """Records of devices that were reviewed, published and calibrated before their first use."""
    devices = _devices(world, chance.stream("spot"))
    device = chance.rng.integers(0, len(devices), count)
    table = devices.take(device)
    table["device"] = device
    day = world.rhythm.draw(count, chance.stream("days"), np.ones(7))
    table["day"] = day
    table["captured_at"] = at_time(day, chance.whole(count, 0, 1439))
    read_on = work_days().add(day, chance.whole(count, 1, 3))
    table["reviewed_at"] = at_time(read_on, chance.whole(count, 540, 1000))
    told_after = chance.whole(count, 60, 4000).astype("timedelta64[m]")
    table["notified_at"] = table["reviewed_at"] + told_after
    registered = np.flatnonzero(world.parties.table["status"] == "active")
    table["party_id"] = world.parties.table["party_id"][chance.pick(count, registered)]
    table["case_id"] = filled(count, None)
    table = table.take(np.argsort(table["captured_at"], kind="stable"))
    serial = running_number(years(table["day"]))
    table["record_id"] = joined("FXC", years(table["day"]), "-", padded(serial, 7))
    return table


def _devices(world: World, chance: Chance) -> Records:
    """Three devices each for the agencies that have any."""
    sees = np.isin(world.field.astype(str), _DEVICE_FIELDS) & (world.tier != "street")
    owners = np.flatnonzero(sees)
    count = max(len(owners) * 3, 12)
    owner = owners[np.arange(count) % len(owners)]
    table = Records({"agency": owner, "agency_id": world.agency_ids[owner]})
    table["device_id"] = joined("SB-", padded(np.arange(count), 5))
    table["violation"] = texts([_CAUGHT[field] for field in world.field[owner]])
    short = texts([a.short for a in world.agencies])[owner]
    table["place"] = joined(short, "监测点", np.arange(1, count + 1), "号")
    box = np.array([a.habits.box for a in world.agencies], float)[owner]
    for name, low, high in (("longitude", 0, 2), ("latitude", 1, 3)):
        span = (box[:, high] - box[:, low]) * chance.rng.random(count)
        table[name] = np.round(box[:, low] + span, 6)
    ready = world.start - chance.days(count, 20, 400)
    table["device_legal_reviewed_on"] = ready
    table["device_technical_reviewed_on"] = ready - np.timedelta64(10, "D")
    table["device_place_published_on"] = ready + np.timedelta64(5, "D")
    table.fill("device_calibrated_to", world.until + np.timedelta64(200, "D"))
    return table
