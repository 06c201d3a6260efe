"""Procedure files: the steps of a procedure, and the rules that a case must keep."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from mingjian.standards import ContentFile

Location = tuple[str | int, ...]
Steps = str | list[str]  # one step, or any one of several


class Basis(ContentFile):
    """A sentence of a statute, proved word for word in the version in force on `in_force`."""

    law: str
    article: str
    in_force: date
    text: str


class Activity(ContentFile):
    """One step; `aliases` are the names that logs give it (its key and title always count)."""

    title: str
    aliases: list[str] = []


class Attribute(ContentFile):
    """A fact about a case, from the log's column of this name or from the table of cases."""

    title: str
    column: str


class CaseTable(ContentFile):
    """Where the platform's own log finds its cases: a standard table and which rows of it."""

    table: str
    key: str = "case_id"
    where: dict[str, list[str]] = {}


class When(ContentFile):
    """Only these cases are checked: a step occurred, or an attribute has a value."""

    step: Steps | None = None
    attribute: str | None = None
    among: list[str] | None = None
    at_least: float | None = None


class RuleBase(ContentFile):
    """What every rule has. `since`: cases that began earlier are not checked."""

    code: str
    title: str
    level: Literal["red", "orange", "yellow", "blue"]
    reason: str
    when: When | None = None
    since: date | None = None

    def named_steps(self) -> dict[str, list[str]]:
        """The steps that each field names."""
        fields = ("first", "then", "step", "after", "start", "end", "second")
        return {name: listed(getattr(self, name)) for name in fields if hasattr(self, name)}


class Order(RuleBase):
    """`before`: no `then` without a `first` earlier. `after`: every `first` is followed by a
    `then`, at some time. `directly`: the step after every `first` is a `then`."""

    kind: Literal["order"]
    first: Steps
    then: Steps
    how: Literal["before", "after", "directly"] = "before"


class Obligatory(RuleBase):
    """The step occurs in every case (that `when` chooses)."""

    kind: Literal["obligatory"]
    step: Steps


class AbsentAfter(RuleBase):
    """No `step` once there has been an `after`."""

    kind: Literal["absent_after"]
    step: Steps
    after: Steps


class Limit(RuleBase):
    """At most `days` from the first `start` to the first `end` after it, as statutes count.

    `day` moves a last day on a holiday on, `working_day` counts by the calendar, `plain_day`
    knows no holidays. Where there is no `end` yet it counts to the day of judgement, unless
    `unfinished` says to leave such cases out.
    """

    kind: Literal["limit"]
    start: Steps
    end: Steps
    days: Annotated[int, Field(ge=0, le=3650)]
    unit: Literal["day", "working_day", "plain_day"] = "day"
    unfinished: Literal["counted", "left_out"] = "counted"


class FourEyes(RuleBase):
    """Nobody who did `first` did `second`."""

    kind: Literal["four_eyes"]
    first: Steps
    second: Steps


class AtMost(RuleBase):
    """The step occurs no more than so many times."""

    kind: Literal["at_most"]
    step: Steps
    times: Annotated[int, Field(ge=0)]


Rule = Order | Obligatory | AbsentAfter | Limit | FourEyes | AtMost
KINDS: dict[str, str] = {
    "order": "先后",
    "obligatory": "必经",
    "absent_after": "其后不得",
    "limit": "时限",
    "four_eyes": "不同人",
    "at_most": "次数",
}


class Procedure(ContentFile):
    """A procedure. With `cases` it is checked every night on the platform's own case_step."""

    name: str
    title: str
    meaning: str
    legal_basis: list[Basis] = []
    cases: CaseTable | None = None
    attributes: dict[str, Attribute] = {}
    activities: dict[str, Activity]
    rules: Annotated[list[Annotated[Rule, Field(discriminator="kind")]], Field(min_length=1)]

    def names(self) -> list[tuple[str, str]]:
        """Every name a log may use for a step, with the step."""
        return [
            (name, step)
            for step, activity in self.activities.items()
            for name in dict.fromkeys([step, activity.title, *activity.aliases])
        ]


def listed(steps: Steps) -> list[str]:
    """Always a list."""
    return [steps] if isinstance(steps, str) else steps
