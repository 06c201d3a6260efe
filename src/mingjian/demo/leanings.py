"""Agencies that use their discretion in one way only: the most there is, or just short of where a
hearing must be offered. Given before the dates are laid, so that the procedure fits the fine."""

import numpy as np

from mingjian.demo.agencies import STEPS
from mingjian.demo.chance import Chance
from mingjian.demo.fines import FACTORS, USUAL_LEAST, ItemColumns, hearing_thresholds
from mingjian.demo.records import Column, Records, filled
from mingjian.demo.world import World

TOP, OFTEN_TOP, BELOW, BOTH_SIDES = "top", "often_top", "below", "both_sides"
BAND = 0.05  # each side of the sum from which a hearing must be offered (目录 CL-07)
_DAY = np.timedelta64(1, "D")
_RECENT, _LATELY = 130, 40  # days before the end in which is discovered what ninety days decide
_MANY_RECENT, _MANY_NEAR = 36, 26


def lean(world: World, columns: ItemColumns, table: Records, chance: Chance) -> None:
    """Change the fines of a few busy agencies; `leaning` says which habit a case shows."""
    table["leaning"] = filled(len(table), None)
    table["threshold"] = hearing_thresholds(world.field[table["agency"]], table["party_kind"])
    fined = ~np.isnan(table["fine_yuan"])
    found, until = table["discovered_on"], world.until
    recent = fined & (found > until - _RECENT * _DAY) & (found <= until - _LATELY * _DAY)
    topping = _busiest(world, table["agency"][recent], _MANY_RECENT, set())
    _to_the_top(columns, table, fined, topping, chance.stream("top"))
    step = _step_at_threshold(columns, table)
    can = fined & (step >= 0)
    year = can & (found > until - 390 * _DAY) & (found <= until - 60 * _DAY)
    beside = _busiest(world, table["agency"][year], _MANY_NEAR, set(topping))
    _to_the_threshold(table, step, can, beside, chance.stream("below"))
    del table.columns["threshold"]


def _busiest(world: World, agency: Column, least: int, taken: set[int]) -> list[int]:
    """The busiest agencies that nothing else is known for, with at least so many rows."""
    counts = np.bincount(agency, minlength=len(world.agencies))
    odd = world.odd
    known = {*odd.quiet().tolist(), *odd.narrow.tolist(), *odd.evenly.tolist(), odd.silent}
    order = np.argsort(-counts, kind="stable").tolist()
    able = [i for i in order if counts[i] >= least and i not in known | taken]
    return [i for i in able if world.field[i] != "security"][:4]


def _to_the_top(
    columns: ItemColumns, table: Records, fined: Column, agencies: list[int], chance: Chance
) -> None:
    """Nearly every fine the highest of the statute, or, for every second agency, three in four."""
    for turn, agency in enumerate(agencies):
        part = 0.95 if turn % 2 == 0 else 0.7
        own = fined & (table["agency"] == agency)
        rows = np.flatnonzero(own & chance.stream(str(turn)).share(len(table), part))
        most = columns.high[table["item"][rows], 2]
        _fine(table, rows, most, np.full(len(rows), 2))
        table["leaning"][own] = TOP if turn % 2 == 0 else OFTEN_TOP


def _step_at_threshold(columns: ItemColumns, table: Records) -> Column:
    """The step that reaches from below the threshold to above it, as fines usually go; or -1."""
    low, high = columns.low[table["item"]], columns.high[table["item"]]
    limit = table["threshold"][:, None]
    usual = np.maximum(low, USUAL_LEAST * high) <= limit * (1 - BAND)
    fits = usual & (high >= limit * (1 + BAND)) & (low < limit * (1 - BAND))
    plain = (columns.practice[table["item"]] == (0.0, 1.0)).all(axis=1)
    fits &= plain[:, None]
    return np.where(fits.any(axis=1), fits.argmax(axis=1), -1)


def _to_the_threshold(
    table: Records, step: Column, can: Column, agencies: list[int], chance: Chance
) -> None:
    """Fines a little below the threshold; for every second agency one in four above it."""
    for turn, agency in enumerate(agencies):
        rows = np.flatnonzero(can & (table["agency"] == agency))
        part = 0.004 + (BAND - 0.008) * chance.stream(str(turn)).rng.random(len(rows))
        above = (np.arange(len(rows)) % 4 == 3) & (turn % 2 == 1)
        limit = table["threshold"][rows]
        fine = np.floor(limit * np.where(above, 1 + part, 1 - part) / 10) * 10
        _fine(table, rows, fine, step[rows])
        table["leaning"][rows] = BELOW if turn % 2 == 0 else BOTH_SIDES


def _fine(table: Records, rows: Column, fine: Column, step: Column) -> None:
    table["fine_yuan"][rows] = fine
    table["step_no"][rows] = step
    table["discretion_step"][rows] = np.array(STEPS, object)[step]
    table["discretion_factor"][rows] = np.array(FACTORS, object)[step]
    table["procedure"][rows] = "ordinary"
