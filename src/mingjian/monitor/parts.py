"""A condition put together from declared parts, so that nobody has to write SQL.

A part names a column of a view, a test, and what is tested against: a parameter, another column,
codes, or the day of judgement. Nothing a person types becomes SQL text: names are looked up,
values become parameters.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from mingjian.monitor.file import ParameterType
from mingjian.monitor.library import View
from mingjian.monitor.query import AS_OF, DIALECT
from mingjian.monitor.relations import relations
from mingjian.standards import load_standard

FieldKind = Literal["date", "number", "boolean", "code", "codes", "text"]
Need = Literal["parameter", "field", "codes"]


_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class PartsError(ValueError):
    """A part that cannot be used; the message says in Chinese which and why."""


@dataclass(frozen=True)
class Part:
    """One test of one column; which of the operands it has depends on the test."""

    field: str
    test: str
    parameter: str = ""
    other: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ViewField:
    """A column of a view as a person may choose it."""

    name: str
    title: str
    kind: FieldKind
    is_money: bool = False
    is_whole: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Test:
    """What may be asked of a column: a Chinese name, for which kinds, with which operands."""

    __test__ = False  # the test runner must not take it for a test case

    title: str
    kinds: tuple[FieldKind, ...]
    needs: tuple[Need, ...]
    build: Callable[[exp.Expr, "_Operands"], exp.Expr]
    of_days: bool = False  # the parameter is a number of days


@dataclass(frozen=True)
class _Operands:
    """The operands as expressions; those that a test does not need are absent from its part."""

    part: Part
    other: exp.Expr

    @property
    def parameter(self) -> exp.Expr:
        return _named(self.part.parameter)

    @property
    def codes(self) -> list[exp.Expr]:
        return [exp.Literal.string(code) for code in self.part.codes]


def _named(name: str) -> exp.Expr:
    """`:name` as files write it; the engine's own dialect would write another sign."""
    return exp.Var(this=f":{name}")


_AS_OF = _named(AS_OF)
_ALL: tuple[FieldKind, ...] = ("date", "number", "boolean", "code", "codes", "text")


def _compared(kind: type[exp.Binary]) -> Callable[[exp.Expr, _Operands], exp.Expr]:
    return lambda column, given: kind(this=column, expression=given.parameter)


def _beside(kind: type[exp.Binary]) -> Callable[[exp.Expr, _Operands], exp.Expr]:
    return lambda column, given: kind(this=column, expression=given.other)


def _judged(kind: type[exp.Binary]) -> Callable[[exp.Expr, _Operands], exp.Expr]:
    return lambda column, _: kind(this=column, expression=_AS_OF.copy())


