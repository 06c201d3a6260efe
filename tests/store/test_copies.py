"""Sessions for many questions read from a copy of the catalogue: the same rows, of one moment."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from store_submissions import commit

from mingjian.store import Store, copies

COUNT = "SELECT count(*) AS n, sum(fine_yuan) AS fines FROM penalty_case"
VERSIONS = "SELECT case_id, version_no, fine_yuan FROM penalty_case_version ORDER BY 1, 2"


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    store = opened()
    commit(store, "s1", [{"case_id": "1", "fine_yuan": 5}, {"case_id": "2", "fine_yuan": 7}])
    commit(store, "s2", [{"case_id": "1", "fine_yuan": 6}], at="2025-03-02 08:00")
    return store


def files(tmp_path: Path) -> list[str]:
    return sorted(file.suffix for file in (tmp_path / "store" / "copies").glob("*"))


def test_both_ways_see_the_same(store: Store) -> None:
    with store.reader() as plain, store.reader(many=True) as copied:
        assert copied.rows(VERSIONS) == plain.rows(VERSIONS)
        assert len(copied.rows(VERSIONS)) == 3
        assert copied.snapshot == plain.snapshot == 2


def test_a_session_keeps_its_moment_whatever_comes_after(store: Store) -> None:
    with store.reader(many=True) as before:
        commit(store, "s3", [{"case_id": "3", "fine_yuan": 1}], at="2025-03-03 08:00")
        store.maintain()
        with store.reader(many=True) as after:
            assert after.rows(COUNT) == [{"n": 3, "fines": 14}]
            assert before.rows(COUNT) == [{"n": 2, "fines": 13}]
            assert (before.snapshot, after.snapshot) == (2, 3)
        assert before.rows(COUNT) == [{"n": 2, "fines": 13}]


def test_sessions_open_and_close_in_any_order(store: Store) -> None:
    first, second = store.reader(many=True), store.reader(many=True)
    first.close()
    first.close()
    assert second.rows(COUNT) == [{"n": 2, "fines": 13}]
    second.close()
    with store.reader(many=True) as third:
        assert third.rows(COUNT) == [{"n": 2, "fines": 13}]
    last = store.reader(many=True)
    store.close()
    last.close()


def test_threads_share_a_copy(store: Store) -> None:
    seen: list[int] = []

    def ask() -> None:
        for _ in range(5):
            with store.reader(many=True) as reader:
                seen.append(reader.rows(COUNT)[0]["n"])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [2] * 20


@pytest.mark.parametrize("kind", ["ducklake"])
def test_only_the_newest_copy_is_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_KEEP_SECONDS", -1)
    store.reader(many=True).close()
    store.reader(many=True).close()
    assert files(tmp_path) == [".duckdb"]
    other = tmp_path / "store" / "copies" / "of-another-process.draft"
    other.touch()
    with store.reader(many=True) as old:
        commit(store, "s3", [{"case_id": "3", "fine_yuan": 1}], at="2025-03-03 08:00")
        with store.reader() as plain:  # nothing is copied for a few questions
            assert plain.rows(COUNT) == [{"n": 3, "fines": 14}]
        store.reader(many=True).close()
        assert files(tmp_path) == [".draft", ".duckdb"]
        os.utime(other, (0, 0))
        commit(store, "s4", [{"case_id": "4", "fine_yuan": 1}], at="2025-03-04 08:00")
        store.reader(many=True).close()
        assert files(tmp_path) == [".duckdb"]
        assert old.rows(COUNT) == [{"n": 2, "fines": 13}]  # its file is gone, but still open


@pytest.mark.parametrize("kind", ["ducklake"])
def test_a_copy_can_be_read_only(store: Store, tmp_path: Path) -> None:
    store.reader(many=True).close()
    (file,) = (tmp_path / "store" / "copies").iterdir()
    before = file.read_bytes()
    with store.reader(many=True) as reader:
        reader.create("mine", "SELECT * FROM penalty_case")
        assert reader.rows("SELECT count(*) AS n FROM mine") == [{"n": 2}]
    store.close()
    assert file.read_bytes() == before
