"""The flows of assessment and training, read once and kept."""

from functools import cache

from mingjian.access.flow import Flow, FlowFile, read_flow

NEEDS = frozenset(("reason", "outcome", "plan", "people", "attended", "codes", "results"))
NAMES = ("appraisal", "training", "training_session", "off_duty")


@cache
def load_flow(name: str) -> Flow[FlowFile]:
    """content/flows/<name>.yaml, one of NAMES; unknown states or permissions are errors."""
    return read_flow(name, FlowFile, NEEDS)
