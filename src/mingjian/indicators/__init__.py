"""指标：computes each declared figure by agency and month, with the rows behind it.

In: content/indicators/ and a reader. Out: `Figures`, a small table kept for pages, and drills.
"""

from mingjian.indicators.compute import compute_all, drill, drill_count
from mingjian.indicators.figures import Figures, load_figures, save_figures
from mingjian.indicators.files import Indicator, check_indicators, load_indicators

__all__ = [
    "Figures",
    "Indicator",
    "check_indicators",
    "compute_all",
    "drill",
    "drill_count",
    "load_figures",
    "load_indicators",
    "save_figures",
]
