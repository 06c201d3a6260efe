"""From a seed to the whole truth: two lawful years, the planted problems, and the sealed list."""

from collections.abc import Callable
from datetime import date

import numpy as np

from mingjian.demo.acts import build_act_officers
from mingjian.demo.case_parts import build_documents, build_evidence, build_steps, build_suspensions
from mingjian.demo.cases import build_cases
from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.coercions import build_coercions
from mingjian.demo.complaint_course import handle
from mingjian.demo.complaints import (
    all_complaints,
    answers_on_site,
    identify,
    ordinary_complaints,
    recurring_complaints,
)
from mingjian.demo.executions import build_executions, pay_lately
from mingjian.demo.fines import benchmark_rows, item_columns
from mingjian.demo.habits import NORMAL
from mingjian.demo.inspections import (
    base_inspections,
    below_caps,
    completed,
    joint_inspections,
    spaced,
    with_rechecks,
    without_findings,
)
from mingjian.demo.ledger import Ledger
from mingjian.demo.permits import build_permits
from mingjian.demo.plant import (
    complete,
    extra_visits,
    grown,
    plant_agencies,
    plant_benchmarks,
    plant_case_dates,
    plant_case_parts,
    plant_complaints,
    plant_counted,
    plant_course,
    plant_disputes,
    plant_fines,
    plant_grounds,
    plant_handlers,
    plant_idle_staff,
    plant_inspecting,
    plant_measure_officers,
    plant_measures,
    plant_numbering,
    plant_others,
    plant_papers,
    plant_phrases,
    plant_rates,
    plant_ratings,
    plant_recorded_twice,
    plant_registers,
    plant_same_fault,
    plant_staff,
    plant_standing,
    plant_supervised,
    plant_together,
    plant_unfiled,
    plant_visits,
    unanswered_places,
    without_gone,
)
from mingjian.demo.records import Records, filled, stack, texts, where
from mingjian.demo.remedies import build_referrals, build_remedies, revoke_lost
from mingjian.demo.sidelines import build_offsite, build_plans, build_ratings
from mingjian.demo.supervising import build_papers
from mingjian.demo.world import World, build_world, planted

Told = Callable[[str], None]
YEARS = 2


def build_city(
    scale: float, seed: int, until: np.datetime64, told: Told, habits: str = NORMAL
) -> tuple[City, Ledger]:
    """Everything that happened, and what is wrong with it. `told` hears what is being done."""
    chance = Chance(seed)
    told("机构、人员、企业")
    world = build_world(scale, until, chance.stream("world"), habits)
    city, ledger = City(world, item_columns(world.powers)), Ledger(scale, chance.stream("ledger"))
    city.tables |= world.tables
    counts = {name: int(n * YEARS * scale) for name, n in world.blueprint.city.volumes.items()}
    told("检查与投诉")
    _visits_and_requests(city, counts, scale, chance)
    told("处罚案件")
    _cases(city, ledger, counts["penalty_case"], chance)
    told("强制、许可、移送、复议、非现场")
    _the_rest(city, ledger, counts, scale, chance)
    told("藏入问题")
    _plant(city, ledger, scale, chance)
    return city, ledger


def _plant(city: City, ledger: Ledger, scale: float, chance: Chance) -> None:
    """All problems but those of the cases' own course; what is counted over the year comes last."""
    plant_agencies(city, ledger)
    plant_others(city, ledger, chance.stream("plant.others"))
    plant_case_parts(city, ledger, chance.stream("plant.parts"))
    plant_handlers(city, ledger, chance.stream("plant.handlers"))
    plant_visits(city, ledger, chance.stream("plant.visits"))
    plant_complaints(city, ledger, chance.stream("plant.places"))
    plant_inspecting(city, ledger, chance.stream("plant.inspecting"))
    plant_measures(city, ledger, chance.stream("plant.measures"))
    plant_measure_officers(city, ledger)
    plant_registers(city, ledger, chance.stream("plant.registers"))
    without_gone(city)
    plant_papers(city, ledger, chance.stream("plant.papers"))
    city.tables["supervision_document"] = build_papers(
        city.world, planted(scale, 240), chance.stream("papers")
    )
    plant_supervised(city, ledger, chance.stream("plant.supervised"))
    plant_phrases(city, ledger)
    plant_unfiled(city, ledger)
    plant_rates(city, ledger)
    plant_ratings(city, ledger)
    plant_staff(city, ledger, chance.stream("plant.staff"))
    plant_standing(city, ledger, chance.stream("plant.standing"))
    plant_numbering(city, ledger)
    plant_recorded_twice(city, ledger)
    plant_idle_staff(city, ledger)
    plant_benchmarks(city, ledger, chance.stream("plant.benchmarks"))
    plant_counted(city, ledger)
    complete(city, ledger)


