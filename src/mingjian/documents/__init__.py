"""公文：turns a template and facts into a numbered, frozen, served paper and keeps its receipt.

In: acts of people and of rooms above (`acts.draft(by, template, issuer=…, addressee=…, facts=…)`).
Out, by module: `acts` (every change), `queries` (every read, scoped by the user), `events`
(signals that a paper was served, withdrawn, annulled), `template` (content/documents/).
"""

from importlib import import_module
from typing import Any

__all__: list[str] = []

_FUNCTIONS = {
    "check_documents": "content_checks",
    "fetch_fonts": "fonts",
    "FontError": "fonts",
}
_MODULES = ("acts", "batches", "events", "flow", "models", "queries", "template")


def __getattr__(name: str) -> Any:
    """The room's modules on first use: models cannot be imported before Django is set up."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _FUNCTIONS:
        return getattr(import_module(f"{__name__}.{_FUNCTIONS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
