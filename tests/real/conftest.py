"""Real public data goes through the one door: a fresh deployment, declared sources, plain reads.

What a test asserts it works out by itself from the raw file (csv, pandas, lxml, re), never with
the project's own parsers. Where an exact number is written out, it is that of the data set's file.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from mingjian.intake import Submission, load_source, take
from mingjian.monitor import Library, load_library, run_round
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

    def find(
        self, code: str, as_of: date, *, as_filled: bool = False, **parameters: Any
    ) -> list[dict[str, Any]]:
        """What one monitor finds with other parameters than its own.

        The laws are newer than these records, so that `in_force` has to be set back. `as_filled`
        lets it run although a field is filled less often than it asks.
        """
        library = _adapted(load_library(), code, parameters, as_filled)
        with self.store.reader() as reader:
            run = run_round(reader, library, as_of, only=[code])
        (outcome,) = run.outcomes
        assert outcome.status == "ran", outcome.message
        return [dict(row) for row in run.table(outcome.monitor_id).to_pylist()]


def _adapted(library: Library, code: str, values: dict[str, Any], as_filled: bool) -> Library:
    monitor = library.monitor(code)
    parameters = monitor.parameters | {
        name: monitor.parameters[name].model_copy(update={"value": value})
        for name, value in values.items()
    }
    update: dict[str, Any] = {"parameters": parameters}
    if as_filled:
        requires = monitor.file.requires
        update["requires"] = {
            table: dict.fromkeys(fields, "any") for table, fields in requires.items()
        }
    file = monitor.file.model_copy(update=update)
    return replace(library, monitors={monitor.id: replace(monitor, file=file)})


@pytest.fixture(scope="module")
def module_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One deployment for all the tests of a file, where a large file is taken in once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINGJIAN_HOME", str(tmp_path_factory.mktemp("home")))
        store = open_store()
        yield Desk(store)
        store.close()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A deployment of this test alone, in the kind of store that opens at once."""
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    store = open_store(kind="parquet")
    yield Desk(store)
    store.close()
