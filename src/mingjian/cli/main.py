"""`mingjian`: the command line. Each group of verbs is one file beside this one."""

import os
import sys

import django
import typer
from rich.console import Console

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjian.web.settings")
django.setup()

# The rooms above the wall can be imported only once Django is set up.
from mingjian.cli import archive, audit, backup, content, data, evaluate, judging, office, process  # noqa: E402
from mingjian.standards import ContentError  # noqa: E402
from mingjian.store import StoreError  # noqa: E402
from mingjian.web import ScreenshotError, VendorError  # noqa: E402

app = typer.Typer(
    name="mingjian",
    help="明鉴：行政执法监督平台。各命令加 --help 看说明和例子。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
content.register(app)
data.register(app)
judging.register(app)
evaluate.register(app)
process.register(app)
audit.register(app)
backup.register(app)
office.register(app)

KNOWN = (
    ContentError,
    StoreError,
    office.CannotStart,
    archive.BackupError,
    VendorError,
    ScreenshotError,
)


def main() -> None:
    """Run the command line; what a person can mend is one Chinese sentence, not a trace."""
    try:
        app()
    except (
        ContentError,
        StoreError,
        office.CannotStart,
        archive.BackupError,
        VendorError,
        ScreenshotError,
    ) as error:
        Console(stderr=True, style="red", highlight=False).print(str(error), markup=False)
        sys.exit(1)
