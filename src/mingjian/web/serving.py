"""How the site is started: the web server and the worker, each a process of its own."""

import socket
import sys

WORKERS = 2
THREADS = 2
HOST = "127.0.0.1"


def server_commands(port: int) -> list[list[str]]:
    """The commands that `mingjian serve` runs side by side, on the loopback address only."""
    site = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", HOST, "--port", str(port)),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
        *("--no-ws", "--log-level", "warning", "--workers-kill-timeout", "5"),
        "mingjian.web.wsgi:application",
    ]
    worker = [sys.executable, "-m", "django", "work", "--settings", "mingjian.web.settings"]
    return [site, worker]


def port_is_free(port: int) -> bool:
    """Whether the site can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
