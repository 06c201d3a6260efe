"""The smaller registers beside inspections: plans, ratings, and what devices recorded."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import at_time, work_days, years
from mingjian.demo.records import NO_DAY, Records, filled, joined, padded, running_number, texts
from mingjian.demo.world import World

_DEVICE_FIELDS = ("transport", "urban", "ecology")
_CAUGHT = {"transport": "超限运输", "urban": "运输车辆泄漏遗撒", "ecology": "超标排放大气污染物"}
_COMMENTS = ("检查规范，态度好", "讲解清楚", "时间有点长", "希望提前告知", "")


def build_plans(world: World, inspections: Records) -> Records:
    """Yearly plans (公布于三月底前，北京市优化营商环境条例第六十七条), one an agency and year."""
    planned = inspections["plan_id"] != None  # noqa: E711
    ids, first, counts = np.unique(
        inspections["plan_id"][planned].astype(str), return_index=True, return_counts=True)
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
    table["published_on"] = work_days().roll(spring + (np.arange(len(table)) % 25).astype("timedelta64[D]"))
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
    table["comment"] = np.where(comment == "", None, comment).astype(object)
    table["rating_id"] = joined("PJ-", padded(np.arange(1, count + 1), 7))
    return table


def build_offsite(world: World, count: int, chance: Chance) -> Records:
    """Records of devices that were reviewed, published and calibrated before their first use."""
    owners = np.flatnonzero(np.isin(world.field.astype(str), _DEVICE_FIELDS) & (world.tier != "street"))
    devices = max(len(owners) * 3, 12)
    owner = owners[np.arange(devices) % len(owners)]
    box = np.array([a.habits.box for a in world.agencies], float)[owner]
    spot = chance.stream("spot")
    device = chance.rng.integers(0, devices, count)
    table = Records({"agency": owner[device], "agency_id": world.agency_ids[owner[device]]})
    table["device"] = device
    table["device_id"] = joined("SB-", padded(device, 5))
    day = world.rhythm.draw(count, chance.stream("days"), np.ones(7))
    table["day"] = day
    table["captured_at"] = at_time(day, chance.whole(count, 0, 1439))
    table["reviewed_at"] = at_time(work_days().add(day, chance.whole(count, 1, 3)), chance.whole(count, 540, 1000))
    table["notified_at"] = table["reviewed_at"] + chance.whole(count, 60, 4000).astype("timedelta64[m]")
    field = world.field[table["agency"]]
    table["violation"] = texts([_CAUGHT[f] for f in field]) if count else filled(0, None)
    short = texts([a.short for a in world.agencies])[table["agency"]]
    table["place"] = joined(short, "监测点", device + 1, "号")
    longitude = np.round(box[:, 0] + (box[:, 2] - box[:, 0]) * spot.rng.random(devices), 6)
    latitude = np.round(box[:, 1] + (box[:, 3] - box[:, 1]) * spot.rng.random(devices), 6)
    table["longitude"], table["latitude"] = longitude[device], latitude[device]
    registered = np.flatnonzero(world.parties.table["status"] == "active")
    table["party_id"] = world.parties.table["party_id"][chance.pick(count, registered)]
    ready = world.start - spot.whole(devices, 20, 400).astype("timedelta64[D]")
    table["device_legal_reviewed_on"] = ready[device]
    table["device_technical_reviewed_on"] = ready[device] - np.timedelta64(10, "D")
    table["device_place_published_on"] = ready[device] + np.timedelta64(5, "D")
    table.fill("device_calibrated_to", world.until + np.timedelta64(200, "D"))
    table["case_id"] = filled(count, None)
    table = table.take(np.argsort(table["captured_at"], kind="stable"))
    serial = running_number(years(table["day"]))
    table["record_id"] = joined("FXC", years(table["day"]), "-", padded(serial, 7))
    return table


