"""The flow of an alert: which act leads from which state to which, who may, and by when."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, Self

from django.contrib.auth.models import AnonymousUser
from pydantic import Field as Rule
from pydantic import model_validator

from mingjian.access.models import User
from mingjian.access.roles import load_roles, permits
from mingjian.standards import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    content_files,
    load_calendar,
    load_standard,
    shape_document,
)

Need = Literal["verdict", "reason"]


class NotPossible(Exception):
    """The act cannot be done in the alert's present state; the message says why, for a person."""


class State(ContentFile):
    title: str
    meaning: str


class Act(ContentFile):
    """One act; without `to` the state stays. Either a person's (`permission`) or the night's."""

    title: str
    from_: list[str] = Rule(alias="from")
    to: str | None = None
    permission: str | None = None
    by: Literal["night_round"] | None = None
    needs: list[Need] = []
    hint: str = ""

    @model_validator(mode="after")
    def _somebody_does_it(self) -> Self:
        if (self.permission is None) == (self.by is None):
            raise ValueError("须写 permission（人办）或 by: night_round（夜间作业），只写一种")
        return self


class Limit(ContentFile):
    """How long an alert may stay in a state; counted from the day after it came there."""

    working_days: int | None = Rule(None, ge=1)
    days: int | None = Rule(None, ge=1)

    @model_validator(mode="after")
    def _one_kind_of_days(self) -> Self:
        if (self.working_days is None) == (self.days is None):
            raise ValueError("须写 working_days（工作日）或 days（自然日），只写一种")
        return self


class FlowFile(ContentFile):
    """content/flows/<name>.yaml."""

    name: str
    title: str
    states: dict[str, State]
    acts: dict[str, Act]
    limits: dict[str, dict[str, Limit]]


@dataclass(frozen=True)
class OpenAct:
    """An act that a person may do now, as the page makes a button and a form of it."""

    name: str
    title: str
    needs: list[Need]
    hint: str
    closes: bool


@dataclass(frozen=True)
class Flow:
    """The flow in force."""

    file: FlowFile

    def state_title(self, state: str) -> str:
        return self.file.states[state].title

    def act_title(self, act: str) -> str:
        return self.file.acts[act].title

    def permission_for(self, act: str) -> str:
        """What a person needs to do the act; the night round's acts are nobody's."""
        permission = self.file.acts[act].permission
        if permission is None:
            raise NotPossible(f"“{self.act_title(act)}”由夜间作业办理，不能由人办。")
        return permission

    def after(self, act: str, state: str) -> str:
        """The state that `act` leads to from `state`, or NotPossible."""
        arrow = self.file.acts[act]
        if state not in arrow.from_:
            raise NotPossible(
                f"这条预警现在是“{self.state_title(state)}”，不能“{arrow.title}”。请刷新后再看。"
            )
        return arrow.to or state

    def due_on(self, state: str, level: str, since: date) -> date | None:
        """Last day to leave `state`; None where no limit is set. Moves on over holidays."""
        limit = self.file.limits.get(state, {}).get(level)
        if limit is None:
            return None
        calendar = load_calendar()
        if limit.working_days is not None:
            return calendar.add_working_days(since, limit.working_days)
        assert limit.days is not None
        return calendar.add_days(since, limit.days)

    def open_to(self, user: User | AnonymousUser, state: str) -> list[OpenAct]:
        """The acts this user may do on an alert in this state, in the order of the file."""
        return [
            OpenAct(name, act.title, act.needs, act.hint, closes=act.to not in (None, state))
            for name, act in self.file.acts.items()
            if act.permission and state in act.from_ and permits(user, act.permission)
        ]

    def waiting_for(self, user: User | AnonymousUser) -> list[str]:
        """States that an alert leaves by an act of this user's: the user's to-dos.

        A supervisor may close an alert at any time, but it waits for him only after the agency
        has fed back; so of several acts leading out of a state the one named first counts.
        """
        states = []
        for state in self.file.states:
            out = [a for a in self.file.acts.values() if state in a.from_ and a.permission and a.to]
            if out and out[0].permission and permits(user, out[0].permission):
                states.append(state)
        return states


@cache
def load_flow() -> Flow:
    """Read content/flows/alert.yaml; unknown states, levels or permissions are errors."""
    paths = list(content_files("flows", "alert.yaml"))
    if not paths:
        raise ContentError([Problem("content/flows/alert.yaml", 1, "", "缺少这个文件")])
    document = Document(paths[0])
    file = shape_document(document, FlowFile)
    problems = [*_act_problems(document, file), *_limit_problems(document, file)]
    if problems:
        raise ContentError(problems)
    return Flow(file)


def check_flows() -> list[Problem]:
    """Every fault of content/flows and content/access, for `mingjian check`."""
    for read in (load_roles, load_flow):
        read.cache_clear()
        try:
            read()
        except ContentError as error:
            return error.problems
    return []


def _act_problems(document: Document, file: FlowFile) -> list[Problem]:
    problems = []
    permissions = load_roles().permissions
    for name, act in file.acts.items():
        for state in [*act.from_, *([act.to] if act.to else [])]:
            if state not in file.states:
                problems.append(document.problem(("acts", name), f"状态“{state}”没有列在 states"))
        if act.permission and act.permission not in permissions:
            message = f"权限“{act.permission}”没有列在 access/roles.yaml"
            problems.append(document.problem(("acts", name, "permission"), message))
    return problems


def _limit_problems(document: Document, file: FlowFile) -> list[Problem]:
    levels = load_standard().codes["alert_level"].codes
    problems = []
    for state, limits in file.limits.items():
        if state not in file.states:
            problems.append(document.problem(("limits", state), "这个状态没有列在 states"))
        problems += [
            document.problem(("limits", state, level), "没有这个预警等级")
            for level in limits
            if level not in levels
        ]
    return problems
