"""Where the SQL runs: a scratch engine for files, the store's own session for case_step."""

from collections.abc import Iterable
from typing import Protocol

import pyarrow as pa

from mingjian.standards import load_calendar
from mingjian.store import Reader, Workbench


class Bench(Protocol):
    """An engine that keeps the result of a query under a name and answers queries."""

    def keep(self, name: str, sql: str) -> None: ...

    def arrow(self, sql: str) -> pa.Table: ...


class FileBench:
    """A workbench with the calendar of working days beside what is read from a file."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench
        workbench.register("calendar_day", pa.Table.from_pylist(list(load_calendar().rows())))

    def keep(self, name: str, sql: str) -> None:
        self.workbench.sql(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def arrow(self, sql: str) -> pa.Table:
        return self.workbench.arrow(sql)


class StoreBench:
    """A reader's session, which has the calendar and every standard table."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def keep(self, name: str, sql: str) -> None:
        self.reader.create(name, sql)

    def arrow(self, sql: str) -> pa.Table:
        return self.reader.arrow(sql)


def text(value: str) -> str:
    """A text value in SQL."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """Text values in SQL, separated by commas."""
    return ", ".join(map(text, values))


def identifier(name: str) -> str:
    """The name of a column in SQL."""
    return '"' + name.replace('"', '""') + '"'
