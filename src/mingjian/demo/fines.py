"""Which violation, which step of discretion, what penalty: inside the range, as habits have it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from mingjian.demo.agencies import STEPS, Item, Powers
from mingjian.demo.blueprint import Violation
from mingjian.demo.chance import Chance
from mingjian.demo.days import years
from mingjian.demo.records import NO_DAY, Column, Records, joined, stack, texts, where
from mingjian.law import load_laws, to_numeral
from mingjian.standards import load_reference

SUMMARY_PERSON, SUMMARY_UNIT = 200, 3000  # 行政处罚法第五十一条
USUAL_LEAST = 0.5  # officers do not go below this share of the highest usual fine
_SPOT_SPAN = 1.6  # a step far above the limit of 第五十一条 is not used on the spot
PARTY_KINDS = ("natural", "sole_trader", "legal", "unincorporated")
BENCHMARKS_FROM = date(2023, 1, 1)
NEEDS_HEARING = ("licence_revocation", "business_suspension", "closure")  # 第六十三条
FACTORS = ("初次违法，危害后果轻微", "一般情形", "拒不改正或者造成危害后果")


@dataclass(frozen=True)
class ItemColumns:
    """What the penalty items say, one row an item; `low` and `high` have a column a step."""

    low: Column
    high: Column
    practice: Column
    weight: Column
    parties: Column
    season: Column
    reprimand: Column
    gains: Column
    goods: Column
    severe: Column
    code: Column
    violation: Column
    cause: Column
    law: Column


def item_columns(powers: Powers) -> ItemColumns:
    specs = [item.spec for item in powers.items]
    return ItemColumns(
        low=np.array([item.low for item in powers.items], float),
        high=np.array([item.high for item in powers.items], float),
        practice=np.array([spec.practice for spec in specs], float),
        weight=np.array([spec.weight for spec in specs], float),
        parties=texts([spec.parties for spec in specs]),
        season=texts([spec.season for spec in specs]),
        reprimand=np.array([spec.reprimand for spec in specs]),
        gains=np.array([spec.gains for spec in specs]),
        goods=np.array([spec.goods for spec in specs]),
        severe=texts([spec.severe or "" for spec in specs]),
        code=texts([item.code for item in powers.items]),
        violation=texts([spec.violation for spec in specs]),
        cause=texts([spec.cause for spec in specs]),
        law=texts([_citation(spec, i) for i, spec in enumerate(specs)]),
    )


def _citation(spec: Violation, position: int) -> str:
    """The law with an article: the item's own, else a number that stands for one (演示用)."""
    return f"《{spec.law}》第{to_numeral(spec.article or 20 + position % 17)}条第一款"


def hearing_thresholds(fields: Column, kinds: Column) -> Column:
    """The fine from which a hearing must be offered, by field and kind of party; inf if unset."""
    known = {
        (row["field"], row["party_kind"]): float(str(row["fine_yuan"]))
        for row in load_reference()["hearing_threshold"].rows
    }
    names = np.unique(fields.astype(str))
    grid = np.array([[known.get((f, k), np.inf) for k in PARTY_KINDS] for f in names])
    column = np.searchsorted(np.sort(PARTY_KINDS), kinds.astype(str))
    column = np.argsort(PARTY_KINDS)[column]
    return grid[np.searchsorted(names, fields.astype(str)), column]


def punish(table: Records, columns: ItemColumns, strictness: Column, chance: Chance) -> None:
    """Step, procedure, kinds and amounts for rows that have `item` and `party_kind`."""
    count, item = len(table), table["item"]
    step = chance.stream("step").weighted(count, [55, 33, 12])
    low, high = columns.low[item, step], columns.high[item, step]
    person = table["party_kind"] == "natural"
    small = person | (table["party_kind"] == "sole_trader")
    cap = where(small, SUMMARY_PERSON, SUMMARY_UNIT)
    summary = (low <= 0.5 * cap) & (high <= _SPOT_SPAN * cap) & (step == 0)
    summary &= chance.stream("summary").share(count, 0.72)
    summary &= table["source_kind"] != "inspection"
    mild = columns.reprimand[item] & (step == 0) & (low == 0)
    only_reprimand = mild & chance.stream("mild").share(count, 0.45)
    fine = _amount(columns, table, step, strictness, chance.stream("fine"))
    fine = where(summary, _summary_amount(low, np.minimum(high, cap), chance.stream("spot")), fine)
    table["procedure"] = where(summary, "summary", "ordinary").astype(object)
    table["step_no"] = step
    table["discretion_step"] = texts(list(STEPS))[step]
    table["discretion_factor"] = texts(list(FACTORS))[step]
    table["fine_yuan"] = where(only_reprimand, np.nan, fine)
    _kinds(table, columns, only_reprimand, chance.stream("kinds"))


