"""The worker process of the site, run once inside a test."""

import signal

from django.core.management import call_command


def work() -> None:
    """The worker takes what is queued, then ends; it leaves the signals as they were."""
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
    handlers = {name: signal.getsignal(name) for name in names}
    try:
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    finally:
        for name, handler in handlers.items():
            signal.signal(name, handler)
