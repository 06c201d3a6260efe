"""Several real processes on one store: readers beside a writer, and writers that are killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from store_processes import CASES
from store_submissions import commit

from mingjian.store import Store, StoreError
from mingjian.store.lock import writer_lock

_PROGRAM = Path(__file__).parent / "store_processes.py"
_SOURCE = Path(__file__).parents[2] / "src"


def start(*arguments: object, threads: int = 1) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(_PROGRAM), *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(_SOURCE), "MINGJIAN_THREADS": str(threads)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return out


@pytest.mark.slow
def test_no_record_is_seen_twice_while_others_change(
    opened: Callable[..., Store], tmp_path: Path
) -> None:
    """With several threads the engine reads lists of files and of deletions apart."""
    opened().close()
    folder = tmp_path / "store"
    reader = start("count", folder, 20, threads=4)
    finish(start("scatter", folder, 80))
    assert int(finish(reader)) > 5


@pytest.mark.slow
def test_readers_never_fail_and_never_see_part_of_a_submission(
    opened: Callable[..., Store], tmp_path: Path
) -> None:
    opened().close()
    folder = tmp_path / "store"
    readers = [start("reader", folder, 12) for _ in range(3)]
    writer = start("writer", folder, 1, 20)
    maintainer = start("maintainer", folder, 5)
    finish(writer)
    finish(maintainer)
    for reader in readers:
        times, newest = map(int, finish(reader).split())
        assert times > 5
        assert newest > 0
    store = opened()
    assert store.snapshot() == 20
    with store.reader() as check:
        assert check.rows("SELECT count(*) AS n FROM penalty_case_version") == [{"n": 20 * CASES}]


@pytest.mark.slow
def test_a_killed_commit_is_whole_or_absent_and_repeating_it_mends(
    opened: Callable[..., Store], tmp_path: Path
) -> None:
    opened().close()
    folder, chance = tmp_path / "store", random.Random(7)
    last, cut_short = 0, 0
    for _ in range(20):
        writer = start("writer", folder, last + 1, last + 50)
        assert writer.stdout is not None
        acknowledged = int(writer.stdout.readline())  # the engine is up, the next commit under way
        time.sleep(chance.random() * 0.25)
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate(timeout=60)
        acknowledged = max([acknowledged, *map(int, rest.split())])
        store = opened()
        last = whole(store)
        assert acknowledged <= last <= acknowledged + 1  # nothing acknowledged is lost
        cut_short += last == acknowledged
        store.close()
    assert cut_short > 0  # some died before their commit
    finish(start("writer", folder, 1, last + 1))  # everything again: all but one is kept already
    store = opened()
    assert whole(store) == last + 1
    store.maintain()
    assert whole(store) == last + 1


def whole(store: Store) -> int:
    """The number of submissions, after checking that each is there in every part."""
    with store.reader() as reader:
        for table in ("penalty_case", "act_officer"):
            counted = reader.rows(
                f"SELECT submission_id, count(*) AS n, min(version_no) AS v, max(version_no) AS w "
                f"FROM {table}_version GROUP BY submission_id ORDER BY v"
            )
            for number, row in enumerate(counted, 1):
                assert list(row.values()) == [f"s{number}", CASES, number, number]
            newest = reader.rows(f"SELECT DISTINCT version_no AS v FROM {table}")
            assert [row["v"] for row in newest] == [len(counted)]
        kept = reader.rows("SELECT submission_id, new_count, changed_count FROM submission")
        assert len(kept) == len(counted)
        assert reader.rows("SELECT count(*) AS n FROM rejected_row") == [{"n": len(kept)}]
        assert all(row["new_count"] + row["changed_count"] == 2 * CASES for row in kept)
    return len(counted)


def test_only_one_writes_and_the_other_is_told(tmp_path: Path) -> None:
    lock = tmp_path / "writer.lock"
    with writer_lock(lock):
        with pytest.raises(StoreError, match=f"进程号 {os.getpid()}"), writer_lock(lock, 0.1):
            pass
        assert lock.exists()
    with writer_lock(lock, 0.1):
        pass


def test_reading_goes_on_while_this_process_writes(store: Store) -> None:
    commit(store, "s1", [{"case_id": "1"}])
    with store.reader() as before:
        commit(store, "s2", [{"case_id": "2"}])
        with store.reader() as after:
            query = "SELECT count(*) AS n FROM penalty_case"
            assert (before.rows(query), after.rows(query)) == ([{"n": 1}], [{"n": 2}])
            assert (before.snapshot, after.snapshot) == (1, 2)
