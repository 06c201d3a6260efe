"""The shape of a source file: how one department's columns become fields of a standard table."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field as Rule
from pydantic import field_validator, model_validator

from mingjian.standards import ContentFile

Format = Literal["csv", "tsv", "xlsx", "json", "jsonl", "xes", "parquet"]
RangePart = Literal[
    "fine_basis",
    "fine_min_yuan",
    "fine_max_yuan",
    "is_min_inclusive",
    "is_max_inclusive",
    "multiple_min",
    "multiple_max",
]


class Transport(ContentFile):
    """How a submission reaches us. `header_row` counts from 1; `records` is a dotted JSON path."""

    kind: Literal["folder", "file", "rest", "postgres", "internal"]
    pattern: str = "*"
    format: Format = "csv"
    encoding: str = "auto"
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = Rule(default=1, ge=1)
    records: str = ""
    dsn_env: str | None = None
    query: str | None = None

    @model_validator(mode="after")
    def _postgres_has_query(self) -> "Transport":
        if self.kind == "postgres" and not (self.dsn_env and self.query):
            raise ValueError("kind 为 postgres 时须写 dsn_env（连接串的环境变量名）和 query")
        return self


class Due(ContentFile):
    """When the department should have reported; `by` is a time of day in Beijing."""

    every: Literal["day", "week", "month", "quarter", "year"]
    by: str = Rule(default="24:00", pattern=r"^([01]\d|2[0-4]):[0-5]\d$")
    working_days_only: bool = False


class Reference(ContentFile):
    """A value that names a record of another table: which columns it may match, what to take."""

    table: str
    match: list[str] = Rule(min_length=1)
    give: str
    otherwise: Literal["reject", "keep", "empty"] = "reject"


class Target(ContentFile):
    """One field that a column fills, and how its text is to be read."""

    to: str
    format: str | None = None
    lookup: str | None = None
    split: str | None = None
    unit: str = "元"
    pattern: str | None = None
    find: bool = False
    range: RangePart | None = None
    refer: Reference | None = None
    hash: bool = False
    zone: Literal["beijing", "local"] = "beijing"


class FillDown(ContentFile):
    """Empty cells of `column` take the value above, as long as `within` stays the same."""

    column: str
    within: str | None = None


class Condition(ContentFile):
    """Which rows count: the text of a column is one of a list, or matches a regular expression."""

    any_of: list[str] | None = Rule(default=None, alias="in")
    matches: str | None = None
    none_of: list[str] | None = Rule(default=None, alias="not_in")
    filled: bool | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Condition":
        said = [self.any_of, self.matches, self.none_of, self.filled]
        if sum(part is not None for part in said) != 1:
            raise ValueError("in、not_in、matches、filled 须写且只写一项")
        return self


Conditions = dict[str, Condition]


class Pick(ContentFile):
    """How many rows become one value; exactly one of the columns is named."""

    first: str | None = None
    last: str | None = None
    smallest: str | None = Rule(default=None, alias="min")
    largest: str | None = Rule(default=None, alias="max")
    sum: str | None = None
    count: str | None = None
    join: str | None = None
    where: Conditions = {}

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Pick":
        if len(self.said()) != 1:
            raise ValueError("first、last、min、max、sum、count、join 须写且只写一项")
        return self

    def said(self) -> list[tuple[str, str]]:
        names = ("first", "last", "smallest", "largest", "sum", "count", "join")
        return [(name, value) for name in names if (value := getattr(self, name)) is not None]


class Collapse(ContentFile):
    """Many rows (events) become one row each `by`; `columns` are the new row's columns."""

    by: list[str] = Rule(min_length=1)
    order: str | None = None
    columns: dict[str, Pick]


class Sequence(ContentFile):
    """A new column that numbers the rows of one `by` from 1, in the order of time."""

    column: str
    by: list[str] = Rule(min_length=1)
    order: str | None = None


def columns_in(template: str) -> list[str]:
    """The columns that a text such as `{字号}〔{年份}〕{序号}号` is composed of."""
    return re.findall(r"\{([^{}]+)\}", template)


class Explode(ContentFile):
    """A cell with several values becomes several rows, one value each."""

    column: str
    split: str = "、"


class RowLimits(ContentFile):
    min: int | None = None
    max: int | None = None


class Assertions(ContentFile):
    """What a submission should look like; `filled` is the least share of rows with a value."""

    rows: RowLimits = RowLimits()
    filled: dict[str, Annotated[float, Rule(ge=0, le=1)]] = {}


class Source(ContentFile):
    """One declared source (数据源): a department, a table, and the mapping between them."""

    code: str = Rule(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    name: str
    agency: str | None
    into: str
    key: list[str] = []
    transport: Transport
    due: Due | None = None
    columns: dict[str, list[Target]] = Rule(min_length=1)
    ignore: dict[str, str] = {}
    lookups: dict[str, dict[str, list[str]]] = {}
    constants: dict[str, str | int | float | bool] = {}
    empty: list[str] = []
    fill_down: list[FillDown] = []
    only: Conditions = {}
    explode: Explode | None = None
    compose: dict[str, str] = {}
    sequence: Sequence | None = None
    collapse: Collapse | None = None
    assertions: Assertions = Assertions()

    @field_validator("columns", mode="before")
    @classmethod
    def _short_forms(cls, columns: Any) -> Any:
        """A column may be written as a field name, as one target, or as a list of either."""
        if not isinstance(columns, dict):
            return columns
        lists = {name: spec if isinstance(spec, list) else [spec] for name, spec in columns.items()}
        return {
            name: [{"to": part} if isinstance(part, str) else part for part in spec]
            for name, spec in lists.items()
        }

    @field_validator("fill_down", mode="before")
    @classmethod
    def _short_fills(cls, fills: Any) -> Any:
        if not isinstance(fills, list):
            return fills
        return [{"column": fill} if isinstance(fill, str) else fill for fill in fills]

    def targets(self) -> list[tuple[str, Target]]:
        """Every (column, target) pair, in the order of the file."""
        return [(column, target) for column, spec in self.columns.items() for target in spec]

    def added_columns(self) -> set[str]:
        """Columns that the steps add to the rows of the file."""
        return set(self.compose) | ({self.sequence.column} if self.sequence else set())

    def made_columns(self) -> set[str]:
        """Columns that shaping makes, which the file itself does not have."""
        return self.added_columns() | (set(self.collapse.columns) if self.collapse else set())

    def raw_columns(self) -> set[str]:
        """Columns of the file that shaping or mapping reads."""
        return self.shaping_columns() | (set(self.columns) - self.made_columns())

    def shaping_columns(self) -> set[str]:
        """Columns of the file that the steps before mapping read."""
        named = {fill.column for fill in self.fill_down} | set(self.only)
        named |= {fill.within for fill in self.fill_down if fill.within}
        if self.explode:
            named.add(self.explode.column)
        for template in self.compose.values():
            named |= set(columns_in(template))
        for step in (self.sequence, self.collapse):
            if step:
                named |= {*step.by, *([step.order] if step.order else [])}
        if self.collapse:
            for pick in self.collapse.columns.values():
                named |= {pick.said()[0][1], *pick.where}
        return named - self.added_columns()

    def column_of(self, field: str) -> str | None:
        """The column that fills `field`, if one does."""
        return next((column for column, target in self.targets() if target.to == field), None)
