"""Named parameters: `:name` as monitors write it, made into the engine's `$name`."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

Scalar = str | int | float | bool | date | datetime | Decimal | None

# Texts, quoted names, comments and casts are passed over; what is left after a colon is a name.
_PIECES = re.compile(
    r"'(?:[^']|'')*'"
    r'|"(?:[^"]|"")*"'
    r"|--[^\n]*"
    r"|/\*.*?\*/"
    r"|::"
    r"|:(?P<name>[A-Za-z_][A-Za-z0-9_]*)",
    re.DOTALL,
)


def bind(sql: str, given: Mapping[str, Scalar] | None) -> tuple[str, dict[str, Scalar]]:
    """The engine's text and only those parameters that the text uses.

    Raises ValueError naming a parameter that the text uses and the caller did not give.
    """
    values = given or {}
    used: dict[str, Scalar] = {}

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        if name not in values:
            raise ValueError(f"语句用到参数 :{name}，但没有给出它的值")
        used[name] = values[name]
        return f"${name}"

    return _PIECES.sub(replace, sql), used