def _visits_and_requests(city: City, counts: dict[str, int], scale: float, chance: Chance) -> None:
    """Complaints first, because some of them bring inspectors to a place."""
    world = city.world
    ordinary = ordinary_complaints(world, counts["complaint"], chance.stream("requests"))
    recurring = recurring_complaints(world, planted(scale, 300), chance.stream("recurring"))
    ignored = unanswered_places(world, chance.stream("ignored"))
    for table in (ordinary, recurring):
        table["plant"] = filled(len(table), None)
    complaints = all_complaints(ordinary, stack([recurring, ignored]))
    identify(world, complaints, chance.stream("identify"))
    handle(world, complaints, chance.stream("handle"))
    city.tables["complaint"] = complaints.take(
        world.speaks(complaints["agency"], complaints["day"], 20)
    )
    answers = answers_on_site(world, recurring, chance.stream("answers"))
    joint = joint_inspections(world, planted(scale, 500), chance.stream("joint"))
    base = base_inspections(world, counts["inspection"], chance.stream("visits"))
    avoid = np.unique(np.concatenate([answers["party"], joint["party"]]))
    extra = extra_visits(world, scale, avoid, chance.stream("extra"))
    kept = [np.isin(base["agency"], world.odd.once)]
    kept += [np.ones(len(table), bool) for table in (joint, answers, extra)]
    table = stack([base, joint, answers, extra])
    table, keep = below_caps(world, table, np.concatenate(kept))
    table, _ = spaced(table, keep)
    table = completed(world, table, chance.stream("completed"))
    without_findings(world, table)
    table = with_rechecks(world, table, 0.35, chance.stream("rechecks"))
    city.tables["inspection"] = table.take(world.speaks(table["agency"], table["day"], 30))


def _cases(city: City, ledger: Ledger, count: int, chance: Chance) -> None:
    cases = build_cases(city.world, city.items, city["inspection"], count, chance.stream("cases"))
    cases = cases.take(city.world.speaks(cases["agency"], cases["begun_on"], 200))
    cases, more = grown(city.world, cases, chance.stream("grown"))
    ledger.plant("LZ-12", "agency", city.world.agency_ids[more], "罚没收入一年间成倍增长")
    city.tables["penalty_case"] = cases
    visits = city["inspection"]  # what is serious becomes a case (第五十四条第二款)
    became = np.isin(visits["inspection_id"].astype(str), cases["source_id"].astype(str))
    visits["is_serious"] = visits["is_serious"] & became
    plant_fines(city, ledger, chance.stream("plant.fines"))
    plant_case_dates(city, ledger, chance.stream("plant.dates"))
    plant_course(city, ledger, chance.stream("plant.course"))
    plant_grounds(city, ledger, chance.stream("plant.grounds"))
    plant_together(city, ledger)
    _propose(cases)


def _propose(cases: Records) -> None:
    """The prior notice names a fine; there is none without a notice."""
    told = ~np.isnat(cases["prior_notice_on"])
    cases["proposed_fine_yuan"] = where(told, cases["proposed_fine_yuan"], np.nan)


def _the_rest(
    city: City, ledger: Ledger, counts: dict[str, int], scale: float, chance: Chance
) -> None:
    world, cases = city.world, city["penalty_case"]
    tables = city.tables
    pay_lately(cases, world.until)
    held = build_coercions(world, cases, chance.stream("coercion"))
    owed = build_executions(world, cases, chance.stream("executions"))
    tables["coercion"] = stack([held, owed])
    tables["permit"] = build_permits(world, counts["permit"], chance.stream("permit"))
    tables["referral"] = build_referrals(
        world, cases, planted(scale, 300), chance.stream("referral")
    )
    free = ledger.is_free("penalty_case", len(cases))
    tables["remedy"] = build_remedies(
        world, cases, free, planted(scale, 500), chance.stream("remedy")
    )
    revoke_lost(cases, tables["remedy"])
    ledger.used["penalty_case"].update(tables["remedy"]["case_row"].tolist())
    plant_disputes(city, ledger, chance.stream("plant.disputes"))
    plant_same_fault(city, ledger, chance.stream("plant.fault"))
    tables["offsite_record"] = build_offsite(
        world, counts["offsite_record"], chance.stream("offsite")
    )
    tables["inspection_plan"] = build_plans(world, city["inspection"])
    tables["rating"] = build_ratings(city["inspection"], chance.stream("rating"))
    tables["case_evidence"] = build_evidence(cases, chance.stream("evidence"))
    tables["case_document"] = build_documents(cases)
    keys = texts([a.department.key for a in world.agencies])
    tables["case_step"] = build_steps(cases, keys, chance.stream("steps"))
    tables["case_suspension"] = build_suspensions(cases, tables["coercion"], tables["permit"])
    tables["act_officer"] = build_act_officers(
        world, cases, city["inspection"], tables["coercion"], chance.stream("acts")
    )
    tables["benchmark"] = benchmark_rows(world.powers, _makers(world), world.until.astype(date))


def _makers(world: World) -> dict[str, str]:
    """Who made the benchmark of each department's items: the city's own, else any of that line."""
    makers: dict[str, str] = {}
    for agency in world.agencies:
        makers.setdefault(agency.department.key, agency.agency_id)
    fallback = world.agencies[0].agency_id
    return {d.key: makers.get(d.key, fallback) for d in world.blueprint.departments}
