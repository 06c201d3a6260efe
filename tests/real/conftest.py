"""Real public data goes through the one door: a fresh deployment, declared sources, plain reads.

What a test asserts it works out by itself from the raw file (csv, pandas, lxml, re), never with
the project's own parsers.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mingjian.intake import Submission, load_source, take
from mingjian.store import Store, open_store

SOURCES = Path(__file__).parent / "sources"
RECEIVED_AT = datetime(2026, 6, 1, 9, 0)


class Desk:
    """A deployment that takes files of the sources beside these tests and answers queries."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def take(self, code: str, path: Path, *, name: str | None = None) -> Submission:
        """Send one file in under the source `code`; the file is named `<code>.yaml`."""
        source = load_source(SOURCES / f"{code}.yaml")
        assert source.code == code
        return take(self.store, source, path, by="真实数据测试", at=RECEIVED_AT, name=name)

    def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        with self.store.reader() as reader:
            return reader.rows(sql, parameters)

    def one(self, sql: str, **parameters: Any) -> Any:
        """The only value of the only row."""
        (row,) = self.rows(sql, **parameters)
        (value,) = row.values()
        return value


def _desk(home: Path) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINGJIAN_HOME", str(home))
        store = open_store()
        yield Desk(store)
        store.close()


@pytest.fixture(scope="module")
def module_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One deployment for all the tests of a file, where a large file is taken in once."""
    yield from _desk(tmp_path_factory.mktemp("home"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A deployment of this test alone."""
    yield from _desk(tmp_path / "home")
