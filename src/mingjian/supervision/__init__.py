"""监督闭环：carries a finding to its end, so far as an alert that is signed, verified and judged.

In: a finished `monitor.Run`, and acts of people. Out, by module: `acts` (every change), `queries`
(every read, scoped by the user), `flow` (content/flows/alert.yaml), `registers` (what the office
reports to itself through intake).
"""

from importlib import import_module
from typing import Any

from mingjian.supervision.report import MonitorCounts, RaisedAlerts

__all__ = ["MonitorCounts", "RaisedAlerts"]

_FUNCTIONS = {"internal_exports": "registers", "check_flows": "content_checks"}
_MODULES = (
    "acts",
    "flow",
    "models",
    "monitor_flow",
    "monitor_life",
    "precision",
    "queries",
    "registers",
)


def __getattr__(name: str) -> Any:
    """The room's modules on first use: models cannot be imported before Django is set up."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _FUNCTIONS:
        return getattr(import_module(f"{__name__}.{_FUNCTIONS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
