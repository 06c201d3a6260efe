"""The shapes of monitor files (content/monitors) and view files (content/views)."""

from datetime import date
from typing import Annotated, Any, Literal, Self

import sqlglot
from pydantic import Field as Rule
from pydantic import model_validator
from sqlglot import exp
from sqlglot.errors import SqlglotError

from mingjian.standards import ContentFile

Status = Literal["draft", "shadow", "production", "retired"]
Level = Literal["red", "orange", "yellow", "blue"]
ParameterType = Literal["integer", "decimal", "money", "date", "text", "boolean"]
Share = Annotated[float, Rule(ge=0, le=1)]
Value = bool | int | float | date | str

STATUS_TITLES = {"draft": "起草", "shadow": "试运行", "production": "正式", "retired": "停用"}
LEVEL_TITLES = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}

_TYPES: dict[type, ParameterType] = {
    bool: "boolean",
    int: "integer",
    float: "decimal",
    date: "date",
    str: "text",
}


class Basis(ContentFile):
    """One article relied on; `text` is quoted verbatim, or null with a `note` saying why."""

    law: str
    article: str
    in_force: date
    text: str | None
    note: str = ""

    @model_validator(mode="after")
    def _says_why_unquoted(self) -> Self:
        if self.text is None and not self.note:
            raise ValueError("没有引文（text 为空）时，须在 note 写明原因，如“未取得全文，据……”")
        return self


class Parameter(ContentFile):
    """A number, date or word the logic uses as `:name`, with the clause it comes from."""

    value: Value
    meaning: str
    basis: str
    min: Value | None = None
    max: Value | None = None
    type: ParameterType | None = None

    @property
    def kind(self) -> ParameterType:
        return self.type or _TYPES[type(self.value)]

    @model_validator(mode="after")
    def _within_bounds(self) -> Self:
        value: Any = self.value
        if self.min is not None and value < self.min:
            raise ValueError(f"“{self.value}”小于允许的最小值 {self.min}")
        if self.max is not None and value > self.max:
            raise ValueError(f"“{self.value}”大于允许的最大值 {self.max}")
        return self


class Example(ContentFile):
    """Records as of a day, and exactly the units that must be found in them."""

    name: str
    as_of: date
    given: dict[str, list[dict[str, Any]]]
    finds: list[dict[str, Any]]


class Retirement(ContentFile):
    """Why and when a monitor was taken out of use, and what took its place."""

    on: date
    reason: str
    successor: str | None = None


class ExamplesFile(ContentFile):
    """`<what>.examples.yaml` beside a monitor whose examples outgrew its file."""

    defaults: dict[str, Any] = {}
    examples: list[Example]


class Local(ContentFile):
    """How the findings of a query fall apart: those of one scope rest on the rows of that scope.

    `scope` names what it falls into (case, party, place); `by` tells the scope of a finding, from
    the columns of the result. `tables` tells it of a row of a table, `lookups` finds the scopes
    that some changed rows (`changed`) of another table touch. All other tables count as a whole.
    `pending` marks the rows whose findings time alone may still change; without it, time may
    change all. Scopes are compared as text; a row without one touches nothing.
    """

    scope: str
    by: str = "unit_id"
    tables: dict[str, str] = {}
    lookups: dict[str, str] = {}
    pending: dict[str, str] | None = None

    @model_validator(mode="after")
    def _is_sql(self) -> Self:
        for text in (self.by, *self.tables.values(), *(self.pending or {}).values()):
            _parsed(text, into=exp.Condition)
        for text in self.lookups.values():
            if not isinstance(_parsed(text), exp.Query):
                raise ValueError(f"“{text}”应为一条 SELECT")
        return self


def _parsed(text: str, into: type[exp.Expr] | None = None) -> exp.Expr:
    try:
        return sqlglot.parse_one(text, dialect="duckdb", into=into)
    except SqlglotError as error:
        raise ValueError(f"“{text}”不是 SQL：{error}") from error


class Peers(ContentFile):
    """Which value of the unit is compared, among units equal in `group`.

    With `days`, only those dated in as many days up to the day of judgement are peers; `on` is
    the column that dates them, the first milestone of the view if it is not named.
    """

    value: str
    group: list[str] = Rule(min_length=1)
    title: str = ""
    days: int | None = Rule(default=None, ge=1)
    on: str = ""


class Recurs(ContentFile):
    """What must be equal for a row to be one more of the same, and within how many days.

    Both the first and the last day count; without `days` all before it count. `on` dates the rows,
    as for peers.
    """

    same: list[str] = Rule(min_length=1)
    days: int | None = Rule(default=None, ge=1)
    on: str = ""


class MonitorFile(ContentFile):
    """监测模型说明书: law, interpretation, parameters, logic, evidence, wording and examples."""

    code: str = Rule(pattern=r"^[A-Z]{2}-\d{2,3}$")
    name: str
    alias: list[str] = []
    status: Status
    level: Level
    purpose: str
    legal_basis: list[Basis] = Rule(min_length=1)
    interpretation: list[str]
    unit: str
    view: str | None = None
    peers: Peers | None = None
    recurs: Recurs | None = None
    when: str | None = None
    sql: str | None = None
    local: Local | None = None
    parameters: dict[str, Parameter] = {}
    requires: dict[str, dict[str, Share | Literal["any"]]]
    evidence: dict[str, str] = Rule(min_length=1)
    message: str
    verify: list[str]
    known_gaps: list[str]
    retired: Retirement | None = None
    defaults: dict[str, Any] = {}
    examples: list[Example] = []

    @model_validator(mode="after")
    def _one_form_of_logic(self) -> Self:
        if (self.sql is None) == (self.when is None):
            raise ValueError("判断逻辑须写且只写一种：sql，或者 view 加 when")
        if (self.view is None) != (self.when is None):
            raise ValueError("view 与 when 须一起写（sql 里可以直接 FROM 视图名）")
        if self.local is not None and self.view is not None:
            raise ValueError("local 写在视图文件里；模型只有用 sql 的才写")
        return self

    @model_validator(mode="after")
    def _retired_says_why(self) -> Self:
        if (self.status == "retired") != (self.retired is not None):
            raise ValueError("停用的模型须写 retired: {on, reason, successor}，未停用的不写")
        return self


class Milestone(ContentFile):
    """A date of the unit drawn on its time line."""

    on: str
    title: str


class Limit(ContentFile):
    """A legal time limit drawn on the time line: from `start` to `end`, met on `met`.

    A `waiting` limit protects the party: the act on `met` may only follow its end.
    """

    start: str
    end: str
    met: str
    title: str
    basis: str
    kind: Literal["deadline", "waiting"] = "deadline"


class ViewFile(ContentFile):
    """A wide view with one row a unit, worked out once and judged by many monitors."""

    name: str
    title: str
    unit: str
    key: str
    meaning: str
    reads: list[str] = Rule(min_length=1)
    columns: dict[str, str] = Rule(min_length=1)
    milestones: list[Milestone] = []
    limits: list[Limit] = []
    peers: Peers | None = None
    local: Local | None = None
    sql: str
