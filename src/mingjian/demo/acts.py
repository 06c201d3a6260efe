"""Who acted: two able officers for every case, inspection and measure."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.people import CORE
from mingjian.demo.records import Column, Records, running_number, stack, where
from mingjian.demo.schedule import keep_apart
from mingjian.demo.world import World

MANY_STAFF = 20  # of so many one in twenty is at least one


def build_act_officers(
    world: World, cases: Records, inspections: Records, coercions: Records, chance: Chance
) -> Records:
    """One row an officer; `row` is the position of the act in its table."""
    summary = cases["procedure"] == "summary"
    case_day = where(summary, cases["decided_on"], cases["filed_on"])
    handlers = world.roster.pair(cases["agency"], case_day, chance.stream("cases"))
    handlers = _reviewer_apart(world, cases["agency"], handlers)
    visitors = world.roster.pair(inspections["agency"], inspections["day"], chance.stream("visits"))
    visitors = keep_apart(world, inspections, visitors)
    seizers = world.roster.pair(coercions["agency"], coercions["day"], chance.stream("measures"))
    return stack(
        [
            *_pair_rows(world, cases, "penalty_case", "case_id", case_day, handlers),
            _reviewers(world, cases, handlers),
            *_pair_rows(
                world, inspections, "inspection", "inspection_id", inspections["day"], visitors
            ),
            *_pair_rows(world, coercions, "coercion", "coercion_id", coercions["day"], seizers),
        ]
    )


def _pair_rows(
    world: World,
    table: Records,
    kind: str,
    identity: str,
    day: Column,
    pair: tuple[Column, Column],
) -> list[Records]:
    rows = np.arange(len(table))
    return [
        act_rows(world, table, rows, kind, identity, day, officers, role)
        for officers, role in zip(pair, ("lead", "second"), strict=True)
    ]


def _reviewers(world: World, cases: Records, handlers: tuple[Column, Column]) -> Records:
    """The legal reviewer of a case: by turns one in ten of the agency (国办发〔2018〕118号 asks for
    one in twenty), else one of the core; never one who handles the case. In every seventh of the
    larger agencies always the same one."""
    rows = np.flatnonzero(~np.isnat(cases["legal_reviewed_on"]))
    agency, day = cases["agency"][rows], cases["legal_reviewed_on"]
    base = world.roster.first[agency]
    size = world.roster.first[agency + 1] - base
    lead, second = handlers[0][rows], handlers[1][rows]
    few = np.isin(agency, _with_one_reviewer(world))
    turn = base + running_number(agency) % np.maximum(size // 10, 1)
    core = [where(few | ~world.roster.able(turn, day[rows]), base, turn)]
    core += [base + k for k in range(CORE)]
    free = [(officer != lead) & (officer != second) for officer in core]
    reviewer = np.select(free, core)
    return act_rows(world, cases, rows, "penalty_case", "case_id", day, reviewer, "reviewer")


def _with_one_reviewer(world: World) -> Column:
    """Every seventh of the larger agencies, in which one person reviews everything."""
    return np.flatnonzero(np.diff(world.roster.first) > MANY_STAFF)[::7]


def _reviewer_apart(
    world: World, agency: Column, handlers: tuple[Column, Column]
) -> tuple[Column, Column]:
    """In those agencies the reviewer handles no case: another of the core does."""
    lead, second = handlers
    base = world.roster.first[agency]
    one = np.isin(agency, _with_one_reviewer(world))
    spare = where(second == base + 1, base + 2, base + 1)
    lead = where(one & (lead == base), spare, lead)
    spare = where(lead == base + 1, base + 2, base + 1)
    return lead, where(one & (second == base), spare, second)


def act_rows(
    world: World,
    table: Records,
    rows: Column,
    kind: str,
    identity: str,
    day: Column,
    officers: Column,
    role: str,
) -> Records:
    part = Records({"row": rows, "act_id": table[identity][rows]})
    part.fill("act_kind", kind)
    part["agency"], part["agency_id"] = table["agency"][rows], table["agency_id"][rows]
    part["officer"] = officers
    part["officer_id"] = world.roster.officer_id[officers]
    part.fill("role", role)
    part["acted_on"] = day[rows]
    return part
