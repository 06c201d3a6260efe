"""Who enforces: agencies of three tiers, their power lists and the discretion benchmarks."""

import re
from dataclasses import dataclass

import numpy as np

from mingjian.demo.blueprint import Blueprint, Department, District, Violation
from mingjian.demo.chance import Chance
from mingjian.demo.credit_codes import credit_codes
from mingjian.demo.records import Column, Records, texts
from mingjian.standards import load_reference

LIST_FROM = np.datetime64("2021-07-15")  # 行政处罚法 (2021) in force: lists were republished
CONFIRMED = np.datetime64("2019-03-01")
STEPS = ("轻微", "一般", "严重")
_STREET_WORDS = re.compile(r"(街道|地区|民族乡|镇|乡)$")
_FULL_CITY = 0.08  # from this scale on every district has all its agencies and streets


@dataclass(frozen=True)
class Agency:
    """One agency with the numbers that other tables draw on."""

    agency_id: str
    name: str
    short: str
    tier: str
    region_code: str
    district: str
    department: Department
    mark: str
    weight: float
    habits: District


@dataclass(frozen=True)
class Item:
    """A penalty item of one department, numbered city-wide; amounts in yuan."""

    code: str
    department: int
    spec: Violation
    low: Column
    high: Column


@dataclass(frozen=True)
class Powers:
    """Penalty items and inspection items of every department, by position."""

    items: tuple[Item, ...]
    of_department: dict[str, Column]
    inspection_codes: dict[str, Column]
    inspection_names: dict[str, Column]


def build_powers(blueprint: Blueprint) -> Powers:
    """Items numbered in the order of content/demo/departments."""
    items: list[Item] = []
    of_department, codes, names = {}, {}, {}
    for number, department in enumerate(blueprint.departments):
        start = len(items)
        for i, spec in enumerate(department.items, 1):
            code = f"CF-{department.key}-{i:04d}"
            bounds = [spec.range[0], *spec.cuts, spec.range[1]]
            items.append(Item(code, number, spec, np.array(bounds[:3]), np.array(bounds[1:])))
        of_department[department.key] = np.arange(start, len(items))
        count = len(department.inspections)
        codes[department.key] = texts([f"JC-{department.key}-{i:03d}" for i in range(1, count + 1)])
        names[department.key] = texts(department.inspections)
    return Powers(tuple(items), of_department, codes, names)


def build_agencies(blueprint: Blueprint, scale: float) -> list[Agency]:
    """City departments, district departments and streets; fewer of each in a small city."""
    share = min(1.0, scale / _FULL_CITY)
    codes = list(blueprint.city.districts)
    most = blueprint.habits.districts or len(codes)
    districts = _busiest(blueprint, codes, min(most, max(2, round(16 * share**0.5))))
    city = _of_tier(blueprint, "city", share)
    district_wide = _of_tier(blueprint, "district", share)
    agencies = [_city_agency(blueprint, department) for department in city]
    for code in districts:
        habits = blueprint.city.districts[code]
        agencies += [_district_agency(blueprint, d, code, habits) for d in district_wide]
        agencies += _street_agencies(blueprint, code, habits, share * blueprint.habits.streets)
    return agencies


def _busiest(blueprint: Blueprint, codes: list[str], count: int) -> list[str]:
    by_weight = sorted(codes, key=lambda code: -blueprint.city.districts[code].weight)
    return sorted(by_weight[:count])


def _of_tier(blueprint: Blueprint, tier: str, share: float) -> list[Department]:
    """Departments of a tier, the busiest first where the city is small."""
    found = [d for d in blueprint.departments if tier in d.tiers]
    count = max(6, round(len(found) * min(1.0, share**0.5 + 0.1)))
    count = min(count, blueprint.habits.departments or count)
    kept = sorted(found, key=lambda d: -d.weight)[:count]
    return [d for d in found if d in kept]


def _city_agency(blueprint: Blueprint, department: Department) -> Agency:
    city = blueprint.city
    code = f"{city.prefix}0000"
    calm = District(
        name=city.name,
        short="",
        weight=1,
        strictness=0,
        speed=0.2,
        dirt=0.5,
        box=[116.2, 39.8, 116.6, 40.0],
    )
    return Agency(
        f"{code}-{department.key}",
        city.name + department.name,
        "市" + department.short,
        "city",
        code,
        code,
        department,
        city.short + department.mark,
        float(department.weight),
        calm,
    )


