"""The engine's own side: extensions, versions, catalogues, and what is left behind."""

import os
import time
from datetime import datetime
from importlib import metadata
from pathlib import Path

import pytest
from store_submissions import SMALL, cases, commit

from mingjian.store import StoreError, engine, open_store
from mingjian.store.engine import connect, load_extensions, remove_spilled


@pytest.fixture
def no_cache() -> None:
    engine._extension_file.cache_clear()


@pytest.mark.usefixtures("no_cache")
def test_differing_versions_are_named_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duckdb.__version__", "1.5.6")
    with pytest.raises(
        StoreError, match=r"DuckDB 是 1\.5\.6 版而扩展包 .* 是 1\.5\.5 版，两者必须相同"
    ):
        open_store(tmp_path / "store", standard=SMALL)


@pytest.mark.usefixtures("no_cache")
def test_a_missing_extension_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(engine, "version", absent)
    with pytest.raises(StoreError, match=r"缺少 DuckDB 扩展包 duckdb-extension-sqlite"):
        open_store(tmp_path / "store", standard=SMALL)
    assert open_store(tmp_path / "other", kind="parquet", standard=SMALL).snapshot() == 0


def test_a_broken_extension_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "ducklake.duckdb_extension"
    broken.write_bytes(b"not an extension")
    monkeypatch.setattr(engine, "_extension_file", lambda _: broken)
    with pytest.raises(StoreError, match="扩展 ducklake 装载失败"):
        load_extensions(connect(tmp_path / "spill"), ("ducklake",), tmp_path / "links")


def test_a_catalogue_that_cannot_be_reached_is_said_without_its_password(tmp_path: Path) -> None:
    nowhere = "postgres:host=127.0.0.1 port=1 dbname=x user=x password=secret"
    with pytest.raises(StoreError, match="目录库打不开") as caught:
        open_store(tmp_path / "store", catalogue=nowhere, standard=SMALL)
    assert "secret" not in str(caught.value)


def test_what_dead_processes_spilled_is_removed_after_a_day(tmp_path: Path) -> None:
    old, day = time.time() - 90_000, 1.0
    kept = [f"engine-{os.getpid()}-a", "workbench-999999998-b"]
    gone = ["engine-999999999-c", "workbench-999999999-d"]
    for name in (*kept, *gone):
        (tmp_path / name / "inside").mkdir(parents=True)
        when = time.time() - day if name.endswith("b") else old
        os.utime(tmp_path / name, (when, when))
    remove_spilled(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


@pytest.mark.postgres
def test_the_catalogue_may_stand_in_postgresql(
    tmp_path: Path, postgres_server: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dsn = " ".join(f"{key}={value}" for key, value in postgres_server.items())
    folder = tmp_path / "store"
    store = open_store(folder, catalogue=f"postgres:{dsn}", standard=SMALL)
    for day in (1, 2, 3):
        rows = [{"case_id": str(i), "fine_yuan": i * day} for i in range(50)]
        assert commit(store, f"s{day}", rows, at=f"2025-03-0{day} 08:00").accepted_count == 50
    with store.reader() as before:
        store.maintain()
        commit(store, "s4", [{"case_id": "7", "fine_yuan": 0}], at="2025-03-04 08:00")
        assert before.rows("SELECT fine_yuan FROM penalty_case WHERE case_id = '7'") == [
            {"fine_yuan": 21}
        ]
    with store.reader(datetime(2025, 3, 1, 12)) as then:
        assert then.rows("SELECT sum(fine_yuan) AS s FROM penalty_case") == [{"s": 1225}]
    query = "SELECT case_id, version_no, fine_yuan FROM penalty_case_version ORDER BY 1, 2"
    with store.reader() as plain, store.reader(many=True) as copied:
        assert len(list((folder / "copies").glob("*.duckdb"))) == 1
        assert copied.rows(query) == plain.rows(query)
    assert commit(store, "s4", []).already
    store.close()
    with pytest.raises(StoreError, match="目录库在 postgres"):
        open_store(folder, standard=SMALL)
    assert dsn not in (folder / "store.json").read_text()
    monkeypatch.setenv("MINGJIAN_CATALOGUE", f"postgres:{dsn}")
    again = open_store(folder, standard=SMALL)
    assert (cases(again)["7"], again.snapshot()) == (0, 4)
    again.close()
