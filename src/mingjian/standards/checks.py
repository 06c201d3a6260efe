"""Everything that is wrong in content/standards/, gathered for `mingjian check`."""

from mingjian.standards.calendar import read_years
from mingjian.standards.files import Problem
from mingjian.standards.reference import read_reference
from mingjian.standards.tables import read_standard


def check_standards() -> list[Problem]:
    """Every fault of tables, code lists, calendar and reference tables, in every file."""
    standard, problems = read_standard()
    return [*problems, *read_years()[1], *read_reference(standard)[1]]
