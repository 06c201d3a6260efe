"""The portable subset of SQL: what means the same on every engine, and what does not.

Engines differ in silence on a few constructs (months between dates, rounding casts, the base of
a logarithm, days of the week); those, and functions nobody compared, are refused in files.
"""

from collections.abc import Iterator

from sqlglot import exp

Fault = tuple[exp.Expr, str]

_LOGIC = (exp.And, exp.Or, exp.Exists, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Cast)
_CASTS = (exp.TryCast, exp.Greatest, exp.Least)
_AGGREGATES = (
    *(exp.Count, exp.CountIf, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.Median),
    *(exp.ArgMax, exp.ArgMin, exp.GroupConcat, exp.LogicalOr, exp.LogicalAnd),
    *(exp.Stddev, exp.StddevSamp),
)
_WINDOWS = (
    *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.PercentRank, exp.CumeDist),
    *(exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue),
)
_NUMBERS = (
    *(exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Sign, exp.Sqrt, exp.Pow, exp.Exp, exp.Ln),
    *(exp.Sin, exp.Cos, exp.Asin, exp.Acos, exp.Atan, exp.Radians, exp.Degrees),
)
_TEXTS = (
    *(exp.Upper, exp.Lower, exp.Length, exp.Substring, exp.Left, exp.Right, exp.Trim),
    *(exp.Replace, exp.StrPosition, exp.StartsWith, exp.Contains, exp.SplitPart),
    *(exp.RegexpLike, exp.RegexpReplace, exp.RegexpExtract),
)
_DATES = (
    *(exp.DateDiff, exp.TimestampTrunc, exp.DateTrunc, exp.Extract, exp.Year, exp.Quarter),
    *(exp.Month, exp.Day, exp.Hour, exp.DateFromParts, exp.LastDay),
)
ALLOWED = frozenset((*_LOGIC, *_CASTS, *_AGGREGATES, *_WINDOWS, *_NUMBERS, *_TEXTS, *_DATES))

_INSTEAD: dict[type[exp.Expr], str] = {
    exp.CurrentDate: "不得取当前日期，用 :as_of（判断日）",
    exp.CurrentTimestamp: "不得取当前时间，用 :as_of（判断日）",
    exp.DayOfWeek: "各引擎的星期编号不同：工作日查 calendar_day.is_workday",
    exp.DayOfWeekIso: "各引擎的星期编号不同：工作日查 calendar_day.is_workday",
    exp.Log: "各引擎的 log 底数不同：用 LN(x)，或 LN(x) / LN(10)",
    exp.ArrayAgg: "list() 的次序不可靠：用带 ORDER BY 的 STRING_AGG",
    exp.StrToTime: "strptime 的时区各引擎不同：日期应在归集时解析好",
    exp.Concat: "concat 遇空值各引擎不同：用 || 与 COALESCE",
    exp.PercentileCont: "不是每个引擎都有：用 MEDIAN，或 NTILE、PERCENT_RANK",
    exp.GenerateSeries: "不是每个引擎都能当表用：逐日的表用 calendar_day",
}
_BY_NAME = {
    "now": "不得取当前时间，用 :as_of（判断日）",
    "date_sub": "用 DATE_DIFF('day', a, b)",
    "weekday": "各引擎的星期编号不同：工作日查 calendar_day.is_workday",
}
_CLAUSES: dict[type[exp.Expr], str] = {
    exp.Limit: "不得用 LIMIT 截断发现",
    exp.Offset: "不得用 OFFSET 截断发现",
    exp.Pivot: "PIVOT 不是每个引擎都有：用 SUM(…) FILTER (WHERE …)",
    exp.TableSample: "抽样的结果不能重现",
    exp.Lateral: "LATERAL 不是每个引擎都有",
    exp.Lambda: "匿名函数不是每个引擎都有",
}
_LEFT_ONLY = (
    "LEFT JOIN 的 ON 里有只看左表的条件，引擎会逐对比较：写进等式的一边，"
    "如 x.id = CASE WHEN a.kind = 'y' THEN a.id END"
)
_PARTS = {"year", "quarter", "month", "day", "hour", "minute"}
_TRUNC_UNITS = {"year", "quarter", "month", "week", "day"}
_TYPES = {
    *(exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP, exp.DataType.Type.BOOLEAN),
    *(exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT, exp.DataType.Type.DOUBLE),
    *(exp.DataType.Type.DECIMAL, exp.DataType.Type.INT, exp.DataType.Type.BIGINT),
}


def faults(tree: exp.Expr) -> Iterator[Fault]:
    """Constructs outside the subset that can be seen without knowing column types."""
    for node in tree.walk():
        yield from _function(node)
        yield from _construct(node)


