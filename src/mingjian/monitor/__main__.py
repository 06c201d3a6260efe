"""`python -m mingjian.monitor test [ID…|--views [名…]]` and `… check`."""

import sys

from mingjian.monitor.checks import check_library
from mingjian.monitor.library import Library
from mingjian.monitor.reading import read_library
from mingjian.monitor.trial import test_monitor
from mingjian.monitor.view_trial import test_view


def main(arguments: list[str]) -> int:
    """`test [ID…]`, `test --views [NAME…]` or `check`; exit code 1 when something did not pass."""
    if arguments[1:2] == ["check"]:
        problems = check_library()
        print("\n".join(map(str, problems)) or "通过")
        return int(bool(problems))
    library, problems = read_library()
    print("\n".join(map(str, problems)), end="\n" if problems else "")
    if "--views" in arguments:
        return _test_views(library, arguments[arguments.index("--views") + 1 :])
    names = [name for name in arguments[1:] if name != "test"]
    failed = bool(problems)
    for name in names or sorted(library.monitors):
        report = test_monitor(library.monitor(name), library)
        print(report.summary())
        failed = failed or not report.passed
    return int(failed)


def _test_views(library: Library, names: list[str]) -> int:
    """Mutate the named views, or all; a wide view takes minutes."""
    failed = False
    for name in names or sorted(library.written_views):
        report = test_view(library.views[name], library)
        print(report.summary(), flush=True)
        failed = failed or not report.passed
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
