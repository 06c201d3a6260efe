"""Names and values as SQL text."""

from collections.abc import Iterable


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text value."""
    return "'" + text.replace("'", "''") + "'"


def listed(names: Iterable[str]) -> str:
    """Identifiers, separated by commas."""
    return ", ".join(map(quoted, names))
