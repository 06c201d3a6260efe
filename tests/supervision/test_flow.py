"""content/flows/alert.yaml is read strictly; the buttons and limits come from it alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mingjian.access.flow import FORMER, Flow
from mingjian.standards import content_files
from mingjian.supervision import check_flows
from mingjian.supervision.flow import load_flow, load_matter_flow


@pytest.fixture
def own_flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The project's flow, copied to where a deployment lays its own over it."""
    text = next(content_files("flows", "alert.yaml")).read_text("utf-8")
    (tmp_path / "flows").mkdir()
    path = tmp_path / "flows" / "alert.yaml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    load_flow.cache_clear()
    yield path
    load_flow.cache_clear()


def test_the_projects_own_files_have_no_fault() -> None:
    assert check_flows() == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("to: signed", "to: signd", "状态“signd”没有列在 states"),
        ("permission: alert.sign", "permission: alert.sing", "权限“alert.sing”没有列在"),
        ("red: {working_days: 1}", "crimson: {working_days: 1}", "没有这个预警等级"),
        ("red: {working_days: 1}", "red: {working_days: 1, days: 2}", "只写一种"),
        ("red: {working_days: 1}", "red: {weeks: 1}", "不认识的键"),
        ("permission: alert.sign", "by: somebody", "不在可选值之内"),
        ("    permission: alert.sign\n", "", "只写一种"),
        ("needs: [verdict, reason, files]", "needs: [signature]", "不在可选值之内"),
        ("not_by: [report_rectified]", "not_by: [rectify]", "没有“rectify”这个行为"),
        ("- {after: 1, to: [holder]}", "- {after: 2, to: [holder]}", "超期次日"),
        ("warn: {red: 1, ", "warn: {", "写全"),
        ("to: [holder, bureau]}", "to: [mayor]}", "不在可选值之内"),
    ],
)
def test_a_fault_is_named_with_file_and_line(
    own_flow: Path, old: str, new: str, fault: str
) -> None:
    text = own_flow.read_text("utf-8")
    assert old in text
    own_flow.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = check_flows()
    assert problems
    assert fault in str(problems[0])
    assert problems[0].line > 1


def test_a_deployment_changes_a_limit_in_the_file(own_flow: Path) -> None:
    text = own_flow.read_text("utf-8").replace("red: {working_days: 1}", "red: {days: 3}", 1)
    own_flow.write_text(text, encoding="utf-8")
    load_flow.cache_clear()
    assert load_flow().file.limits["new"]["red"].days == 3


@pytest.mark.parametrize("read", [load_flow, load_matter_flow])
def test_every_state_is_reached_and_left_or_ends(read: Callable[[], Flow[Any]]) -> None:
    flow = read().file
    left = {state for act in flow.acts.values() if act.to for state in act.from_}
    assert {name for name in flow.states if name not in left} <= set(read().ended_states())
    reached = {act.to for act in flow.acts.values() if act.to and act.to != FORMER}
    assert reached == set(flow.states)


@pytest.mark.parametrize("read", [load_flow, load_matter_flow])
def test_whatever_is_open_and_nobody_waits_for_has_a_way_up(
    read: Callable[[], Flow[Any]],
) -> None:
    flow = read().file
    for name, state in flow.states.items():
        if not (state.ends or state.rests):
            assert name in flow.acts["escalate"].from_, name
            assert name in flow.acts["warn"].from_, name
