"""Verbs over procedures: list them, check a log against one."""

from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from mingjian.intake.faults import UnreadableFile
from mingjian.process import (
    KINDS,
    Checked,
    FileBench,
    Loaded,
    LogColumns,
    LogError,
    Procedure,
    StoreBench,
    check,
    load_csv,
    load_ocel,
    load_procedures,
    load_steps,
    load_xes,
    read_procedure,
    write_deviations,
)
from mingjian.standards import load_standard
from mingjian.store import Workbench, open_store

console = Console(highlight=False)
process = typer.Typer(help="办案流程：用声明的流程检查事件日志。", no_args_is_help=True)
PLATFORM = "case_step"
Form = Literal["xes", "ocel", "csv"]


def register(app: typer.Typer) -> None:
    app.add_typer(process, name="process")


CHECK_HELP = """用一个流程检查一份日志：先后、必经环节、时限、不同人、次数。

日志可以是 XES、OCEL 2.0（JSON）、CSV（可以是 .gz），也可以是平台自己的办案环节（写 case_step）。

例：mingjian process check case_step --procedure penalty_ordinary

例：mingjian process check 日志.xes.gz --procedure 流程.yaml --to 偏离.xlsx

例：mingjian process check 日志.csv --procedure 流程.yaml --case-column 案号 --activity-column 环节
--time-column 时间 --resource-column 经办人 --as-of 2025-06-30

例：mingjian process check 日志.json --procedure 流程.yaml --object-type 案件
"""


@process.command("list", help="列出全部流程。\n\n例：mingjian process list")
def listing() -> None:
    table = Table("名称", "流程", "规则", "查平台的环节")
    for name, item in sorted(load_procedures().items()):
        table.add_row(name, item.title, str(len(item.rules)), "是" if item.cases else "")
    console.print(table)


@process.command("check", help=CHECK_HELP)
def check_log(
    log: Annotated[str, typer.Argument(metavar="日志", help="文件，或 case_step")],
    procedure: Annotated[str, typer.Option(help="流程的名称，或流程文件（.yaml）")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="按哪一天判断，默认今天；之后的事件不看"),
    ] = None,
    kind: Annotated[Form | None, typer.Option("--format", help="默认看扩展名")] = None,
    case_column: Annotated[str, typer.Option(help="案件列")] = LogColumns.case,
    activity_column: Annotated[str, typer.Option(help="环节列")] = LogColumns.activity,
    time_column: Annotated[str, typer.Option(help="时间列")] = LogColumns.time,
    resource_column: Annotated[
        str, typer.Option(help="经办人列；OCEL 为属性名或对象类型")
    ] = LogColumns.resource,
    object_type: Annotated[str, typer.Option(help="OCEL：哪一类对象是案件")] = "",
    delimiter: Annotated[str, typer.Option(help="CSV 的分隔符")] = ",",
    top: Annotated[int, typer.Option(help="走法、间隔各列几行", min=1)] = 10,
    to: Annotated[Path | None, typer.Option(help="偏离的案件写到 .xlsx 或 .csv")] = None,
) -> None:
    chosen = _procedure(procedure)
    day = as_of.date() if as_of else date.today()
    columns = LogColumns(case_column, activity_column, time_column, resource_column)
    try:
        with ExitStack() as stack:
            if log == PLATFORM:
                own = StoreBench(stack.enter_context(open_store().reader()))
                checked = check(own, chosen, load_steps(own, chosen), day)
            else:
                folder = stack.enter_context(TemporaryDirectory())
                bench = FileBench(stack.enter_context(Workbench(Path(folder))))
                how = (kind or _format(log), object_type, delimiter)
                checked = check(bench, chosen, _load(bench, Path(log), columns, chosen, *how), day)
            _show(checked, top)
            if to is not None:
                console.print(f"已写出 {to}：{write_deviations(checked, to):,} 行", markup=False)
    except (LogError, UnreadableFile) as error:
        raise typer.BadParameter(str(error)) from error


def _load(
    bench: FileBench,
    path: Path,
    columns: LogColumns,
    procedure: Procedure,
    form: Form,
    object_type: str,
    delimiter: str,
) -> Loaded:
    if form == "xes":
        return load_xes(bench, path, columns, procedure)
    if form == "csv":
        return load_csv(bench, path, columns, procedure, delimiter)
    return load_ocel(bench, path, object_type, procedure, columns.resource)


def _procedure(named: str) -> Procedure:
    if named.endswith((".yaml", ".yml")):
        if not Path(named).is_file():
            raise typer.BadParameter(f"没有“{named}”这个文件")
        return read_procedure(Path(named))
    known = load_procedures()
    if named not in known:
        raise typer.BadParameter(f"没有“{named}”这个流程。现有：{'、'.join(known)}")
    return known[named]


def _format(log: str) -> Form:
    """What the name of the file says it is."""
    endings = [part.lower() for part in Path(log).suffixes]
    if ".xes" in endings:
        return "xes"
    if any(ending in endings for ending in (".json", ".jsonocel", ".ocel")):
        return "ocel"
    if any(ending in endings for ending in (".csv", ".txt", ".tsv")):
        return "csv"
    raise typer.BadParameter(f"看不出“{log}”是什么格式，请写 --format xes、ocel 或 csv")


def _show(checked: Checked, top: int) -> None:
    levels = load_standard().codes["alert_level"].codes
    rules = Table("编号", "规则", "种类", "等级", "检查", "偏离", "比例", "无法判断")
    for item in checked.rules:
        share = "" if item.share is None else f"{item.share:.1%}"
        counts = (f"{item.checked:,}", f"{item.deviating:,}", share, f"{item.unclear:,}")
        rule = item.rule
        rules.add_row(rule.code, rule.title, KINDS[rule.kind], levels[rule.level].title, *counts)
    console.print(
        f"{checked.procedure.title}，按 {checked.as_of} 判断：{checked.cases:,} 个案件，"
        f"{checked.events:,} 个事件，{checked.deviating:,} 个案件有偏离。",
        markup=False,
    )
    if checked.loaded.left_out:
        console.print(f"另有 {checked.loaded.left_out:,} 行没有案件、环节或能认的时间，没有看。")
    console.print(rules)
    if checked.unmatched:
        names = "、".join(f"{name}（{count:,}）" for name, count in checked.unmatched[:top])
        console.print(f"流程里没有的环节：{names}", markup=False, soft_wrap=True)
    ways = Table("案件", "例", "走法")
    for way in checked.variants(top):
        ways.add_row(f"{way.cases:,}", way.example, " → ".join(way.steps))
    console.print(ways)
    gaps = Table("前一环节", "后一环节", "次数", "中位数（日）", "九成不超过（日）")
    for gap in checked.gaps(top):
        days = (f"{gap.count:,}", f"{gap.median:.1f}", f"{gap.p90:.1f}")
        gaps.add_row(gap.before, gap.after, *days)
    console.print(gaps)
