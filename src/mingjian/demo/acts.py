"""Who acted: two able officers for every case, inspection and measure."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.people import CORE
from mingjian.demo.records import Column, Records, stack, where
from mingjian.demo.schedule import keep_apart
from mingjian.demo.world import World


def build_act_officers(
    world: World, cases: Records, inspections: Records, coercions: Records, chance: Chance
) -> Records:
    """One row an officer; `row` is the position of the act in its table."""
    summary = cases["procedure"] == "summary"
    case_day = where(summary, cases["decided_on"], cases["filed_on"])
    handlers = world.roster.pair(cases["agency"], case_day, chance.stream("cases"))
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
    """The legal reviewer of a case: one of the core who does not handle the case."""
    rows = np.flatnonzero(~np.isnat(cases["legal_reviewed_on"]))
    base = world.roster.first[cases["agency"][rows]]
    lead, second = handlers[0][rows], handlers[1][rows]
    core = [base + k for k in range(CORE)]
    free = [(officer != lead) & (officer != second) for officer in core]
    reviewer = np.select(free, core)
    day = cases["legal_reviewed_on"]
    return act_rows(world, cases, rows, "penalty_case", "case_id", day, reviewer, "reviewer")


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
