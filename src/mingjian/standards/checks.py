"""Everything that is wrong in content/standards/, gathered for `mingjian check`."""

from collections.abc import Callable

from mingjian.standards.calendar import load_calendar
from mingjian.standards.files import ContentError, Problem
from mingjian.standards.reference import load_reference
from mingjian.standards.tables import load_standard

_LOADERS: tuple[Callable[[], object], ...] = (load_standard, load_calendar, load_reference)


def check_standards() -> list[Problem]:
    """Every fault of tables, code lists, calendar and reference tables, each named once."""
    problems: dict[Problem, None] = {}
    for load in _LOADERS:
        try:
            load()
        except ContentError as error:
            problems |= dict.fromkeys(error.problems)
    return list(problems)
