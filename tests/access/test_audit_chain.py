"""`mingjian audit verify`: what was altered, taken out, put in, moved or cut off is named."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from typer.testing import CliRunner

from mingjian.access import audit
from mingjian.access.audit_chain import (
    CheckpointError,
    read_checkpoints,
    verify,
    write_checkpoint,
)
from mingjian.access.models import AuditHead, AuditLine
from mingjian.cli.main import app
from office import City

WRITER = """
import django; django.setup()
from mingjian.access import audit
for turn in range(40):
    audit.record(None, "alert.add_note", ("Alert", {number}), username="{number}", turn=turn)
"""


@pytest.fixture
def lines(city: City) -> list[AuditLine]:
    return [audit.record(city.right, "alert.sign", ("Alert", n), turn=n) for n in range(12)]


def behind_the_back(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_whole_chain_holds_and_says_how_long_it_is(lines: list[AuditLine]) -> None:
    report = verify()
    assert (report.holds, report.lines, report.hash) == (True, 12, lines[-1].hash)


@pytest.mark.parametrize(
    "change",
    [
        "username = 'x'",
        "act = 'alert.feed_back'",
        "object_id = '99'",
        "ip = '10.0.0.1'",
        "role = 'auditor'",
        "detail = '{}'",
    ],
)
def test_an_altered_line_is_named(lines: list[AuditLine], change: str) -> None:
    behind_the_back(f"UPDATE access_auditline SET {change} WHERE id = %s", lines[4].pk)
    report = verify()
    assert (report.line_id, report.lines) == (lines[4].pk, 4)
    assert "内容被改动" in report.fault


def test_a_line_taken_out_is_named(lines: list[AuditLine]) -> None:
    behind_the_back("DELETE FROM access_auditline WHERE id = %s", lines[4].pk)
    report = verify()
    assert report.line_id == lines[5].pk
    assert "缺少记录" in report.fault


def test_the_first_line_taken_out_is_named(lines: list[AuditLine]) -> None:
    behind_the_back("DELETE FROM access_auditline WHERE id = %s", lines[0].pk)
    assert verify().line_id == lines[1].pk


def test_lines_that_changed_places_are_named(lines: list[AuditLine]) -> None:
    first, second = lines[4].pk, lines[5].pk
    for old, new in ((first, -1), (second, first), (-1, second)):
        behind_the_back("UPDATE access_auditline SET id = %s WHERE id = %s", new, old)
    report = verify()
    assert report.line_id == first
    assert "不在原来的位置" in report.fault


def test_a_tail_cut_off_shows_by_the_head(lines: list[AuditLine]) -> None:
    behind_the_back("DELETE FROM access_auditline WHERE id >= %s", lines[9].pk)
    assert "末尾缺少记录" in verify().fault


def test_a_line_put_in_at_the_end_is_named(lines: list[AuditLine]) -> None:
    forged = AuditLine(at=lines[-1].at, act="login", previous_hash=lines[-1].hash)
    forged.hash = audit.line_hash(forged)
    forged.save()
    assert "没有登记的记录" in verify().fault


def test_a_head_that_was_turned_is_named(lines: list[AuditLine]) -> None:
    AuditHead.objects.update(hash="f" * 64)
    assert "链头" in verify().fault


def test_tail_and_head_cut_together_show_by_a_checkpoint_only(
    lines: list[AuditLine], tmp_path: Path
) -> None:
    file = tmp_path / "head.jsonl"
    write_checkpoint(file)
    audit.record(None, "agency.sync")
    points = read_checkpoints(file)
    assert verify(points).holds
    behind_the_back("DELETE FROM access_auditline WHERE id >= %s", lines[9].pk)
    AuditHead.objects.update(hash=lines[8].hash, line_count=9)
    assert verify().holds
    assert "末尾被截去" in verify(points).fault


def test_a_chain_written_anew_shows_by_a_checkpoint(
    lines: list[AuditLine], city: City, tmp_path: Path
) -> None:
    file = tmp_path / "head.jsonl"
    write_checkpoint(file)
    behind_the_back("DELETE FROM access_auditline")
    AuditHead.objects.update(hash=audit.FIRST_HASH, line_count=0)
    for number in range(20):
        audit.record(city.other, "alert.sign", ("Alert", number))
    assert verify().holds
    assert "改写过" in verify(read_checkpoints(file)).fault


def test_an_altered_checkpoint_is_refused(lines: list[AuditLine], tmp_path: Path) -> None:
    file = tmp_path / "head.jsonl"
    write_checkpoint(file)
    kept = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(kept | {"line_count": 3}), "utf-8")
    with pytest.raises(CheckpointError, match="被改动过"):
        read_checkpoints(file)
    file.write_text("not json\n", "utf-8")
    with pytest.raises(CheckpointError, match="不是封存记录"):
        read_checkpoints(file)


def test_the_verb_answers_by_its_exit_code(lines: list[AuditLine]) -> None:
    run = CliRunner()
    good = run.invoke(app, ["audit", "verify"])
    assert (good.exit_code, "12 行" in good.output) == (0, True)
    behind_the_back("UPDATE access_auditline SET act = 'x' WHERE id = %s", lines[4].pk)
    bad = run.invoke(app, ["audit", "verify"])
    assert bad.exit_code == 1
    assert f"编号 {lines[4].pk}" in re.sub(r"\s", " ", bad.output)


def test_the_auditors_page_says_what_the_chain_is_like(
    lines: list[AuditLine], city: City, client: Client
) -> None:
    client.force_login(city.auditor)
    assert "还没有从头核对过" in client.get("/audit/").text
    CliRunner().invoke(app, ["audit", "verify"])
    page = client.get("/audit/").text
    assert "全部相符" in page
    assert "首尾相接" in page
    behind_the_back("UPDATE access_auditline SET act = 'x' WHERE id = %s", lines[4].pk)
    assert f"链断在编号 {lines[4].pk}" in client.get("/audit/").text


def test_the_page_filters_counts_and_exports(
    lines: list[AuditLine], city: City, client: Client
) -> None:
    audit.record(city.head, "personal_data.read", ("Alert", 3))
    audit.record(city.head, "alert.export", ("Alert", ""), filter="=1+1")
    client.force_login(city.auditor)
    assert "共 <b>1</b> 条" in client.get("/audit/?kind=export").text
    assert "共 <b>12</b> 条" in client.get("/audit/?username=right").text
    answer = client.get("/audit/export/?username=head")
    table = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(table) == 3
    assert "导出预警清单" in table[1]
    assert AuditLine.objects.get(act="audit.export").detail["count"] == 2


def write_with_processes(database: str, home: Path) -> str:
    """Four processes write at once into a fresh office database; returns what verify says."""
    environment = os.environ | {
        "MINGJIAN_DATABASE": database,
        "MINGJIAN_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "mingjian.web.settings",
    }
    verb = [sys.executable, "-c", "from mingjian.cli.main import main; main()"]
    subprocess.run([*verb, "manage", "migrate", "--verbosity=0"], env=environment, check=True)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER.format(number=n)], env=environment)
        for n in range(4)
    ]
    assert [writer.wait(timeout=300) for writer in writers] == [0, 0, 0, 0]
    checked = subprocess.run(
        [*verb, "audit", "verify"], env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    return checked.stdout


def test_many_processes_write_one_chain_on_sqlite(tmp_path: Path) -> None:
    said = write_with_processes(f"sqlite:///{tmp_path}/office.sqlite3", tmp_path)
    assert "160 行" in said


@pytest.mark.postgres
def test_many_processes_write_one_chain_on_postgres(
    postgres_server: dict[str, str], tmp_path: Path
) -> None:
    address = "postgres://{user}@{host}:{port}/{dbname}".format(**postgres_server)
    assert "160 行" in write_with_processes(address, tmp_path)
