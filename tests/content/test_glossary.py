"""docs/glossary.md: one identifier never stands for two terms."""

import re
from collections import defaultdict
from pathlib import Path

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def identifiers() -> dict[str, set[str]]:
    """Identifier to the Chinese terms in whose row it is the identifier (chapter 1 is negative)."""
    found: dict[str, set[str]] = defaultdict(set)
    terms = GLOSSARY.read_text(encoding="utf-8").split("\n## 2 ")[1]
    for line in terms.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) < 3 or not line.startswith("|") or "`" not in cells[2]:
            continue
        for identifier in re.findall(r"`([a-z_A-Z]+)`", cells[2]):
            found[identifier].add(cells[0])
    return found


def test_no_identifier_means_two_things() -> None:
    terms = identifiers()
    assert len(terms) > 150
    assert {name: meant for name, meant in terms.items() if len(meant) > 1} == {}
