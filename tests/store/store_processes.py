"""Programs of the process tests: `python store_processes.py PROGRAM FOLDER …` (see the end)."""

import random
import sys
import time
from pathlib import Path

from store_submissions import SMALL, header, numbered

from mingjian.store import open_store

CASES = 400


def write(folder: Path, first: int, last: int) -> None:
    """Commit submissions `first` to `last`; each sets every record of two tables to its number."""
    store = open_store(folder, standard=SMALL)
    for number in range(first, last + 1):
        rows = [{"case_id": f"C{i}", "fine_yuan": number} for i in range(CASES)]
        officers = [
            {"act_id": f"C{i}", "officer_id": "A", "share": float(number)} for i in range(CASES)
        ]
        store.commit(
            header(f"s{number}", f"2025-03-01 08:00:{number % 60:02}", rows_in=2 * CASES),
            {"penalty_case": numbered(rows), "act_officer": numbered(officers)},
            numbered([{"field": f"f{number}"}]),
        )
        print(number, flush=True)


def read(folder: Path, seconds: float) -> None:
    """Read in a loop; raises when a submission is seen in part. Prints how often it read."""
    store = open_store(folder, standard=SMALL)
    deadline = time.monotonic() + seconds
    times, newest = 0, 0
    while time.monotonic() < deadline:
        with store.reader(many=times % 2 == 1) as reader:
            seen = [
                [tuple(row.values()) for row in reader.rows(query)]
                for query in (
                    "SELECT CAST(fine_yuan AS BIGINT), count(*) FROM penalty_case GROUP BY 1",
                    "SELECT CAST(share AS BIGINT), count(*) FROM act_officer GROUP BY 1",
                    "SELECT version_no, count(*) FROM penalty_case_version GROUP BY 1 "
                    "ORDER BY 1 DESC LIMIT 1",
                    "SELECT commit_no, 400 FROM submission ORDER BY 1 DESC LIMIT 1",
                    f"SELECT count(*), {CASES} FROM rejected_row HAVING count(*) > 0",
                )
            ]
            assert all(found == seen[0] for found in seen), seen
            number = int(seen[0][0][0]) if seen[0] else 0
            assert number == reader.snapshot, (number, reader.snapshot)
            assert number >= newest, (number, newest)
            newest, times = number, times + 1
    print(times, newest, flush=True)


def scatter(folder: Path, times: int) -> None:
    """Commit many small submissions that change records all over the table."""
    store = open_store(folder, standard=SMALL)
    chance = random.Random(7)
    for number in range(1, times + 1):
        chosen = chance.sample(range(3000), 200)
        rows = [{"case_id": f"C{i}", "fine_yuan": number} for i in chosen]
        moment = f"2025-03-01 {8 + number // 60:02}:{number % 60:02}:00"
        store.commit(header(f"t{number}", moment), {"penalty_case": numbered(rows)}, None)


def count(folder: Path, seconds: float) -> None:
    """Count in a loop; raises when a record is seen twice. Prints how often it read."""
    store = open_store(folder, standard=SMALL)
    query = "SELECT count(*) AS n, count(DISTINCT case_id) AS cases FROM penalty_case"
    deadline, times = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        with store.reader(many=times % 2 == 1) as reader:
            for _ in range(2):
                (row,) = reader.rows(query)
                assert row["n"] == row["cases"], row
        times += 1
    print(times, flush=True)


def maintain(folder: Path, times: int) -> None:
    """Merge files again and again."""
    store = open_store(folder, standard=SMALL)
    for _ in range(times):
        store.maintain()
        time.sleep(0.2)


if __name__ == "__main__":
    what, where, *numbers = sys.argv[1:]
    if what == "writer":
        write(Path(where), int(numbers[0]), int(numbers[1]))
    elif what == "reader":
        read(Path(where), float(numbers[0]))
    elif what == "scatter":
        scatter(Path(where), int(numbers[0]))
    elif what == "count":
        count(Path(where), float(numbers[0]))
    else:
        maintain(Path(where), int(numbers[0]))
