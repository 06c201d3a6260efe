"""The colours can be read: WCAG contrast of every text colour on the ground it stands on."""

import re
from pathlib import Path

import pytest

from mingjian.web import vendor

CSS = (vendor.HERE / "static" / "app.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", CSS))
READABLE = 4.5

PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "surface")),
    *((ink, "surface-2") for ink in ("ink", "ink-2", "ink-3")),
    ("accent", "surface"),
    ("accent", "paper"),
    ("accent-dark", "accent-wash"),
    ("pine", "pine-wash"),
    ("plum", "plum-wash"),
    ("plum", "surface"),
    ("nav-ink", "nav"),
    *((level, f"{level}-wash") for level in ("red", "orange", "yellow", "blue")),
]


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read(ink: str, ground: str) -> None:
    light, dark = sorted((luminance(COLOURS[ink]), luminance(COLOURS[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= READABLE


def test_level_colours_are_used_for_levels_only() -> None:
    names = r"var\(--(red|orange|yellow|blue)(-fill|-wash)?\)"
    for sheet in Path(vendor.HERE / "static").glob("*.css"):
        for rule in re.findall(r"([^{}]+)\{[^{}]*" + names, sheet.read_text(encoding="utf-8")):
            assert "level" in rule[0], rule[0].strip()


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
