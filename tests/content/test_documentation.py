"""Documents keep up with what they describe: settings, rooms, tables, monitors."""

import re
from pathlib import Path

from mingjian.cli.generated import pages
from mingjian.monitor import load_library

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "mingjian"


def test_every_setting_is_in_the_readme() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    settings = set(re.findall(r"\bMINGJIAN_[A-Z_]+\b", code))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "MINGJIAN_HOME" in settings
    assert {name for name in settings if f"`{name}`" not in readme} == set()


def test_every_room_is_on_the_house_plan() -> None:
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")} | {"rounds"}
    plan = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    assert {room for room in rooms if f"| `{room}` |" not in plan} == set()


def test_generated_pages_are_up_to_date() -> None:
    for name, text in pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, (
            f"运行 mingjian docs：{name}"
        )


def test_every_production_monitor_is_in_the_catalogue_page() -> None:
    page = (ROOT / "docs" / "monitors.md").read_text(encoding="utf-8")
    live = [m for m in load_library().monitors.values() if m.status == "production"]
    assert live
    assert [monitor.code for monitor in live if monitor.code not in page] == []


def test_written_documents_stay_short() -> None:
    generated = set(pages())
    for path in (ROOT / "docs").glob("*.md"):
        if path.name not in generated:
            assert len(path.read_text(encoding="utf-8").splitlines()) < 500, path.name
