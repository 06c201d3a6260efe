"""页面外壳：settings, root urls, layout, and pages over the rooms that know no Django.

Out, for the command line: `server_commands`, `port_is_free`, `fetch_vendor`, `take_screenshots`.
"""

from mingjian.web.serving import port_is_free, server_commands
from mingjian.web.vendor import VendorError, fetch_vendor

__all__ = ["VendorError", "fetch_vendor", "port_is_free", "server_commands"]
