"""办案流程：checks an event log against a declared procedure, and keeps what it found.

In: a procedure of content/procedures/, and a log (XES, OCEL, CSV, or the store's case_step).
Out: `Checked`: per rule the cases checked and deviating, with the events that prove it.
"""

from mingjian.process.bench import FileBench, StoreBench
from mingjian.process.check import Checked, check
from mingjian.process.kept import KeptCheck, KeptRule, keep_checks, load_check
from mingjian.process.log import (
    Loaded,
    LogColumns,
    LogError,
    load_csv,
    load_ocel,
    load_steps,
    load_xes,
)
from mingjian.process.look import STATES, Look, Wanted
from mingjian.process.procedure import KINDS, Procedure
from mingjian.process.reading import check_procedures, load_procedures, read_procedure
from mingjian.process.workbook import write_deviations

__all__ = [
    "KINDS",
    "STATES",
    "Checked",
    "FileBench",
    "KeptCheck",
    "KeptRule",
    "Loaded",
    "LogColumns",
    "LogError",
    "Look",
    "Procedure",
    "StoreBench",
    "Wanted",
    "check",
    "check_procedures",
    "keep_checks",
    "load_check",
    "load_csv",
    "load_ocel",
    "load_procedures",
    "load_steps",
    "load_xes",
    "read_procedure",
    "write_deviations",
]
