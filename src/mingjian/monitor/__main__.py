"""`python -m mingjian.monitor test ID…`: examples and mutants of monitors, without the full CLI."""

import sys

from mingjian.monitor.library import read_library
from mingjian.monitor.trial import test_monitor


def main(arguments: list[str]) -> int:
    """Test the named monitors, or all; exit code 1 when one did not pass."""
    library, problems = read_library()
    for problem in problems:
        print(problem)
    names = arguments[1:] or sorted(library.monitors)
    failed = bool(problems)
    for name in names:
        report = test_monitor(library.monitor(name), library)
        print(report.summary())
        failed = failed or not report.passed
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
