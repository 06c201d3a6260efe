"""Verbs that run the office: start everything, serve the site, make the demo city."""

import signal
import subprocess
import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.core.management import call_command, execute_from_command_line
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from mingjian import demo, documents, web
from mingjian.access import demo_accounts
from mingjian.access.policy import load_policy
from mingjian.access.roles import load_roles
from mingjian.cli.data import report
from mingjian.cli.progress import progress_bar, teller
from mingjian.demo import office
from mingjian.intake import Source, load_sources
from mingjian.intake import take as take_file
from mingjian.rounds import night_round
from mingjian.standards import home
from mingjian.store import open_store

console = Console(highlight=False)

DEFAULT_SCALE = 0.1
DEFAULT_SEED = 1


class CannotStart(RuntimeError):
    """Something outside is missing; the message says what to do."""


def register(app: typer.Typer) -> None:
    app.command(help=START_HELP)(start)
    app.command(help=SERVE_HELP)(serve)
    app.command("demo", help=DEMO_HELP)(demo_)
    app.command(help="取来公文排版用的字体（Debian 的软件包）。\n\n例：mingjian fonts")(fonts)
    app.command(help="取来页面用的 ECharts 与区划轮廓（npm）。\n\n例：mingjian vendor")(vendor)
    app.command(help="重拍 docs/images 里的截图（需要 Chromium）。\n\n例：mingjian screenshots")(
        screenshots
    )
    app.command(
        help="Django 管理命令。\n\n例：mingjian manage createsuperuser",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        add_help_option=False,
    )(manage)


START_HELP = """从零到能用：建库、（首次）模拟一座小城市或归集自己的文件、跑一轮、起站点。

第二次起直接启动，数据保留。站点只在本机回环地址。

例：mingjian start
例：mingjian start --port 8800 --scale 0.2
例：mingjian start --data 送数目录    目录下每个数据源一个子目录，名字是数据源编号
"""

SERVE_HELP = """只起站点和后台任务进程。

例：mingjian serve --port 8800
"""

DEMO_HELP = """模拟一座城市，写出各部门的原始文件，并从归集入口送进底座。

例：mingjian demo --scale 0.3 --seed 7
例：mingjian demo --files-only --folder /tmp/city    只写文件
"""

Port = Annotated[int, typer.Option(help="端口", min=1, max=65535)]
Scale = Annotated[float, typer.Option(help="规模，1 为全市", min=0.01)]
Seed = Annotated[int, typer.Option(help="随机种子，相同则文件相同")]


def start(
    data: Annotated[
        Path | None, typer.Option(help="归集自己的文件，不用模拟数据", exists=True, file_okay=False)
    ] = None,
    port: Port = 8000,
    scale: Scale = DEFAULT_SCALE,
    seed: Seed = DEFAULT_SEED,
    serve_site: Annotated[bool, typer.Option("--serve/--no-serve", help="备好之后起站点")] = True,
) -> None:
    prepare()
    done = home() / "prepared"
    if data is not None:
        take_folder(data)
        run_round_now()
    elif not done.exists():
        make_city(scale, seed, date.today())
        live_in_the_city(date.today())
    done.touch()
    if (home() / "demo").is_dir():
        show_accounts()
    if serve_site:
        serve(port)


def serve(port: Port = 8000) -> None:
    prepare()
    if not web.port_is_free(port):
        raise CannotStart(f"端口 {port} 已被占用。换一个：--port {port + 1}")
    commands = web.server_commands(port)
    # Ended by a service manager as by Ctrl+C: the two processes must not outlive this one.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    processes = [subprocess.Popen(command) for command in commands]
    console.print(f"\n[bold]明鉴已启动：http://127.0.0.1:{port}/[/bold]　按 Ctrl+C 停止\n")
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        console.print("正在停止……")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def demo_(
    scale: Scale = DEFAULT_SCALE,
    seed: Seed = DEFAULT_SEED,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="数据截止日，默认今天")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="原始文件写到哪里")] = None,
    files_only: Annotated[bool, typer.Option("--files-only", help="只写文件，不归集")] = False,
) -> None:
    last = until.date() if until else date.today()
    if files_only:
        with progress_bar() as bar:
            say = teller(bar, "模拟")
            raw = folder or home() / "demo"
            demo.simulate(raw, scale=scale, seed=seed, until=last, progress=say)
        return
    prepare()
    make_city(scale, seed, last, folder)


