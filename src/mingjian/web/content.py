"""Content that pages read again and again: read once, and again when a file has changed."""

from functools import lru_cache
from pathlib import Path

from mingjian.intake import Source, load_sources
from mingjian.monitor import Library, load_library
from mingjian.standards import content_files

Stamps = tuple[tuple[Path, int, int], ...]


def sources() -> dict[str, Source]:
    """Every declared source by code."""
    stamps = [(path, path.stat()) for path in content_files("sources")]
    return _sources(tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stamps))


@lru_cache(maxsize=2)
def _sources(_stamps: Stamps) -> dict[str, Source]:
    return load_sources()


def library() -> Library:
    """All monitors and views; the monitor room keeps them itself."""
    return load_library()
