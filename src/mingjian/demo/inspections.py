"""Inspections as the law wants them: approved, scanned, not repeated, not many-sided."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import at_time, work_days, years
from mingjian.demo.parties import on_list
from mingjian.demo.records import (
    NO_DAY,
    NO_TIME,
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
from mingjian.demo.rhythm import STREET_WEEK
from mingjian.demo.world import World
from mingjian.standards import load_reference

# Wider than the 30 and 7 days that count as repeated and as many-sided, rechecks included.
REPEAT_DAYS, CROWD_DAYS = 52, 12
_BASES = texts(
    [
        "annual_plan",
        "double_random",
        "complaint",
        "assigned",
        "superior_special",
        "data_alert",
        "requested",
    ]
)
_BASIS_WEIGHTS = [36, 26, 14, 6, 8, 6, 4]
_KINDS = {
    "annual_plan": "routine",
    "double_random": "routine",
    "superior_special": "special",
    "emergency": "case",
    "recheck": "case",
}
_PLANNED = ("annual_plan", "double_random")


def base_inspections(world: World, count: int, chance: Chance) -> Records:
    """Who inspects whom and when; no result yet."""
    counts = chance.allot(count, world.weights, least=8)
    agency = np.repeat(np.arange(len(counts)), counts)
    on_street = world.tier[agency] == "street"
    day = world.rhythm.draw(len(agency), chance.stream("days"))
    day[on_street] = world.rhythm.draw(int(on_street.sum()), chance.stream("street"), STREET_WEEK)
    once = world.odd.once
    agency = np.r_[agency, once]
    day = np.r_[day, np.full(len(once), work_days().roll(world.until - np.timedelta64(200, "D")))]
    table = Records(
        {"agency": agency, "party": world.parties.meet(agency, chance.stream("parties"))}
    )
    table["day"] = day
    table["item"] = _items(world, agency, chance.stream("items"))
    table["mode"] = texts(["on_site", "off_site", "written"])[
        chance.weighted(len(agency), [80, 13, 7])
    ]
    table["basis_kind"] = _BASES[chance.weighted(len(agency), _BASIS_WEIGHTS)]
    table["joint_id"] = filled(len(agency), None)
    return table


def _items(world: World, agency: Column, chance: Chance) -> Column:
    """An inspection item of the agency's own list."""
    size = world.inspection_from[agency + 1] - world.inspection_from[agency]
    return world.inspection_codes[world.inspection_from[agency] + chance.rng.integers(0, size)]


def joint_inspections(world: World, events: int, chance: Chance) -> Records:
    """综合查一次: three district agencies at one business on one day under one number."""
    districts = [span for span in world.district_spans if span[1] - span[0] >= 3]
    chosen = chance.rng.integers(0, len(districts), events)
    spans = np.array(districts)[chosen]
    turn = chance.rng.integers(0, spans[:, 1] - spans[:, 0])
    day = world.rhythm.draw(events, chance.stream("days"))
    host = spans[:, 0] + turn
    party = world.parties.meet(host, chance.stream("parties"))
    number = joined("LH", years(day), "-", padded(np.arange(1, events + 1), 5))
    parts = []
    for k in range(3):
        agency = spans[:, 0] + (turn + k) % (spans[:, 1] - spans[:, 0])
        part = Records({"agency": agency, "party": party, "day": day})
        part["item"] = _items(world, agency, chance.stream(f"items{k}"))
        part.fill("mode", "on_site")
        part.fill("basis_kind", "superior_special")
        part["joint_id"] = number
        parts.append(part)
    table = stack(parts)
    return table.take(~np.isin(table["agency"], world.odd.quiet()))


def spaced(table: Records, keep: Column) -> tuple[Records, Column]:
    """Without visits that repeat or crowd; rows marked `keep` stay and their neighbours go."""
    for _ in range(12):
        drop = _repeats(table, keep) | _crowds(table, keep)
        if not drop.any():
            break
        table, keep = table.take(~drop), keep[~drop]
    return table, keep


def yearly_caps(world: World) -> Column:
    """How often an agency may visit one business in a year (国办发〔2024〕54号)."""
    rows = load_reference()["inspection_cap"].rows
    caps = {str(row["field"]): int(str(row["yearly_count"])) for row in rows}
    return np.array([caps.get(field, 2) for field in world.field.tolist()])


