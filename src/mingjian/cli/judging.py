"""Verbs over monitors: read them, test them, run them, look back with them."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from mingjian.monitor import (
    DIALECTS,
    Monitor,
    load_library,
    monitor_markdown,
    monitor_skeleton,
    run_round,
    statements,
)
from mingjian.monitor import backtest as look_back
from mingjian.monitor import explain as explain_finding
from mingjian.monitor import test_monitor as prove
from mingjian.monitor import test_view as prove_view
from mingjian.rounds import night_round
from mingjian.standards.files import content_root
from mingjian.store import open_store

console = Console(highlight=False)
monitor = typer.Typer(help="监测模型：查看、试跑、解释、新建。", no_args_is_help=True)

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="按哪一天评判，默认今天")]
OnlyThese = Annotated[list[str] | None, typer.Option(help="只跑这些模型（与 --dry-run 同用）")]
Code = Annotated[str, typer.Argument(metavar="模型", help="编号（PT-01）或标识（penalty.…）")]


def register(app: typer.Typer) -> None:
    app.add_typer(monitor, name="monitor")
    app.command("round", help=ROUND_HELP)(round_)
    app.command(help=BACKTEST_HELP)(backtest)


ROUND_HELP = """跑一轮：登记簿回送、数据质量、全部模型、预警、指标。夜间由定时器调用。

跑两遍与跑一遍结果相同。有模型运行失败时退出码为 1。

例：mingjian round
例：mingjian round --as-of 2025-04-03
例：mingjian round --only PT-01 --dry-run    只试跑，不发预警
"""

BACKTEST_HELP = """用历史数据回看一个模型：当时会发现什么。按每个时点已知的数据评判。

例：mingjian backtest PT-01 --from 2025-01-01 --to 2025-06-30 --step 30
"""


@monitor.command("list", help="列出全部模型。\n\n例：mingjian monitor list")
def listing() -> None:
    table = Table("编号", "标识", "名称", "状态", "等级")
    for _, item in sorted(load_library().monitors.items(), key=lambda pair: pair[1].code):
        table.add_row(item.code, item.id, item.name, item.status, item.level)
    console.print(table)


@monitor.command("show", help="一个模型的说明书。\n\n例：mingjian monitor show PT-01")
def show(code: Code) -> None:
    console.print(Markdown(monitor_markdown(chosen(code))))


@monitor.command(
    "test",
    help="跑示例、逐条变异、核对引文。不写模型则全部。\n\n例：mingjian monitor test PT-01\n\n"
    "例：mingjian monitor test --view penalty_case_view    变异视图，用它上面全部模型的示例检验",
)
def prove_examples(
    code: Annotated[str | None, typer.Argument(metavar="[模型]")] = None,
    view: Annotated[str | None, typer.Option(help="变异这个视图（要几分钟）")] = None,
) -> None:
    if view is not None:
        _prove_view(view)
        return
    items = [chosen(code)] if code else list(load_library().monitors.values())
    failed = 0
    for item in items:
        outcome = prove(item)
        console.print(outcome.summary(), markup=False, soft_wrap=True)
        failed += not outcome.passed
    if len(items) > 1:
        console.print(f"{len(items)} 个模型，{failed} 个未通过")
    raise typer.Exit(1 if failed else 0)


def _prove_view(name: str) -> None:
    library = load_library()
    if name not in library.views:
        known = "、".join(sorted(library.written_views))
        raise typer.BadParameter(f"没有视图“{name}”。现有：{known}")
    outcome = prove_view(library.views[name], library)
    console.print(outcome.summary(), markup=False, soft_wrap=True)
    raise typer.Exit(0 if outcome.passed else 1)


SQL_HELP = """写出模型的查询语句，用别的引擎的方言。不写模型则是一轮的全部语句。

