"""Ways of working differ, and the city stays lawful where the statutes leave no room."""

import numpy as np
import pytest

from mingjian.demo.agencies import build_agencies
from mingjian.demo.blueprint import load_blueprint
from mingjian.demo.build import build_city
from mingjian.demo.city import City
from mingjian.demo.habits import habit_names, load_habits
from mingjian.demo.ledger import Ledger

UNTIL = np.datetime64("2025-09-30")


def built(habits: str) -> tuple[City, Ledger]:
    return build_city(0.003, 5, UNTIL, lambda _text: None, habits)


@pytest.fixture(scope="module")
def usual() -> tuple[City, Ledger]:
    return built("normal")


def test_there_are_several_and_an_unknown_one_is_named() -> None:
    assert set(habit_names()) >= {"normal", "dirty", "bursts", "small_town"}
    with pytest.raises(ValueError, match="没有名为“nobody”的办事习惯"):
        load_habits("nobody")


def test_bursts_fall_into_the_last_weeks_of_a_quarter(usual: tuple[City, Ledger]) -> None:
    def share(city: City) -> float:
        days = city["inspection"]["day"]
        month = days.astype("datetime64[M]")
        left = ((month + 1).astype("datetime64[D]") - days).astype(int)
        quarter_end = month.astype(int) % 3 == 2
        return float((quarter_end & (left <= 14)).mean())

    assert share(built("bursts")[0]) > 2 * share(usual[0])


def test_a_small_town_has_fewer_agencies() -> None:
    town = build_agencies(load_blueprint("small_town"), 0.05)
    usual = build_agencies(load_blueprint(), 0.05)
    assert len(town) < len(usual) / 2


def test_nobody_inspects_at_two_places_at_once(usual: tuple[City, Ledger]) -> None:
    city, _ = usual
    acts, visits = city["act_officer"], city["inspection"]
    at = {name: i for i, name in enumerate(visits["inspection_id"].tolist())}
    rows = np.flatnonzero((acts["act_kind"] == "inspection") & (acts["role"] != "auxiliary"))
    visit = np.array([at[name] for name in acts["act_id"][rows].tolist()])
    order = np.lexsort((visits["started_at"][visit], acts["officer_id"][rows].astype(str)))
    who, visit = acts["officer_id"][rows][order], visit[order]
    same = who[1:] == who[:-1]
    overlap = same & (visits["started_at"][visit[1:]] < visits["ended_at"][visit[:-1]])
    assert same.any()
    assert not overlap.any()


def test_decision_numbers_have_no_gaps(usual: tuple[City, Ledger]) -> None:
    city, ledger = usual
    cases = city["penalty_case"]
    doubled = {row[2] for row in ledger.rows if row[0] == "SJ-05"}
    numbers: dict[str, set[int]] = {}
    for case, number in zip(cases["case_id"], cases["decision_no"], strict=True):
        if number is not None and case not in doubled:
            head, _, tail = number.rpartition("〕")
            numbers.setdefault(head, set()).add(int(tail.removesuffix("号")))
    full = [seen == set(range(1, len(seen) + 1)) for seen in numbers.values()]
    assert len(full) > 50
    assert sum(full) >= len(full) - len(doubled)


def test_nothing_is_both_a_problem_and_a_near_miss(usual: tuple[City, Ledger]) -> None:
    _, ledger = usual
    planted = {(row[0], row[2]) for row in ledger.rows if not row[3]}
    near = {(row[0], row[2]) for row in ledger.rows if row[3]}
    assert planted
    assert not planted & near
