"""Verbs `backup` and `restore`: office and store together, as one file of one moment."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mingjian.access import audit
from mingjian.cli.archive import (
    MANIFEST,
    OFFICE,
    BackupError,
    Teller,
    make_archive,
    open_archive,
)
from mingjian.cli.progress import progress_bar, teller
from mingjian.store import fill_catalogue

console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    app.command("backup", help=BACKUP_HELP)(backup)
    app.command("restore", help=RESTORE_HELP)(restore)


BACKUP_HELP = """备份办公库、数据底座和收到的文件，同一时刻，一个文件。不用停站点。

给目录就按时刻起名。备份里有密钥和个人信息，请加密保管、异地存放。

例：mingjian backup /media/usb
例：mingjian backup /media/usb/明鉴-1125.tar
"""

RESTORE_HELP = """把备份恢复到一个空的地方；逐个文件核对摘要，不符就什么也不留下。

例：mingjian restore 明鉴-1125.tar --into /srv/mingjian
例：mingjian restore 明鉴-1125.tar --into /srv/mingjian --database postgres://…/空库
"""


def backup(
    target: Annotated[Path, typer.Argument(metavar="目录或文件")],
    force: Annotated[bool, typer.Option("--force", help="已有同名文件时替换")] = False,
) -> None:
    with progress_bar() as bar:
        made = make_archive(target, force=force, tell=teller(bar, "备份"))
    audit.record(None, "backup.make", username="命令行", file=made.name, size=made.stat().st_size)
    console.print(f"已备份：{made}（{made.stat().st_size / 1e6:,.1f} MB）", markup=False)


def restore(
    file: Annotated[Path, typer.Argument(metavar="备份文件", exists=True, dir_okay=False)],
    into: Annotated[Path, typer.Option(help="恢复到哪个空目录（以后的 MINGJIAN_HOME）")],
    database: Annotated[
        str, typer.Option(help="办公库放进这个空的 PostgreSQL 库；不给就是 SQLite")
    ] = "",
    catalogue: Annotated[
        str, typer.Option(help="底座的目录库原在 PostgreSQL 的，放进这个空库（postgres:连接串）")
    ] = "",
) -> None:
    into = into.resolve()
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise BackupError(f"{into} 不是空的，没有恢复。请给一个空目录。")
    part = into.with_name(f"{into.name}.partial")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with progress_bar() as bar:
            open_archive(file, part, tell=teller(bar, "解开"))
            fill_catalogue(part / "store", catalogue or None)
            _load_office(part, database, teller(bar, "办公库"))
        shutil.rmtree(part / OFFICE)
        if into.exists():
            into.rmdir()
        part.rename(into)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    console.print(f"已恢复到 {into}。启动：MINGJIAN_HOME={into} mingjian serve", markup=False)


def _load_office(part: Path, database: str, tell: Teller) -> None:
    """Fill the office database of the new place, in a process that lives there."""
    manifest = json.loads((part / OFFICE / MANIFEST).read_text(encoding="utf-8"))
    environment = {k: v for k, v in os.environ.items() if k != "MINGJIAN_DATABASE"}
    environment |= {"MINGJIAN_HOME": str(part), "PYTHONUNBUFFERED": "1"}
    if database:
        environment["MINGJIAN_DATABASE"] = database
    verb = [sys.executable, "-c", "from mingjian.cli.main import main; main()"]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [*verb, "manage", "load_office", str(part / OFFICE)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            share, _, text = line.strip().partition(" ")
            tell(text, float(share))
        if process.wait():
            said.seek(0)
            last = said.read().strip().splitlines()[-1:] or ["原因不明"]
            raise BackupError(f"办公库没有恢复：{last[0]}")
    tell(f"{sum(manifest['rows'].values()):,} 行", 1.0)
