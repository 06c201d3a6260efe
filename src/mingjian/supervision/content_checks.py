"""Every fault of content/flows and content/access, for `mingjian check`."""

from mingjian.standards import Problem
from mingjian.supervision import flow, monitor_flow


def check_flows() -> list[Problem]:
    return [*flow.check_flows(), *monitor_flow.check_life()]
