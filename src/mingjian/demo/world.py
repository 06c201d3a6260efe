"""The city on which everything happens, held as columns that acts look up by agency number."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mingjian.demo.agencies import (
    Agency,
    Powers,
    agency_table,
    build_agencies,
    build_powers,
    power_item_table,
)
from mingjian.demo.blueprint import Blueprint, load_blueprint
from mingjian.demo.chance import Chance
from mingjian.demo.habits import NORMAL
from mingjian.demo.parties import Parties, build_parties
from mingjian.demo.people import Roster, build_people
from mingjian.demo.records import Column, Records, texts, where
from mingjian.demo.rhythm import Rhythm

SPAN_DAYS = 731
SILENT_DAYS = 60  # before the end, since when one agency reports nothing
RESERVED = 60  # businesses kept for complaints that nobody answers, at the demonstration's scale


def planted(scale: float, usual: int) -> int:
    """How many of something to plant: `usual` at the demonstration's scale of 0.1, at least 4."""
    return max(4, round(usual * scale * 10))


@dataclass(frozen=True)
class OddAgencies:
    """Agencies chosen to behave unlike the rest, by position."""

    silent: int  # stops reporting two months before the end (断流)
    idle: Column  # exercises none of its powers in two years
    once: Column  # one inspection in the last year and nothing else
    narrow: Column  # exercises two of its powers only, often
    evenly: Column  # exercises four of its powers, evenly

    def quiet(self) -> Column:
        return np.concatenate([self.idle, self.once])


@dataclass(frozen=True)
class World:
    """Registers, and per-agency columns. Agencies, items and parties are known by position."""

    blueprint: Blueprint
    agencies: list[Agency]
    powers: Powers
    parties: Parties
    roster: Roster
    rhythm: Rhythm
    tables: dict[str, Records]
    agency_ids: Column
    tier: Column
    field: Column
    region: Column
    mark: Column
    weights: Column
    strictness: Column
    speed: Column
    dirt: Column
    item_from: Column
    inspection_codes: Column
    inspection_from: Column
    district_spans: list[tuple[int, int]]
    odd: "OddAgencies"
    scale: float

    @property
    def start(self) -> np.datetime64:
        return self.rhythm.start

    @property
    def until(self) -> np.datetime64:
        return self.rhythm.until

    def speaks(self, agency: Column, begun_on: Column, takes_days: int) -> Column:
        """Rows that are still reported: of the silent agency (断流) only what was begun and,
        taking so many days, ended before it fell silent."""
        ends = self.until - np.timedelta64(SILENT_DAYS + takes_days, "D")
        return (agency != self.odd.silent) | (begun_on <= ends)


def build_world(scale: float, until: np.datetime64, chance: Chance, habits: str = NORMAL) -> World:
    """Registers for two years up to the day before `until`."""
    blueprint = load_blueprint(habits)
    agencies = build_agencies(blueprint, scale)
    powers = build_powers(blueprint)
    last = until - np.timedelta64(1, "D")
    start = until - np.timedelta64(SPAN_DAYS, "D")
    weights = np.array([a.weight for a in agencies])
    volumes = blueprint.city.volumes
    heads = chance.stream("heads").allot(int(volumes["officer"] * scale), weights, least=5)
    officers, certificates, roster = build_people(
        agencies, heads, blueprint.names, start, last, chance.stream("people")
    )
    odd = _odd(agencies, scale, chance.stream("odd"))
    count = max(300, int(volumes["party"] * scale))
    reserve = planted(scale, RESERVED)
    parties = build_parties(
        blueprint, agencies, count, reserve, start, last, chance.stream("parties")
    )
    tables = {
        "agency": agency_table(agencies, heads, chance.stream("agencies")),
        "power_item": power_item_table(agencies, powers),
        "officer": officers,
        "officer_certificate": certificates,
        "party": parties.table,
    }
    return World(
        blueprint,
        agencies,
        powers,
        parties,
        roster,
        Rhythm(blueprint.city, start, last, blueprint.habits.bursts),
        tables,
        **_columns(agencies, powers),
        weights=_busy(weights, odd),
        odd=odd,
        scale=scale,
    )


def within(world: World, agency: Column, regions: Column) -> Column:
    """The region of each act where it lies in the agency's own, else the agency's own region."""
    own = world.region[agency]
    inside = np.array(
        [
            str(region or "").startswith(home[:2] if home.endswith("0000") else home)
            for region, home in zip(regions, own, strict=True)
        ],
        bool,
    )
    return where(inside, regions, own).astype(object)


def _columns(agencies: list[Agency], powers: Powers) -> dict[str, Any]:
    codes = [powers.inspection_codes[a.department.key] for a in agencies]
    items = [powers.of_department[a.department.key] for a in agencies]
    spans: dict[str, list[int]] = {}
    for i, agency in enumerate(agencies):
        if agency.tier == "district":
            spans.setdefault(agency.district, []).append(i)
    return {
        "agency_ids": texts([a.agency_id for a in agencies]),
        "tier": texts([a.tier for a in agencies]),
        "field": texts([a.department.field for a in agencies]),
        "region": texts([a.region_code for a in agencies]),
        "mark": texts([a.mark for a in agencies]),
        "strictness": np.array([a.habits.strictness for a in agencies]),
        "speed": np.array([a.habits.speed for a in agencies]),
        "dirt": np.array([a.habits.dirt for a in agencies]),
        "item_from": np.array([item[0] for item in items]),
        "inspection_codes": np.concatenate(codes),
        "inspection_from": np.r_[0, np.cumsum([len(c) for c in codes])],
        "district_spans": [(span[0], span[-1] + 1) for span in spans.values()],
    }


def _busy(weights: Column, odd: OddAgencies) -> Column:
    """How much each agency does; the quiet ones nothing."""
    busy = weights.copy()
    busy[odd.quiet()] = 0.0
    return busy


def _odd(agencies: list[Agency], scale: float, chance: Chance) -> OddAgencies:
    """Quiet ones among district departments with five powers or more, narrow among busy ones."""
    silent = next(i for i in reversed(range(len(agencies))) if agencies[i].tier == "street")
    many = np.array([len(a.department.items) >= 5 for a in agencies])
    district = np.array([a.tier == "district" for a in agencies])
    weights = np.array([a.weight for a in agencies])
    small = np.flatnonzero(district & many & (weights <= np.median(weights[district])))
    quiet = chance.some(small, 2 * planted(scale, 5))
    quiet = chance.rng.permutation(quiet)
    wide = np.array([len(a.department.items) >= 7 for a in agencies])
    wide[silent] = False
    wide[quiet] = False
    order = np.flatnonzero(wide)[np.argsort(-weights[wide], kind="stable")]
    busiest = order[: max(12, len(order) // 4)]
    busy = chance.rng.permutation(busiest)[: 2 * planted(scale, 5)]
    half, busy_half = len(quiet) // 2, len(busy) // 2
    return OddAgencies(
        silent,
        np.sort(quiet[:half]),
        np.sort(quiet[half:]),
        np.sort(busy[:busy_half]),
        np.sort(busy[busy_half:]),
    )
