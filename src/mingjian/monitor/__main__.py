"""`python -m mingjian.monitor test ID…` and `… check`, for work on model files alone."""

import sys

from mingjian.monitor.checks import check_library
from mingjian.monitor.library import read_library
from mingjian.monitor.trial import test_monitor


def main(arguments: list[str]) -> int:
    """`test [ID…]` or `check`; exit code 1 when something did not pass."""
    if arguments[1:2] == ["check"]:
        problems = check_library()
        print("\n".join(map(str, problems)) or "通过")
        return int(bool(problems))
    library, problems = read_library()
    print("\n".join(map(str, problems)), end="\n" if problems else "")
    names = [name for name in arguments[1:] if name != "test"]
    failed = bool(problems)
    for name in names or sorted(library.monitors):
        report = test_monitor(library.monitor(name), library)
        print(report.summary())
        failed = failed or not report.passed
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
