"""The records an example gives, typed by the data standard so that any engine can hold them."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from mingjian.monitor.relations import Column, Relation, relations
from mingjian.standards import load_standard

Rows = dict[str, list[dict[str, Any]]]


class GivenError(ValueError):
    """A value in an example that the standard does not allow; says table, row, field and rule."""


def typed_rows(given: Mapping[str, list[dict[str, Any]]], defaults: Mapping[str, Any]) -> Rows:
    """Rows with defaults laid under them and every value in the type of its field.

    A default names a field, and then holds for every given row of a table that has this field;
    or a table, and then holds for the rows of that table. Raises GivenError.
    """
    known = relations()
    result: Rows = {}
    for table, rows in given.items():
        if table not in known:
            raise GivenError(f"given 中的表“{table}”不在数据标准之内")
        below = _defaults_for(known[table], defaults)
        result[table] = [
            _typed_row(known[table], {**below, **row}, number) for number, row in enumerate(rows, 1)
        ]
    return result


def _defaults_for(relation: Relation, defaults: Mapping[str, Any]) -> dict[str, Any]:
    known = relations()
    fields = {
        name: value
        for name, value in defaults.items()
        if name in relation.columns and not isinstance(value, dict)
    }
    for name, value in defaults.items():
        if isinstance(value, dict):
            if name not in known:
                raise GivenError(f"defaults 中的表“{name}”不在数据标准之内")
            if name == relation.name:
                fields |= value
    return fields


def _typed_row(relation: Relation, row: Mapping[str, Any], number: int) -> dict[str, Any]:
    result = {}
    for name, value in row.items():
        where = f"{relation.name} 第 {number} 行 {name}"
        column = relation.columns.get(name)
        if column is None:
            raise GivenError(f"{where}：本表没有这个字段")
        try:
            result[name] = None if value is None else _typed(column, value)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise GivenError(f"{where}：“{value}”{error}") from error
    return result


def _typed(column: Column, value: Any) -> Any:
    if column.type == "code" and column.codes:
        return _code(column.codes, value)
    if column.type == "code_list" and column.codes:
        parts = value if isinstance(value, list) else str(value).replace("、", ",").split(",")
        return ",".join(_code(column.codes, part) for part in parts)
    return _CONVERTERS[column.type](value)


def _code(list_name: str, value: Any) -> str:
    spellings = load_standard().codes[list_name].lookup()
    if str(value) not in spellings:
        raise ValueError(
            f"不在代码集 {list_name} 之内（{'、'.join(sorted(set(spellings.values())))}）"
        )
    return spellings[str(value)]


def _text(value: Any) -> str:
    if isinstance(value, bool | date | list | dict):
        raise ValueError("不是文字（请加引号）")
    return str(value)


def _date(value: Any) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError("不是日期（应如 2025-03-01）")
    return value


def _timestamp(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    raise ValueError("不是时间（应如 2025-03-01 09:30:00）")


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("不是数字")
    return value


def _integer(value: Any) -> int:
    if isinstance(_number(value), float):
        raise ValueError("不是整数")
    return int(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("应为 true 或 false")
    return value


_CONVERTERS: dict[str, Any] = {
    "text": _text,
    "code": _text,
    "code_list": _text,
    "date": _date,
    "timestamp": _timestamp,
    "money": lambda value: Decimal(str(_number(value))),
    "integer": _integer,
    "decimal": lambda value: float(_number(value)),
    "boolean": _boolean,
}
