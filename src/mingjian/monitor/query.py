"""From the text of a file to a query an engine can run: parse, bind values, inline views."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from mingjian.monitor.file import Parameter
from mingjian.standards import ContentError, Document, Problem

DIALECT = "duckdb"
AS_OF = "as_of"


def parse_query(document: Document, location: tuple[str | int, ...], text: str) -> exp.Query:
    """The SELECT in `text`; raises ContentError naming the line of the file."""
    tree = _parse(document, location, text, condition=False)
    if not isinstance(tree, exp.Query):
        raise document.error(location, "应为一条 SELECT 查询")
    return tree


def parse_condition(document: Document, location: tuple[str | int, ...], text: str) -> exp.Expr:
    """The condition in `text`; raises ContentError naming the line of the file."""
    if "--" in text and not _is_literal_block(document, location):
        raise document.error(location, "“--”会注释掉折行后的其余条件：改用 when: | 写法或 /* */")
    return _parse(document, location, text, condition=True)


def bind(logic: exp.Expr, parameters: Mapping[str, Parameter], as_of: date) -> exp.Expr:
    """A copy of `logic` in which `:as_of` and every `:name` are typed literals."""
    values = {name: literal(parameter) for name, parameter in parameters.items()}
    values[AS_OF] = date_literal(as_of)

    def replace(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder):
            return values[node.name].copy()
        return node

    return logic.transform(replace)


def literal(parameter: Parameter) -> exp.Expr:
    """The value of a parameter as a typed SQL literal."""
    kind, value = parameter.kind, parameter.value
    if kind == "date":
        return date_literal(date.fromisoformat(str(value)))
    if kind == "boolean":
        return exp.true() if value else exp.false()
    if kind == "text":
        return exp.Literal.string(str(value))
    number: exp.Expr = exp.Literal.number(str(abs(Decimal(str(value)))))
    if Decimal(str(value)) < 0:
        number = exp.Neg(this=number)
    if kind == "money":
        return exp.cast(number, "DECIMAL(18, 2)", dialect=DIALECT)
    if kind == "decimal":
        return exp.cast(number, "DOUBLE", dialect=DIALECT)
    return number


def date_literal(day: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(day.isoformat()), "DATE", dialect=DIALECT)


def with_views(query: exp.Query, views: Mapping[str, exp.Query]) -> exp.Query:
    """`query` with each view it may read put in front as a CTE, so that the engine prunes it.

    What is given becomes part of the result: copying these trees costs more than all else here.
    """
    own = query.args.get("with_")
    ctes = [
        exp.CTE(this=view, alias=exp.TableAlias(this=exp.to_identifier(name)))
        for name, view in views.items()
    ]
    if not ctes:
        return query
    recursive = bool(own and own.args.get("recursive"))
    existing = list(own.expressions) if own else []
    query.set("with_", exp.With(expressions=[*ctes, *existing], recursive=recursive))
    return query


def to_sql(query: exp.Expr, *, pretty: bool = False, keep: bool = True) -> str:
    """The text handed to a reader. Without `keep` the tree may be used up: that spares a copy."""
    return query.sql(DIALECT, pretty=pretty, comments=pretty, copy=keep)


def placeholders(logic: exp.Expr) -> set[str]:
    return {node.name for node in logic.find_all(exp.Placeholder)}


def scalar_literal(value: Any) -> exp.Expr:
    """A typed literal for a plain Python value, such as a unit id."""
    if isinstance(value, datetime):
        return exp.cast(exp.Literal.string(value.isoformat(" ")), "TIMESTAMP", dialect=DIALECT)
    if isinstance(value, date):
        return date_literal(value)
    if isinstance(value, Decimal):
        return exp.cast(exp.Literal.string(str(value)), "DECIMAL(18, 2)", dialect=DIALECT)
    return exp.convert(value)


def _parse(
    document: Document, location: tuple[str | int, ...], text: str, *, condition: bool
) -> exp.Expr:
    try:
        if condition:
            return sqlglot.parse_one(text, dialect=DIALECT, into=exp.Condition)
        statements = sqlglot.parse(text, dialect=DIALECT)
    except ParseError as error:
        detail = error.errors[0]
        message = f"“{detail['start_context'][-20:].strip()} ⟶ {detail['highlight']}”处写法有误"
        raise ContentError([sql_problem(document, location, detail["line"], message)]) from error
    except TokenError as error:
        raise document.error(location, f"SQL 写法有误：{error}") from error
    if len(statements) != 1 or statements[0] is None:
        raise document.error(location, "应为一条语句，不多不少")
    return statements[0]


def sql_problem(
    document: Document, location: tuple[str | int, ...], sql_line: int, message: str
) -> Problem:
    """A fault on a line of the SQL at `location`, placed on the line of the file."""
    problem = document.problem(location, message)
    if _is_literal_block(document, location):
        return replace(problem, line=problem.line + sql_line)
    return problem


def line_of(node: exp.Expr) -> int:
    """The line of the SQL on which a node stands, as far as its names tell."""
    lines = [part.meta["line"] for part in node.find_all(exp.Identifier) if "line" in part.meta]
    return min(lines, default=1)


def _is_literal_block(document: Document, location: tuple[str | int, ...]) -> bool:
    line = document.path.read_text(encoding="utf-8").splitlines()[document.line(location) - 1]
    return line.split("#")[0].rstrip().endswith(("|", "|-", "|+"))
