"""`mingjian process`: a log checked from the command line, and what is said when it cannot be."""

from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from mingjian.cli.main import app
from mingjian.store import open_store
from small_logs import procedure_of

RULE = {"kind": "order", "first": "a", "then": "b"}
COLUMNS = ["--case-column", "案号", "--activity-column", "环节", "--time-column", "时间"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["process", *arguments], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_check_prints_and_writes_what_deviates(tmp_path: Path) -> None:
    procedure_of(tmp_path, [RULE])
    log = tmp_path / "log.csv"
    log.write_text(
        "案号,环节,时间\n1,甲,2025-03-01\n1,乙,2025-03-02\n2,乙,2025-03-01\n", encoding="utf-8"
    )
    out = tmp_path / "out.csv"
    code, said = run(
        "check", str(log), "--procedure", str(tmp_path / "small.yaml"), *COLUMNS,
        "--as-of", "2025-06-30", "--to", str(out),
    )  # fmt: skip
    assert code == 0
    assert "2 个案件，3 个事件，1 个案件有偏离" in said
    assert "50.0%" in said
    assert out.read_text("utf-8-sig").splitlines()[1].startswith("R1,规则,2,")
    code, said = run("check", str(log), "--procedure", str(tmp_path / "small.yaml"))
    assert code == 2
    assert "现有的列" in said


def test_the_platforms_own_log_and_unknown_names(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    open_store(tmp_path / "store").close()
    code, said = run("check", "case_step", "--procedure", "penalty_ordinary")
    assert code == 0
    assert "行政处罚普通程序" in said
    assert "0 个案件" in said
    assert run("check", "case_step", "--procedure", "none")[0] == 2
    assert run("check", "log.bin", "--procedure", "penalty_ordinary")[0] == 2
    assert "penalty_ordinary" in run("list")[1]
