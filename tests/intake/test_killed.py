"""kill -9 while a file is taken in, at many points: whole or nothing, and sending again mends."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from mingjian.intake import Source, take
from mingjian.store import open_store

from .conftest import AT, CASES, case_file, case_line

PROGRAM = Path(__file__).with_name("taking_process.py")
ROWS, BAD = 3000, 30
KILLS = 8


@pytest.fixture
def sent_file(tmp_path: Path) -> Path:
    every = ROWS // BAD
    lines = [
        case_line(n, **({"立案时间": "昨天"} if n % every == 0 else {})) for n in range(1, ROWS + 1)
    ]
    file = tmp_path / "cf.csv"
    file.write_text(case_file(*lines), encoding="utf-8")
    return file


def started(home: Path, declared: Path, file: Path) -> subprocess.Popen[str]:
    """The process, at the moment before it begins to take the file."""
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(home), str(declared), str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("\n")
    process.stdin.flush()
    return process


def counts(home: Path) -> dict[str, int]:
    store = open_store(home / "store")
    with store.reader() as reader:
        found = {
            name: reader.rows(f"SELECT count(*) AS n FROM {name}")[0]["n"]
            for name in ("submission", "penalty_case", "penalty_case_version", "rejected_row")
        }
    store.close()
    return found


@pytest.mark.slow
def test_whole_or_nothing(
    tmp_path: Path, cases: Source, sent_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = tmp_path / "declared.yaml"
    declared.write_text(CASES, encoding="utf-8")
    whole = {
        "submission": 1,
        "penalty_case": ROWS - BAD,
        "penalty_case_version": ROWS - BAD,
        "rejected_row": BAD,
    }
    nothing = dict.fromkeys(whole, 0)
    calm = tmp_path / "calm"
    before = time.monotonic()
    assert started(calm, declared, sent_file).wait() == 0
    takes = time.monotonic() - before
    assert counts(calm) == whole
    seen = set()
    for n in range(KILLS):
        home = tmp_path / f"home-{n}"
        process = started(home, declared, sent_file)
        time.sleep(takes * (n + 0.5) / KILLS)
        process.kill()
        process.wait()
        found = counts(home)
        assert found in (whole, nothing), f"killed after {n + 0.5}/{KILLS}: {found}"
        seen.add(found["submission"])
        monkeypatch.setenv("MINGJIAN_HOME", str(home))
        store = open_store()
        again = take(store, cases, sent_file, by="李工", at=AT)
        assert again.status == ("duplicate" if found == whole else "accepted")
        store.close()
        assert counts(home) | {"submission": 1} == whole
    assert 0 in seen, "no process was killed before it had finished: the test proves nothing"
