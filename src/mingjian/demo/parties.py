"""Businesses of the city: code, place, grades, do-not-disturb list, and who may meet whom."""

from dataclasses import dataclass

import numpy as np

from mingjian.demo.agencies import Agency
from mingjian.demo.blueprint import Blueprint, Industry
from mingjian.demo.chance import Chance
from mingjian.demo.credit_codes import credit_codes
from mingjian.demo.records import NO_DAY, Column, Records, filled, joined, texts, where

_LEAST_POOL = 6
_COMPANY_WORDS = ("公司", "集团", "学校", "厂")


@dataclass(frozen=True)
class Parties:
    """The register, and for each agency the businesses it meets (positions in the register)."""

    table: Records
    pool: Column
    pool_from: Column
    street: Column
    reserved: Column

    def meet(self, agencies: Column, chance: Chance) -> Column:
        """A business for each act of these agencies; a few are met much more often."""
        size = self.pool_from[agencies + 1] - self.pool_from[agencies]
        skewed = chance.rng.random(len(agencies)) ** 1.3
        return self.pool[self.pool_from[agencies] + (skewed * size).astype(np.int64)]


def build_parties(
    blueprint: Blueprint,
    agencies: list[Agency],
    count: int,
    reserve: int,
    start: np.datetime64,
    until: np.datetime64,
    chance: Chance,
) -> Parties:
    """`count` businesses spread over the streets by the weight of their district.

    `reserve` of them nobody ever visits: they stand apart, for complaints that nobody answers.
    """
    streets = [i for i, a in enumerate(agencies) if a.tier == "street"]
    weights = np.array([agencies[i].weight for i in streets])
    street = np.array(streets)[chance.stream("street").weighted(count, weights)]
    industries = list(blueprint.names.industries.values())
    industry = chance.stream("industry").weighted(count, [i.weight for i in industries])
    table = _register(blueprint, agencies, street, industry, chance.stream("register"))
    _grades(table, start, until, chance.stream("grades"))
    reserved = _set_apart(agencies, table, street, reserve, chance.stream("reserved"))
    open_to_all = np.ones(count, bool)
    open_to_all[reserved] = False
    pool, pool_from = _pools(agencies, table, street, industry, industries, open_to_all)
    return Parties(table, pool, pool_from, street, reserved)


def _register(
    blueprint: Blueprint,
    agencies: list[Agency],
    street: Column,
    industry: Column,
    chance: Chance,
) -> Records:
    names, count = blueprint.names, len(street)
    districts = texts([a.district for a in agencies])[street]
    suffix = np.empty(count, object)
    for i, spec in enumerate(names.industries.values()):
        here = industry == i
        suffix[here] = chance.pick(int(here.sum()), texts(spec.suffix))
    company = np.array([any(word in s for word in _COMPANY_WORDS) for s in suffix], bool)
    cooperative = np.array([s.endswith(("合作社", "种植园")) for s in suffix], bool)
    codes = where(
        company,
        credit_codes(districts, chance, "91"),
        credit_codes(districts, chance.stream("traders"), "92"),
    )
    table = Records({"party_id": codes})
    table["name"] = joined(
        blueprint.city.name,
        chance.pick(count, texts(names.brand)),
        chance.pick(count, texts(names.tail)),
        suffix,
    )
    table["kind"] = where(
        company, "legal", where(cooperative, "unincorporated", "sole_trader")
    ).astype(object)
    table["credit_code"] = codes
    table["industry"] = texts(list(names.industries))[industry]
    _place(blueprint, agencies, table, street, chance)
    table["legal_representative"] = joined(
        chance.pick(count, texts(names.surnames)), chance.pick(count, texts(names.given))
    )
    capital = chance.pick(count, np.array([10, 50, 100, 300, 500, 1000, 5000])) * 10_000.0
    table["capital_yuan"] = where(company, capital, np.nan)
    return table


