"""The records behind an alert: read from the store for one page, as they stand now."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from mingjian.monitor import Explanation, Library, Monitor, explain, load_library
from mingjian.store import Reader, StoreError, open_store

log = logging.getLogger(__name__)


class RecordsUnavailable(Exception):
    """The store cannot be read; the message says in Chinese what to do."""


def library() -> Library:
    """The monitors and views as they are now; the monitor room keeps them between calls."""
    return load_library()


def monitor_of(monitor_id: str) -> Monitor | None:
    """The monitor as it is now; None when its file was removed."""
    return library().monitors.get(monitor_id)


@contextmanager
def records() -> Iterator[Reader]:
    """A reader of the current records, or RecordsUnavailable."""
    try:
        opened = open_store().reader()
    except (StoreError, OSError, ValueError) as error:  # also a settings file that is no JSON
        raise _unavailable(error) from error
    with opened as reader:
        try:
            yield reader
        except StoreError as error:
            raise _unavailable(error) from error


def explanation(monitor: Monitor, unit_id: str, as_of: date) -> Explanation | None:
    """Why the unit is found, from the records as they stand; None when no record knows it."""
    with records() as reader:
        return explain(reader, library(), monitor, unit_id, as_of)


def _unavailable(error: Exception) -> RecordsUnavailable:
    log.error("the store cannot be read", exc_info=error)
    return RecordsUnavailable(
        f"读不到业务记录（{error}）。发现时的事实不受影响；请系统管理员检查数据底座目录后重试。"
    )


def is_vertical(agency_id: str) -> bool:
    """Whether the register of agencies says that it is vertically managed; no, where it is away."""
    try:
        with records() as reader:
            found = reader.rows(
                "SELECT is_vertical FROM agency WHERE agency_id = :agency", {"agency": agency_id}
            )
    except RecordsUnavailable:
        return False
    return bool(found and found[0]["is_vertical"])
