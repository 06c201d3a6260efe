"""The flow of an alert: content/flows/alert.yaml, read by the reader all rooms share."""

from functools import cache

from mingjian.access.flow import Flow, FlowFile, read_flow
from mingjian.access.roles import load_roles
from mingjian.standards import ContentError, Problem

NEEDS = ("verdict", "reason")


@cache
def load_flow() -> Flow[FlowFile]:
    """Read content/flows/alert.yaml; unknown states, levels or permissions are errors."""
    return read_flow("alert", FlowFile, NEEDS)


def check_flows() -> list[Problem]:
    """Every fault of content/flows and content/access, for `mingjian check`."""
    for read in (load_roles, load_flow):
        read.cache_clear()
        try:
            read()
        except ContentError as error:
            return error.problems
    return []
