"""Backup and restore: one moment, every table the same again, nothing half looks whole."""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from mingjian.access import audit, office_dump
from mingjian.access.models import AgencyVersion
from mingjian.cli.archive import BackupError
from mingjian.cli.main import app
from mingjian.store import StoreError, open_store
from office import City, city, quick_passwords
from site_data import CHAOYANG, case, header, rows_of

__all__ = ["city", "quick_passwords"]
pytestmark = pytest.mark.django_db(transaction=True)

VERB = [sys.executable, "-c", "from mingjian.cli.main import main; main()"]


def every_table(folder: Path) -> dict[str, list[Any]]:
    """Rows and hash of each table of the office."""
    found = {}
    for model in office_dump.tables():
        rows = office_dump.dump_table(model, folder / "table")
        text = gzip.decompress((folder / "table").read_bytes())
        found[model._meta.label] = [rows, hashlib.sha256(text).hexdigest()]
    return found


def look_into(place: Path, folder: Path, database: str = "") -> dict[str, list[Any]]:
    """The tables of a restored place, read by a process that lives there."""
    script = (
        "import json, sys; from pathlib import Path; import django; django.setup(); "
        "from test_backup import every_table; from mingjian.access.audit_chain import verify; "
        f"print(json.dumps([every_table(Path({str(folder)!r})), verify().fault]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(place, database),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tables, fault = json.loads(done.stdout.splitlines()[-1])
    assert fault == ""
    return dict(tables)


def environment(home: Path, database: str = "") -> dict[str, str]:
    here = Path(__file__).parent
    paths = [str(here), str(here.parent), os.environ.get("PYTHONPATH", "")]
    own = {
        "MINGJIAN_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "mingjian.web.settings",
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
    }
    own |= {"MINGJIAN_DATABASE": database} if database else {}
    return {k: v for k, v in os.environ.items() if k != "MINGJIAN_DATABASE"} | own


def this_database() -> str:
    """The address of the database that this test runs on, for another process."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{Path(given['NAME']).resolve()}"
    return f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


def mingjian(*words: object) -> str:
    """One command line in this process; raises what it raises."""
    done = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def commit(home: Path, number: int, rows: int = 20) -> None:
    cases = [case(CHAOYANG, number * 1000 + n) for n in range(rows)]
    tables = {"penalty_case": rows_of("penalty_case", cases)}
    open_store(home / "store").commit(header(f"sub-{number}", "zz-cf", CHAOYANG, 1), tables, None)


def store_counts(home: Path) -> tuple[int, int, int]:
    with open_store(home / "store").reader() as reader:
        (row,) = reader.rows(
            "SELECT (SELECT COUNT(*) FROM submission) AS s, "
            "(SELECT COUNT(*) FROM penalty_case) AS c, "
            "(SELECT COUNT(*) FROM penalty_case_version) AS v"
        )
    return row["s"], row["c"], row["v"]


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, city: City) -> Path:
    """A small deployment: the office of this test, a store, received files."""
    home = tmp_path / "living"
    (home / "inbox" / "zz-cf").mkdir(parents=True)
    monkeypatch.setenv("MINGJIAN_HOME", str(home))
    for number in range(3):
        commit(home, number)
    (home / "inbox" / "zz-cf" / "收到的.csv").write_bytes(os.urandom(70_000))
    (home / "secret_key").write_text("k" * 50)
    values = {"name": "旧名", "list": [1, None]}
    AgencyVersion.objects.create(agency=city.agencies["110105-CG"], values=values)
    for number in range(30):
        audit.record(city.right, "alert.sign", ("Alert", number), ip="10.0.0.1", turn=number)
    return home


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "b.tar"


def test_what_is_restored_is_what_was_there(living: Path, tmp_path: Path, file: Path) -> None:
    before, place = every_table(tmp_path), tmp_path / "new"
    assert "已备份" in mingjian("backup", file)
    assert file.stat().st_mode & 0o077 == 0
    assert "已恢复到" in mingjian("restore", file, "--into", place)
    after = look_into(place, tmp_path)
    changed = {label for label in before if before[label] != after[label]}
    assert changed == {"access.AuditLine", "access.AuditHead"}  # the restoring itself is noted
    assert after["access.AuditLine"][0] == before["access.AuditLine"][0] + 1
    assert store_counts(place) == store_counts(living) == (3, 60, 60)
    for name in ("inbox/zz-cf/收到的.csv", "secret_key"):
        assert (place / name).read_bytes() == (living / name).read_bytes()
    assert not (place / ".office").exists()
    commit(place, 7)  # and the store goes on
    assert store_counts(place)[0] == 4


@pytest.mark.postgres
def test_the_office_goes_into_an_empty_postgres_only(
    living: Path, tmp_path: Path, file: Path, postgres_server: dict[str, str]
) -> None:
    base = "postgres://{user}@{host}:{port}".format(**postgres_server)
    make = ["psql", "-q", f"{base}/{postgres_server['dbname']}", "-c", "CREATE DATABASE again"]
    subprocess.run(make, check=True)
    before, place, database = every_table(tmp_path), tmp_path / "p", f"{base}/again"
    mingjian("backup", file)
    mingjian("restore", file, "--into", place, "--database", database)
    after = look_into(place, tmp_path, database)
    changed = {label for label in before if before[label] != after[label]}
    assert changed == {"access.AuditLine", "access.AuditHead"}  # numbering goes on behind the last
    with pytest.raises(BackupError, match="不是空的"):
        mingjian("restore", file, "--into", tmp_path / "x", "--database", database)
    assert not (tmp_path / "x").exists()


@pytest.mark.postgres
def test_a_catalogue_on_postgres_is_restored_into_an_empty_one(
    postgres_server: dict[str, str],
    tmp_path: Path,
    file: Path,
    city: City,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = "host={host} port={port} user={user} dbname=".format(**postgres_server)
    base = "postgres://{user}@{host}:{port}/{dbname}".format(**postgres_server)
    for name in ("facts", "facts_again"):
        subprocess.run(["psql", "-q", base, "-c", f"CREATE DATABASE {name}"], check=True)
    home, place = tmp_path / "home", tmp_path / "new"
    home.mkdir()
    monkeypatch.setenv("MINGJIAN_HOME", str(home))
    monkeypatch.setenv("MINGJIAN_CATALOGUE", f"postgres:{given}facts")
    for number in range(3):
        commit(home, number)
    before = store_counts(home)
    mingjian("backup", file)
    with pytest.raises(StoreError, match="--catalogue"):
        mingjian("restore", file, "--into", place)
    again = f"postgres:{given}facts_again"
    mingjian("restore", file, "--into", place, "--catalogue", again)
    monkeypatch.setenv("MINGJIAN_CATALOGUE", again)
    assert store_counts(place) == before == (3, 60, 60)
    commit(place, 9)  # and it goes on, apart from the first
    assert store_counts(place)[0] == 4
    monkeypatch.setenv("MINGJIAN_CATALOGUE", f"postgres:{given}facts")
    assert store_counts(home) == before


def test_facts_are_of_one_moment_while_they_are_written(
    living: Path, tmp_path: Path, file: Path
) -> None:
    stop = threading.Event()
    failures: list[Exception] = []

    def write() -> None:
        number = 10
        try:
            while not stop.is_set():
                commit(living, number)
                number += 1
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    mingjian("backup", file)
    stop.set()
    writer.join()
    assert failures == []
    place = tmp_path / "new"
    mingjian("restore", file, "--into", place)
    submissions, cases, versions = store_counts(place)
    assert submissions >= 3
    assert (cases, versions) == (submissions * 20, submissions * 20)


def test_a_place_that_is_not_empty_is_left_alone(living: Path, tmp_path: Path, file: Path) -> None:
    place = tmp_path / "full"
    mingjian("backup", file)
    place.mkdir()
    (place / "mine").write_text("x")
    with pytest.raises(BackupError, match="不是空的"):
        mingjian("restore", file, "--into", place)
    assert [path.name for path in place.iterdir()] == ["mine"]


@pytest.mark.parametrize("how", ["in_a_file", "cut_off", "file_left_out"])
def test_a_damaged_backup_restores_nothing(
    living: Path, tmp_path: Path, file: Path, how: str
) -> None:
    bad, received = tmp_path / "bad.tar", "inbox/zz-cf/收到的.csv"
    mingjian("backup", file)
    content = bytearray(file.read_bytes())
    if how == "in_a_file":
        with tarfile.open(file) as tar:
            content[tar.getmember(received).offset_data + 100] ^= 1
        bad.write_bytes(content)
    elif how == "cut_off":
        bad.write_bytes(content[: len(content) // 2])
    else:
        with tarfile.open(file) as tar, tarfile.open(bad, "w") as copy:
            for member in tar:
                if member.name != received:
                    copy.addfile(member, tar.extractfile(member))
    with pytest.raises(BackupError, match=r"没有清单|不是完整的备份|与清单不符"):
        mingjian("restore", bad, "--into", tmp_path / "n")
    assert not (tmp_path / "n").exists()
    assert not list(tmp_path.glob("*.partial"))


def test_a_killed_backup_leaves_nothing_that_looks_whole(living: Path, tmp_path: Path) -> None:
    with (living / "inbox" / "big").open("wb") as big:
        big.truncate(3_000_000_000)  # sparse: takes a while to read
    folder = tmp_path / "backups"
    folder.mkdir()
    process = subprocess.Popen(
        [*VERB, "backup", str(folder / "b.tar")],
        env=environment(living, this_database()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    part = folder / "b.tar.partial"
    deadline = time.monotonic() + 300
    while not (part.exists() and part.stat().st_size > 1_000_000):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert [path.name for path in folder.iterdir()] == ["b.tar.partial"]
    with pytest.raises(BackupError, match=r"没有清单|不是完整的备份"):
        mingjian("restore", part, "--into", tmp_path / "n")
    (living / "inbox" / "big").unlink()
    mingjian("backup", folder / "b.tar")  # and the next one goes through
    assert [path.name for path in folder.iterdir()] == ["b.tar"]


def test_what_is_refused(living: Path, tmp_path: Path, file: Path) -> None:
    with pytest.raises(BackupError, match="数据目录"):
        mingjian("backup", living / "b.tar")
    mingjian("backup", file)
    with pytest.raises(BackupError, match="已经存在"):
        mingjian("backup", file)
    mingjian("backup", file, "--force")
    assert [path.name for path in tmp_path.glob("*.partial")] == []
