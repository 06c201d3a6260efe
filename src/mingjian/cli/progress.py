"""How far a long verb is: a bar on a terminal, a printed line for each tenth without one."""

import os
import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

console = Console(highlight=False)


def teller(bar: Bar, title: str) -> Callable[[str, float], None]:
    """A line of its own on the bar; without a terminal, a printed line for each tenth done."""
    if console.is_terminal:
        task = bar.add_task(title, total=1.0)
        return lambda text, share: bar.update(task, description=f"{title}　{text}", completed=share)
    told = -1

    def tell(text: str, share: float) -> None:
        nonlocal told
        if int(share * 10) > told:
            told = int(share * 10)
            console.print(f"{title} {share:.0%}　{text}", markup=False)

    return tell


def progress_bar() -> Bar:
    return Bar(
        SpinnerColumn(),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=not sys.stdout.isatty() or bool(os.environ.get("CI")),
    )
