"""归集：the one door in. Takes a submission of a declared source and turns rows into records.

In: a source file and what a department sent. Out: a `Submission` (accepted rows in the store,
rejected rows by row, field, value and rule), an error workbook, and the quality of the data.
"""

from mingjian.intake.due import Arrival, arrivals
from mingjian.intake.mending import error_workbook
from mingjian.intake.quality import ASPECTS, QualityRow, quality_report, quality_rows
from mingjian.intake.quality_kept import KeptQuality, load_quality, save_quality
from mingjian.intake.source import Source
from mingjian.intake.sources import check_sources, load_source, load_sources
from mingjian.intake.submission import Progress, Rejection, Submission
from mingjian.intake.take import pull, release, take, take_rows, taken_before

__all__ = [
    "ASPECTS",
    "Arrival",
    "KeptQuality",
    "Progress",
    "QualityRow",
    "Rejection",
    "Source",
    "Submission",
    "arrivals",
    "check_sources",
    "error_workbook",
    "load_quality",
    "load_source",
    "load_sources",
    "pull",
    "quality_report",
    "quality_rows",
    "release",
    "save_quality",
    "take",
    "take_rows",
    "taken_before",
]