def _district_agency(
    blueprint: Blueprint, department: Department, code: str, habits: District
) -> Agency:
    city = blueprint.city
    return Agency(
        f"{code}-{department.key}",
        city.name + habits.name + department.name,
        habits.name + department.short,
        "district",
        code,
        code,
        department,
        city.short + habits.short + department.mark,
        float(department.weight) * habits.weight,
        habits,
    )


def _street_agencies(
    blueprint: Blueprint, code: str, habits: District, share: float
) -> list[Agency]:
    """One a street or town (街乡), named after its region."""
    department = next(d for d in blueprint.departments if "street" in d.tiers)
    streets = sorted(
        (str(row["region_code"]), str(row["name"]))
        for row in load_reference()["region"].rows
        if row["parent_code"] == code
    )
    count = max(4, round(len(streets) * share))
    agencies = []
    for region, name in streets[:count]:
        organ = name + "办事处" if name.endswith("街道") else name + "人民政府"
        mark = blueprint.city.short + habits.short + _STREET_WORDS.sub("", name) + department.mark
        agencies.append(
            Agency(
                f"{region}-{department.key}",
                blueprint.city.name + habits.name + organ,
                habits.name + name,
                "street",
                region,
                code,
                department,
                mark,
                float(department.weight) * habits.weight / len(streets),
                habits,
            )
        )
    return agencies


def agency_table(agencies: list[Agency], officer_counts: Column, chance: Chance) -> Records:
    """The register of enforcement agencies, as the justice bureau keeps it."""
    parents = {(a.tier, a.district, a.department.key): a.agency_id for a in agencies}
    table = Records({"agency_id": texts([a.agency_id for a in agencies])})
    table["name"] = texts([a.name for a in agencies])
    table["short_name"] = texts([a.short for a in agencies])
    table["credit_code"] = credit_codes(
        texts([a.region_code[:6] for a in agencies]), chance.stream("codes"), kind="11"
    )
    table["tier"] = texts([a.tier for a in agencies])
    table["kind"] = texts(
        ["detached_organ" if a.name.endswith("办事处") else "organ" for a in agencies]
    )
    table["field"] = texts([a.department.field for a in agencies])
    table["region_code"] = texts([a.region_code for a in agencies])
    table["parent_agency_id"] = texts([_parent(a, parents) for a in agencies])
    vertical = {"YCZM", "QXJ"}
    table["is_vertical"] = np.array([a.department.key in vertical for a in agencies])
    table["peer_group"] = texts([a.department.group for a in agencies])
    table["officer_post_count"] = officer_counts
    table.fill("confirmed_on", CONFIRMED)
    table.fill("published_on", CONFIRMED + np.timedelta64(20, "D"))
    table.fill("status", "active")
    return table


def _parent(agency: Agency, parents: dict[tuple[str, str, str], str]) -> str | None:
    """The same line one tier up: streets answer to the district's 城管执法 bureau."""
    if agency.tier == "street":
        return parents.get(("district", agency.district, "CGZF"))
    if agency.tier == "district":
        return parents.get(("city", agency.district[:2] + "0000", agency.department.key))
    return None


def power_item_table(agencies: list[Agency], powers: Powers) -> Records:
    """One row an item and agency: penalty items and inspection items in force."""
    rows: dict[str, list[object]] = {
        name: []
        for name in (
            "power_item_code",
            "agency_id",
            "name",
            "kind",
            "field",
            "legal_basis",
            "violation",
        )
    }
    for agency in agencies:
        department = agency.department
        for position in powers.of_department[department.key]:
            item = powers.items[position]
            _append(
                rows,
                item.code,
                agency,
                f"对{item.spec.violation}行为的行政处罚",
                "penalty",
                f"《{item.spec.law}》",
                item.spec.violation,
            )
        codes, names = powers.inspection_codes, powers.inspection_names
        for code, name in zip(codes[department.key], names[department.key], strict=True):
            _append(rows, code, agency, name, "inspection", None, None)
        for i, name in enumerate(department.permits, 1):
            _append(rows, f"XK-{department.key}-{i:03d}", agency, name, "licence", None, None)
    table = Records({name: texts(values) for name, values in rows.items()})  # type: ignore[arg-type]
    table.fill("in_force_from", LIST_FROM)
    table["in_force_to"] = np.full(len(table), "NaT", "datetime64[D]")
    table.fill("published_on", LIST_FROM + np.timedelta64(10, "D"))
    return table


def _append(
    rows: dict[str, list[object]],
    code: str,
    agency: Agency,
    name: str,
    kind: str,
    law: str | None,
    violation: str | None,
) -> None:
    values = (code, agency.agency_id, name, kind, agency.department.field, law, violation)
    for column, value in zip(rows, values, strict=True):
        rows[column].append(value)
