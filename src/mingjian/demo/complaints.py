"""12345 work orders: where, when, about what — ordinary ones, and places that come up again."""

from dataclasses import dataclass

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.records import (
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
from mingjian.demo.rhythm import HOTLINE_WEEK
from mingjian.demo.world import World

_PLACES_A_STREET = 80
RECUR_DAYS = 40  # ordinary complaints come up at most twice at a place in this time
_EPISODE_DAYS = 24


@dataclass(frozen=True)
class Kinds:
    """The kinds of request as columns."""

    weight: Column
    season: Column
    enforced: Column
    handler: Column


def kind_columns(world: World) -> Kinds:
    kinds = world.blueprint.complaints.kinds
    return Kinds(
        np.array([k.weight for k in kinds], float),
        texts([k.season for k in kinds]),
        np.array([k.enforced for k in kinds]),
        texts([k.handler for k in kinds]),
    )


def street_agencies(world: World) -> Column:
    return np.flatnonzero(world.tier == "street")


def speaking_streets(world: World) -> Column:
    streets = street_agencies(world)
    return streets[streets != world.odd.silent]


def ordinary_complaints(world: World, count: int, chance: Chance) -> Records:
    """Requests from all over the city, by season and weekday."""
    kinds, streets = kind_columns(world), street_agencies(world)
    table = Records({"kind": chance.stream("kind").weighted(count, kinds.weight)})
    days = world.rhythm.draw_by_season(
        kinds.season[table["kind"]], chance.stream("days"), HOTLINE_WEEK
    )
    table["day"] = days
    table["street"] = streets[chance.stream("street").weighted(count, world.weights[streets])]
    about_business = kinds.enforced[table["kind"]] & chance.share(count, 0.85)
    party = world.parties.meet(table["street"], chance.stream("party"))
    table["party"] = where(about_business, party, -1)
    table["place"] = where(
        about_business,
        party,
        len(world.parties.street)
        + table["street"] * _PLACES_A_STREET
        + chance.whole(count, 0, _PLACES_A_STREET - 1),
    )
    on_street = world.parties.street[np.maximum(table["party"], 0)]
    table["street"] = where(about_business, on_street, table["street"])
    table["episode"] = np.full(count, -1)
    return table


def recurring_complaints(world: World, episodes: int, chance: Chance) -> Records:
    """Three to six requests about one business within weeks, from different people."""
    kinds = kind_columns(world)
    can_recur = np.flatnonzero(kinds.enforced & (kinds.handler == "street"))
    streets = speaking_streets(world)
    place = np.unique(
        world.parties.meet(
            streets[chance.stream("street").weighted(episodes, world.weights[streets])],
            chance.stream("party"),
        )
    )
    chosen = chance.stream("kind").weighted(len(place), kinds.weight[can_recur])
    kind = can_recur[chosen]
    first = world.rhythm.draw_by_season(kinds.season[kind], chance.stream("days"), HOTLINE_WEEK)
    latest = world.until - np.timedelta64(_EPISODE_DAYS + 20, "D")
    first = np.minimum(first, latest - chance.days(len(place), 0, 30))
    size = chance.whole(len(place), 3, 6)
    episode = np.repeat(np.arange(len(place)), size)
    turn = running_number(episode) - 1
    step = (_EPISODE_DAYS // size)[episode]
    table = Records({"kind": kind[episode], "episode": episode})
    table["day"] = first[episode] + (turn * step).astype("timedelta64[D]")
    table["party"] = place[episode]
    table["place"] = place[episode]
    table["street"] = world.parties.street[place[episode]]
    return table


def answers_on_site(world: World, recurring: Records, chance: Chance) -> Records:
    """Visits between the second and third request, the fourth and fifth …: any three requests
    that follow each other have a visit among them."""
    turn = running_number(recurring["episode"])
    after = np.flatnonzero(turn % 2 == 0)
    last = np.r_[recurring["episode"][1:] != recurring["episode"][:-1], True]
    after = after[~last[after]]
    part = recurring.take(after)
    visits = Records({"agency": part["street"], "party": part["party"]})
    visits["day"] = part["day"] + np.timedelta64(1, "D")
    size = world.inspection_from[visits["agency"] + 1] - world.inspection_from[visits["agency"]]
    pick = world.inspection_from[visits["agency"]] + chance.rng.integers(0, size)
    visits["item"] = world.inspection_codes[pick]
    visits.fill("mode", "on_site")
    visits.fill("basis_kind", "complaint")
    visits["joint_id"] = filled(len(visits), None)
    return visits


def all_complaints(ordinary: Records, recurring: Records) -> Records:
    """Both together, without ordinary requests that would make a place recur."""
    table = stack([ordinary, recurring])
    for _ in range(8):
        order = np.lexsort((table["day"], table["place"]))
        place, day = table["place"][order], table["day"][order]
        close = (place[1:] == place[:-1]) & (np.diff(day).astype(np.int64) <= RECUR_DAYS)
        third = (
            np.r_[False, close[1:] & close[:-1], False]
            if len(order) > 2
            else np.zeros(len(order), bool)
        )
        beside = np.r_[False, close] | np.r_[close, False]
        free = table["episode"][order] < 0
        in_episode = np.isin(place, recurring["place"])
        drop = free & (third | (beside & in_episode))
        if not drop.any():
            break
        keep = np.ones(len(table), bool)
        keep[order[drop]] = False
        table = table.take(keep)
    return table.take(np.lexsort((table["place"], table["day"])))


def identify(world: World, table: Records, chance: Chance) -> None:
    """Place, agency, coordinates and wording of each request."""
    count, register = len(table), world.parties.table
    kinds = world.blueprint.complaints.kinds
    business = table["party"] >= 0
    party = np.maximum(table["party"], 0)
    stamp = np.datetime_as_string(table["day"]).astype(object)
    serial = padded(running_number(table["day"].astype(np.int64)), 5)
    table["complaint_id"] = joined(
        "12345-", texts([s.replace("-", "") for s in stamp]), "-", serial
    )
    table["agency"] = _handlers(world, table)
    table["agency_id"] = world.agency_ids[table["agency"]]
    table["region_code"] = texts([a.region_code for a in world.agencies])[table["street"]]
    table["category"] = texts([k.category for k in kinds])[table["kind"]]
    table["subcategory"] = texts([k.subcategory for k in kinds])[table["kind"]]
    table["title"] = joined("反映", table["subcategory"], "问题")
    table["place_key"] = joined("DW", padded(table["place"], 7))
    spot = chance.stream("spot")
    box = np.array([a.habits.box for a in world.agencies], float)[table["street"]]
    unit = np.modf(table["place"] * 0.6180339887)[0], np.modf(table["place"] * 0.7548776662)[0]
    for name, at, low, high in (
        ("longitude", 0, box[:, 0], box[:, 2]),
        ("latitude", 1, box[:, 1], box[:, 3]),
    ):
        own = low + (high - low) * unit[at]
        jitter = (spot.rng.random(count) - 0.5) * 0.0002
        table[name] = np.round(where(business, register[name][party] + jitter, own), 6)
    short = texts([a.short for a in world.agencies])[table["street"]]
    roads = texts(world.blueprint.names.roads)
    road = joined(short, roads[table["place"] % len(roads)])
    address = joined(road, table["place"] % 60 + 1, "号院")
    table["address"] = where(business, register["address"][party], address).astype(object)
    table["party_id"] = where(business, register["party_id"][party], None).astype(object)
    named = where(business, register["name"][party], address).astype(object)
    table["text"] = _wording(table["kind"], [k.text for k in kinds], named, road)
    digits = chance.rng.integers(0, 2**63, count)
    table["reporter_hash"] = texts([f"{value:016x}" for value in digits.tolist()])


def _handlers(world: World, table: Records) -> Column:
    """The agency that answers: the street, or the district's department where there is one."""
    at = {
        (a.district, a.department.key): i
        for i, a in enumerate(world.agencies)
        if a.tier == "district"
    }
    kinds = world.blueprint.complaints.kinds
    grid = np.array(
        [
            [at.get((agency.district, kind.handler), i) for kind in kinds]
            for i, agency in enumerate(world.agencies)
        ]
    )
    return grid[table["street"], table["kind"]]


def _wording(kind: Column, templates: list[str], place: Column, road: Column) -> Column:
    words = filled(len(kind), None)
    for i, template in enumerate(templates):
        here = kind == i
        mark = "{place}" if "{place}" in template else "{road}"
        before, after = template.split(mark)
        values = (place if mark == "{place}" else road)[here]
        words[here] = joined(before, values, after) if here.any() else words[here]
    return words