例：mingjian monitor sql PT-01 --dialect spark
例：mingjian monitor sql --dialect spark --as-of 2025-06-30 --to 目录
"""


@monitor.command("sql", help=SQL_HELP)
def write_sql(
    code: Annotated[str | None, typer.Argument(metavar="[模型]")] = None,
    dialect: Annotated[str, typer.Option(help="、".join(DIALECTS))] = "spark",
    as_of: Day = None,
    to: Annotated[Path | None, typer.Option(help="写进这个目录，一条语句一个文件")] = None,
) -> None:
    if dialect not in DIALECTS:
        raise typer.BadParameter(f"不认识的方言“{dialect}”，可用：{'、'.join(DIALECTS)}")
    only = [chosen(code).id] if code else None
    for statement in statements(load_library(), day(as_of), only):
        columns = (f"hit_{i} = {m.code} {m.name}" for i, m in enumerate(statement.monitors))
        view = statement.monitors[0].file.view
        notes = list(columns) if view else [f"{m.code} {m.name}" for m in statement.monitors]
        text = (
            "\n".join(f"-- {line}" for line in notes) + f"\n{statement.sql(dialect, pretty=True)};"
        )
        if to is None:
            typer.echo(text)
            continue
        to.mkdir(parents=True, exist_ok=True)
        file = to / f"{view or statement.monitors[0].code}.sql"
        file.write_text(text + "\n", encoding="utf-8")
        console.print(f"已写出 {file}", markup=False)


@monitor.command("explain", help="为什么命中。\n\n例：mingjian monitor explain PT-01 案件标识")
def explain(code: Code, unit_id: str, as_of: Day = None) -> None:
    library, item = load_library(), chosen(code)
    with open_store().reader() as reader:
        found = explain_finding(reader, library, item, unit_id, day(as_of))
    if found is None:
        console.print(f"底座里没有“{unit_id}”。", markup=False)
        raise typer.Exit(1)
    table = Table("项目", "值", title=f"{item.code} {item.name}：{unit_id}")
    for column, value in found.row.items():
        if value is not None:
            table.add_row(found.titles.get(column, column), str(value))
    console.print(table)
    for title, when in found.milestones:
        console.print(f"{when}　{title}", markup=False)


@monitor.command("new", help="写出一个新模型的骨架。\n\n例：mingjian monitor new penalty.case_idle")
def new(identifier: Annotated[str, typer.Argument(metavar="标识")]) -> None:
    path = content_root() / "monitors" / (identifier.replace(".", "/") + ".yaml")
    if path.exists():
        raise typer.BadParameter(f"{path} 已存在")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(monitor_skeleton(identifier), encoding="utf-8")
    console.print(f"已写出 {path}；写法见 docs/writing-a-monitor.md", markup=False)


def round_(
    as_of: Day = None,
    only: Annotated[
        list[str] | None, typer.Option(help="只跑这些模型（须与 --dry-run 同用）")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试跑，不发预警")] = False,
    full: Annotated[bool, typer.Option("--full", help="全部重看，不接着上一轮")] = False,
) -> None:
    if only and not dry_run:
        raise typer.BadParameter("--only 会让其余预警看起来“不再命中”，须与 --dry-run 同用")
    with console.status("监测……") as status:
        if dry_run:
            with open_store().reader(many=True) as reader:
                ids = [chosen(code).id for code in only] if only else None
                run = run_round(reader, load_library(), day(as_of), only=ids)
        else:
            report = night_round(
                open_store(),
                day(as_of),
                datetime.now(),
                full=full,
                progress=lambda text: status.update(text),
            )
            run = report.run
    table = Table("模型", "结果", "发现", "秒", "说明")
    names = {item.id: f"{item.code} {item.name}" for item in load_library().monitors.values()}
    for outcome in run.outcomes:
        table.add_row(
            names[outcome.monitor_id],
            outcome.status,
            f"{outcome.count:,}",
            f"{outcome.seconds:.2f}",
            outcome.message,
        )
    console.print(table)
    if not dry_run:
        console.print(report.alerts.summary(), markup=False)
    raise typer.Exit(1 if any(outcome.status == "failed" for outcome in run.outcomes) else 0)


def backtest(
    code: Code,
    start: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="自")],
    end: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="至")],
    step: Annotated[int, typer.Option(help="每隔几天", min=1)] = 30,
) -> None:
    table = Table("时点", "发现", "新增", "持续", "消失", "说明")
    for point in look_back(open_store().reader, chosen(code), start.date(), end.date(), step):
        table.add_row(
            str(point.as_of),
            *(str(n) for n in (point.count, point.new_count, point.continuing_count)),
            str(point.gone_count),
            point.message or ("" if point.as_known else "按现有数据推算"),
        )
    console.print(table)


def chosen(code: str) -> Monitor:
    library = load_library()
    found = library.by_code.get(code) or library.monitors.get(code.replace("/", "."))
    if found is None:
        raise typer.BadParameter(f"没有“{code}”这个模型。用 mingjian monitor list 查看。")
    return found


def day(given: datetime | None) -> date:
    return given.date() if given else date.today()
