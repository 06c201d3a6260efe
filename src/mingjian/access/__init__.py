"""组织与权限：who is who and may see what. Django begins here.

In: the agencies known to the store, accounts, roles of content/access/roles.yaml. Out, by module:
`models` (Region, Agency, User, AuditLine), `roles` (require, permits), `scope` (which agencies a
user may see), `masking`, `audit` (the append-only log), `acts` (every change).
"""

from importlib import import_module
from typing import Any

_MODULES = (
    "accounts",
    "acts",
    "audit",
    "flow",
    "flow_diagram",
    "masking",
    "models",
    "roles",
    "scope",
    "tokens",
)


def __getattr__(name: str) -> Any:
    """The room's modules on first use: models cannot be imported before Django is set up."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
