"""页面外壳：settings, root urls, layout, and pages over the rooms that know no Django.

Out, for the command line: `server_commands`, `port_is_free`, `fetch_vendor`, `take_screenshots`.
"""

from importlib import import_module
from typing import Any

from mingjian.web.serving import port_is_free, server_commands
from mingjian.web.vendor import VendorError, fetch_vendor

__all__ = ["VendorError", "fetch_vendor", "port_is_free", "server_commands"]


def __getattr__(name: str) -> Any:
    """Taking pictures needs Django set up, which importing the settings must not."""
    if name in ("take_screenshots", "ScreenshotError"):
        return getattr(import_module("mingjian.web.screenshots"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
