"""`mingjian evaluate`: what the monitors find in simulated cities beside what is wrong in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mingjian import demo
from mingjian.cli.judging import chosen, day
from mingjian.monitor import Library, Monitor, load_library, run_round
from mingjian.standards import home
from mingjian.store import Reader, open_store

console = Console(highlight=False)
RECALL, PRECISION = 0.98, 0.95  # what is asked of a monitor that applies a rule
SMALL = 0.05
STEPS = 9

HELP = """把一轮的发现与模拟城市封存的问题清单相比：各模型的查全率与查准率。

不写 --seed 则评判现有底座（mingjian demo 送入的那一座）；写了就另造城市，评完即删。
规则类模型查全率低于 0.98 或者查准率低于 0.95 的标出；清单里有、还没有模型的编号单列，不计入合计。
--curve 把模型的一个阈值在允许范围内逐级变动，列出各级的查全率与查准率（统计类模型看这个）；
不写参数名的取第一个可以调的数，要看别的写 CL-01=cutoff。

例：mingjian evaluate
例：mingjian evaluate --seed 7 --seed 8 --habits dirty
例：mingjian evaluate --seed 7 --curve CL-01=cutoff
"""

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="判断日，默认今天")]


@dataclass(frozen=True)
class City:
    """One city to be judged: its name, a reader of its store and its sealed list."""

    name: str
    reader: Reader
    sealed: Path
    until: date


def register(app: typer.Typer) -> None:
    app.command(help=HELP)(evaluate)


def evaluate(
    seed: Annotated[list[int] | None, typer.Option(help="另造城市的随机种子，可写多个")] = None,
    habits: Annotated[list[str] | None, typer.Option(help="办事习惯，可写多个")] = None,
    scale: Annotated[float, typer.Option(help="另造城市的规模", min=0.003)] = SMALL,
    curve: Annotated[
        list[str] | None, typer.Option(help="逐级变动这些模型的阈值，如 CL-01=cutoff")
    ] = None,
    sealed: Annotated[Path | None, typer.Option(help="封存清单，默认模拟城市自己的")] = None,
    as_of: Day = None,
    misses: Annotated[bool, typer.Option("--misses", help="列出漏报与误报的对象")] = False,
) -> None:
    if sealed is not None and seed:
        raise typer.BadParameter("--sealed 用于现有底座，不能与 --seed 同用")
    library = load_library()
    drawn = [drawn_of(said) for said in curve or []]
    unknown = sorted(set(habits or []) - set(demo.habit_names()))
    if unknown:
        known = "、".join(demo.habit_names())
        raise typer.BadParameter(f"没有办事习惯“{'、'.join(unknown)}”。现有：{known}")
    until = day(as_of)
    cities = (
        made_cities(seed, habits or ["normal"], scale, until)
        if seed
        else existing(sealed or home() / "demo" / demo.SEALED, until)
    )
    for city in cities:
        if drawn:
            for monitor, parameter in drawn:
                show_curve(city, library, monitor, parameter)
        else:
            show(city, library, misses)


def existing(path: Path, until: date) -> Iterator[City]:
    """The city in the store at home."""
    if not path.is_file():
        raise typer.BadParameter(f"没有封存清单 {path}。先运行 mingjian demo，或者写 --seed。")
    with open_store().reader(many=True) as reader:
        yield City("现有底座", reader, path, until)


def made_cities(
    seeds: Iterable[int], habits: Iterable[str], scale: float, until: date
) -> Iterator[City]:
    """Cities made for the purpose, each gone before the next one comes."""
    home().mkdir(parents=True, exist_ok=True)
    for manner in habits:
        for seed in seeds:
            name = f"种子 {seed}，习惯 {manner}，规模 {scale:g}，截至 {until}"
            with TemporaryDirectory(dir=home(), prefix="evaluate-") as base:
                files = Path(base) / "files"
                with console.status(f"{name}：模拟……"):
                    demo.simulate(
                        files, scale=scale, seed=seed, until=until, habits=manner, registers=True
                    )
                store = open_store(Path(base) / "store", kind="parquet")
                with console.status(f"{name}：归集……"):
                    demo.feed(store, files)
                with store.reader() as reader:
                    yield City(name, reader, files / demo.SEALED, until)


def show(city: City, library: Library, misses: bool) -> None:
    with console.status(f"{city.name}：监测……"):
        run = run_round(city.reader, library, city.until)
    rows = demo.evaluate(run, city.sealed)
    judged = [row for row in rows if row.monitor_code in library.by_code]
    table = Table("", "模型", "埋设", "发现", "命中", "查全", "查准", "临界", "临界误报", "说明")
    ran = {library.monitors[o.monitor_id].code: o for o in run.outcomes}
    for row in judged:
        outcome = ran.get(row.monitor_code)
        says = "不运行" if outcome is None else outcome.message if outcome.status != "ran" else ""
        table.add_row(
            mark(library, row),
            row.monitor_code,
            *(str(n) for n in (row.planted, row.found, row.hit)),
            *("—" if share is None else f"{share:.3f}" for share in (row.recall, row.precision)),
            *(str(n) for n in (row.near_misses, row.near_misses_hit)),
            says,
        )
    console.print(f"\n{city.name}", markup=False)
    console.print(table)
    console.print(summed(judged), markup=False)
    without = [row.monitor_code for row in rows if row.monitor_code not in library.by_code]
    if without:
        console.print(f"清单里有、没有模型的：{'、'.join(without)}", markup=False)
    unplanted = sorted(ran.keys() - {row.monitor_code for row in rows})
    if unplanted:
        console.print(f"有模型、清单里没有的：{'、'.join(unplanted)}", markup=False)
    if misses:
        list_misses(judged)


def mark(library: Library, row: demo.EvaluationRow) -> str:
    """统 for a statistical monitor; ! for a rule that misses too much or cries wolf."""
    if is_statistical(library.by_code[row.monitor_code]):
        return "统"
    poor = row.recall is not None and row.recall < RECALL
    poor |= row.precision is not None and row.precision < PRECISION
    return "!" if poor or row.near_misses_hit else ""


def is_statistical(monitor: Monitor) -> bool:
    """Compared with peers or with a group's spread: the logic says so by how it counts."""
    words = ("MEDIAN(", "STDDEV", "PERCENT_RANK", "CUME_DIST", "NTILE(", "LN(", "SQRT(", "_CHANCE")
    text = monitor.logic.sql(dialect="duckdb").upper()
    return any(word in text for word in words)


