"""The logic of a monitor in Chinese sentences, for readers who do not read SQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from mingjian.monitor.analysis import analyse
from mingjian.monitor.derived import told_columns
from mingjian.monitor.file import Parameter
from mingjian.monitor.library import Library, Monitor, tables_of
from mingjian.monitor.logic_checks import cte_comments, whole_query
from mingjian.monitor.query import AS_OF, DIALECT
from mingjian.monitor.reading import load_library
from mingjian.monitor.relations import relations
from mingjian.monitor.wording import in_words
from mingjian.standards import load_standard


def logic_in_words(monitor: Monitor, library: Library | None = None) -> list[str]:
    """The logic as numbered steps would say it: conditions that all hold, or steps in order.

    A `when` becomes one sentence for each AND-ed condition; a query becomes the comments of its
    steps. What has no words stays as SQL between backquotes, with the columns in Chinese.
    """
    library = library or load_library()
    if monitor.file.view is None:
        return [comment for _, comment, _ in cte_comments(monitor.file.sql or "") if comment]
    return conditions_in_words(monitor, library)


def conditions_in_words(monitor: Monitor, library: Library) -> list[str]:
    """One sentence for each AND-ed condition of a `when`."""
    view = library.views[str(monitor.file.view)]
    tree = analyse(whole_query(monitor), library.view_columns).tree
    condition = monitor.logic
    if tree is not None and (where := tree.args.get("where")) is not None:
        condition = where.this
    names = _Names(
        view.file.columns, _codes(view.file.unit, tables_of(view.query)), monitor.parameters
    )
    told = told_columns(view.base.file, view.asked) if view.base and view.asked else {}
    sentences = []
    for part in _anded(condition):
        sentences.append(_words(part, replace(names, titles={**names.titles, **told})))
        spoken = {_kin(column.name) for column in part.find_all(exp.Column)}
        told = {name: title for name, title in told.items() if _kin(name) not in spoken}
    return sentences


def _kin(column: str) -> str:
    """“peer” or “recur” for the columns of a comparison: who is meant is said once for each."""
    return column.partition("_")[0]


@dataclass(frozen=True)
class _Names:
    """What columns and parameters are called, and which code list a column shows."""

    titles: Mapping[str, str]
    codes: Mapping[str, str]
    parameters: Mapping[str, Parameter]


def _codes(unit: str, tables: frozenset[str]) -> dict[str, str]:
    """Code list by column name; the unit's own table decides where tables differ."""
    known = relations()
    found: dict[str, str] = {}
    for table in [*sorted(tables), unit]:
        for name, column in known[table].columns.items():
            if column.codes:
                found[name] = column.codes
    return found


def _anded(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.And):
        return [*_anded(node.left), *_anded(node.right)]
    if isinstance(node, exp.Paren) and isinstance(node.this, exp.And):
        return _anded(node.this)
    return [node]


def _words(node: exp.Expr, names: _Names) -> str:
    """A truth value in words."""
    node = node.unnest()
    if isinstance(node, exp.And | exp.Or):
        joint = "，且" if isinstance(node, exp.And) else "，或者"
        parts = [_inner(part, names, type(node)) for part in node.flatten()]
        return joint.join(parts)
    if isinstance(node, exp.Not):
        return _not_words(node.this.unnest(), names)
    if isinstance(node, exp.Is):
        return f"{_value(node.this, names)}为{_constant(node.expression)}"
    if isinstance(node, exp.In) and not node.args.get("query"):
        return f"{_value(node.this, names)}属于{_choices(node, names)}"
    if isinstance(node, exp.Between):
        low, high = (_value(node.args[part], names) for part in ("low", "high"))
        return f"{_value(node.this, names)}在{low}至{high}之间（含两端）"
    if isinstance(node, exp.Like):
        return f"{_value(node.this, names)}形如{_value(node.expression, names)}"
    if isinstance(node, exp.Contains):
        return _contains(node, names)
    if isinstance(node, exp.NullSafeNEQ):
        return (
            f"{_value(node.this, names)}不是{_value(node.expression, names, node.this)}（含未填）"
        )
    if type(node) in _COMPARED:
        return _comparison(node, names)
    if isinstance(node, exp.Column | exp.Coalesce):
        return f"{_value(node, names)}为“是”"
    return _sql(node, names)


def _inner(node: exp.Expr, names: _Names, above: type[exp.Expr]) -> str:
    text = _words(node, names)
    inner = node.unnest()
    return (
        f"（{text}）" if isinstance(inner, exp.And | exp.Or) and type(inner) is not above else text
    )


def _not_words(node: exp.Expr, names: _Names) -> str:
    if isinstance(node, exp.Is):
        return f"{_value(node.this, names)}不为{_constant(node.expression)}"
    if isinstance(node, exp.In) and not node.args.get("query"):
        return f"{_value(node.this, names)}不属于{_choices(node, names)}"
    if isinstance(node, exp.Column | exp.Coalesce):
        return f"{_value(node, names)}为“否”"
    return f"并非（{_words(node, names)}）"


_COMPARED: dict[type[exp.Expr], tuple[str, str]] = {
    exp.EQ: ("为", "为"),
    exp.NEQ: ("不是", "不是"),
    exp.LT: ("早于", "小于"),
    exp.LTE: ("不晚于", "不超过"),
    exp.GT: ("晚于", "大于"),
    exp.GTE: ("不早于", "不少于"),
}


