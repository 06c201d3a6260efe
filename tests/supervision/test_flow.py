"""content/flows/alert.yaml is read strictly; the buttons and limits come from it alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.standards import content_files
from mingjian.supervision import check_flows
from mingjian.supervision.flow import load_flow


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
        ("needs: [verdict, reason]", "needs: [signature]", "不在可选值之内"),
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


def test_every_state_can_be_left_or_is_the_last() -> None:
    flow = load_flow().file
    left = {state for act in flow.acts.values() if act.to for state in act.from_}
    assert set(flow.states) - left <= {"closed"}
    reached = {act.to for act in flow.acts.values() if act.to}
    assert reached == set(flow.states)