def summed(rows: list[demo.EvaluationRow]) -> str:
    planted, found, hit = (
        sum(getattr(row, n) for row in rows) for n in ("planted", "found", "hit")
    )
    near, wrong = (sum(getattr(row, n) for row in rows) for n in ("near_misses", "near_misses_hit"))
    recall, precision = hit / max(planted, 1), hit / max(found, 1)
    return (
        f"合计 {len(rows)} 个模型：埋设 {planted}，发现 {found}，命中 {hit}；"
        f"查全率 {recall:.3f}，查准率 {precision:.3f}；临界 {near}，误报 {wrong}"
    )


def list_misses(rows: list[demo.EvaluationRow]) -> None:
    for row in rows:
        for title, units in (("漏报", row.missed), ("误报", row.false)):
            for unit_id in units:
                console.print(f"{row.monitor_code} {title} {unit_id}", markup=False)


def drawn_of(said: str) -> tuple[Monitor, str]:
    """The monitor and the parameter of `CL-01=cutoff`, or of `CL-01` the first number there is.

    Raises BadParameter for a code or a name that there is not, and for one without bounds.
    """
    code, _, name = said.partition("=")
    monitor = chosen(code)
    numbers = [key for key in monitor.parameters if bounds_of(monitor, key)]
    if name and name not in numbers:
        raise typer.BadParameter(f"{code} 可以逐级变动的参数：{'、'.join(numbers) or '没有'}")
    if not numbers:
        raise typer.BadParameter(f"{code} 没有写明允许范围（min、max）的数值参数")
    return monitor, name or numbers[0]


def show_curve(city: City, library: Library, monitor: Monitor, name: str) -> None:
    """Recall and precision of one monitor along one of its thresholds."""
    values = steps_of(monitor, name)
    meaning = monitor.parameters[name].meaning
    table = Table(meaning, "埋设", "发现", "命中", "查全", "查准", "临界误报")
    for value in values:
        changed = library.with_monitors(monitor.with_values({name: value}))
        run = run_round(city.reader, changed, city.until, only=[monitor.id])
        found = [r for r in demo.evaluate(run, city.sealed) if r.monitor_code == monitor.code]
        if not found:
            console.print(f"{monitor.code}：封存清单里没有埋设", markup=False)
            return
        row = found[0]
        table.add_row(
            f"{value}{'（现值）' if value == monitor.parameters[name].value else ''}",
            *(str(n) for n in (row.planted, row.found, row.hit)),
            *("—" if share is None else f"{share:.3f}" for share in (row.recall, row.precision)),
            str(row.near_misses_hit),
        )
    console.print(f"\n{city.name}　{monitor.code} {monitor.name}：参数 {name}", markup=False)
    console.print(table)


def bounds_of(monitor: Monitor, name: str) -> tuple[int | float, int | float] | None:
    """Between which numbers a parameter may be changed; None where it is no such number."""
    found = monitor.parameters[name]
    if isinstance(found.value, bool) or not isinstance(found.value, int | float):
        return None
    if not isinstance(found.min, int | float) or not isinstance(found.max, int | float):
        return None
    return found.min, found.max


def steps_of(monitor: Monitor, name: str) -> list[int | float]:
    """Values of a parameter from its least to its greatest, its own among them."""
    bounds, value = bounds_of(monitor, name), monitor.parameters[name].value
    assert bounds is not None
    assert isinstance(value, int | float)
    low, high = bounds
    whole = isinstance(value, int)
    spread = [low + (high - low) * k / (STEPS - 1) for k in range(STEPS)]
    return sorted({value, *(round(n) if whole else round(n, 4) for n in spread)})
