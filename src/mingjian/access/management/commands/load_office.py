"""`mingjian manage load_office`: the part of `mingjian restore` that fills the office database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mingjian.access import audit, office_dump


class Command(BaseCommand):
    help = "由备份里的表文件填一个空的办公库（由 mingjian restore 调用）"
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print a line `share text` for each table; the counts last, as JSON."""
        folder: Path = options["folder"]
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

        def tell(text: str, share: float) -> None:
            self.stdout.write(f"{share:.3f} {text}")
            self.stdout.flush()

        try:
            counts = office_dump.load(folder, tell)
        except office_dump.DumpError as error:
            raise CommandError(str(error)) from error
        if counts != manifest["rows"]:
            raise CommandError("恢复后的行数与备份清单不符")
        audit.record(None, "backup.restore", username="命令行", made_at=manifest["made_at"])
