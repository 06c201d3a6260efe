"""考核与培训：scores agencies by what people confirmed, and trains where problems come again.

In: confirmed problems (`supervision.confirmed`) and acts of people. Out, by module: `acts` (every
change), `queries` and `training_queries` (every read, scoped by the user), `scheme` and `courses`
(content/appraisal), `flow` (content/flows).
"""

from importlib import import_module
from typing import Any

__all__: list[str] = []

_FUNCTIONS = {"check_appraisal": "content_checks", "run_training_night": "acts.needs"}
_MODULES = ("acts", "courses", "flow", "models", "queries", "scheme", "training_queries")


def __getattr__(name: str) -> Any:
    """The room's modules on first use: models cannot be imported before Django is set up."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _FUNCTIONS:
        return getattr(import_module(f"{__name__}.{_FUNCTIONS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