def _days(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    return exp.DateDiff(this=end, expression=start, unit=exp.Var(this="DAY"))


def _since(kind: type[exp.Binary]) -> Callable[[exp.Expr, _Operands], exp.Expr]:
    return lambda column, given: kind(this=_days(column, _AS_OF.copy()), expression=given.parameter)


def _apart(column: exp.Expr, given: _Operands) -> exp.Expr:
    return exp.GT(this=_days(given.other, column), expression=given.parameter)


def _times(column: exp.Expr, given: _Operands) -> exp.Expr:
    return exp.GT(this=column, expression=exp.Mul(this=given.parameter, expression=given.other))


def _has_code(column: exp.Expr, given: _Operands) -> exp.Expr:
    comma = exp.Literal.string(",")
    whole = exp.DPipe(this=exp.DPipe(this=comma, expression=column), expression=comma.copy())
    has = [
        exp.Contains(this=whole.copy(), expression=exp.Literal.string(f",{code},"))
        for code in given.part.codes
    ]
    return has[0] if len(has) == 1 else exp.paren(exp.or_(*has))


TESTS: dict[str, Test] = {
    "empty": Test("没有填", _ALL, (), lambda c, _: exp.Is(this=c, expression=exp.null())),
    "filled": Test(
        "已经填", _ALL, (), lambda c, _: exp.Not(this=exp.Is(this=c, expression=exp.null()))
    ),
    "before": Test("早于", ("date",), ("parameter",), _compared(exp.LT)),
    "not_after": Test("不晚于", ("date",), ("parameter",), _compared(exp.LTE)),
    "after": Test("晚于", ("date",), ("parameter",), _compared(exp.GT)),
    "not_before": Test("不早于", ("date",), ("parameter",), _compared(exp.GTE)),
    "before_field": Test("早于另一日期", ("date",), ("field",), _beside(exp.LT)),
    "after_field": Test("晚于另一日期", ("date",), ("field",), _beside(exp.GT)),
    "later_by": Test(
        "晚于另一日期超过若干日", ("date",), ("field", "parameter"), _apart, of_days=True
    ),
    "before_as_of": Test("早于判断日", ("date",), (), _judged(exp.LT)),
    "not_after_as_of": Test("不晚于判断日", ("date",), (), _judged(exp.LTE)),
    "older_than": Test(
        "距判断日超过若干日", ("date",), ("parameter",), _since(exp.GT), of_days=True
    ),
    "within": Test(
        "距判断日不超过若干日（时间窗）", ("date",), ("parameter",), _since(exp.LTE), True
    ),
    "more": Test("大于", ("number",), ("parameter",), _compared(exp.GT)),
    "at_least": Test("不少于", ("number",), ("parameter",), _compared(exp.GTE)),
    "less": Test("小于", ("number",), ("parameter",), _compared(exp.LT)),
    "at_most": Test("不超过", ("number",), ("parameter",), _compared(exp.LTE)),
    "equal": Test("等于", ("number",), ("parameter",), _compared(exp.EQ)),
    "more_field": Test("大于另一数值", ("number",), ("field",), _beside(exp.GT)),
    "less_field": Test("小于另一数值", ("number",), ("field",), _beside(exp.LT)),
    "times": Test("大于另一数值的若干倍", ("number",), ("field", "parameter"), _times),
    "yes": Test("为“是”", ("boolean",), (), lambda c, _: c),
    "not_yes": Test(
        "不为“是”（含未填）",
        ("boolean",),
        (),
        lambda c, _: exp.NullSafeNEQ(this=c, expression=exp.true()),
    ),
    "one_of": Test("属于", ("code",), ("codes",), lambda c, g: exp.In(this=c, expressions=g.codes)),
    "none_of": Test(
        "不属于",
        ("code",),
        ("codes",),
        lambda c, g: exp.Not(this=exp.In(this=c, expressions=g.codes)),
    ),
    "has_code": Test("包含", ("codes",), ("codes",), _has_code),
    "contains": Test(
        "包含文字",
        ("text",),
        ("parameter",),
        lambda c, g: exp.Contains(this=c, expression=g.parameter),
    ),
    "same_text": Test("等于文字", ("text",), ("parameter",), _compared(exp.EQ)),
}


def fields_of(view: View) -> dict[str, ViewField]:
    """The columns of a view that may be chosen, in the order of its file."""
    types = view.analysis.columns
    known = _standard_columns(view)
    found = {}
    for name, title in view.file.columns.items():
        if name == "unit_id" or name not in types:
            continue
        kind_of, codes = known.get(name, ("", None))
        titles = (
            {code: entry.title for code, entry in load_standard().codes[codes].codes.items()}
            if codes
            else {}
        )
        found[name] = ViewField(
            name,
            title,
            _kind(types[name], kind_of, bool(titles)),
            is_money=name.endswith("_yuan"),
            is_whole=types[name] in ("BIGINT", "INT", "INTEGER"),
            codes=titles,
        )
    return found


def parameter_type(chosen: ViewField, test: str) -> ParameterType:
    """The type that the parameter of this test must have."""
    if TESTS[test].of_days:
        return "integer"
    if chosen.kind == "date":
        return "date"
    if chosen.kind != "number":
        return "text"
    if test == "times":
        return "decimal"
    if chosen.is_money:
        return "money"
    return "integer" if chosen.is_whole else "decimal"


def condition_text(fields: Mapping[str, ViewField], groups: Sequence[Sequence[Part]]) -> str:
    """The `when` of a file: groups on lines that all must hold, of each group at least one part."""
    lines = []
    for group in groups:
        texts = [_expression(fields, part).sql(DIALECT) for part in group]
        lines.append(texts[0] if len(texts) == 1 else f"({' OR '.join(texts)})")
    return "\nAND ".join(lines)


def columns_used(groups: Sequence[Sequence[Part]]) -> list[str]:
    """Columns that the parts name, each once, in their order."""
    named = (name for group in groups for part in group for name in (part.field, part.other))
    return list(dict.fromkeys(name for name in named if name))


def _expression(fields: Mapping[str, ViewField], part: Part) -> exp.Expr:
    chosen = fields.get(part.field)
    test = TESTS.get(part.test)
    if chosen is None or test is None:
        raise PartsError(f"没有“{part.field}”这个字段，或没有“{part.test}”这种比较")
    if chosen.kind not in test.kinds:
        raise PartsError(f"“{chosen.title}”不能用“{test.title}”来比较")
    other = fields.get(part.other)
    if "field" in test.needs and (other is None or other.kind != chosen.kind):
        raise PartsError(f"“{chosen.title}{test.title}”须另选一个同类的字段来比")
    if "codes" in test.needs and (not part.codes or set(part.codes) - chosen.codes.keys()):
        raise PartsError(f"“{chosen.title}{test.title}”须选至少一个代码集里的值")
    if "parameter" in test.needs and not _NAME.fullmatch(part.parameter):
        raise PartsError(f"“{chosen.title}{test.title}”须给出一个数值、日期或文字")
    against = _column(other) if other is not None else exp.null()
    is_compared = test.kinds == ("date",) or test.kinds == ("number",)
    return test.build(
        _column(chosen) if is_compared else exp.column(part.field), _Operands(part, against)
    )


def _column(chosen: ViewField) -> exp.Expr:
    """The column; a moment is compared by its day."""
    column = exp.column(chosen.name)
    is_moment = chosen.kind == "date" and chosen.name.endswith("_at")
    return exp.cast(column, "DATE", dialect=DIALECT) if is_moment else column


def _standard_columns(view: View) -> dict[str, tuple[str, str | None]]:
    """Type and code list of standard fields by name; the unit's own table decides."""
    found: dict[str, tuple[str, str | None]] = {}
    for table in [*sorted(view.file.reads), view.file.unit]:
        for name, column in relations()[table].columns.items():
            found[name] = (column.type, column.codes)
    return found


def _kind(sql_type: str, field_type: str, has_codes: bool) -> FieldKind:
    if sql_type.startswith(("DATE", "TIMESTAMP")):
        return "date"
    if sql_type == "BOOLEAN":
        return "boolean"
    if sql_type.startswith(("BIGINT", "INT", "DECIMAL", "DOUBLE")):
        return "number"
    if has_codes:
        return "codes" if field_type == "code_list" else "code"
    return "text"