def typed_faults(tree: exp.Expr) -> Iterator[Fault]:
    """Constructs outside the subset in a tree whose nodes carry their types."""
    for node in tree.walk():
        if isinstance(node, exp.Sub) and _is_day(node.left) and _is_day(node.right):
            yield node, "日期相减各引擎结果不同：用 DATE_DIFF('day', 早, 晚)"
        elif isinstance(node, exp.Cast) and node.to.is_type(*exp.DataType.INTEGER_TYPES):
            if not _is_whole(node.this):
                yield node, "小数转整数各引擎舍入不同：先 FLOOR、CEIL 或 ROUND"
        elif isinstance(node, exp.Add | exp.Sub) and isinstance(node.expression, exp.Interval):
            above = node.parent
            if not (isinstance(above, exp.Cast) and above.to.is_type(exp.DataType.Type.DATE)):
                yield node, "日期加减 INTERVAL 各引擎类型不同：写成 CAST(… AS DATE)"


def _function(node: exp.Expr) -> Iterator[Fault]:
    if isinstance(node, exp.Anonymous):
        name = node.name.lower()
        yield node, f"函数 {name} 不在可移植子集之内{_because(_BY_NAME.get(name))}"
    elif isinstance(node, exp.Func) and type(node) not in ALLOWED:
        name = node.sql_name().lower()
        yield node, f"函数 {name} 不在可移植子集之内{_because(_INSTEAD.get(type(node)))}"


def _because(text: str | None) -> str:
    return f"：{text}" if text else "（可用的函数见 docs/writing-a-monitor.md）"


def _construct(node: exp.Expr) -> Iterator[Fault]:
    if (clause := _CLAUSES.get(type(node))) is not None:
        yield node, clause
    elif isinstance(node, exp.DateDiff) and _unit(node) != "day":
        yield node, f"DATE_DIFF 只能用 'day'，“{_unit(node)}”各引擎算法不同"
    elif isinstance(node, exp.Extract) and node.name.lower() not in _PARTS:
        yield node, f"EXTRACT 只能取 {'、'.join(sorted(_PARTS))}"
    elif isinstance(node, exp.TimestampTrunc | exp.DateTrunc) and _unit(node) not in _TRUNC_UNITS:
        yield node, f"DATE_TRUNC 只能取 {'、'.join(sorted(_TRUNC_UNITS))}"
    elif isinstance(node, exp.Qualify) and any(
        _stands_outside(c) for c in node.find_all(exp.Column)
    ):
        yield node, "QUALIFY 里窗口之外的列不是每个引擎都认：先在上一步算好，再用 WHERE"
    elif isinstance(node, exp.Window) and node.find(exp.Median) and node.args.get("order"):
        yield node, "MEDIAN 作窗口时不能有 ORDER BY：改为连接后按组汇总"
    elif isinstance(node, exp.Sub) and _ends_with_a_name(node.this):
        yield node, "OVER 窗口名之后的减号有的引擎读成带连字符的名字：写成 (… OVER 名) - …"
    elif isinstance(node, exp.Window) and node.find(exp.Distinct):
        yield node, "窗口函数里不能用 DISTINCT"
    elif isinstance(node, exp.GroupConcat) and not node.find(exp.Order):
        yield node, "STRING_AGG 须写 ORDER BY，否则次序不可靠"
    elif isinstance(node, exp.Div) and not isinstance(
        node.expression.unnest(), exp.Literal | exp.Nullif | exp.Placeholder
    ):
        yield node, "除数可能为零，各引擎结果不同：写成 a / NULLIF(b, 0)"
    elif isinstance(node, exp.Cast) and node.to.this not in _TYPES:
        yield node, f"类型 {node.to.sql()} 不在可移植子集之内"
    elif isinstance(node, exp.Join) and node.args.get("method"):
        yield node, f"{node.args['method']} JOIN 不是每个引擎都有"
    elif isinstance(node, exp.Join) and node.side == "LEFT" and _tests_only_the_left(node):
        yield node, _LEFT_ONLY


def _tests_only_the_left(join: exp.Join) -> bool:
    """Whether some part of the condition does not speak of the joined table at all."""
    on = join.args.get("on")
    if on is None:
        return False
    parts = on.flatten() if isinstance(on, exp.And) else [on]
    return any(
        join.alias_or_name not in {column.table for column in part.find_all(exp.Column)}
        for part in parts
    )


def _ends_with_a_name(node: exp.Expr) -> bool:
    """Whether an expression is written with the name of a window last."""
    return isinstance(node, exp.Window) and node.args.get("alias") is not None


def _stands_outside(column: exp.Column) -> bool:
    """Whether a qualified column stands outside every window of its QUALIFY."""
    return bool(column.table) and column.find_ancestor(exp.Window) is None


def _unit(node: exp.Expr) -> str:
    unit = node.args.get("unit")
    return unit.name.lower() if unit is not None else "day"


def _is_day(node: exp.Expr) -> bool:
    return node.is_type(exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP)


def _is_whole(node: exp.Expr) -> bool:
    """Whether the value is certainly a whole number already."""
    inner = node.unnest()
    if isinstance(inner, exp.Floor | exp.Ceil):
        return True
    if isinstance(inner, exp.Round):
        return inner.args.get("decimals") is None
    whole = (*exp.DataType.INTEGER_TYPES, exp.DataType.Type.BOOLEAN)
    return inner.is_type(*whole)
