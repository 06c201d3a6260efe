"""Evaluating made cities: what is asked for wrongly is answered, thresholds go step by step."""

import re

import pytest
import typer
from typer.testing import CliRunner

from mingjian.cli.evaluate import drawn_of, steps_of
from mingjian.cli.main import app
from mingjian.monitor import load_library


def answer(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["evaluate", *words])
    return result.exit_code, re.sub(r"[\s│╭╮╰╯─]", "", result.output)


def test_unknown_habits_are_named() -> None:
    code, said = answer("--seed", "1", "--habits", "nobody")
    assert code == 2
    assert "没有办事习惯“nobody”" in said
    assert "dirty" in said


def test_a_sealed_list_belongs_to_the_store() -> None:
    code, said = answer("--seed", "1", "--sealed", __file__)
    assert code == 2
    assert "--sealed" in said


def test_steps_go_from_the_least_to_the_greatest_and_hold_the_value() -> None:
    monitor, name = drawn_of("SJ-06")
    steps, found = steps_of(monitor, name), monitor.parameters[name]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (found.min, found.max)
    assert found.value in steps


def test_a_curve_is_drawn_along_the_parameter_that_is_named() -> None:
    assert drawn_of("CL-01")[1] == "lookback_days"
    assert drawn_of("CL-01=cutoff")[1] == "cutoff"
    with pytest.raises(typer.BadParameter, match="cutoff"):
        drawn_of("CL-01=nothing")


def test_without_bounds_there_is_no_curve() -> None:
    fixed = next(
        one
        for one in load_library().monitors.values()
        if all(p.min is None for p in one.parameters.values())
    )
    with pytest.raises(typer.BadParameter, match=fixed.code):
        drawn_of(fixed.code)
