"""Penalty cases that obey the law: who, what, and every date from discovery to the archive."""

import numpy as np

from mingjian.demo.case_dates import date_cases
from mingjian.demo.chance import Chance
from mingjian.demo.credit_codes import identity_numbers
from mingjian.demo.days import years
from mingjian.demo.facts import tell_facts
from mingjian.demo.fines import ItemColumns, hearing_thresholds, punish
from mingjian.demo.leanings import lean
from mingjian.demo.parties import people
from mingjian.demo.records import (
    NO_DAY,
    Column,
    Records,
    filled,
    joined,
    padded,
    running_number,
    stack,
    texts,
    where,
)
from mingjian.demo.rhythm import OFFICE_WEEK, STREET_WEEK
from mingjian.demo.waivers import waive
from mingjian.demo.world import World, within

_SOURCES = texts(["complaint", "tip", "assigned", "transferred", "off_site", "media", "other"])
_SOURCE_WEIGHTS = [34, 22, 14, 8, 12, 2, 8]
SECURITY = "security"  # 治安案件: thirty days, served in two, the record sealed
_APART_DAYS = 15  # the same violation of the same party again: never closer than this
_SEED_SHARE = 0.5  # of serious inspection problems, how many become cases


def build_cases(
    world: World, columns: ItemColumns, inspections: Records, count: int, chance: Chance
) -> Records:
    """Cases from serious inspection problems and from other leads, complete with dates."""
    seeds = _from_inspections(world, columns, inspections, chance.stream("seeds"))
    rest = _from_leads(world, columns, max(count - len(seeds), 0), chance.stream("leads"))
    table = stack([seeds, rest])
    _name_parties(world, columns, table, chance.stream("parties"))
    table = _apart(table)
    punish(table, columns, world.strictness[table["agency"]], chance.stream("penalty"))
    lean(world, columns, table, chance.stream("leanings"))
    _hearing(world, table)
    table["limit_days"] = where(world.field[table["agency"]] == SECURITY, 30, 90)
    date_cases(table, world.speed[table["agency"]], chance.stream("dates"))
    table = table.take(
        where(table["procedure"] == "summary", table["decided_on"], table["filed_on"])
        <= world.until
    )
    _describe(world, columns, table, chance.stream("facts"))
    table = waive(table)
    return _numbered(world, table)


def _from_inspections(
    world: World, columns: ItemColumns, inspections: Records, chance: Chance
) -> Records:
    for_units = np.array(
        [
            bool((columns.parties[world.powers.of_department[a.department.key]] != "person").any())
            for a in world.agencies
        ]
    )
    serious = np.flatnonzero(
        inspections["is_serious"]
        & chance.share(len(inspections), _SEED_SHARE)
        & for_units[inspections["agency"]]
    )
    part = inspections.take(serious)
    table = Records({"agency": part["agency"], "party": part["party"]})
    table["item"] = _items(world, columns, part["agency"], chance, for_units=True)
    table["discovered_on"] = part["day"]
    table.fill("source_kind", "inspection")
    table["source_id"] = part["inspection_id"]
    table["is_person"] = np.zeros(len(table), bool)
    return table


def _from_leads(world: World, columns: ItemColumns, count: int, chance: Chance) -> Records:
    counts = chance.allot(count, world.weights, least=6)
    agency = np.repeat(np.arange(len(counts)), counts)
    table = Records({"agency": agency})
    table["item"] = _items(world, columns, agency, chance.stream("items"))
    table["party"] = world.parties.meet(agency, chance.stream("parties"))
    days = np.empty(len(agency), "datetime64[D]")
    street = world.tier[agency] == "street"
    for week, here in ((STREET_WEEK, street), (OFFICE_WEEK, ~street)):
        seasons = columns.season[table["item"][here]]
        days[here] = world.rhythm.draw_by_season(seasons, chance.stream(f"days{week[6]}"), week)
    table["discovered_on"] = days
    table["source_kind"] = _SOURCES[chance.weighted(len(agency), _SOURCE_WEIGHTS)]
    lead = joined("XS", years(days), "-", padded(np.arange(1, len(agency) + 1), 7))
    table["source_id"] = where(table["source_kind"] == "other", None, lead).astype(object)
    parties = columns.parties[table["item"]]
    mixed = (parties == "mixed") & chance.share(len(agency), 0.25)
    table["is_person"] = (parties == "person") | mixed
    return table


def _items(
    world: World, columns: ItemColumns, agency: Column, chance: Chance, for_units: bool = False
) -> Column:
    """A violation of the agency's own list, common ones more often."""
    item = np.empty(len(agency), np.int64)
    first = world.item_from[agency]
    for start in np.unique(first):
        here = first == start
        mine = world.powers.of_department[world.agencies[agency[here][0]].department.key]
        weights = columns.weight[mine] * where(
            for_units & (columns.parties[mine] == "person"), 0.0, 1.0
        )
        item[here] = mine[chance.weighted(int(here.sum()), weights)]
    for odd, kinds in ((world.odd.narrow, 2), (world.odd.evenly, 4)):
        here = np.isin(agency, odd)
        item[here] = first[here] + np.arange(int(here.sum())) % kinds
    return item


