"""What one file may cost: sizes beyond which it is refused instead of filling the machine."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission; a deployment changes them by environment variables."""

    unpacked_bytes: int = 4 << 30
    workbook_bytes: int = 1 << 30
    workbook_ratio: int = 200
    json_bytes: int = 512 << 20
    columns: int = 500


def limits_in_force() -> Limits:
    """The defaults, or MINGJIAN_MAX_UNPACKED_MB, _WORKBOOK_MB, _JSON_MB and _COLUMNS."""
    default = Limits()
    return Limits(
        unpacked_bytes=_megabytes("MINGJIAN_MAX_UNPACKED_MB", default.unpacked_bytes),
        workbook_bytes=_megabytes("MINGJIAN_MAX_WORKBOOK_MB", default.workbook_bytes),
        workbook_ratio=default.workbook_ratio,
        json_bytes=_megabytes("MINGJIAN_MAX_JSON_MB", default.json_bytes),
        columns=int(os.environ.get("MINGJIAN_MAX_COLUMNS", default.columns)),
    )


def _megabytes(name: str, default: int) -> int:
    named = os.environ.get(name)
    return int(named) << 20 if named else default