def vendor() -> None:
    try:
        web.fetch_vendor()
    except web.VendorError as error:
        raise CannotStart(str(error)) from error
    console.print("页面资源已就位")


def fonts() -> None:
    try:
        documents.fetch_fonts()
    except documents.FontError as error:
        raise CannotStart(str(error)) from error
    console.print("公文字体已就位")


def screenshots(
    folder: Annotated[Path, typer.Option(help="写到哪个目录")] = Path("docs/images"),
) -> None:
    try:
        web.take_screenshots(folder)
    except web.ScreenshotError as error:
        raise CannotStart(str(error)) from error
    console.print(f"截图已写到 {folder}", markup=False)


def manage(context: typer.Context) -> None:
    execute_from_command_line(["mingjian manage", *context.args])


def prepare() -> None:
    """Office database and page assets; quick when nothing changed."""
    home().mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    try:
        web.fetch_vendor()
    except web.VendorError as error:  # the pages do without: tables for charts, tiles for the map
        console.print(str(error), markup=False, soft_wrap=True)
    try:
        documents.fetch_fonts()
    except documents.FontError as error:  # the papers say so when one is to be typeset
        console.print(str(error), markup=False, soft_wrap=True)


def make_city(scale: float, seed: int, until: date, folder: Path | None = None) -> None:
    raw = folder or home() / "demo"
    with progress_bar() as bar:
        simulating = teller(bar, "模拟")
        demo.simulate(raw, scale=scale, seed=seed, until=until, progress=simulating)
        submissions = demo.feed(open_store(), raw, progress=teller(bar, "归集"))
    total = sum(item.rows_in for item in submissions)
    rejected = sum(item.rejected_count for item in submissions)
    console.print(f"归集 {len(submissions)} 批 {total:,} 行，退回 {rejected:,} 行")


def take_folder(folder: Path) -> None:
    """Each sub-folder is named for a source; loose files are matched by the sources' patterns."""
    sources = load_sources()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        source = source_of(path, folder, sources)
        if source is None:
            console.print(f"跳过 {path}：没有数据源认得它（看子目录名与 pattern）", markup=False)
            continue
        report(take_file(open_store(), source, path, by="启动归集", at=datetime.now()))


def source_of(path: Path, folder: Path, sources: dict[str, Source]) -> Source | None:
    parts = path.relative_to(folder).parts
    if len(parts) > 1 and parts[0] in sources:
        return sources[parts[0]]
    matches = [
        s for s in sources.values() if s.transport.pattern and path.match(s.transport.pattern)
    ]
    return matches[0] if len(matches) == 1 else None


def run_round_now() -> None:
    with progress_bar() as bar:
        task = bar.add_task("监测", total=None)
        result = night_round(
            open_store(),
            date.today(),
            datetime.now(),
            progress=lambda text: bar.update(task, description=text),
        )
    console.print(result.alerts.summary(), markup=False)


def live_in_the_city(today: date) -> None:
    """The first night, and what people did before and after it, where nobody worked there yet."""
    is_fresh = office.is_demo()
    refused: list[str] = []
    if is_fresh:
        with progress_bar() as bar:
            task = bar.add_task("演示", total=None)
            course = office.before_the_night(
                open_store(), today, lambda text: bar.update(task, description=text)
            )
        refused = course.refused
    run_round_now()
    demo_accounts.create_demo_accounts()
    if is_fresh:
        refused += office.since_the_night(today)
    for line in refused:
        console.print(f"演示的经过有一步没有做成：{line}", markup=False)


def show_accounts() -> None:
    table = Table(title="演示账号", box=SIMPLE)
    table.add_column("账号", min_width=26, no_wrap=True)
    table.add_column("密码", min_width=16, no_wrap=True)
    for heading in ("角色", "范围"):
        table.add_column(heading, overflow="fold")
    for account in demo_accounts.demo_accounts():
        table.add_row(account.username, account.password, account.role_title, account.scope_title)
    console.print(table)
    roles = load_roles().roles
    bound = "、".join(roles[name].title for name in load_policy().second_factor.required_for)
    if bound:
        console.print(f"{bound}第一次登录要绑定动态码（手机上任一款 TOTP 验证器）。")
