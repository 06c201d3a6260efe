"""Content that pages read again and again, kept for the life of the process."""

from functools import cache

from mingjian.intake import Source, load_sources
from mingjian.monitor import Library, load_library


@cache
def sources() -> dict[str, Source]:
    """Every declared source by code. A changed file is seen after a restart, as for all content."""
    return load_sources()


@cache
def library() -> Library:
    """All monitors and views."""
    return load_library()
