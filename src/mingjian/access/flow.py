"""流转表：content/flows/<name>.yaml says which act leads from which state to which, who may do it,
and by when. One reader for every room above: alerts, matters, papers.

A room reads its file with `read_flow` and keeps the result; everything that moves one of its
things asks it (`after`, `due_on`), and the pages make their buttons from it (`open_to`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Generic, Literal, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from pydantic import Field as Rule
from pydantic import model_validator

from mingjian.access.models import User
from mingjian.access.roles import load_roles, permits
from mingjian.standards import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    content_document,
    content_files,
    load_calendar,
    load_standard,
    shape_document,
)

ANY_LEVEL = "any"
FORMER = "former"  # an act that leads back to the state before: resume, release


class NotPossible(Exception):
    """The act cannot be done in the thing's present state; the message says why, for a person."""


class State(ContentFile):
    """`ends`: nothing is left to be done; `rests`: nobody's turn, it waits for something else."""

    title: str
    meaning: str
    ends: bool = False
    rests: bool = False


class Act(ContentFile):
    """One act; without `to` the state stays, `to: former` leads back to the state before.

    Either a person's (`permission`) or done by the platform: in the night round, or as the
    `consequence` of an act on something else. Who did one of `not_by` on the same thing may not
    do this one; `at_most` is how often it may be done on one thing.
    """

    title: str
    from_: list[str] = Rule(alias="from")
    to: str | None = None
    permission: str | None = None
    by: Literal["night_round", "consequence"] | None = None
    needs: list[str] = []
    not_by: list[str] = []
    at_most: int | None = Rule(None, ge=1)
    hint: str = ""

    @model_validator(mode="after")
    def _somebody_does_it(self) -> Self:
        if (self.permission is None) == (self.by is None):
            raise ValueError("须写 permission（人办）或 by: night_round（夜间作业），只写一种")
        return self


class Limit(ContentFile):
    """How long a thing may stay in a state; counted from the day after it came there."""

    working_days: int | None = Rule(None, ge=1)
    days: int | None = Rule(None, ge=1)

    @model_validator(mode="after")
    def _one_kind_of_days(self) -> Self:
        if (self.working_days is None) == (self.days is None):
            raise ValueError("须写 working_days（工作日）或 days（自然日），只写一种")
        return self

    def end(self, since: date) -> date:
        """The last day; natural days that end on a holiday move on to the next working day."""
        calendar = load_calendar()
        if self.working_days is not None:
            return calendar.add_working_days(since, self.working_days)
        assert self.days is not None
        return calendar.add_days(since, self.days)

    @property
    def words(self) -> str:
        """5 个工作日 / 30 日, as pages and diagrams show it."""
        return f"{self.working_days} 个工作日" if self.working_days else f"{self.days} 日"


class FlowFile(ContentFile):
    """content/flows/<name>.yaml. `subject` is what messages call the thing: 这条预警.

    Limits go by state and level of the thing; `any` stands for every level not named. A room
    with more to declare extends this class.
    """

    name: str
    title: str
    subject: str = "这一件"
    states: dict[str, State]
    acts: dict[str, Act]
    limits: dict[str, dict[str, Limit]] = {}

    def limit(self, state: str, level: str, _tier: str, /) -> Limit | None:
        """How long a thing of this level may stay in the state. The tier of its agency makes a
        difference only in rooms that declare one."""
        limits = self.limits.get(state, {})
        return limits.get(level) or limits.get(ANY_LEVEL)


FileT = TypeVar("FileT", bound=FlowFile)


@dataclass(frozen=True)
class OpenAct:
    """An act that a person may do now, as the page makes a button and a form of it."""

    name: str
    title: str
    needs: list[str]
    hint: str
    closes: bool


