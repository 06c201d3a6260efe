"""Verbs over records: take files in, see what happened to them, keep the store in shape."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from mingjian.intake import Progress, Source, Submission, error_workbook, load_sources
from mingjian.intake import pull as pull_source
from mingjian.intake import release as release_held
from mingjian.intake import take as take_file
from mingjian.store import open_store

console = Console(highlight=False)
intake = typer.Typer(help="归集：收文件、看批次、取回错误文件。", no_args_is_help=True)
store = typer.Typer(help="数据底座：整理与查看。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(intake, name="intake")
    app.add_typer(store, name="store")


TAKE_HELP = """按数据源收一个或多个文件。坏行退回，好行入库；同一文件重传不会重复。

例：mingjian intake take scjg-cf cf_202503.csv
例：mingjian intake take scjg-cf 送数目录/*.csv --by 张三
"""


@intake.command("take", help=TAKE_HELP)
def take(
    source_code: Annotated[str, typer.Argument(metavar="数据源编号", help="见 intake sources")],
    files: Annotated[list[Path], typer.Argument(metavar="文件...", exists=True, dir_okay=False)],
    by: Annotated[str, typer.Option(help="报送人")] = "命令行",
    again: Annotated[bool, typer.Option("--again", help="收过的文件也重新核对一遍")] = False,
) -> None:
    source = chosen_source(source_code)
    worst = 0
    for file in files:
        kept = take_shown(source, file, by, again)
        report(kept)
        worst = max(worst, 0 if kept.status in ("accepted", "duplicate") else 1)
    raise typer.Exit(worst)


def take_shown(source: Source, file: Path, by: str, again: bool) -> Submission:
    """Take one file with a progress line on the terminal."""
    with Bar(console=console, transient=True) as bar:
        task = bar.add_task(file.name, total=None)

        def show(progress: Progress) -> None:
            bar.update(task, description=f"{file.name}　{progress.stage}")

        now = datetime.now()
        return take_file(open_store(), source, file, by=by, at=now, again=again, progress=show)


def report(submission: Submission) -> None:
    """What came of one submission, in the words a person needs."""
    console.print(submission.message, markup=False, soft_wrap=True)
    for signal in submission.signals:
        console.print(f"  提醒：{signal}", markup=False, soft_wrap=True)
    if submission.rejected_count:
        console.print(
            f"  取回错误文件：mingjian intake errors {submission.id} 错误.xlsx",
            markup=False,
        )


@intake.command("pull", help="从声明的 PostgreSQL 查询拉取一批。\n\n例：mingjian intake pull 编号")
def pull(
    source_code: Annotated[str, typer.Argument(metavar="数据源编号")],
    by: Annotated[str, typer.Option(help="经办人")] = "命令行",
) -> None:
    source = chosen_source(source_code)
    try:
        kept = pull_source(open_store(), source, by=by, at=datetime.now())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    report(kept)
    raise typer.Exit(0 if kept.status in ("accepted", "duplicate") else 1)


@intake.command("sources", help="列出全部数据源。\n\n例：mingjian intake sources")
def sources() -> None:
    table = Table("编号", "名称", "表", "方式", "格式")
    for code, source in sorted(load_sources().items()):
        transport = source.transport
        table.add_row(code, source.name, source.into, transport.kind, transport.format)
    console.print(table)


@intake.command("list", help="最近的批次。\n\n例：mingjian intake list --limit 20")
def listing(limit: Annotated[int, typer.Option(help="条数")] = 20) -> None:
    table = Table("批次", "数据源", "文件", "收到", "行数", "新增", "变更", "未变", "退回", "状态")
    with open_store().reader() as reader:
        rows = reader.rows(f"SELECT * FROM submission ORDER BY received_at DESC LIMIT {limit:d}")
    for row in rows:
        counts = ("rows_in", "new_count", "changed_count", "unchanged_count", "rejected_count")
        table.add_row(
            *(str(row[name]) for name in ("submission_id", "source_code", "file_name")),
            f"{row['received_at']:%Y-%m-%d %H:%M}",
            *(f"{row[name] or 0:,}" for name in counts),
            row["status"],
        )
    console.print(table if rows else "还没有收到任何批次。试试：mingjian intake take --help")


@intake.command(
    "errors", help="取回一批的错误文件。\n\n例：mingjian intake errors 批次号 错误.xlsx"
)
def errors(submission_id: str, file: Path) -> None:
    file.write_bytes(error_workbook(open_store(), submission_id))
    console.print(f"已写出 {file}：改好标红的格子后，按同一数据源重传。", markup=False)


@intake.command(
    "release", help="放行一批被暂缓的数据。\n\n例：mingjian intake release 批次号 --by 李四"
)
def release(submission_id: str, by: Annotated[str, typer.Option(help="放行人")] = "命令行") -> None:
    kept = open_store()
    held = kept.submission(submission_id)
    if held is None:
        raise typer.BadParameter(f"没有批次“{submission_id}”。用 mingjian intake list 查看。")
    report(release_held(kept, chosen_source(held.source_code), submission_id, by=by))


@store.command(
    "maintain", help="合并小文件、整理删除标记；夜间作业会自动做。\n\n例：mingjian store maintain"
)
def maintain() -> None:
    with console.status("整理数据底座……"):
        open_store().maintain()
    console.print("已整理")


@store.command("tables", help="各表行数与版本数。\n\n例：mingjian store tables")
def tables() -> None:
    table = Table("表", "名称", "记录", "版本")
    kept = open_store()
    with kept.reader() as reader:
        for name, item in sorted(kept.standard.tables.items()):
            current = reader.rows(f"SELECT COUNT(*) AS n FROM {name}")[0]["n"]
            versions = reader.rows(f"SELECT COUNT(*) AS n FROM {name}_version")[0]["n"]
            table.add_row(name, item.title, f"{current:,}", f"{versions:,}")
    console.print(table)


@store.command(
    "export",
    help="把当前各表与参考表写成 Parquet，供别的引擎使用。\n\n例：mingjian store export 目录",
)
def export(folder: Annotated[Path, typer.Argument(metavar="目录")]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with open_store().reader() as reader, console.status("导出……") as status:
        for name in sorted(reader.tables()):
            status.update(f"导出 {name}")
            pq.write_table(reader.arrow(f"SELECT * FROM {name}"), folder / f"{name}.parquet")
    console.print(f"已写到 {folder}；用法见 docs/moving-to-another-engine.md", markup=False)


def chosen_source(code: str) -> Source:
    found = load_sources()
    if code not in found:
        raise typer.BadParameter(
            f"没有编号为“{code}”的数据源。现有：{'、'.join(sorted(found))}。"
            "新部门请按 docs/adding-a-source.md 写一份 content/sources/…yaml。"
        )
    return found[code]
