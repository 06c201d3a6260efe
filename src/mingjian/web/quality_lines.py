"""The kept quality report in a person's scope: by table, by agency, by check, with its shares."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from mingjian.intake import ASPECTS, KeptQuality, QualityRow, load_quality
from mingjian.standards import home

FILE = "quality.parquet"


@dataclass
class Share:
    """`good` of `whole` rows are as they should be; `value` None where nothing was measured."""

    good: int = 0
    whole: int = 0

    def add(self, row: QualityRow) -> None:
        self.good += row.good_count
        self.whole += row.row_count

    @property
    def value(self) -> float | None:
        return self.good / self.whole if self.whole else None

    @property
    def faults(self) -> int:
        return self.whole - self.good


@dataclass
class Line:
    """One line of a page: the four aspects, and who did not report."""

    key: str
    title: str
    shares: dict[str, Share] = field(default_factory=lambda: {name: Share() for name in ASPECTS})
    unreported: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    @property
    def cells(self) -> list[tuple[str, str, Share]]:
        """Aspect, its title, its share, in the order of the headings."""
        return [(name, title, self.shares[name]) for name, title in ASPECTS.items()]

    @property
    def is_measured(self) -> bool:
        return any(share.whole for share in self.shares.values())


def kept_quality() -> KeptQuality | None:
    """The report of the last round; None before the first."""
    path = home() / "quality" / FILE
    return _load(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=2)
def _load(path: Path, _changed: int) -> KeptQuality | None:
    return load_quality(path.parent)


def in_scope(rows: Iterable[QualityRow], agencies: frozenset[str] | None) -> list[QualityRow]:
    """Rows of these agencies; None: all, also those that name no agency."""
    return [row for row in rows if agencies is None or row.agency_id in agencies]


def added_up(
    rows: Iterable[QualityRow], key: Callable[[QualityRow], str], title: Callable[[str], str]
) -> list[Line]:
    """Lines by `key`; an aspect's sum is taken from the rows that sum it up, not from its parts."""
    lines: dict[str, Line] = {}
    for row in rows:
        name = key(row)
        line = lines.setdefault(name, Line(name, title(name)))
        if row.state == "not_reported":
            line.unreported.add(f"{row.agency_id} {row.table}")
        elif row.state == "no_rows":
            line.silent.add(f"{row.agency_id} {row.table}")
        elif not row.check:
            line.shares[row.aspect].add(row)
    return list(lines.values())