def _comparison(node: exp.Expr, names: _Names) -> str:
    left, right = node.this.unnest(), node.expression.unnest()
    days = left.is_type(*exp.DataType.TEMPORAL_TYPES) or right.is_type(*exp.DataType.TEMPORAL_TYPES)
    verb = _COMPARED[type(node)][0 if days else 1]
    return f"{_value(left, names)}{verb}{_value(right, names, beside=left)}"


def _contains(node: exp.Contains, names: _Names) -> str:
    """A text in a text, or a code in a list of codes: ',' || kinds || ',' holds ',fine,'."""
    whole, part = node.this.unnest(), node.expression.unnest()
    column = whole.find(exp.Column)
    is_list = isinstance(whole, exp.DPipe | exp.Concat) and isinstance(part, exp.Literal)
    if is_list and column is not None:
        code = exp.Literal.string(part.name.strip(","))
        return f"{_value(column, names)}包含{_literal(code, names, column)}"
    return f"{_value(whole, names)}包含{_value(part, names)}"


def _choices(node: exp.In, names: _Names) -> str:
    return "、".join(_value(item, names, beside=node.this) for item in node.expressions)


def _constant(node: exp.Expr) -> str:
    if isinstance(node, exp.Null):
        return "空"
    return "“是”" if node.sql().upper() == "TRUE" else "“否”"


def _value(node: exp.Expr, names: _Names, beside: exp.Expr | None = None) -> str:
    """A value in words; `beside` is the column it is compared with, which may give it a code."""
    node = node.unnest()
    if isinstance(node, exp.Column):
        return names.titles.get(node.name, node.name)
    if isinstance(node, exp.Placeholder):
        return _placeholder(node, names)
    if isinstance(node, exp.Literal):
        return _literal(node, names, beside)
    if isinstance(node, exp.Boolean):
        return "“是”" if node.this else "“否”"
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return f"-{node.this.name}"
    if isinstance(node, exp.Cast | exp.TryCast):
        return _value(node.this, names)
    said = _SAID.get(type(node))
    return said(node, names) if said else _sql(node, names)


def _placeholder(node: exp.Placeholder, names: _Names) -> str:
    if node.name == AS_OF:
        return "判断日"
    parameter = names.parameters[node.name]
    return f"{in_words('', parameter.value)}（{parameter.meaning}）"


def _literal(node: exp.Literal, names: _Names, beside: exp.Expr | None) -> str:
    if not node.is_string:
        return node.name
    codes = names.codes.get(beside.name) if isinstance(beside, exp.Column) else None
    entry = load_standard().codes[codes].codes.get(node.name) if codes else None
    return f"“{entry.title if entry else node.name}”"


def _binary(sign: str) -> Callable[[exp.Expr, _Names], str]:
    def say(node: exp.Expr, names: _Names) -> str:
        return f"{_value(node.this, names)}{sign}{_value(node.expression, names)}"

    return say


def _times(node: exp.Expr, names: _Names) -> str:
    """A multiple of a column as people say it: 同组中位数的3倍（含义）."""
    factor, column = node.this.unnest(), node.expression.unnest()
    if isinstance(column, exp.Placeholder):
        factor, column = column, factor
    if not (isinstance(factor, exp.Placeholder) and isinstance(column, exp.Column)):
        return _binary(" × ")(node, names)
    parameter = names.parameters[factor.name]
    number = in_words("", parameter.value)
    return f"{_value(column, names)}的{number}倍（{parameter.meaning}）"


def _coalesce(node: exp.Expr, names: _Names) -> str:
    others = "，再空则取".join(_value(item, names) for item in node.expressions)
    return f"{_value(node.this, names)}（空则取{others}）"


def _among(days: str, numbers: str) -> Callable[[exp.Expr, _Names], str]:
    def say(node: exp.Expr, names: _Names) -> str:
        items = [node.this, *node.expressions]
        word = days if items[0].is_type(*exp.DataType.TEMPORAL_TYPES) else numbers
        return f"{'、'.join(_value(item, names) for item in items)}中{word}的"

    return say


_SAID: dict[type[exp.Expr], Callable[[exp.Expr, _Names], str]] = {
    exp.Add: _binary(" + "),
    exp.Sub: _binary(" - "),
    exp.Mul: _times,
    exp.Div: _binary(" ÷ "),
    exp.Coalesce: _coalesce,
    exp.Greatest: _among("最晚", "最大"),
    exp.Least: _among("最早", "最小"),
    exp.Nullif: lambda node, names: _value(node.this, names),
    exp.Abs: lambda node, names: f"{_value(node.this, names)}的绝对值",
    exp.DateDiff: lambda node, names: (
        f"自{_value(node.expression, names)}至{_value(node.this, names)}的天数"
    ),
}


def _sql(node: exp.Expr, names: _Names) -> str:
    """SQL as it stands, with the columns' Chinese titles in it."""
    copy = node.copy()
    for column in list(copy.find_all(exp.Column)):
        title = names.titles.get(column.name)
        if title:
            column.replace(exp.column(exp.to_identifier(title, quoted=False)))
    return f"`{copy.sql(DIALECT, comments=False)}`"