def _name_parties(world: World, columns: ItemColumns, table: Records, chance: Chance) -> None:
    """The party's columns: from the register, or a natural person of the case's own."""
    register, person = world.parties.table, table["is_person"]
    for_units = (columns.parties[table["item"]] == "legal") & ~person
    for turn in range(4):
        trader = for_units & (register["kind"][table["party"]] == "sole_trader")
        fresh = world.parties.meet(table["agency"][trader], chance.stream(f"again{turn}"))
        table["party"][trader] = fresh
    for name in ("party_id", "kind", "credit_code", "address", "region_code", "name"):
        table[name] = register[name][table["party"]]
    humans = people(int(person.sum()), world.blueprint, "ZRR", chance.stream("people"))
    table["party_id"][person] = humans["party_id"]
    table["name"][person] = humans["party_name"]
    table["kind"][person] = "natural"
    table["credit_code"][person] = None
    table["party_identity_no"] = filled(len(table), None)
    regions = texts([a.district for a in world.agencies])
    numbers = identity_numbers(
        regions[table["agency"][person]], humans["born"], chance.stream("id")
    )
    table["party_identity_no"][person] = numbers
    own_region = texts([a.region_code for a in world.agencies])[table["agency"]]
    table["region_code"][person] = own_region[person]
    short = texts([a.short for a in world.agencies])[table["agency"]]
    roads = chance.pick(len(table), texts(world.blueprint.names.roads))
    table["address"][person] = joined(short, roads, "路段")[person]
    table["party_name"], table["party_kind"] = table["name"], table["kind"]
    table["party_credit_code"] = table["credit_code"]


def _apart(table: Records) -> Records:
    """Without a second case of one party and violation within days of the first (第二十九条)."""
    _, party = np.unique(table["party_id"].astype(str), return_inverse=True)
    order = np.lexsort((table["discovered_on"], table["item"], party))
    same = (party[order][1:] == party[order][:-1]) & (
        table["item"][order][1:] == table["item"][order][:-1]
    )
    gap = np.diff(table["discovered_on"][order]).astype(np.int64)
    drop = np.zeros(len(table), bool)
    drop[order[1:][same & (gap <= _APART_DAYS)]] = True
    order = np.lexsort((table["discovered_on"], party))
    same_day = (party[order][1:] == party[order][:-1]) & (
        np.diff(table["discovered_on"][order]).astype(np.int64) <= 1
    )
    drop[order[1:][same_day]] = True
    return table.take(~drop)


def _hearing(world: World, table: Records) -> None:
    """Whether a hearing must be offered (第六十三条) and whether the decision counts as major."""
    thresholds = hearing_thresholds(world.field[table["agency"]], table["party_kind"])
    ordinary = table["procedure"] == "ordinary"
    fine = np.nan_to_num(table["fine_yuan"])
    table["hearing_threshold"] = thresholds
    table["is_hearing_scope"] = ordinary & ((fine >= thresholds) | table["is_severe"])


def _describe(world: World, columns: ItemColumns, table: Records, chance: Chance) -> None:
    item, agency = table["item"], table["agency"]
    table["agency_id"] = world.agency_ids[agency]
    table["field"] = world.field[agency]
    table["power_item_code"] = columns.code[item]
    table["violation"] = columns.violation[item]
    table["cause"] = columns.cause[item]
    table["legal_basis"] = columns.law[item]
    table["fact"] = tell_facts(world.blueprint, table, chance)
    table["act_place"] = table["address"]
    table["act_region_code"] = within(world, agency, table["region_code"])
    table["mitigation_reason"] = filled(len(table), None)
    table["jurisdiction_document_no"] = filled(len(table), None)
    table["value_yuan"] = np.round(chance.stream("value").rng.gamma(2.0, 2500.0, len(table)), 0)
    table["value_yuan"] = where(
        columns.goods[item], np.minimum(table["value_yuan"], 40_000), np.nan
    )
    table["renotified_on"] = np.full(len(table), NO_DAY)


def _numbered(world: World, table: Records) -> Records:
    """Case identity and numbers, running by agency and year."""
    begun = where(np.isnat(table["filed_on"]), table["decided_on"], table["filed_on"])
    table = table.take(np.lexsort((table["party_id"].astype(str), table["agency"], begun)))
    begun = where(np.isnat(table["filed_on"]), table["decided_on"], table["filed_on"])
    table["begun_on"] = begun
    year = years(begun)
    number = running_number(table["agency"] * 4000 + year)
    mark = world.mark[table["agency"]]
    table["case_id"] = joined(table["agency_id"], "-", year, "-", padded(number, 6))
    summary = table["procedure"] == "summary"
    table["case_no"] = joined(mark, "立〔", year, "〕", number, "号")
    table["case_no"][summary] = None
    decided = where(np.isnat(table["decided_on"]), begun, table["decided_on"])
    order = np.argsort(decided, kind="stable")
    sequence = np.empty(len(table), np.int64)
    sequence[order] = running_number((table["agency"] * 4000 + years(decided))[order])
    kind = where(summary, "当罚〔", "罚〔").astype(object)
    table["decision_no"] = joined(mark, kind, years(decided), "〕", sequence, "号")
    return table