def below_caps(world: World, table: Records, keep: Column) -> tuple[Records, Column]:
    """Without the visits beyond the yearly cap; rows marked `keep` are counted first. What a
    complaint brought about does not count."""
    counted = table["basis_kind"] != "complaint"
    key = (table["agency"] * 10_000_000 + table["party"]) * 4000 + years(table["day"])
    order = np.lexsort((table["day"], ~keep, key))
    order = order[counted[order]]
    turn = running_number(key[order])
    drop = np.zeros(len(table), bool)
    drop[order] = turn > yearly_caps(world)[table["agency"][order]]
    drop &= ~keep
    return table.take(~drop), keep[~drop]


def _repeats(table: Records, keep: Column) -> Column:
    """One row of each pair of one agency, business and item within REPEAT_DAYS."""
    _, item = np.unique(table["item"].astype(str), return_inverse=True)
    order = np.lexsort((table["day"], item, table["party"], table["agency"]))
    same = np.ones(max(len(order) - 1, 0), bool)
    for column in (table["agency"], table["party"], item):
        values = column[order]
        same &= values[1:] == values[:-1]
    close = same & (np.diff(table["day"][order]).astype(np.int64) <= REPEAT_DAYS)
    earlier, later = order[:-1][close], order[1:][close]
    drop = np.zeros(len(table), bool)
    drop[where(keep[later], earlier, later)] = True
    return drop & ~keep


def _crowds(table: Records, keep: Column) -> Column:
    """One row of each three visits to one business within CROWD_DAYS."""
    alone = np.flatnonzero((table["mode"] == "on_site") & (table["joint_id"] == None))  # noqa: E711
    order = alone[np.lexsort((table["day"][alone], table["party"][alone]))]
    drop = np.zeros(len(table), bool)
    if len(order) < 3:
        return drop
    party, day = table["party"][order], table["day"][order]
    close = (party[2:] == party[:-2]) & ((day[2:] - day[:-2]).astype(np.int64) <= CROWD_DAYS)
    triples = np.stack([order[:-2][close], order[1:-1][close], order[2:][close]])
    free = ~keep[triples]
    victim = where(free[2], triples[2], where(free[1], triples[1], triples[0]))
    drop[victim] = True
    return drop & ~keep


def completed(world: World, table: Records, chance: Chance) -> Records:
    """Times, result and follow-up for rows that say who, whom and when."""
    table["mode"] = _undisturbed(world, table)
    register, agency, party = world.parties.table, table["agency"], table["party"]
    table["agency_id"] = world.agency_ids[agency]
    for name in ("party_id", "industry", "address", "longitude", "latitude", "region_code"):
        table[name] = register[name][party]
    table["party_name"] = register["name"][party]
    table["party_credit_code"] = register["credit_code"][party]
    table["power_item_code"] = table["item"]
    table["checklist_code"] = joined("JCD-", table["item"])
    basis = texts([_KINDS.get(b, "case") for b in table["basis_kind"]])
    table["kind"] = basis
    planned = np.isin(table["basis_kind"].astype(str), _PLANNED)
    plan = joined("JH-", table["agency_id"], "-", years(table["day"]), "-1")
    table["plan_id"] = where(planned, plan, None)
    table.fill("is_urgent", False)
    table["is_recheck"] = table["basis_kind"] == "recheck"
    _times(table, chance.stream("times"))
    _results(world, table, chance.stream("results"))
    return table


def _undisturbed(world: World, table: Records) -> Column:
    """Businesses on the do-not-disturb list are checked on paper unless there is a lead."""
    listed = on_list(world.parties.table, table["party"], table["day"])
    without_lead = np.isin(table["basis_kind"].astype(str), [*_PLANNED, "superior_special"])
    paper = listed & without_lead & (table["joint_id"] == None)  # noqa: E711
    return where(paper & (table["mode"] == "on_site"), "written", table["mode"]).astype(object)


