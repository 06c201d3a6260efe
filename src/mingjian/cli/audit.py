"""Verbs over the audit log: verify the whole chain, note its end in a file."""

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from mingjian.access import audit as log
from mingjian.access.audit_chain import (
    ChainReport,
    CheckpointError,
    read_checkpoints,
    verify,
    write_checkpoint,
)
from mingjian.cli.progress import progress_bar, teller

console = Console(highlight=False)
audit = typer.Typer(help="审计日志：核对整条链、封存链头。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(audit, name="audit")


VERIFY_HELP = """从第一行起核对审计日志：有没有改动、缺行、换位，行数与链头是否相符。

相符退出码为 0，不符为 1，并指出第一处。给出封存文件，末尾被整段截去也看得出来。

例：mingjian audit verify
例：mingjian audit verify --checkpoint /media/usb/链头.jsonl
"""

CHECKPOINT_HELP = """把链头（行数与摘要）加封追加到一个文件。文件请放在另一台机器或光盘上。

例：mingjian audit checkpoint /media/usb/链头.jsonl
"""


@audit.command("verify", help=VERIFY_HELP)
def verify_(
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="封存文件，可给几个", exists=True, dir_okay=False)
    ] = None,
) -> None:
    try:
        points = [point for file in checkpoint or [] for point in read_checkpoints(file)]
    except CheckpointError as error:
        raise typer.BadParameter(str(error)) from error
    with progress_bar() as bar:
        tell = teller(bar, "核对")
        report = verify(points, lambda done, all_: tell(f"{done:,} / {all_:,} 行", done / all_))
    _note(report, len(points))
    if report.holds:
        against = f"，与 {len(points)} 条封存记录相符" if points else ""
        console.print(f"审计日志 {report.lines:,} 行，首尾相接{against}。链头 {report.hash}")
        return
    console.print(f"审计日志有问题：{report.fault}。", style="red", markup=False)
    console.print(f"此前 {report.lines:,} 行相符。请保全数据库，不要继续写入。")
    raise typer.Exit(1)


@audit.command("checkpoint", help=CHECKPOINT_HELP)
def checkpoint_(file: Annotated[Path, typer.Argument(metavar="文件", dir_okay=False)]) -> None:
    point = write_checkpoint(file)
    console.print(f"已封存：{point.line_count:,} 行，链头 {point.hash}", markup=False)


def _note(report: ChainReport, points: int) -> None:
    """The verification is itself a line, from which the auditor's page tells its outcome."""
    detail: dict[str, Any] = {"lines": report.lines, "hash": report.hash, "fault": report.fault}
    log.record(
        None, "audit.verify", username=f"命令行 {getpass.getuser()}", points=points, **detail
    )