def _amount(
    columns: ItemColumns, table: Records, step: Column, strictness: Column, chance: Chance
) -> Column:
    """A fine inside the customary part of the step; strict districts go higher."""
    item = table["item"]
    low, high = columns.low[item, step], columns.high[item, step]
    from_, to = columns.practice[item].T
    least, most = low + from_ * (high - low), low + to * (high - low)
    least = np.maximum(least, most * USUAL_LEAST)
    place = np.clip(chance.rng.random(len(table)) + 0.12 * strictness, 0, 1)
    amount = least * (most / least) ** place
    unit = np.select([amount >= 20_000, amount >= 2_000, amount >= 300], [1000, 100, 50], 10)
    rounded = np.maximum(np.round(amount / unit) * unit, 10)
    return np.clip(rounded, low, high)


def _summary_amount(low: Column, most: Column, chance: Chance) -> Column:
    """An on-the-spot fine between the bounds, in tens or hundreds."""
    most = np.maximum(most, low)
    least = np.maximum(low, most * USUAL_LEAST)
    place = chance.rng.random(len(low))
    amount = least * (np.maximum(most, 1) / np.maximum(least, 1)) ** place
    unit = where(amount >= 1000, 100, 10)
    return np.clip(np.round(amount / unit) * unit, np.maximum(low, 10), most)


def _kinds(table: Records, columns: ItemColumns, only_reprimand: Column, chance: Chance) -> None:
    """Kinds of penalty, joined by commas, and what is confiscated."""
    count, item = len(table), table["item"]
    ordinary = table["procedure"] == "ordinary"
    also_reprimand = columns.reprimand[item] & chance.share(count, 0.4)
    gains = columns.gains[item] & ordinary & ~only_reprimand & chance.share(count, 0.5)
    goods = columns.goods[item] & ordinary & ~only_reprimand & chance.share(count, 0.5)
    severe = (columns.severe[item] != "") & ordinary & (table["step_no"] == 2)
    severe &= chance.share(count, 0.25)
    table["confiscated_gains_yuan"] = where(gains, chance.whole(count, 5, 180) * 10.0, np.nan)
    table["confiscated_goods_yuan"] = where(goods, chance.whole(count, 2, 150) * 10.0, np.nan)
    parts = [
        where(only_reprimand | also_reprimand, ",reprimand", ""),
        where(only_reprimand, "", ",fine"),
        where(gains, ",confiscate_gains", ""),
        where(goods, ",confiscate_goods", ""),
        where(severe, joined(",", columns.severe[item]), ""),
    ]
    combined = joined(*(part.astype(object) for part in parts))
    table["penalty_kinds"] = texts([kinds[1:] for kinds in combined])
    table["is_severe"] = severe & np.isin(columns.severe[item].astype(str), NEEDS_HEARING)


def benchmark_rows(powers: Powers, makers: dict[str, str], until: date) -> Records:
    """The discretion benchmarks, three steps an item, both bounds included (以上、以下均含本数),
    renewed on the day on which an amendment of the law comes into force.

    `makers` names the agency that made the benchmark of each department.
    """
    rows = [(item, k) for item in powers.items for k in range(len(STEPS))]
    first = _edition(rows, makers)
    renewed_on = np.array([_amended_on(item.spec.law, until) for item, _ in rows], "datetime64[D]")
    first["repealed_on"] = renewed_on
    again = first.take(~np.isnat(renewed_on))
    again["benchmark_id"] = joined(again["benchmark_id"], "-", years(again["repealed_on"]))
    again["in_force_on"] = again["repealed_on"]
    again["repealed_on"] = np.full(len(again), NO_DAY)
    table = stack([first, again])
    return table.take(np.lexsort((table["in_force_on"], table["power_item_code"].astype(str))))


def _amended_on(law: str, until: date) -> date | None:
    """When the newest amendment of a law after the first benchmarks came into force, by `until`."""
    versions = load_laws().versions(law) if law in load_laws().names() else ()
    days = [v.in_force_on for v in versions[1:] if BENCHMARKS_FROM < v.in_force_on <= until]
    return max(days, default=None)


def _edition(rows: list[tuple[Item, int]], makers: dict[str, str]) -> Records:
    """The benchmarks as they were first made."""
    table = Records()
    table["benchmark_id"] = texts([f"CLJZ-{item.code[3:]}-{k + 1}" for item, k in rows])
    table["agency_id"] = texts([makers[item.code.split("-")[1]] for item, _ in rows])
    table["power_item_code"] = texts([item.code for item, _ in rows])
    table["violation"] = texts([item.spec.violation for item, _ in rows])
    table["law_name"] = texts([item.spec.law for item, _ in rows])
    table["step"] = texts([STEPS[k] for _, k in rows])
    table["factor"] = texts([FACTORS[k] for _, k in rows])
    table["fine_min_yuan"] = np.array([item.low[k] for item, k in rows], float)
    table["fine_max_yuan"] = np.array([item.high[k] for item, k in rows], float)
    table["statutory_min_yuan"] = np.array([item.spec.range[0] for item, _ in rows], float)
    table["statutory_max_yuan"] = np.array([item.spec.range[1] for item, _ in rows], float)
    table.fill("in_force_on", np.datetime64(BENCHMARKS_FROM, "D"))
    return table
