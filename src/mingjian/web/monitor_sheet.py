"""What the page of a monitor shows of its life: status, values, precision, fill, history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from mingjian.access.models import Region, User
from mingjian.access.roles import permits
from mingjian.access.scope import for_user
from mingjian.monitor import STATUS_TITLES, Library, Monitor, in_words, relations
from mingjian.monitor.file import Parameter
from mingjian.supervision import precision
from mingjian.supervision.models import (
    MonitorEvent,
    MonitorRound,
    MonitorVersion,
    ShadowFinding,
)
from mingjian.supervision.monitor_flow import load_life
from mingjian.supervision.monitor_life import Adjusted, adjusted, fingerprints, is_adjustable

ADJUST_TITLES = {"adjust": "调整参数", "adjust_end": "结束参数调整", "adopt": "采用为草案"}


@dataclass(frozen=True)
class ParameterRow:
    """A parameter with its value in the file, in the city, and in districts."""

    name: str
    parameter: Parameter
    shown: str
    bounds: str
    is_adjustable: bool
    adjusted: list[tuple[Adjusted, str]]


@dataclass(frozen=True)
class FillRow:
    """How much of one required field is filled, as of the last round; share None when unknown."""

    table: str
    field: str
    needed: float | None
    share: float | None
    rows: int | None
    missing: int | None

    @property
    def is_short(self) -> bool:
        return None not in (self.needed, self.share) and self.share < self.needed  # type: ignore[operator]


@dataclass(frozen=True)
class VersionRow:
    """Verdicts on one version, with what to call it."""

    fingerprint: str
    title: str
    seen_on: date | None
    precision: precision.Precision


def parameter_rows(file: Monitor, used: Monitor) -> list[ParameterRow]:
    """Every parameter; values in force beside those of the file."""
    now = adjusted(file)
    return [
        ParameterRow(
            name,
            entry,
            in_words(_money(entry), entry.value),
            _bounds(entry),
            is_adjustable(entry),
            [(item, _shown(entry, item)) for item in now if item.override.name == name],
        )
        for name, entry in file.parameters.items()
        if name in used.parameters
    ]


def fill_rows(monitor: Monitor, last: MonitorRound | None) -> list[FillRow]:
    """The fields the monitor asks for, one a line, as the last round measured them."""
    measured: Mapping[str, Any] = last.fills if last else {}
    rows = []
    for table, fields in monitor.file.requires.items():
        relation = relations()[table]
        fill = measured.get(table)
        for name, needed in fields.items():
            filled = fill["filled"].get(name) if fill else None
            count = fill["rows"] if fill else None
            rows.append(
                FillRow(
                    relation.title,
                    relation.columns[name].title,
                    None if needed == "any" else float(needed),
                    filled / count if filled is not None and count else None,
                    count,
                    count - filled if filled is not None and count is not None else None,
                )
            )
    return rows


def version_rows(library: Library, monitor: Monitor, today: date) -> list[VersionRow]:
    """Verdicts of the last months, version by version, the one in use first."""
    titles = fingerprints(library, monitor)
    seen = dict(
        MonitorVersion.objects.filter(monitor_id=monitor.id).values_list("fingerprint", "seen_on")
    )
    found = precision.by_version(monitor.id, precision.since_day(today))
    known = list(titles) + [name for name in found if name not in titles]
    return [
        VersionRow(
            name,
            titles.get(name, "以前的版本"),
            seen.get(name),
            found.get(name, precision.Precision({})),
        )
        for name in known
    ]


def history(monitor: Monitor) -> list[dict[str, Any]]:
    """Every act on the monitor, the newest first."""
    acts = load_life().acts
    places = dict(Region.objects.filter(tier="district").values_list("region_code", "name"))
    return [
        {
            "event": event,
            "title": acts[event.act].title
            if event.act in acts
            else ADJUST_TITLES.get(event.act, event.act),
            "before": STATUS_TITLES.get(event.before, event.before),
            "after": STATUS_TITLES.get(event.after, event.after),
            "parameter": _meaning(monitor, event.detail.get("name", "")),
            "place": places.get(event.detail.get("region", ""), "全市")
            if "name" in event.detail
            else "",
        }
        for event in MonitorEvent.objects.filter(monitor_id=monitor.id).select_related("by")
    ]


def _meaning(monitor: Monitor, name: str) -> str:
    parameter = monitor.parameters.get(name)
    return parameter.meaning if parameter else name


def places_for(user: User) -> list[tuple[str, str]]:
    """Where the person may set values: the city for whom it is all, and the districts in scope."""
    if not permits(user, "monitor.adjust"):
        return []
    districts = Region.objects.filter(tier="district", agencies__isnull=False).distinct()
    if user.scope == "region":
        return list(districts.filter(pk=user.region_id).values_list("region_code", "name"))
    if user.scope != "city":
        return []
    return [("", "全市"), *districts.values_list("region_code", "name")]


def shadow_findings(user: User, monitor_id: str) -> Any:
    """What the monitor found on trial, in the person's scope."""
    return for_user(ShadowFinding.objects.filter(monitor_id=monitor_id), user)


def unit_address(library: Library, monitor: Monitor, unit_id: str) -> str:
    """Address of the record that a unit is; empty for a unit that is no single record."""
    key = relations()[monitor.unit].key
    view = library.views.get(monitor.file.view or "")
    parts = unit_id.split("|") if len(key) > 1 else [unit_id]
    if len(parts) != len(key) or (view is not None and len(key) == 1 and view.file.key != key[0]):
        return ""
    asked = urlencode(dict(zip(key, parts, strict=True)))
    return f"{reverse('web:record', args=[monitor.unit])}?{asked}"


def _shown(parameter: Parameter, item: Adjusted) -> str:
    value = item.override.value
    if parameter.kind == "date":
        value = date.fromisoformat(value)
    return in_words(_money(parameter), value)


def _money(parameter: Parameter) -> str:
    return "_yuan" if parameter.kind == "money" else ""


def _bounds(parameter: Parameter) -> str:
    if not is_adjustable(parameter):
        return ""
    low = "" if parameter.min is None else in_words("", parameter.min)
    high = "" if parameter.max is None else in_words("", parameter.max)
    return f"{low} 至 {high}" if low and high else f"不小于 {low}" if low else f"不大于 {high}"
