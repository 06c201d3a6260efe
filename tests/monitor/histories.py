"""Histories of a small city: batches of records, some correcting earlier ones, over the days.

The records are those of the monitors' own examples, so that every monitor has something to find
and each limit has a record on either side of it; and random ones, which refer to each other in
ways nobody thought of.
"""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from mingjian.monitor import Library
from mingjian.monitor.given import typed_rows
from mingjian.monitor.relations import relations
from mingjian.standards import load_standard
from mingjian.store import Reader, arrival_column, memory_reader

FIRST_DAY = date(2025, 7, 1)
Rows = dict[str, list[dict]]


class History:
    """Batches in the order in which they came; a reader sees the first so many of them."""

    def __init__(self) -> None:
        self.batches: list[Rows] = []

    def add(self, rows: Rows) -> None:
        self.batches.append(rows)

    def reader(self, count: int | None = None) -> Reader:
        versions: Rows = defaultdict(list)
        numbers: dict[tuple, int] = defaultdict(int)
        submissions = []
        for number, batch in enumerate(self.batches[:count], 1):
            name = f"batch-{number}"
            submissions.append({"submission_id": name, "commit_no": number, "status": "accepted"})
            for table, rows in batch.items():
                standard = load_standard().tables[table]
                added = {c: arrival_column(standard, c) for c in ("submission_id", "version_no")}
                for row in rows:
                    key = (table, *(str(row[part]) for part in standard.key))
                    numbers[key] += 1
                    arrived = {
                        added["submission_id"]: name,
                        added["version_no"]: numbers[key],
                    }
                    came = arrival_column(standard, "received_at")
                    versions[f"{table}_version"].append(
                        {came: datetime(2025, 1, 1), **row, **arrived}
                    )
        return memory_reader({**versions, "submission": submissions})


def example_rows(
    library: Library, dice: random.Random, days: list[date], early: set[str]
) -> list[tuple[int, Rows]]:
    """Each example's records and in which batch they come, moved so that its day is one of `days`.

    Ids are made the example's own, but for some that take those of the example before: then its
    records correct the others. Rows of the tables `early` all come in the first batch.
    """
    found: list[tuple[int, Rows]] = []
    mark = ""
    for monitor in library.monitors.values():
        for number, example in enumerate(monitor.examples):
            given = {t: rows for t, rows in example.given.items() if _is_record(t)}
            judged = dice.randrange(len(days))
            shift = days[judged] - example.as_of
            if number == 0 or dice.random() < 0.6:
                mark = f"{monitor.code}{number}"
            rows = _moved(typed_rows(given, monitor.defaults), shift, mark)
            found += [(0, {table: rows.pop(table)}) for table in early & rows.keys()]
            if dice.random() < 0.5:
                found.append((dice.randint(0, judged), rows))
            else:  # table by table
                found += [(dice.randint(0, judged), {table: rows[table]}) for table in rows]
    return found


def random_rows(dice: random.Random, days: list[date], without: set[str]) -> Rows:
    """A few rows of some tables with few distinct ids, so that records refer to each other."""
    rows: Rows = {}
    for name, table in load_standard().tables.items():
        if name in without or dice.random() < 0.5:
            continue
        made = {}
        for _ in range(dice.randint(0, 3)):
            row = {
                field_name: random_value(dice, field_name, field, days)
                for field_name, field in table.fields.items()
                if field.required or dice.random() < 0.7
            }
            made[tuple(row[part] for part in table.key)] = row
        if made:
            rows[name] = list(made.values())
    return rows


def corrections(history: "History", dice: random.Random, days: list[date]) -> Rows:
    """New versions of records there are, in some tables, each with one or two values changed."""
    latest: dict[str, dict[tuple, dict]] = defaultdict(dict)
    for batch in history.batches:
        for table, rows in batch.items():
            key = load_standard().tables[table].key
            latest[table] |= {tuple(str(row[part]) for part in key): row for row in rows}
    found: Rows = {}
    for table in dice.sample(sorted(latest), min(3, len(latest))):
        standard = load_standard().tables[table]
        free = sorted(standard.fields.keys() - standard.key)
        changed = dice.sample(free, dice.randint(1, 2))
        records = list(latest[table].values())
        found[table] = [
            row | {name: random_value(dice, name, standard.fields[name], days) for name in changed}
            for row in dice.sample(records, min(20, len(records)))
        ]
    return found


def random_value(dice: random.Random, name: str, field, days: list[date]):
    if field.codes:
        return dice.choice(sorted(set(load_standard().codes[field.codes].lookup().values())))
    if name == "place_key":
        return dice.choice(["D1", "D2"])
    day = dice.choice(days) - timedelta(dice.choice([0, 1, 3, 7, 20, 31, 60, 91, 120, 200, 400]))
    match field.type:
        case "date":
            return day
        case "timestamp":
            return datetime(day.year, day.month, day.day, dice.randrange(24), dice.randrange(60))
        case "money":
            return Decimal(dice.choice([100, 1000, 5000, 60000]))
        case "integer":
            return dice.choice([0, 1, 2, 30])
        case "decimal":
            return 39.9 + dice.random() / 500 if name == "latitude" else 116.4 + dice.random() / 500
        case "boolean":
            return dice.random() < 0.5
    return str(dice.randrange(8))


def _is_record(table: str) -> bool:
    return relations()[table].kind in ("standard", "version")


def _moved(rows: Rows, shift: timedelta, mark: str) -> Rows:
    moved: Rows = defaultdict(list)
    for table, records in rows.items():
        name = table.removesuffix("_version")
        key = load_standard().tables[name].key
        whole = [row for row in records if all(row.get(part) is not None for part in key)]
        for row in sorted(whole, key=lambda row: row.get("version_no") or 0):
            moved[name].append(
                {
                    column: _own(column in key or column.endswith("_id"), value, shift, mark)
                    for column, value in row.items()
                }
            )
    return dict(moved)


def _own(is_id: bool, value, shift: timedelta, mark: str):
    if isinstance(value, date):  # a moment, too
        return value + shift
    return f"{mark}-{value}" if is_id and isinstance(value, str) else value
