"""监测模型：loads the model files, checks them, runs them on records as of a day.

In: content/views, content/monitors and a reader of the store. Out: a `Run` with its findings and
their evidence; explanations, back-tests, the catalogue. Nothing here knows a model by name.
"""

from mingjian.monitor.backtest import BacktestStep, backtest
from mingjian.monitor.catalogue import catalogue_markdown, monitor_markdown, monitor_skeleton
from mingjian.monitor.checks import check_library
from mingjian.monitor.compare import ComparedDay, Hit, compare
from mingjian.monitor.compile import compile_monitor
from mingjian.monitor.draft import check_draft, draft_monitor, draft_path, is_identifier
from mingjian.monitor.elsewhere import DIALECTS, Statement, statements
from mingjian.monitor.explain import Explanation, PeerStanding, TimeLimit, explain
from mingjian.monitor.file import LEVEL_TITLES, STATUS_TITLES
from mingjian.monitor.finding import Finding, fingerprint_of
from mingjian.monitor.kept import check_night, differences, load_remembered, next_round
from mingjian.monitor.library import Library, Monitor, View
from mingjian.monitor.look import FirstLook, first_look
from mingjian.monitor.narrow import find_unit
from mingjian.monitor.precheck import precheck
from mingjian.monitor.reading import load_library
from mingjian.monitor.recall import Recall, Remembered
from mingjian.monitor.relations import relations
from mingjian.monitor.run import Outcome, Run, run_round
from mingjian.monitor.trial import TestReport, test_monitor
from mingjian.monitor.variants import Variant
from mingjian.monitor.view_trial import test_view
from mingjian.monitor.wording import in_words
from mingjian.monitor.words import logic_in_words
from mingjian.monitor.writing import file_text

__all__ = [
    "DIALECTS",
    "LEVEL_TITLES",
    "STATUS_TITLES",
    "BacktestStep",
    "ComparedDay",
    "Explanation",
    "Finding",
    "FirstLook",
    "Hit",
    "Library",
    "Monitor",
    "Outcome",
    "PeerStanding",
    "Recall",
    "Remembered",
    "Run",
    "Statement",
    "TestReport",
    "TimeLimit",
    "Variant",
    "View",
    "backtest",
    "catalogue_markdown",
    "check_draft",
    "check_library",
    "check_night",
    "compare",
    "compile_monitor",
    "differences",
    "draft_monitor",
    "draft_path",
    "explain",
    "file_text",
    "find_unit",
    "fingerprint_of",
    "first_look",
    "in_words",
    "is_identifier",
    "load_library",
    "load_remembered",
    "logic_in_words",
    "monitor_markdown",
    "monitor_skeleton",
    "next_round",
    "precheck",
    "relations",
    "run_round",
    "statements",
    "test_monitor",
    "test_view",
]
