"""The course of one indicator by month, beside the same months a year before."""

from dataclasses import dataclass
from typing import Any

from mingjian.indicators import Indicator
from mingjian.web.figure_lines import Agencies, KeptFigures, number_and_unit
from mingjian.web.periods import Period, add_months

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Trend:
    """What the chart draws and the table beside it prints."""

    indicator: Indicator
    months: list[str]
    now: list[float | None]
    before: list[float | None]
    unfinished: str  # the month that is not over yet, if one is shown

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Month, value, value a year before, as the table prints them."""
        pairs = zip(self.months, self.now, self.before, strict=True)
        return [(month, self._shown(now), self._shown(then)) for month, now, then in pairs]

    def _shown(self, value: float | None) -> str:
        number, unit = number_and_unit(value, self.indicator.unit)
        return f"{number}万" if unit == "万元" else number

    @property
    def chart(self) -> dict[str, Any]:
        """The data that charts.js reads."""
        return {
            "unit": self.indicator.unit,
            "months": self.months,
            "series": [
                {"name": "本期", "values": self.now},
                {"name": "上年同月", "values": self.before, "dashed": True},
            ],
        }


def trend_of(kept: KeptFigures, indicator: Indicator, agencies: Agencies, period: Period) -> Trend:
    """The twelve months that end with the period, whatever its length: a line needs its run-up."""
    start = add_months(period.end, 1 - MONTHS_SHOWN)
    shown = Period(start, period.end, "")
    as_of = kept.figures.as_of
    is_open = period.end == as_of.replace(day=1) and as_of < period.last_day
    return Trend(
        indicator,
        [f"{month:%Y-%m}" for month in shown.months],
        kept.by_month(indicator, agencies, shown),
        kept.by_month(indicator, agencies, shown.year_before()),
        f"{period.end:%Y-%m}" if is_open else "",
    )
