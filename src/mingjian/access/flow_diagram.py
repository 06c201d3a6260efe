"""A flow as documentation: its diagram (Mermaid), its acts and its limits, from the file alone."""

from collections.abc import Iterator
from typing import Any

from mingjian.access.flow import FORMER, Act, Flow
from mingjian.access.roles import load_roles
from mingjian.standards import load_standard

STARTS_DRAWN = 4


def flow_markdown(flow: Flow[Any]) -> str:
    """One section of a docs page."""
    file = flow.file
    lines = [f"## {file.title}", "", "```mermaid", "stateDiagram-v2", *_diagram(flow), "```", ""]
    wide = "、".join(act.title for act in file.acts.values() if act.to and not _is_drawn(act))
    lines += [f"可以从许多状态办、图上没有画的：{wide}。" if wide else "", ""]
    lines += ["| 状态 | 含义 | 期限 |", "|---|---|---|"]
    lines += [f"| {s.title} | {s.meaning} | {_limits(flow, n)} |" for n, s in file.states.items()]
    lines += ["", "| 行为 | 从 | 到 | 谁 |", "|---|---|---|---|"]
    lines += [_act_line(flow, act) for act in file.acts.values()]
    return "\n".join(lines)


def _diagram(flow: Flow[Any]) -> Iterator[str]:
    """Arrows that change the state; those to the same two states share one arrow."""
    file = flow.file
    for name, state in file.states.items():
        yield f"    {name}: {state.title}"
    arrows: dict[tuple[str, str], list[str]] = {}
    for act in file.acts.values():
        if act.to and _is_drawn(act):
            for start in act.from_ or ["[*]"]:
                if start != act.to:
                    arrows.setdefault((start, act.to), []).append(act.title)
    for (start, end), titles in arrows.items():
        yield f"    {start} --> {end}: {'、'.join(titles)}"
    for name, state in file.states.items():
        if state.ends:
            yield f"    {name} --> [*]"


def _is_drawn(act: Act) -> bool:
    """An act out of nearly every state would cover the picture with arrows."""
    return act.to != FORMER and len(act.from_) <= STARTS_DRAWN


def _act_line(flow: Flow[Any], act: Act) -> str:
    file = flow.file
    starts = "、".join(file.states[name].title for name in act.from_) or "—"
    ends = {None: "不变", FORMER: "原状态"} | {n: s.title for n, s in file.states.items()}
    return f"| {act.title} | {starts} | {ends[act.to]} | {_who(act)} |"


def _who(act: Act) -> str:
    if act.permission is None:
        return "夜间作业" if act.by == "night_round" else "随其他办理"
    roles = load_roles().roles.values()
    titles = "、".join(r.title for r in roles if act.permission in r.permissions)
    return titles + ("（不得是前一步的办理人）" if act.not_by else "")


def _limits(flow: Flow[Any], state: str) -> str:
    levels = load_standard().codes["alert_level"].codes
    found = flow.file.limits.get(state, {})
    named = [
        f"{levels[level].title} {limit.words}" if level in levels else limit.words
        for level, limit in found.items()
    ]
    return "；".join(named) or "—"
