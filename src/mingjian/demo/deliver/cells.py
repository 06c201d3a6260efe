"""Typed columns to the texts that a department would write, whole columns at a time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mingjian.demo.deliver.chinese import chinese_amount
from mingjian.demo.records import Column, where
from mingjian.standards import CodeList, Field, Standard

DayForm = Callable[[int, int, int], str]
DAY_FORMS: dict[str, DayForm] = {
    "slashes": lambda y, m, d: f"{y}/{m}/{d}",
    "dashes": lambda y, m, d: f"{y}-{m:02d}-{d:02d}",
    "plain": lambda y, m, d: f"{y}{m:02d}{d:02d}",
    "chinese": lambda y, m, d: f"{y}年{m}月{d}日",
}


@dataclass(frozen=True)
class Style:
    """How one department writes: dates, yes and no, several codes in a cell, old words."""

    days: str = "dashes"
    time: str = " "
    yes: str = "是"
    no: str = "否"
    between: str = "、"
    old_words: bool = False
    chinese_money: bool = False


def texts_of(
    values: Column,
    field: Field,
    style: Style,
    standard: Standard,
    unit: str = "元",
    split: str | None = None,
    words: dict[str, str] | None = None,
) -> Column:
    """A column as texts, None where there is nothing. `words` are the source's own for codes."""
    if field.type == "date":
        return _days(values.astype("datetime64[D]"), style.days)
    if field.type == "timestamp":
        return _moments(values, style)
    if field.type == "money":
        return _money(values, unit, style)
    if field.type == "boolean":
        return _booleans(values, style)
    if field.type in ("code", "code_list"):
        codes = standard.codes[str(field.codes)]
        return _codes(values, words or spoken(codes, style.old_words), split or style.between)
    if field.type in ("integer", "decimal"):
        return _numbers(values)
    return values


def spoken(codes: CodeList, old_words: bool) -> dict[str, str]:
    """The word for each code: its title, or where there is one the first other name in use."""
    return {
        code: (entry.aliases[0] if old_words and entry.aliases else entry.title)
        for code, entry in codes.codes.items()
    }


def each(values: Column, write: Callable[[object], str | None]) -> Column:
    """Write each distinct value once."""
    encoded = pa.array(values, from_pandas=True).dictionary_encode()
    return _decoded(encoded, [write(value) for value in encoded.dictionary.to_pylist()])


def _decoded(encoded: pa.DictionaryArray, words: list[str | None]) -> Column:
    table = np.empty(len(words) + 1, object)
    table[:-1] = words
    indices = encoded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    return table[indices]


def _days(values: Column, form: str) -> Column:
    write = DAY_FORMS[form]
    missing = np.isnat(values)
    distinct, at = np.unique(
        where(missing, np.datetime64("1970-01-01"), values), return_inverse=True
    )
    words = np.empty(len(distinct), object)
    words[:] = [write(day.year, day.month, day.day) for day in distinct.tolist()]
    return where(missing, None, words[at])


def _moments(values: Column, style: Style) -> Column:
    missing = np.isnat(values)
    seconds = values.astype("datetime64[s]")
    days = _days(
        seconds.astype("datetime64[D]"), style.days if style.days == "slashes" else "dashes"
    )
    of_day = (seconds - seconds.astype("datetime64[D]")).astype(np.int64)
    of_day = where(missing, 0, of_day)
    clock = _CLOCK[of_day]
    return where(missing, None, where(missing, "", days) + style.time + clock).astype(object)


_CLOCK = np.array(
    [f"{h:02d}:{m:02d}:{s:02d}" for h in range(24) for m in range(60) for s in range(60)], object
)


def _money(values: Column, unit: str, style: Style) -> Column:
    def write(value: object) -> str | None:
        if value is None:
            return None
        amount = float(str(value))
        if style.chinese_money:
            return chinese_amount(round(amount))
        if unit == "万元":
            return f"{amount / 10_000:.6f}".rstrip("0").rstrip(".")
        return f"{amount:.2f}".removesuffix(".00")

    return each(values, write)


def _booleans(values: Column, style: Style) -> Column:
    words = {True: style.yes, False: style.no, None: None}
    return each(values, lambda value: words[value if value is None else bool(value)])


def _codes(values: Column, words: dict[str, str], between: str) -> Column:
    def write(value: object) -> str | None:
        if value is None or value == "":
            return None
        return between.join(words[code] for code in str(value).split(","))

    return each(values, write)


def _numbers(values: Column) -> Column:
    return each(values, lambda value: None if value is None else f"{value:.10g}")
