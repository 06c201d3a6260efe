"""Foreign keys point down: Django writes them as strings, so no import shows a climb."""

import tomllib
from pathlib import Path

from django.apps import apps


def floors() -> dict[str, int]:
    """Floor of each room, 0 at the top, from the import contract itself."""
    settings = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    return {
        room.strip(): number for number, floor in enumerate(layers) for room in floor.split("|")
    }


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "mingjian" else None


def test_no_key_points_to_a_higher_floor() -> None:
    known = floors()
    climbs = []
    checked = 0
    for model in apps.get_models():
        room = room_of(model.__module__)
        if room is None:
            continue
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            above = room_of(target.__module__) if target is not None else None
            if above is None:
                continue
            checked += 1
            if known[above] < known[room]:
                climbs.append(f"{model.__name__}.{field.name} → {target.__name__}")
    assert checked > 5
    assert climbs == []