def _times(table: Records, chance: Chance) -> None:
    count = len(table)
    started = at_time(table["day"], chance.whole(count, 8 * 60 + 40, 16 * 60 + 40))
    before = work_days().add(table["day"], -chance.whole(count, 1, 6))
    table["approved_at"] = at_time(before, chance.whole(count, 9 * 60, 17 * 60))
    on_site = table["mode"] == "on_site"
    scan = started - chance.whole(count, 0, 480).astype("timedelta64[s]")
    table["scanned_at"] = where(on_site, scan, NO_TIME)
    table["started_at"] = started
    table["ended_at"] = started + chance.whole(count, 15, 150).astype("timedelta64[m]")


def _results(world: World, table: Records, chance: Chance) -> None:
    """Fails are ordered to correct at once and looked at again before the date set."""
    count, calendar = len(table), work_days()
    strict = world.strictness[table["agency"]]
    fail = chance.share(count, 0.10 * (1 + 0.5 * strict)) & ~table["is_recheck"]
    mended = ~fail & chance.share(count, 0.08)
    closed = ~fail & ~mended & chance.share(count, 0.01)
    table["result"] = np.select(
        [fail, mended, closed], ["fail", "conditional", "closed_down"], "pass"
    ).astype(object)
    table["problem_count"] = where(fail, chance.whole(count, 1, 5), where(mended, 1, 0))
    table["is_serious"] = fail & chance.share(count, 0.25)
    found = fail | mended
    table["problem_text"] = where(
        fail, "现场检查发现问题，已开具责令改正通知书", where(mended, "问题轻微，当场改正", None)
    ).astype(object)
    day = table["day"]
    ordered = where(fail & chance.share(count, 0.4), calendar.add(day, 1), day)
    table["correction_ordered_on"] = where(found, ordered, NO_DAY)
    due = calendar.add(day, chance.whole(count, 5, 12))
    table["correction_due_on"] = where(fail, due, NO_DAY)
    again = calendar.add(day, chance.whole(count, 3, 9))
    table["rechecked_on"] = where(fail, np.minimum(again, due), where(mended, day, NO_DAY))
    table["informed_on"] = calendar.add(day, chance.whole(count, 0, 2))


def without_findings(world: World, table: Records) -> None:
    """A few busy agencies whose visits find nothing, and as many that found something once."""
    year = table["day"] > world.until - np.timedelta64(364, "D")
    counts = np.bincount(table["agency"][year], minlength=len(world.agencies))
    odd = world.odd
    counts[[*odd.quiet(), *odd.narrow, *odd.evenly, odd.silent]] = 0
    busy = np.flatnonzero(counts >= 220)
    busy = busy[np.argsort(-counts[busy], kind="stable")][2:6]
    for turn, agency in enumerate(busy.tolist()):
        own = table["agency"] == agency
        if turn % 2:
            own[np.flatnonzero(own & year & (table["result"] == "fail"))[:1]] = False
        table["result"][own] = "pass"
        table["problem_count"][own] = 0
        table["is_serious"][own] = False
        table["problem_text"][own] = None
        for name in ("correction_ordered_on", "correction_due_on", "rechecked_on"):
            table[name][own] = NO_DAY


def with_rechecks(world: World, table: Records, share: float, chance: Chance) -> Records:
    """Visits that look again at what failed: same agency, business and item on the recheck day."""
    rows = (table["result"] == "fail") & (table["plant"] == None)  # noqa: E711
    rows &= (table["rechecked_on"] <= world.until) & chance.share(len(table), share)
    table["has_recheck"] = rows
    part = table.take(rows)
    again = Records({name: part[name] for name in ("agency", "party", "item")})
    again["day"] = part["rechecked_on"]
    again.fill("mode", "on_site")
    again.fill("basis_kind", "recheck")
    for name in ("joint_id", "plant"):
        again.fill(name, None)
    again["has_recheck"] = np.zeros(len(again), bool)
    return _numbered(stack([table, completed(world, again, chance.stream("again"))]))


def _numbered(table: Records) -> Records:
    """In the order of time, with an identity each."""
    table = table.take(np.lexsort((table["party"], table["agency"], table["started_at"])))
    number = padded(np.arange(1, len(table) + 1), 7)
    table["inspection_id"] = joined("JC", years(table["day"]), "-", number)
    return table