def _place(
    blueprint: Blueprint, agencies: list[Agency], table: Records, street: Column, chance: Chance
) -> None:
    """Address, region and coordinates inside the district's box."""
    count = len(table)
    table["address"] = joined(
        texts([a.short for a in agencies])[street],
        chance.pick(count, texts(blueprint.names.roads)),
        chance.whole(count, 1, 280),
        "号",
    )
    table["region_code"] = texts([a.region_code for a in agencies])[street]
    box = np.array([a.habits.box for a in agencies], float)[street]
    table["longitude"] = np.round(box[:, 0] + (box[:, 2] - box[:, 0]) * chance.rng.random(count), 6)
    table["latitude"] = np.round(box[:, 1] + (box[:, 3] - box[:, 1]) * chance.rng.random(count), 6)


def _grades(table: Records, start: np.datetime64, until: np.datetime64, chance: Chance) -> None:
    """Risk, credit, and the do-not-disturb list that the good and safe are on."""
    count = len(table)
    risk = chance.weighted(count, [50, 32, 13, 5])
    credit = chance.weighted(count, [35, 40, 20, 5])
    table["risk_grade"] = texts(["low", "medium", "high", "very_high"])[risk]
    table["credit_grade"] = texts(["a", "b", "c", "d"])[credit]
    table["registered_on"] = start - chance.days(count, 60, 5000)
    gone = chance.share(count, 0.02)
    table["status"] = where(gone, "cancelled", "active").astype(object)
    table["cancelled_on"] = where(gone, until - chance.days(count, 5, 700), NO_DAY)
    listed = (risk == 0) & (credit == 0) & ~gone & chance.share(count, 0.6)
    listed_from = start + chance.days(count, 0, 500)
    table["do_not_disturb_from"] = where(listed, listed_from, NO_DAY)
    ended = listed & chance.share(count, 0.15)
    table["do_not_disturb_to"] = where(ended, listed_from + chance.days(count, 90, 200), NO_DAY)


def _set_apart(
    agencies: list[Agency], table: Records, street: Column, count: int, chance: Chance
) -> Column:
    """Businesses moved to the southern edge of their district, out of reach of all others."""
    active = np.flatnonzero(table["status"] == "active")
    chosen = chance.some(active, count)
    box = np.array([a.habits.box for a in agencies], float)[street[chosen]]
    place = np.arange(len(chosen)) / max(len(chosen), 1)
    table["longitude"][chosen] = np.round(box[:, 0] + (box[:, 2] - box[:, 0]) * place, 6)
    table["latitude"][chosen] = np.round(box[:, 1] - 0.003, 6)
    return chosen


def _pools(
    agencies: list[Agency],
    table: Records,
    street: Column,
    industry: Column,
    industries: list[Industry],
    open_to_all: Column,
) -> tuple[Column, Column]:
    """Businesses of the agency's region whose industry it regulates; all of them for a street."""
    active = np.flatnonzero((table["status"] == "active") & open_to_all)
    district = texts([a.district for a in agencies])[street]
    pools: list[Column] = []
    made: dict[tuple[str, str], Column] = {}
    for i, agency in enumerate(agencies):
        if agency.tier == "street":
            mine = active[street[active] == i]
            wide = active[district[active] == agency.district]
        else:
            key = (agency.district, agency.department.field)
            if key not in made:
                kinds = [agency.department.field in spec.fields for spec in industries]
                mine = active[np.array(kinds)[industry[active]]]
                if agency.tier == "district":
                    mine = mine[district[mine] == agency.district]
                made[key] = mine
            mine, wide = made[key], active
        pools.append(mine if len(mine) >= _LEAST_POOL else wide)
    sizes = np.array([len(pool) for pool in pools])
    return np.concatenate(pools), np.r_[0, np.cumsum(sizes)]


def on_list(table: Records, parties: Column, days: Column) -> Column:
    """Whether each business is on the do-not-disturb list (无事不扰) on that day."""
    begun = table["do_not_disturb_from"][parties] <= days
    ended = table["do_not_disturb_to"][parties] < days
    return begun & ~ended


def people(count: int, blueprint: Blueprint, prefix: str, chance: Chance) -> Records:
    """Natural persons as parties: never in the shared register, known only to the case."""
    names = blueprint.names
    table = Records({"party_id": joined(prefix, chance.rng.permutation(count) + 100_000)})
    table["party_name"] = joined(
        chance.pick(count, texts(names.surnames)), chance.pick(count, texts(names.given))
    )
    table["born"] = np.datetime64("1955-01-01") + chance.days(count, 0, 45 * 365)
    table["identity_no"] = filled(count, None)
    return table
