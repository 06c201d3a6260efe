"""Small deliberate faults in the logic of a monitor, to see whether an example notices each.

A condition marked `只为提速` narrows the work without changing the result and is left alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from sqlglot import exp

from mingjian.monitor.derived import Comparison
from mingjian.monitor.file import Parameter, Peers, Recurs

SPEED_ONLY = "只为提速"
Asked = TypeVar("Asked", Peers, Recurs)

_SHIFTED: dict[type[exp.Binary], type[exp.Binary]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In)
_CLAUSES = (exp.Where, exp.Having, exp.Qualify)
_CONNECTORS = (exp.And, exp.Or, exp.Paren, exp.Not)


@dataclass(frozen=True)
class Mutant:
    """One fault: what was done, to which fragment, and the logic and parameters that result."""

    deed: str
    fragment: str
    logic: exp.Expr
    parameters: Mapping[str, Parameter]

    def __str__(self) -> str:
        return f"{self.deed}：{self.fragment}"


def mutants(logic: exp.Expr, parameters: Mapping[str, Parameter]) -> Iterator[Mutant]:
    """Every mutant: each condition removed, negated, shifted; each number moved by one."""
    numbers = [i for i, node in enumerate(logic.walk()) if _is_operand(node)]
    for index in numbers:
        for deed, fragment, changed in _mutate_at(logic, index):
            yield Mutant(deed, fragment, changed, parameters)
    for name, parameter in parameters.items():
        for moved in _moved(parameter):
            fragment = f":{name} {parameter.value} → {moved.value}"
            yield Mutant("参数移动一步", fragment, logic, {**parameters, name: moved})


def faulty_comparisons(asked: Comparison) -> Iterator[tuple[str, str, Comparison]]:
    """`peers` and `recurs` with each number of days moved by one, each column left out."""
    if asked.peers is not None:
        for deed, fragment, peers in _faulty(asked.peers, "group"):
            yield f"同组{deed}", f"peers.{fragment}", replace(asked, peers=peers)
    if asked.recurs is not None:
        for deed, fragment, recurs in _faulty(asked.recurs, "same"):
            yield f"重复发生{deed}", f"recurs.{fragment}", replace(asked, recurs=recurs)


def _faulty(part: Asked, columns: str) -> Iterator[tuple[str, str, Asked]]:
    for step in (1, -1):
        if part.days is not None and part.days + step > 0:
            days = part.days + step
            fragment = f"days {part.days} → {days}"
            yield "日数移动一步", fragment, part.model_copy(update={"days": days})
    names: list[str] = getattr(part, columns)
    for name in names if len(names) > 1 else ():
        fewer = [one for one in names if one != name]
        yield "少比一列", f"{columns} 去掉 {name}", part.model_copy(update={columns: fewer})


def conditions_of(logic: exp.Expr) -> Iterator[exp.Expr]:
    """The operands of AND and OR that decide what is found, outermost first."""
    yield from (node for node in logic.walk() if _is_operand(node))


def _is_operand(node: exp.Expr) -> bool:
    """Whether `node` is a whole condition, or one operand of AND/OR, not marked as speed."""
    if isinstance(node, exp.And | exp.Or) or not _in_condition(node):
        return False
    return not _speed_only(node)


def _in_condition(node: exp.Expr) -> bool:
    """Whether `node` is an operand of AND/OR, or a whole clause, that decides what is found."""
    parent = node.parent
    if isinstance(parent, exp.Paren | exp.Not):
        return False
    while isinstance(parent, _CONNECTORS):
        node, parent = parent, parent.parent
    if isinstance(parent, exp.Join):
        return node.arg_key == "on"
    return isinstance(parent, _CLAUSES) or (parent is None and not isinstance(node, exp.Query))


def _speed_only(node: exp.Expr) -> bool:
    """Whether `node`, or a condition it is part of, carries the mark."""
    above: exp.Expr | None = node
    while above is not None and not isinstance(above, exp.Query | exp.Join):
        if _marked(above):
            return True
        above = above.parent
    return False


def _marked(node: exp.Expr) -> bool:
    if isinstance(node, exp.And | exp.Or | exp.Where | exp.Having | exp.Qualify):
        return False
    if isinstance(node, exp.Paren):
        return _says_speed(node)
    return any(
        _says_speed(part) for part in node.walk(prune=lambda part: isinstance(part, exp.Query))
    )


def _says_speed(node: exp.Expr) -> bool:
    return any(SPEED_ONLY in comment for comment in node.comments or ())


def _mutate_at(logic: exp.Expr, index: int) -> Iterator[tuple[str, str, exp.Expr]]:
    """The mutants of the condition that is the `index`-th node of the tree."""
    original = _nth(logic, index)
    fragment = original.sql("duckdb", comments=False)
    yield "去掉条件", fragment, _replaced(logic, index, _neutral(original))
    core = original
    while isinstance(core, exp.Paren):
        core = core.this
    if not isinstance(core, exp.And | exp.Or):
        yield (
            "条件取反",
            fragment,
            _replaced(logic, index, exp.Not(this=exp.Paren(this=original.copy()))),
        )
    if isinstance(core, exp.LT | exp.LTE | exp.GT | exp.GTE):
        shifted = _SHIFTED[type(core)]
        turned = shifted(this=core.left.copy(), expression=core.right.copy())
        yield "比较移动一步", fragment, _replaced(logic, index, turned)
    if isinstance(core, exp.Binary | exp.Between | exp.In) and not isinstance(
        core, exp.And | exp.Or
    ):
        yield from _moved_numbers(logic, index, core, fragment)


def _neutral(node: exp.Expr) -> exp.Expr:
    """What takes the place of a removed operand: nothing asked (AND) or nothing offered (OR)."""
    above = node.parent
    while isinstance(above, exp.Paren):
        above = above.parent
    return exp.false() if isinstance(above, exp.Or) else exp.true()


def _moved_numbers(
    logic: exp.Expr, index: int, core: exp.Expr, fragment: str
) -> Iterator[tuple[str, str, exp.Expr]]:
    """Whole numbers written in a comparison, one more and one less."""
    for position, part in enumerate(_parts(core)):
        if not isinstance(part, exp.Literal) or not part.is_int:
            continue
        for step in (1, -1):
            copy = core.copy()
            _parts(copy)[position].replace(exp.Literal.number(int(part.name) + step))
            moved = f"{fragment} → {copy.sql('duckdb', comments=False)}"
            yield "数字移动一步", moved, _replaced(logic, index, copy)


def _parts(node: exp.Expr) -> list[exp.Expr]:
    """The nodes below `node` and itself, without what lies inside sub-queries and types."""
    return list(node.walk(prune=lambda part: isinstance(part, exp.Query | exp.DataType)))


def _moved(parameter: Parameter) -> list[Parameter]:
    """The parameter one step up and one step down; words and truth values have no step."""
    value = parameter.value
    free = {"min": None, "max": None}
    if parameter.kind in ("text", "boolean"):
        return []
    if isinstance(value, date):
        return [replace_value(parameter, value + timedelta(days=step), free) for step in (1, -1)]
    if isinstance(value, float):
        step = Decimal(1).scaleb(int(Decimal(str(value)).as_tuple().exponent))
        moved = (Decimal(str(value)) + step, Decimal(str(value)) - step)
        return [replace_value(parameter, float(number), free) for number in moved]
    return [replace_value(parameter, int(value) + step, free) for step in (1, -1)]


def replace_value(parameter: Parameter, value: object, other: Mapping[str, object]) -> Parameter:
    return parameter.model_copy(update={"value": value, **other})


def _nth(tree: exp.Expr, index: int) -> exp.Expr:
    for i, node in enumerate(tree.walk()):
        if i == index:
            return node
    raise IndexError(index)


def _replaced(tree: exp.Expr, index: int, by: exp.Expr) -> exp.Expr:
    copy = tree.copy()
    target = _nth(copy, index)
    if target is copy:
        return by
    target.replace(by)
    return copy
