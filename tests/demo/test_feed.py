"""Feeding goes through the one door in, and says what it cannot feed."""

from datetime import date
from pathlib import Path

import pytest

from mingjian.demo import DELIVERIES, city, feed
from mingjian.store import open_store

UNTIL = date(2025, 9, 30)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    return tmp_path


def test_an_undeclared_source_is_named(home: Path) -> None:
    folder = home / "files"
    folder.mkdir()
    lines = "source,file,received_at\nnobody,a.csv,2025-01-01 08:00:00\n"
    (folder / DELIVERIES).write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=r"nobody.*a\.csv"):
        feed(open_store(home / "store", kind="parquet"), folder)


def test_a_refused_file_stops_the_feeding(home: Path) -> None:
    folder = home / "files"
    (folder / "sfj-zt").mkdir(parents=True)
    (folder / "sfj-zt" / "empty.csv").write_bytes(b"")
    lines = "source,file,received_at\nsfj-zt,empty.csv,2025-01-01 08:00:00\n"
    (folder / DELIVERIES).write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=r"empty\.csv"):
        feed(open_store(home / "store", kind="parquet"), folder)


def test_the_same_city_is_written_once(home: Path) -> None:
    folder = city(home, 0.003, 3, UNTIL)
    made = (folder / DELIVERIES).stat().st_mtime_ns
    assert city(home, 0.003, 3, UNTIL) == folder
    assert (folder / DELIVERIES).stat().st_mtime_ns == made
    city(home, 0.003, 4, UNTIL)
    assert (folder / DELIVERIES).stat().st_mtime_ns != made