@dataclass(frozen=True)
class Flow(Generic[FileT]):
    """The flow in force."""

    file: FileT

    def state_title(self, state: str) -> str:
        return self.file.states[state].title

    def act_title(self, act: str) -> str:
        return self.file.acts[act].title

    def permission_for(self, act: str) -> str:
        """What a person needs to do the act; the platform's own acts are nobody's."""
        permission = self.file.acts[act].permission
        if permission is None:
            who = "由夜间作业" if self.file.acts[act].by == "night_round" else "由平台随其他办理"
            raise NotPossible(f"“{self.act_title(act)}”{who}办理，不能由人办。")
        return permission

    def after(self, act: str, state: str, former: str = "") -> str:
        """The state that `act` leads to from `state`, or NotPossible.

        `former` is the state before the present one, for acts that lead back to it.
        """
        arrow = self.file.acts[act]
        if state not in arrow.from_:
            raise NotPossible(
                f"{self.file.subject}现在是“{self.state_title(state)}”，不能“{arrow.title}”。"
                "请刷新后再看。"
            )
        if arrow.to == FORMER:
            if former not in self.file.states:
                raise NotPossible(f"{self.file.subject}没有留下原来的状态，不能“{arrow.title}”。")
            return former
        return arrow.to or state

    def due_on(self, state: str, level: str, since: date, tier: str = "") -> date | None:
        """Last day to leave `state`; None where no limit is set. Moves on over holidays."""
        limit = self.file.limit(state, level, tier)
        return limit.end(since) if limit else None

    def is_ended(self, state: str) -> bool:
        return self.file.states[state].ends

    def ended_states(self) -> list[str]:
        return [name for name, state in self.file.states.items() if state.ends]

    def same_person(self, act: str, events: QuerySet[Any], by: User) -> str:
        """Why who did one thing may not do the next on it; "" when he did none of `not_by`.

        `events` is the thing's history, with `act` and `by`.
        """
        others = self.file.acts[act].not_by
        done = events.filter(act__in=others, by=by).order_by("-id").first() if others else None
        if done is None:
            return ""
        return f"“{self.act_title(done.act)}”是您自己办的，“{self.act_title(act)}”须由另一个人办。"

    def open_to(self, user: User | AnonymousUser, state: str) -> list[OpenAct]:
        """The acts this user may do on a thing in this state, in the order of the file."""
        return [
            OpenAct(name, act.title, act.needs, act.hint, closes=act.to not in (None, state))
            for name, act in self.file.acts.items()
            if act.permission and state in act.from_ and permits(user, act.permission)
        ]

    def waiting_for(self, user: User | AnonymousUser) -> list[str]:
        """States that a thing leaves by an act of this user's: the user's to-dos.

        A supervisor may close an alert at any time, but it waits for him only after the agency
        has fed back; so of several acts leading out of a state the one named first counts.
        """
        states = []
        for state, meant in self.file.states.items():
            if meant.ends or meant.rests:
                continue
            out = [a for a in self.file.acts.values() if state in a.from_ and a.permission and a.to]
            if out and out[0].permission and permits(user, out[0].permission):
                states.append(state)
        return states


def read_flow(name: str, shape: type[FileT], needs: Collection[str] = ()) -> Flow[FileT]:
    """Read content/flows/<name>.yaml strictly; `needs` are the inputs that the room's forms know.

    Raises ContentError naming file, line and field for unknown states, acts, levels,
    permissions or inputs. Not cached: the room keeps what it read.
    """
    document, file = flow_document(name, shape)
    problems = [
        *_state_problems(document, file),
        *_act_problems(document, file, needs),
        *_limit_problems(document, file),
    ]
    if problems:
        raise ContentError(problems)
    return Flow(file)


@cache
def audited_titles() -> dict[str, str]:
    """What the acts of all flows are called in the audit log: alert.sign → 监督预警：签收."""
    titles = {}
    for path in content_files("flows", "*.yaml"):
        plan = Document(path).data
        if isinstance(plan, dict) and "states" in plan:
            for act, said in plan["acts"].items():
                titles[f"{plan['name']}.{act}"] = f"{plan['title']}：{said['title']}"
    return titles


def flow_document(name: str, shape: type[FileT]) -> tuple[Document, FileT]:
    """The file with its lines, for a room that checks more than `read_flow` does."""
    document = content_document("flows", f"{name}.yaml")
    return document, shape_document(document, shape)


def _state_problems(document: Document, file: FlowFile) -> Iterable[Problem]:
    if FORMER in file.states:
        yield document.problem(("states", FORMER), f"“{FORMER}”表示回到原状态，不能作状态名")


def _act_problems(document: Document, file: FlowFile, needs: Collection[str]) -> Iterable[Problem]:
    permissions = load_roles().permissions
    for name, act in file.acts.items():
        where = ("acts", name)
        for state in [*act.from_, *([act.to] if act.to and act.to != FORMER else [])]:
            if state not in file.states:
                yield document.problem(where, f"状态“{state}”没有列在 states")
        for other in act.not_by:
            if other not in file.acts:
                yield document.problem((*where, "not_by"), f"没有“{other}”这个行为")
        for i, need in enumerate(act.needs):
            if need not in needs:
                known = "、".join(sorted(needs)) or "无"
                message = f"“{need}”不在可选值之内（{known}）"
                yield document.problem((*where, "needs", i), message)
        if act.permission and act.permission not in permissions:
            message = f"权限“{act.permission}”没有列在 access/roles.yaml"
            yield document.problem((*where, "permission"), message)


def _limit_problems(document: Document, file: FlowFile) -> Iterable[Problem]:
    levels = {*load_standard().codes["alert_level"].codes, ANY_LEVEL}
    for state, limits in file.limits.items():
        if state not in file.states:
            yield document.problem(("limits", state), "这个状态没有列在 states")
        for level in limits:
            if level not in levels:
                yield document.problem(("limits", state, level), "没有这个预警等级")
