"""Every fault of content/appraisal and of this room's flows, for `mingjian check`."""

from mingjian.appraisal.courses import load_banks, load_training
from mingjian.appraisal.flow import NAMES, load_flow
from mingjian.appraisal.scheme import load_schemes
from mingjian.standards import ContentError, Problem


def check_appraisal() -> list[Problem]:
    problems: list[Problem] = []
    for read in (load_schemes, load_banks, load_training):
        read.cache_clear()
        try:
            read()
        except ContentError as error:
            problems += error.problems
    load_flow.cache_clear()
    for name in NAMES:
        try:
            load_flow(name)
        except ContentError as error:
            problems += error.problems
    return list(dict.fromkeys(problems))
