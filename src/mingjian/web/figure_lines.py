"""Indicators over a selection, ready for a page: value, parts, by agency, by month."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mingjian.indicators import Figures, Indicator, load_figures, load_indicators
from mingjian.standards import home
from mingjian.web.overview_file import load_overview
from mingjian.web.periods import Period

TEN_THOUSAND = 10_000
Agencies = Collection[str] | None  # None: the whole city


@dataclass(frozen=True)
class Amount:
    """One figure. `value` None: a share of nothing; `is_reported` False: nothing ever came."""

    indicator: Indicator
    value: float | None
    numerator: float
    denominator: float | None
    is_reported: bool = True

    @property
    def number(self) -> str:
        return number_and_unit(self.value, self.indicator.unit)[0]

    @property
    def unit(self) -> str:
        return number_and_unit(self.value, self.indicator.unit)[1]

    @property
    def is_small(self) -> bool:
        """A share of so few that it says little."""
        return self.denominator is not None and self.denominator < load_overview().small_number

    @property
    def share(self) -> float | None:
        """The value of a percentage from 0 to 1."""
        return self.value / 100 if self.value is not None and self.indicator.unit == "%" else None


@dataclass(frozen=True, eq=False)
class KeptFigures:
    """The figures of the last round, and which agencies ever reported rows of which table."""

    figures: Figures
    reporting: Mapping[str, frozenset[str]]

    def reporters(self, indicator: Indicator, agencies: Agencies) -> frozenset[str]:
        """Agencies with any row, in any month, of the table that the indicator counts."""
        found = self.reporting.get(indicator.numerator.table, frozenset())
        return found if agencies is None else found & frozenset(agencies)

    def amount(self, indicator: Indicator, agencies: Agencies, period: Period) -> Amount:
        """The indicator over agencies and months."""
        added = add_up(self.by_agency(indicator, agencies, period).values(), indicator)
        reported = bool(self.reporters(indicator, agencies))
        return Amount(indicator, added.value, added.numerator, added.denominator, reported)

    def by_agency(
        self, indicator: Indicator, agencies: Agencies, period: Period
    ) -> dict[str, Amount]:
        """One amount for each agency that ever reported rows of the indicator's table.

        An agency that reported, but nothing in these months, has a true zero.
        """
        found = self.figures.by(
            indicator, "agency_id", agencies=agencies, start=period.start, end=period.end
        )
        amounts = {}
        for agency in sorted(self.reporters(indicator, agencies)):
            _, numerator, whole = found.get(agency, (None, 0.0, None))
            denominator = None if indicator.denominator is None else whole or 0.0
            value = indicator.value(numerator, denominator)
            amounts[agency] = Amount(indicator, value, numerator, denominator)
        return amounts

    def by_month(
        self, indicator: Indicator, agencies: Agencies, period: Period
    ) -> list[float | None]:
        """The value in each month of the period; None where a share has no whole."""
        found = self.figures.by(
            indicator, "month", agencies=agencies, start=period.start, end=period.end
        )
        nothing = 0.0 if indicator.denominator is None else None
        return [found[month][0] if month in found else nothing for month in period.months]

    def acts_by_agency(self, agencies: Agencies, period: Period) -> dict[str, float]:
        """Number of acts of enforcement (执法行为) of each agency: the whole of an alert rate."""
        totals: dict[str, float] = {}
        for code in load_overview().acts:
            lines = self.by_agency(load_indicators()[code], agencies, period)
            for agency, item in lines.items():
                totals[agency] = totals.get(agency, 0.0) + item.numerator
        return totals


def kept_figures() -> KeptFigures | None:
    """The figures of the last round; None before the first."""
    path = home() / "indicators" / "figures.parquet"
    return _load(path, path.stat().st_mtime_ns) if path.is_file() else None


def add_up(amounts: Iterable[Amount], indicator: Indicator) -> Amount:
    """Several amounts of one indicator as one: parts are added, the share is taken anew."""
    listed = list(amounts)
    numerator = sum(item.numerator for item in listed)
    denominator = sum(item.denominator or 0.0 for item in listed) if indicator.denominator else None
    return Amount(indicator, indicator.value(numerator, denominator), numerator, denominator)


def grouped(amounts: Mapping[str, Amount], group_of: Mapping[str, str]) -> dict[str, Amount]:
    """Amounts of agencies added up by what `group_of` says of each (its district)."""
    sums: dict[str, list[Amount]] = {}
    for agency, item in amounts.items():
        if agency in group_of:
            sums.setdefault(group_of[agency], []).append(item)
    return {group: add_up(items, items[0].indicator) for group, items in sums.items()}


def number_and_unit(value: float | None, unit: str) -> tuple[str, str]:
    """As printed: 12,345 件, 98.7 %, 123.4 万元."""
    if value is None:
        return "—", ""
    if unit == "元" and abs(value) >= TEN_THOUSAND:
        return f"{value / TEN_THOUSAND:,.1f}", "万元"
    if unit == "%" and value < 100 and f"{value:.1f}" == "100.0":
        return "99.9", unit
    text = f"{value:,.1f}" if unit in ("%", "日") or value != int(value) else f"{value:,.0f}"
    return text.removesuffix(".0") if unit == "%" else text, unit


@lru_cache(maxsize=2)
def _load(path: Path, _changed: int) -> KeptFigures | None:
    figures = load_figures(path.parent)
    if figures is None:
        return None
    tables = {
        (code, part): count.table
        for code, indicator in load_indicators().items()
        for part, count in indicator.parts.items()
    }
    columns = ["indicator_code", "part", "agency_id"]
    reporting: dict[str, set[str]] = {}
    for row in figures.table.select(columns).group_by(columns).aggregate([]).to_pylist():
        table = tables.get((row["indicator_code"], row["part"]))
        if table is not None:
            reporting.setdefault(table, set()).add(row["agency_id"])
    return KeptFigures(figures, {name: frozenset(found) for name, found in reporting.items()})
