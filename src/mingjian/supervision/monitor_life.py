"""Monitors as this deployment runs them: where people put them, with which values for whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from mingjian.access.models import Agency
from mingjian.access.scope import region_prefix
from mingjian.monitor import Library, Monitor, Variant, fingerprint_of, load_library
from mingjian.monitor.file import Parameter, Value
from mingjian.standards import parse_date
from mingjian.supervision.models import MonitorState, ParameterOverride


class BadValue(ValueError):
    """A value that the parameter may not have; the message says why, for a person."""


@dataclass(frozen=True)
class Adjusted:
    """An override in force, as a page shows it."""

    override: ParameterOverride
    parameter: Parameter | None
    is_used: bool  # not so when the file has since narrowed its bounds or lost the parameter


def effective_library(library: Library | None = None) -> Library:
    """The library with the statuses and city-wide values that people have set.

    A file that is retired stays so. Values out of the file's present bounds are not used.
    """
    library = library or load_library()
    statuses = {
        state.monitor_id: state.status
        for state in MonitorState.objects.all()
        if (found := library.monitors.get(state.monitor_id)) and found.status != "retired"
    }
    changed = library.with_status(statuses)
    city = _values(changed, ParameterOverride.objects.filter(region__isnull=True))
    return changed.with_monitors(
        *(changed.monitors[name].with_values(values[""]) for name, values in city.items())
    )


def variants(library: Library) -> list[Variant]:
    """The districts' own values: one variant for each distinct set of values of a monitor."""
    districts = _values(library, ParameterOverride.objects.filter(region__isnull=False))
    found = []
    for monitor_id, by_region in districts.items():
        regions: dict[tuple[tuple[str, Value], ...], list[str]] = defaultdict(list)
        for region, values in by_region.items():
            regions[tuple(sorted(values.items()))].append(region)
        found += [
            Variant(monitor_id, dict(values), _agencies_in(codes))
            for values, codes in regions.items()
        ]
    return found


def as_for(monitor: Monitor, agency: Agency | None) -> Monitor:
    """The monitor with the values that hold for an agency; `monitor` has those of the city."""
    if agency is None or not agency.region_id:
        return monitor
    library = Library({monitor.id: monitor})
    active = ParameterOverride.objects.filter(region__isnull=False, monitor_id=monitor.id)
    for region, values in _values(library, active).get(monitor.id, {}).items():
        if str(agency.region_id).startswith(region_prefix(region)):
            return monitor.with_values(values)
    return monitor


def fingerprints(library: Library, monitor: Monitor) -> dict[str, str]:
    """The versions in use now by fingerprint, with what to call them; the city's own first."""
    found = {fingerprint_of(library, monitor): "现行"}
    for variant in variants(Library({monitor.id: monitor}, library.views)):
        found.setdefault(fingerprint_of(library, monitor.with_values(variant.values)), "区级调整")
    return found


def adjusted(monitor: Monitor) -> list[Adjusted]:
    """Every override of the monitor in force, the city's first."""
    rows = ParameterOverride.objects.filter(monitor_id=monitor.id, ended_at__isnull=True)
    ordered = sorted(rows.select_related("region", "by"), key=lambda o: (o.region_id or "", o.name))
    return [
        Adjusted(row, monitor.parameters.get(row.name), _usable(monitor, row)) for row in ordered
    ]


def is_adjustable(parameter: Parameter) -> bool:
    """Only what the file gives bounds may be changed: a statute's number is not ours to move."""
    return parameter.min is not None or parameter.max is not None


def parsed_value(parameter: Parameter, text: str) -> Value:
    """What a person typed as a value of the parameter, within the file's bounds, or BadValue."""
    if not is_adjustable(parameter):
        raise BadValue(f"“{parameter.meaning}”没有规定可调整的范围，不能调整。")
    value = _typed(parameter, text.strip())
    if not _within(parameter, value):
        low = "" if parameter.min is None else f"不小于 {parameter.min}"
        high = "" if parameter.max is None else f"不大于 {parameter.max}"
        bounds = "、".join(part for part in (low, high) if part)
        raise BadValue(f"“{text.strip()}”超出允许的范围：{parameter.meaning}须{bounds}。")
    return value


def _typed(parameter: Parameter, text: str) -> Value:
    try:
        match parameter.kind:
            case "integer":
                return int(text)
            case "decimal" | "money":
                number = Decimal(text)
                cents = number.as_tuple().exponent
                if not number.is_finite() or (
                    parameter.kind == "money" and isinstance(cents, int) and cents < -2
                ):
                    raise ValueError
                return int(number) if number == number.to_integral_value() else float(number)
            case "date":
                return parse_date(text)
            case "boolean":
                return {"是": True, "否": False}[text]
            case _:
                if not text:
                    raise ValueError
                return text
    except (ValueError, KeyError, InvalidOperation) as error:
        titles = {"integer": "整数", "decimal": "数字", "money": "金额（元，至多两位小数）"}
        titles |= {"date": "日期（如 2025-03-01）", "boolean": "“是”或“否”", "text": "文字"}
        raise BadValue(f"“{text}”不是{titles[parameter.kind]}。") from error


def _within(parameter: Parameter, value: Any) -> bool:
    low, high = parameter.min, parameter.max
    return (low is None or value >= low) and (high is None or value <= high)


def _kept(parameter: Parameter, value: Any) -> Value:
    """A value as the database keeps it, in the parameter's own type again."""
    return date.fromisoformat(value) if parameter.kind == "date" else value


def _usable(monitor: Monitor, override: ParameterOverride) -> bool:
    parameter = monitor.parameters.get(override.name)
    if parameter is None or not is_adjustable(parameter):
        return False
    return _within(parameter, _kept(parameter, override.value))


def _values(
    library: Library, rows: Iterable[ParameterOverride]
) -> dict[str, dict[str, dict[str, Value]]]:
    """Usable values in force: monitor → region code (“” for the city) → parameter → value."""
    found: dict[str, dict[str, dict[str, Value]]] = {}
    for row in rows:
        monitor = library.monitors.get(row.monitor_id)
        if row.ended_at is not None or monitor is None or not _usable(monitor, row):
            continue
        places = found.setdefault(monitor.id, {})
        value = _kept(monitor.parameters[row.name], row.value)
        places.setdefault(row.region_id or "", {})[row.name] = value
    return found


def _agencies_in(regions: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for region in regions:
        inside = Agency.objects.filter(region__region_code__startswith=region_prefix(region))
        found |= set(inside.values_list("agency_id", flat=True))
    return frozenset(found)


def changed_values(file: Monitor, used: Monitor) -> Mapping[str, Value]:
    """Parameters whose value in use is not the file's."""
    return {
        name: entry.value
        for name, entry in used.parameters.items()
        if entry.value != file.parameters[name].value
    }
